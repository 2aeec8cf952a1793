"""The trail: with the write it tells of or not at all, numbered without gaps, chained, never changed."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import stored
from tests.factories import sources, users
from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.audit.chain import START, hash_of
from tracker.audit.models import AuditEvent, AuditHead
from tracker.audit.services import Origin, UnauditedWriteError
from tracker.database.session import reading


def events(session: Session) -> list[AuditEvent]:
    return list(session.scalars(sa.select(AuditEvent).order_by(AuditEvent.no)))


class TestWrite:
    def test_an_event_is_stored_with_the_commit_and_not_before(self, session: Session) -> None:
        audit.write(None, session, Action.EXPORTED, "records", purpose="annual report", detail={"rows": 3})
        session.flush()
        assert events(session) == []
        session.commit()
        event = events(session)[-1]
        assert (event.no, event.action, event.target, event.purpose, event.detail) == (
            1,
            "exported",
            "records",
            "annual report",
            '{"rows":3}',
        )

    def test_each_event_carries_the_hash_of_the_one_before(self, session: Session) -> None:
        for number in range(3):
            audit.write(None, session, Action.EXPORTED, f"list {number}")
        session.commit()
        previous = START
        for event in events(session):
            assert event.previous == previous
            values = {column.name: getattr(event, column.name) for column in AuditEvent.__table__.columns}
            assert event.hash == hash_of(values, previous)
            previous = event.hash
        head = session.scalars(sa.select(AuditHead)).one()
        assert (head.no, head.hash) == (3, previous)

    def test_what_is_rolled_back_leaves_no_event(self, session: Session) -> None:
        audit.write(None, session, Action.EXPORTED, "lost")
        session.rollback()
        audit.write(None, session, Action.EXPORTED, "kept")
        session.commit()
        assert [event.target for event in events(session)] == ["kept"]

    def test_what_a_savepoint_took_back_leaves_no_event_and_the_rest_does(self, session: Session) -> None:
        audit.write(None, session, Action.EXPORTED, "before")
        outer = session.begin_nested()
        audit.write(None, session, Action.EXPORTED, "inside")
        with session.begin_nested():
            audit.write(None, session, Action.EXPORTED, "deeper")
        outer.rollback()
        with session.begin_nested():
            audit.write(None, session, Action.EXPORTED, "after")
        session.commit()
        assert [event.target for event in events(session)] == ["before", "after"]

    @pytest.mark.parametrize("statement", ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"])
    def test_the_database_refuses_to_change_or_delete_an_event(self, session: Session, statement: str) -> None:
        audit.write(None, session, Action.EXPORTED)
        session.commit()
        with pytest.raises(sa.exc.DBAPIError, match="never"), session.begin_nested():
            session.execute(sa.text(statement))

    def test_writers_in_the_same_moment_get_numbers_without_gaps(self, app: Flask) -> None:
        def write(name: str) -> None:
            for number in range(5):
                with stored(app) as session:
                    audit.write(None, session, Action.EXPORTED, f"{name} {number}")

        threads = [threading.Thread(target=write, args=(str(number),)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        with stored(app) as session:
            found = events(session)
            assert [event.no for event in found] == list(range(1, 21))
            assert [event.previous for event in found[1:]] == [event.hash for event in found[:-1]]


class TestWriteApart:
    def test_it_is_stored_whatever_becomes_of_the_request(self, session: Session) -> None:
        actor = users.user(session)
        session.commit()
        audit.watch(session, Origin("10.0.0.7", "abc"))
        with reading():
            session.get_one(User, actor.id)
            audit.write_apart(actor, session, Action.REFUSED, "/handovers/HND-2026-0001")
            session.rollback()
        event = events(session)[-1]
        assert (event.actor, event.action, event.address, event.request) == (actor.username, "refused", "10.0.0.7", "abc")


class TestWatch:
    def test_a_request_that_changes_something_without_an_event_is_stopped(self, session: Session) -> None:
        actor = users.user(session)
        source = sources.source(session, actor)
        session.commit()
        audit.watch(session, Origin())
        source.title = "Changed by nobody"
        with pytest.raises(UnauditedWriteError, match="source"):
            session.commit()

    def test_a_statement_that_changes_many_rows_is_seen_too(self, session: Session) -> None:
        sources.source(session, users.user(session))
        session.commit()
        audit.watch(session, Origin())
        from tracker.records.sources import Source

        session.execute(sa.update(Source).values(publisher="all of them"))
        with pytest.raises(UnauditedWriteError, match="source"):
            session.commit()

    def test_what_a_savepoint_took_back_needs_no_event(self, session: Session) -> None:
        source = sources.source(session, users.user(session))
        session.commit()
        audit.watch(session, Origin())
        with session.begin_nested() as savepoint:
            source.title = "Changed by nobody"
            session.flush()
            savepoint.rollback()
        session.commit()
        source.title = "Changed after all"
        with pytest.raises(UnauditedWriteError, match="source"):
            session.commit()

    def test_with_its_event_it_passes(self, session: Session) -> None:
        source = sources.source(session, users.user(session))
        session.commit()
        audit.watch(session, Origin())
        source.title = "Changed"
        audit.write(None, session, Action.SOURCE_SAVED, source.ref)
        session.commit()
        assert events(session)[-1].target == source.ref
