"""Attachments: who may open, add and remove them."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.app import ClientAs, contents
from tests.forms import enter, minimal
from tests.pages import page
from tests.tracker.files.samples import pdf
from tests.tracker.files.test_attachments import events, source_of
from tests.tracker.files.test_corpus import upload
from tracker.accounts.models import Role
from tracker.record_types import RECORD_TYPES

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")


@pytest.mark.once
class TestFilesThatMayHoldNames:
    def test_they_open_for_a_purpose_and_for_nobody_who_may_not_open_names(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER) | {"subjects-0-kind": "suspect", "subjects-0-name": "Zubeida Vossberg"})
        upload(officer, address, ("letter.pdf", pdf("About Zubeida Vossberg")))
        for role in (Role.VIEWER, Role.MANAGER, Role.ADMINISTRATOR):
            client = client_as(role)
            assert client.get(f"{address}/files/1").status_code == 403, role
            found = page(client, address)
            assert "only those who may open names can read them" in found.text
            assert f"{address}/files/1" not in found.links
        for client in (officer, client_as(Role.REVIEWER)):
            asked = client.get(f"{address}/files/1")
            assert (asked.status_code, asked.location) == (302, f"{address}/names?files=1")
            answered = client.post(asked.location, data={"purpose": "Answer to the letter of the partner"})
            assert (answered.status_code, answered.location) == (303, f"{address}#attached")
            assert client.get(f"{address}/files/1").data == pdf("About Zubeida Vossberg")
        assert len([one for one in events(app) if one[0] == "file_read"]) == 2

    def test_without_persons_they_open_for_every_reader(self, client_as: ClientAs) -> None:
        address = enter(client_as(Role.OFFICER), HANDOVER, minimal(HANDOVER))
        upload(client_as(Role.OFFICER), address, ("letter.pdf", pdf()))
        assert client_as(Role.VIEWER).get(f"{address}/files/1").status_code == 200


@pytest.mark.once
class TestWhoMay:
    def test_files_of_a_draft_are_its_owners_alone(self, app: Flask, client_as: ClientAs) -> None:
        owner, other = client_as(Role.OFFICER, "owner"), client_as(Role.ADMINISTRATOR, "other")
        address = enter(owner, HANDOVER, minimal(HANDOVER, action="draft"))
        upload(owner, address, ("letter.pdf", pdf()))
        before = contents(app)
        assert other.get(f"{address}/files/1").status_code == 404
        assert other.post(f"{address}/files/1/remove").status_code == 404
        assert upload(other, address, ("b.pdf", pdf("b"))).status_code == 404
        source = source_of(owner)
        upload(owner, source, ("letter.pdf", pdf()))
        assert other.get(f"{source}/files/1").status_code == 404
        assert contents(app)["record"] == before["record"]

    def test_a_file_is_found_only_under_what_it_belongs_to(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        first, second = (enter(client, HANDOVER, minimal(HANDOVER, number)) for number in (1, 2))
        upload(client, first, ("a.pdf", pdf()))
        assert client.get(f"{second}/files/1").status_code == 404

    def test_who_only_reads_sees_no_button(self, client_as: ClientAs) -> None:
        client, viewer = client_as(Role.OFFICER), client_as(Role.VIEWER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        upload(client, address, ("a.pdf", pdf()))
        html = viewer.get(address).text
        assert "a.pdf" in html
        assert "/files/1/remove" not in html
        assert 'type="file"' not in html
