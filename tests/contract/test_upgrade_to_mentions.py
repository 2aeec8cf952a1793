"""A database made before mentions were kept finds them in its events, whatever these say; the trail stays as it is."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.contract.filled_database import open_database
from tests.contract.test_migrations import contents
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.audit.models import AuditEvent
from tracker.audit.verification import faults, head_of, stored_events
from tracker.database import migrations

BEFORE, HERE = "0017", "0018"
MANY = 2_500  # more than the upgrade takes at once
STRANGE = ["", None, 7, ["HND-2026-0001"], {"a": 1}, "R" * 81, "\x00", "人", "HND-2026-0001", "HND-2026-0001"]


def test_files_of_lists_and_of_sources_mention_what_their_events_say(database_url: str) -> None:
    engine = open_database(database_url)
    migrations.downgrade(database_url, BEFORE)
    refs = [f"HND-2026-{number:04d}" for number in range(1, MANY)]
    with Session(engine) as session:
        for target, records in (
            ("list:handovers", refs),
            ("list:handovers", STRANGE),
            ("list:handovers", "HND-2026-0001"),
            ("audit", refs),
        ):
            audit.write(None, session, Action.EXPORTED, target, detail={"rows": 1, "records": records})
        audit.write(None, session, Action.EXPORTED, "list:handovers", detail={"rows": 1, "filter": {"about": refs[0]}})
        audit.write(None, session, Action.FILE_READ, "SRC-2026-0001", detail={"file": 1, "for": refs[0]})
        audit.write(None, session, Action.FILE_READ, refs[1], detail={"file": 1})
        audit.write(None, session, Action.FILE_READ, "SRC-2026-0001", detail={"file": 1, "for": 7})
        audit.write(None, session, Action.RECORD_READ, refs[2], detail={"for": "review"})
        audit.write(None, session, Action.RECORD_HANDED_ON, "user:ana", detail={"records": refs})
        for number in range(MANY):
            audit.write(None, session, Action.FILE_READ, "SRC-2026-0002", detail={"file": number, "for": "HND-2026-9999"})
        session.commit()
        first = session.scalar(sa.select(sa.func.min(AuditEvent.no)).where(AuditEvent.target == "list:handovers")) or 0
    before = contents(database_url)["audit_event"]
    migrations.upgrade(database_url, HERE)
    found = contents(database_url)
    said = {(row["ref"], row["event_no"] - first) for row in found["audit_mention"]}
    assert len(said) == len(found["audit_mention"])
    assert {one for one in said if one[0] != "HND-2026-9999"} == {(ref, 0) for ref in refs} | {(refs[0], 1), (refs[0], 5)}
    assert {one[1] for one in said if one[0] == "HND-2026-9999"} == set(range(10, 10 + MANY))
    assert found["audit_event"] == before
    with Session(engine) as session:
        assert list(faults(stored_events(session), head_of(session))) == []
    engine.dispose()
