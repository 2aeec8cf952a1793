"""Tampering shows: where the trail breaks, there and nowhere else."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.audit.chain import START, hash_of
from tracker.audit.models import AuditEvent
from tracker.audit.verification import Fault, FaultKind, Mark, faults, head_of, stored_events
from tracker.database.session import dialect_of

EVENTS = 90
# twenty ways to forge an event: what is set, on the event with this number
EDITS: dict[int, str] = {
    2: "actor = 'somebody else'",
    5: "actor_id = 77",
    6: "actor_id = NULL",
    9: "action = 'record_read'",
    12: "target = 'HND-2026-9999'",
    15: "target = ''",
    18: "purpose = 'a better one'",
    21: "detail = '{}'",
    24: "detail = '{\"rows\": 22}'",  # the same words, written otherwise
    27: "address = '10.9.9.9'",
    30: "request = 'abcdef'",
    33: "at = '2001-01-01 00:00:00.000000'",
    36: "hash = previous",
    39: "previous = hash",
    42: "hash = upper(hash)",
    45: "detail = replace(detail, '44', '43')",
    48: "actor = upper(actor), target = 'x'",
    51: "at = '2026-11-26 23:59:59.999999'",
    54: "purpose = purpose || ' '",
    57: "request = target, target = request",
}


class TestPromise:
    def test_promise_the_trail_cannot_be_changed_through_the_program_tampering_shows_20_of_20_edits(self, unguarded: Session) -> None:
        fill(unguarded)
        assert len(EDITS) == 20
        for no, change in EDITS.items():
            edit(unguarded, f"UPDATE audit_event SET {change} WHERE no = {no}")
        found = walk(unguarded)
        assert [(fault.kind, fault.no) for fault in found] == [(FaultKind.CHANGED, no) for no in EDITS]

    def test_a_sound_trail_has_no_fault(self, session: Session) -> None:
        assert walk(session) == []
        fill(session)
        assert walk(session) == []


class TestFaults:
    @pytest.mark.parametrize(
        ("deleted", "expected"),
        [
            ("no = 1", [Fault(FaultKind.MISSING, 1, 1)]),
            ("no BETWEEN 10 AND 14", [Fault(FaultKind.MISSING, 10, 14)]),
            ("no IN (10, 12)", [Fault(FaultKind.MISSING, 10, 10), Fault(FaultKind.MISSING, 12, 12)]),
            (f"no = {EVENTS}", [Fault(FaultKind.CUT_OFF, EVENTS, EVENTS)]),
            ("no > 60", [Fault(FaultKind.CUT_OFF, 61, EVENTS)]),
            ("no > 0", [Fault(FaultKind.CUT_OFF, 1, EVENTS)]),
        ],
    )
    def test_what_was_taken_out_is_named(self, unguarded: Session, deleted: str, expected: list[Fault]) -> None:
        fill(unguarded)
        edit(unguarded, f"DELETE FROM audit_event WHERE {deleted}")
        assert walk(unguarded) == expected

    def test_an_event_whose_hash_was_made_anew_is_named_and_not_the_one_after_it(self, unguarded: Session) -> None:
        fill(unguarded)
        forge(unguarded, 20)
        assert walk(unguarded) == [Fault(FaultKind.REPLACED, 20)]

    def test_the_last_event_with_a_new_hash_does_not_fit_the_head(self, unguarded: Session) -> None:
        fill(unguarded)
        forge(unguarded, EVENTS)
        assert walk(unguarded) == [Fault(FaultKind.HEAD_DIFFERS, EVENTS)]

    def test_a_cut_off_end_with_the_head_gone_too_is_seen(self, unguarded: Session) -> None:
        fill(unguarded)
        edit(unguarded, "DELETE FROM audit_event WHERE no > 60")
        edit(unguarded, "DELETE FROM audit_head")
        assert walk(unguarded) == [Fault(FaultKind.HEAD_MISSING, 60)]

    def test_events_that_the_head_does_not_know_are_outside_the_trail(self, unguarded: Session) -> None:
        fill(unguarded)
        row = dict(unguarded.execute(sa.select(AuditEvent.__table__).where(AuditEvent.no == EVENTS)).mappings().one())
        unguarded.execute(sa.insert(AuditEvent), [row | {"no": EVENTS + 1}, row | {"no": 0}])
        unguarded.commit()
        assert walk(unguarded) == [Fault(FaultKind.BEYOND, 0), Fault(FaultKind.BEYOND, EVENTS + 1)]

    def test_a_whole_trail_written_anew_is_seen_by_a_mark_kept_elsewhere_only(self, unguarded: Session) -> None:
        fill(unguarded)
        noted = head_of(unguarded)
        assert noted is not None
        assert walk(unguarded, noted) == []
        rewrite(unguarded, 30)
        assert walk(unguarded) == []
        assert walk(unguarded, noted) == [Fault(FaultKind.NOT_AS_NOTED, EVENTS)]
        assert walk(unguarded, Mark(EVENTS + 5, noted.hash)) == [Fault(FaultKind.NOT_AS_NOTED, EVENTS + 5)]

    def test_values_that_no_event_has_are_faults_and_stop_nothing(self, unguarded: Session) -> None:
        fill(unguarded)
        if dialect_of(unguarded) == "sqlite":  # PostgreSQL keeps no such values
            edit(unguarded, "UPDATE audit_event SET at = 'yesterday' WHERE no = 10")
            edit(unguarded, "UPDATE audit_event SET detail = X'00ff' WHERE no = 20")
        else:
            edit(unguarded, "UPDATE audit_event SET at = '0001-01-01' WHERE no = 10")
            edit(unguarded, "UPDATE audit_event SET detail = '' WHERE no = 20")
        assert walk(unguarded) == [Fault(FaultKind.CHANGED, 10), Fault(FaultKind.CHANGED, 20)]

    @pytest.mark.engine_free
    def test_the_walk_needs_the_memory_of_one_event(self) -> None:
        def events(count: int) -> Iterator[Mapping[str, Any]]:
            previous = START
            for no in range(1, count + 1):
                event = dict.fromkeys(("actor", "action", "target", "purpose", "detail", "address", "request"), "x" * 300)
                said: dict[str, Any] = event | {"no": no, "at": datetime(2026, 1, 1, tzinfo=UTC), "actor_id": 1, "previous": previous}
                previous = said["hash"] = hash_of(said, previous)
                yield said

        tracemalloc.start()
        assert [fault.kind for fault in faults(events(4_000), Mark(5_000, START))] == [FaultKind.CUT_OFF]
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 500_000  # the events together are 9 MB


class TestCommand:
    def test_a_sound_trail_ends_well_and_gives_a_mark(self, app: Flask, session: Session) -> None:
        fill(session)
        run = command(app, "verify")
        head = head_of(session)
        assert run.exit_code == 0
        assert f"{EVENTS} events" in run.output
        assert str(head) in run.output
        assert command(app, "verify", "--expect", str(head)).exit_code == 0
        assert command(app, "verify", "--expect", f"3:{'0' * 64}").exit_code == 1

    def test_a_broken_one_says_where_and_ends_with_1(self, app: Flask, unguarded: Session) -> None:
        fill(unguarded)
        edit(unguarded, "UPDATE audit_event SET actor = 'x' WHERE no = 7")
        edit(unguarded, "DELETE FROM audit_event WHERE no BETWEEN 11 AND 13")
        run = command(app, "verify")
        assert run.exit_code == 1
        assert run.output.splitlines() == [
            "event 7: was changed: its hash does not fit what it says",
            "events 11 to 13: missing",
            "The trail breaks in 2 places.",
        ]

    def test_a_mark_that_is_none_is_refused_in_words(self, app: Flask) -> None:
        run = command(app, "verify", "--expect", "12")
        assert run.exit_code == 2
        assert "64 hexadecimal digits" in run.output


# --- A trail, and hands that change it ---


def fill(session: Session, count: int = EVENTS) -> None:
    for number in range(count):
        audit.write(None, session, Action.EXPORTED, f"HND-2026-{number:04d}", purpose=f"reason {number}", detail={"rows": number})
    for pending in session.info["audit_pending"]:
        pending.values.update(actor="ana", actor_id=4, address="10.0.0.1", request="r")
    session.commit()


def walk(session: Session, noted: Mark | None = None) -> list[Fault]:
    try:
        return list(faults(stored_events(session), head_of(session), noted))
    finally:
        session.rollback()


def edit(session: Session, statement: str) -> None:
    assert session.execute(sa.text(statement)).rowcount > 0  # type: ignore[attr-defined]
    session.commit()


def forge(session: Session, no: int) -> None:
    """Change an event and give it a hash that fits."""
    row = dict(session.execute(sa.select(AuditEvent.__table__).where(AuditEvent.no == no)).mappings().one())
    row["actor"] = "somebody else"
    session.execute(sa.update(AuditEvent).where(AuditEvent.no == no).values(actor=row["actor"], hash=hash_of(row, row["previous"])))
    session.commit()


def rewrite(session: Session, since: int) -> None:
    """Change an event, and every hash from it to the head."""
    previous = session.scalar(sa.select(AuditEvent.hash).where(AuditEvent.no == since - 1)) or START
    for row in session.execute(sa.select(AuditEvent.__table__).where(AuditEvent.no >= since).order_by(AuditEvent.no)).mappings().all():
        said = {**row, "actor": "somebody else", "previous": previous}
        digest = hash_of(said, previous)
        session.execute(sa.update(AuditEvent).where(AuditEvent.no == row["no"]).values(actor=said["actor"], previous=previous, hash=digest))
        previous = digest
    session.execute(sa.text("UPDATE audit_head SET hash = :hash"), {"hash": previous})
    session.commit()


def command(app: Flask, *words: str) -> Any:
    run: Callable[..., Any] = app.test_cli_runner().invoke
    return run(args=["audit", *words])
