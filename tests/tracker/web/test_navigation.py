"""The main menu: each part of the product adds itself."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext

from tests.app import ClientAs
from tests.pages import page
from tracker.accounts.models import Role
from tracker.accounts.permissions import Permission
from tracker.web import navigation


class TestMenu:
    def test_entries_stand_in_order_and_only_those_that_may_be_opened(self, app: Flask) -> None:
        navigation.add(app, navigation.Entry(lazy_gettext("Last"), "records.choose", Permission.RECORD_WRITE, 999))
        positions = [entry.position for entry in navigation.entries(app, lambda _: True)]
        assert positions == sorted(positions)
        assert positions[-1] == 999
        assert all(
            entry.permission != Permission.RECORD_WRITE
            for entry in navigation.entries(app, lambda permission: permission != Permission.RECORD_WRITE)
        )

    def test_the_page_that_is_open_is_marked(self, client_as: ClientAs) -> None:
        html = page(client_as(Role.VIEWER), "/sources/").html
        assert '<a href="/sources/" aria-current="page">' in html

    def test_no_two_entries_share_a_key_or_a_place(self, app: Flask) -> None:
        entries = navigation.entries(app, lambda _: True)
        keys = [entry.key for entry in entries if entry.key]
        assert len(keys) == len(set(keys))
        assert len({entry.position for entry in entries}) == len(entries)
