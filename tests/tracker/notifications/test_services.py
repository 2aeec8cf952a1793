"""What is told, once; and what each user makes of it."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import stored
from tests.factories import users
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.notifications import services
from tracker.notifications.kinds import CHOICE_WORDS, DEFAULTS, KIND_WORDS, Choice, Kind, sentence
from tracker.notifications.models import Delivery, Notification
from tracker.notifications.services import choices_of, choose, mark_all_read, mark_read, notify


class TestNotify:
    def test_the_same_on_the_same_day_is_told_once_and_on_the_next_again(
        self, session: Session, ana: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert notify(session, ana.id, Kind.RETURNED, "HND-2026-0001") is True
        assert notify(session, ana.id, Kind.RETURNED, "HND-2026-0001") is False
        assert notify(session, ana.id, Kind.RETURNED, "HND-2026-0002") is True
        assert notify(session, ana.id, Kind.VERIFIED, "HND-2026-0001") is True
        monkeypatch.setattr(services, "utc_now", lambda: datetime(2031, 1, 1, tzinfo=UTC))
        assert notify(session, ana.id, Kind.RETURNED, "HND-2026-0001") is True

    def test_steps_are_told_one_by_one(self, session: Session, ana: User) -> None:
        told = [notify(session, ana.id, Kind.EXPIRING, "AGR-2026-0001", step=step) for step in ("90", "90", "30", "30")]
        assert told == [True, False, True, False]

    def test_it_is_stored_with_the_work_it_tells_of_or_not_at_all(self, session: Session, ana: User) -> None:
        notify(session, ana.id, Kind.RETURNED, "HND-2026-0001")
        session.rollback()
        assert session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 0

    def test_told_in_the_same_moment_by_several_it_is_told_once(self, app: Flask, session: Session, ana: User) -> None:
        key, told = ana.id, []
        session.commit()

        def tell() -> None:
            with stored(app) as own:
                told.append(notify(own, key, Kind.RETURNED, "HND-2026-0001"))

        threads = [threading.Thread(target=tell) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(told) == [False] * 5 + [True]
        assert session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 1

    def test_only_what_must_be_acted_on_goes_out_at_once(self, session: Session, ana: User) -> None:
        for kind in Kind:
            notify(session, ana.id, kind, "X")
        found = dict(session.execute(sa.select(Notification.kind, Notification.delivery)).all())
        at_once = {kind for kind, delivery in found.items() if delivery is Delivery.AT_ONCE}
        assert at_once == {Kind.RETURNED, Kind.EXPIRING, Kind.RETENTION_DUE, Kind.RESTRICTED, Kind.CORRECTION_DUE, Kind.ACCOUNT}
        assert {found[kind] for kind in set(Kind) - at_once} == {Delivery.DIGEST}


class TestChoose:
    def test_a_choice_holds_for_what_is_told_afterwards(self, session: Session, ana: User) -> None:
        choose(ana, session, {Kind.RETURNED: Choice.DIGEST, Kind.STALE: Choice.OFF})
        assert choices_of(session, ana.id) == DEFAULTS | {Kind.RETURNED: Choice.DIGEST, Kind.STALE: Choice.OFF}
        assert notify(session, ana.id, Kind.STALE, "OPS-2026-0001") is False

    def test_it_leaves_one_event_with_before_and_after_and_none_when_nothing_changes(self, session: Session, ana: User) -> None:
        choose(ana, session, {Kind.RETURNED: Choice.DIGEST})
        choose(ana, session, {Kind.RETURNED: Choice.DIGEST})
        session.commit()
        events = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "settings_changed")).all()
        assert [(event.target, json.loads(event.detail)) for event in events] == [
            ("user:ana", {"changed": {"returned": ["at_once", "digest"]}})
        ]

    def test_nobody_silences_what_tells_of_his_account(self, session: Session, ana: User) -> None:
        choose(ana, session, {Kind.ACCOUNT: Choice.OFF})
        assert choices_of(session, ana.id)[Kind.ACCOUNT] is Choice.AT_ONCE


class TestRead:
    def test_one_is_read_by_its_owner_only(self, session: Session, ana: User) -> None:
        ben = users.user(session)
        notify(session, ana.id, Kind.RETURNED, "HND-2026-0001")
        session.flush()
        key = session.scalars(sa.select(Notification.id)).one()
        assert mark_read(ben, session, key) is False
        assert unread(session) == ["HND-2026-0001"]
        assert mark_read(ana, session, key) is True
        assert unread(session) == []

    def test_all_means_all_that_were_on_the_page(self, session: Session, ana: User) -> None:
        ben = users.user(session)
        for user, ref in ((ana, "HND-2026-0001"), (ben, "HND-2026-0002"), (ana, "HND-2026-0003")):
            notify(session, user.id, Kind.RETURNED, ref)
        session.flush()
        keys = dict(session.execute(sa.select(Notification.target, Notification.id)).all())
        mark_all_read(ana, session, keys["HND-2026-0001"])
        assert unread(session) == ["HND-2026-0002", "HND-2026-0003"]


@pytest.mark.engine_free
class TestWords:
    def test_every_kind_and_choice_has_words(self) -> None:
        assert set(KIND_WORDS) == set(Kind) == set(DEFAULTS)
        assert set(CHOICE_WORDS) == set(Choice)


class TestSentences:
    @pytest.mark.parametrize(
        ("kind", "detail", "said"),
        [
            (Kind.RETURNED, {}, "X was returned to you."),
            (Kind.EXPIRING, {"days": 30, "on": "2026-12-26"}, "X expires in 30 days, on 26 December 2026."),
            (Kind.EXPIRING, {"days": 1, "on": "2026-11-27"}, "X expires in 1 day, on 27 November 2026."),
            (Kind.STALE, {"since": "2025-11-01"}, "X is ongoing and has not been changed since 1 November 2025: is it still so?"),
            (Kind.ACCOUNT, {"what": "password"}, "Your password was changed. If it was not you, tell an administrator."),
            (Kind.ACCOUNT, {"what": "unheard of"}, "Your account was changed. If it was not you, tell an administrator."),
        ],
    )
    def test_they_say_what_happened(self, app: Flask, kind: Kind, detail: dict[str, Any], said: str) -> None:
        with app.test_request_context():
            assert sentence(kind, "X", detail) == said


def unread(session: Session) -> list[str]:
    return list(session.scalars(sa.select(Notification.target).where(Notification.read_at.is_(None)).order_by(Notification.target)))
