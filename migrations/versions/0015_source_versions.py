"""Sources have versions; where names of persons may be in sources and their files is known

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PIECE = 1000
# a version is changed only while a masking of it is open, only in its text, and only to leave a name out
REDACTED = (
    "NEW.source_id = OLD.source_id AND NEW.version = OLD.version AND NEW.valid_from = OLD.valid_from AND NEW.by_id = OLD.by_id"
    " AND EXISTS (SELECT 1 FROM source_redaction AS pass WHERE pass.source_id = OLD.source_id AND pass.version = OLD.version AND pass.is_open)"
    " AND (CAST(NEW.payload AS TEXT) || NEW.reason) LIKE '%[name]%'"
)
# (trigger, event, table, condition under which the write is refused, why)
GUARDS = (
    ("source_version_kept", "UPDATE", "source_version", f"NOT ({REDACTED})", "versions of sources are never changed"),
    ("source_version_not_deleted", "DELETE", "source_version", "1 = 1", "versions of sources are never deleted"),
    ("source_redaction_not_deleted", "DELETE", "source_redaction", "1 = 1", "what was masked in a version of a source stays known"),
    (
        "source_redaction_kept", "UPDATE", "source_redaction",
        "NOT (OLD.is_open AND NOT NEW.is_open AND NEW.source_id = OLD.source_id AND NEW.version = OLD.version"
        " AND NEW.record_id = OLD.record_id AND NEW.at = OLD.at AND NEW.by_id = OLD.by_id)",
        "a masking is only closed",
    ),
    ("named_citation_kept", "UPDATE", "named_citation", "1 = 1", "what a record with persons has cited stays known"),
    ("named_citation_not_deleted", "DELETE", "named_citation", "1 = 1", "what a record with persons has cited stays known"),
)  # fmt: skip


def upgrade() -> None:
    _make_tables()
    op.add_column("attachment", sa.Column("names_somebody", sa.Boolean(), nullable=True))
    _keep_first_versions()
    _find_citations()
    for guard in GUARDS:
        _make(guard)


def downgrade() -> None:
    for guard in reversed(GUARDS):
        _drop(guard)
    for table in ("named_citation", "source_redaction", "source_version"):
        op.drop_table(table)
    op.drop_column("attachment", "names_somebody")


def _keep_first_versions() -> None:
    """Each source as it stands is the first version that is kept, by whoever saved it last, as far as the trail knows, else who added it.

    Its number is the source's own: 1, or one more for each correction before. What it said then stands in the trail alone.
    """
    words = ("title", "publisher", "url", "lang", "kind", "reliability", "marking", "published_edtf")
    source = sa.table(
        "source", sa.column("id"), sa.column("ref"), sa.column("version"), sa.column("created_by_id"), sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("is_translation", sa.Boolean), *(sa.column(name) for name in words),
    )  # fmt: skip
    event = sa.table(
        "audit_event", sa.column("no"), sa.column("target"), sa.column("action"), sa.column("actor_id"), sa.column("at", sa.DateTime(timezone=True))
    )  # fmt: skip
    version = sa.table(
        "source_version", sa.column("source_id"), sa.column("version"), sa.column("valid_from", sa.DateTime(timezone=True)),
        sa.column("by_id"), sa.column("reason"), sa.column("payload", sa.JSON),
    )  # fmt: skip
    bind = op.get_bind()
    saves = sa.select(event.c.target, event.c.at, event.c.actor_id).where(event.c.action == "source_saved", event.c.actor_id.is_not(None))
    saved = {target: (at, actor_id) for target, at, actor_id in bind.execute(saves.order_by(event.c.no))}
    people = set(bind.scalars(sa.text("SELECT id FROM user_account")))
    rows = []
    for row in bind.execute(sa.select(source).order_by(source.c.id)).mappings():
        at, by_id = saved.get(row["ref"], (row["created_at"], row["created_by_id"]))
        rows.append({
            "source_id": row["id"], "version": row["version"], "valid_from": at, "by_id": by_id if by_id in people else row["created_by_id"],
            "reason": "", "payload": _payload(row),
        })  # fmt: skip
    for start in range(0, len(rows), PIECE):
        op.bulk_insert(version, rows[start : start + PIECE])


def _payload(row: sa.RowMapping) -> dict[str, object]:
    said = {name: row[name] for name in ("title", "publisher", "url", "lang")}
    said |= {name: row[name].partition(":")[2] if row[name] else None for name in ("kind", "reliability")}
    return said | {"is_translation": bool(row["is_translation"]), "marking": row["marking"], "published": row["published_edtf"]}


def _find_citations() -> None:
    """What handovers cite, and did in any version."""
    bind = op.get_bind()
    version = sa.table("record_version", sa.column("record_id"), sa.column("payload", sa.JSON))
    record = sa.table("record", sa.column("id"), sa.column("kind"))
    ids = dict(bind.execute(sa.text("SELECT ref, id FROM source")).all())
    statement = sa.select(version.c.record_id, version.c.payload).join(record, record.c.id == version.c.record_id)
    found = {
        (ids[entry["source"]], record_id)
        for record_id, payload in bind.execute(statement.where(record.c.kind == "handover"))
        for entry in payload.get("evidence") or ()
        if entry["source"] in ids
    }
    now = sa.text(
        "SELECT evidence.source_id, evidence.record_id FROM evidence JOIN record ON record.id = evidence.record_id WHERE kind = 'handover'"
    )
    found |= {(source_id, record_id) for source_id, record_id in bind.execute(now)}
    citation = sa.table("named_citation", sa.column("source_id"), sa.column("record_id"))
    rows = [{"source_id": source_id, "record_id": record_id} for source_id, record_id in sorted(found)]
    for start in range(0, len(rows), PIECE):
        op.bulk_insert(citation, rows[start : start + PIECE])


def _make(guard: tuple[str, ...]) -> None:
    name, event, table, condition, why = guard
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{why}'); END")
        return
    row = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION '{why}' USING ERRCODE = 'check_violation'; END IF; RETURN {row}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _drop(guard: tuple[str, ...]) -> None:
    name, _event, table, _condition, _why = guard
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(f"DROP FUNCTION {name}()")


def _make_tables() -> None:
    op.create_table(
        "source_version",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_source_version_by_id_user_account")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_version_source_id_source")),
        sa.PrimaryKeyConstraint("source_id", "version", name=op.f("pk_source_version")),
    )
    op.create_table(
        "source_redaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_source_redaction_by_id_user_account")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_source_redaction_record_id_record")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_redaction_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_redaction")),
    )
    with op.batch_alter_table("source_redaction", schema=None) as batch_op:
        batch_op.create_index("ix_source_redaction_version", ["source_id", "version"], unique=False)
    op.create_table(
        "named_citation",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_named_citation_record_id_record")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_named_citation_source_id_source")),
        sa.PrimaryKeyConstraint("source_id", "record_id", name=op.f("pk_named_citation")),
    )
    with op.batch_alter_table("named_citation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_named_citation_record_id"), ["record_id"], unique=False)
