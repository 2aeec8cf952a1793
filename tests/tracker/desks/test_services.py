"""Writes of desks: one event each, in words that can be read without the tables."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import users
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent
from tracker.desks import services
from tracker.desks.models import Desk
from tracker.extensions import db


class TestEvents:
    def test_each_write_leaves_one_event_with_before_and_after(self, session: Session, admin: User) -> None:
        ana = users.user(session, username="ana", at_a_desk=False)
        desk = services.make_desk(admin, session, "Mekong", covers_all=False, parties=["LAO"], people=[])
        services.change_desk(admin, session, desk, "Mekong desk", covers_all=False, parties=["LAO", "KHM"], people=[ana.username])
        services.close_desk(admin, session, desk)
        services.open_desk(admin, session, desk)
        target = services.target_of(desk)
        session.commit()
        events = session.scalars(sa.select(AuditEvent).where(AuditEvent.target == target).order_by(AuditEvent.no)).all()
        assert [event.action for event in events] == ["desk_changed"] * 4
        details = [json.loads(event.detail) for event in events]
        assert details[0]["after"] == {"covers_all": False, "name": "Mekong", "parties": ["LAO"], "people": []}
        changed = {"name": ["Mekong", "Mekong desk"], "parties": [["LAO"], ["KHM", "LAO"]], "people": [[], ["ana"]]}
        assert details[1] == {"changed": changed}
        assert [detail["closed"] for detail in details[2:]] == [True, False]

    def test_what_changes_nothing_leaves_no_event_and_no_version(self, session: Session, admin: User) -> None:
        desk = services.make_desk(admin, session, "Mekong", covers_all=False, parties=["LAO"], people=[])
        session.commit()
        before = count(session), desk.version
        assert not services.change_desk(admin, session, desk, "Mekong", covers_all=False, parties=["LAO"], people=[])
        services.open_desk(admin, session, desk)
        session.commit()
        assert (count(session), desk.version) == before

    def test_a_change_of_its_lists_alone_is_a_version_of_the_desk(self, session: Session, admin: User) -> None:
        desk = services.make_desk(admin, session, "Mekong", covers_all=False, parties=["LAO"], people=[])
        services.change_desk(admin, session, desk, "Mekong", covers_all=False, parties=["LAO", "THA"], people=[])
        assert desk.version == 2

    def test_two_desks_have_two_names(self, session: Session, admin: User) -> None:
        services.make_desk(admin, session, "Mekong", covers_all=True, parties=[], people=[])
        with pytest.raises(sa.exc.IntegrityError):
            services.make_desk(admin, session, "Mekong", covers_all=True, parties=[], people=[])
        session.rollback()
        assert session.scalars(sa.select(Desk)).all() == []


def count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) or 0


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def admin(session: Session) -> User:
    return users.user(session, Role.ADMINISTRATOR)
