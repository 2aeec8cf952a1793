"""Which events of the trail tell of a record though their target is another; merged records are found by where they lead

Revision: 0018
Follows: 0017
"""

import json
from itertools import islice

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

GUARDS = (
    ("audit_mention_kept", "UPDATE", "what an event mentions is never changed"),
    ("audit_mention_not_deleted", "DELETE", "what an event mentions is never deleted"),
)
BATCH, REF_LENGTH = 1_000, 80


def upgrade() -> None:
    only = sa.text("merged_into_id IS NOT NULL")
    op.create_index("ix_record_merged_into_id", "record", ["merged_into_id"], sqlite_where=only, postgresql_where=only)
    op.create_table(
        "audit_mention",
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_no"], ["audit_event.no"], name=op.f("fk_audit_mention_event_no_audit_event")),
        sa.PrimaryKeyConstraint("ref", "event_no", name=op.f("pk_audit_mention")),
    )
    _fill()
    for name, event, why in GUARDS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON audit_mention BEGIN SELECT RAISE(ABORT, '{why}'); END")
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" RAISE EXCEPTION '{why}' USING ERRCODE = 'check_violation'; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON audit_mention FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for name, _event, _why in reversed(GUARDS):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON audit_mention")
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("audit_mention")
    op.drop_index("ix_record_merged_into_id", "record")


def _fill() -> None:
    """What the events say already: files of lists about persons name their records, files of sources for which record they were opened."""
    bind, last = op.get_bind(), 0
    asked = sa.text(
        "SELECT no, action, target, detail FROM audit_event WHERE no > :last AND (action = 'exported' AND target LIKE 'list:%'"
        " OR action = 'file_read') ORDER BY no LIMIT :most"
    )
    while rows := bind.execute(asked, {"last": last, "most": BATCH}).all():
        last = rows[-1].no
        found = iter([{"ref": ref, "event_no": row.no} for row in rows for ref in _mentioned(row)])
        while batch := list(islice(found, BATCH)):
            bind.execute(sa.text("INSERT INTO audit_mention (ref, event_no) VALUES (:ref, :event_no)"), batch)


def _mentioned(row: sa.Row) -> list[str]:
    """The records that an event tells of; none where it says nothing that could be one: an event is never changed, whatever it says."""
    try:
        said = json.loads(row.detail)
    except ValueError:
        return []
    if not isinstance(said, dict):
        return []
    refs = said.get("records") if row.action == "exported" else [said.get("for")]
    texts = (ref for ref in refs if isinstance(ref, str)) if isinstance(refs, list) else ()
    return [ref for ref in dict.fromkeys(texts) if 0 < len(ref) <= REF_LENGTH and ref.isascii() and ref.isprintable() and ref != row.target]
