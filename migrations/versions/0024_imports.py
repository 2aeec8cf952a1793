"""Imports: the file that comes in, its rows, profiles and words; what is not finished is withheld from everybody

Revision: 0024
Follows: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MARKINGS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
MARKED = (("record", "effective_marking"), ("source", "marking"))
STATES = ("open", "loading", "done", "clearing", "undone", "cancelled")
ROW_STATES = ("new", "change", "same", "double", "part", "skipped", "ruled_out", "wrong")
WITHHELD = "SELECT 1 FROM record WHERE record.id = OLD.record_id AND record.effective_marking = 'WITHHELD'"


def _kept(table: str, condition: str, why: str) -> tuple[str, ...]:
    return (f"{table}_not_deleted", "DELETE", table, condition, why)


WORDS = (
    ("record_version", "versions of records are never deleted"),
    ("review", "moves of review are never deleted"),
    ("named_citation", "what a record with persons has cited stays known"),
)
OLD_GUARDS = tuple(_kept(table, "1 = 1", why) for table, why in WORDS)
NEW_GUARDS = tuple(_kept(table, f"NOT EXISTS ({WITHHELD})", why) for table, why in WORDS)
# what anybody has touched is not taken back: a record is withheld again only as its import has made it
GUARD = (
    "record_withheld", "UPDATE", "record",
    "NEW.effective_marking = 'WITHHELD' AND OLD.effective_marking <> 'WITHHELD' AND (NEW.version > 1"
    " OR EXISTS (SELECT 1 FROM review WHERE review.record_id = NEW.id AND review.move <> 'submit')"
    " OR NOT EXISTS (SELECT 1 FROM import_row WHERE import_row.record_id = NEW.id))",
    "only what an import has made is withheld, and only while nobody has touched it",
)  # fmt: skip
# what hangs on a record, in the order in which it can be deleted
PARTS = (
    *("fact", "fact_key", "review", "record_version", "evidence", "figure", "record_party", "record_crime", "record_alias"),
    *("record_identifier", "retention", "named_citation", "operation", "handover", "training", "statement"),
)


def upgrade() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(length=150), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_kind", sa.String(length=10), nullable=False),
        sa.Column("encoding", sa.String(length=40), nullable=False),
        sa.Column("delimiter", sa.String(length=4), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("sheets", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("profile", sa.String(length=100), nullable=False),
        sa.Column("checked_to", sa.Integer(), nullable=False),
        sa.Column("loaded_to", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_import_batch_created_by_id_user_account")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_import_batch_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_index(op.f("ix_import_batch_created_by_id"), "import_batch", ["created_by_id"])
    op.create_table(
        "import_chunk",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("first_line", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_chunk_batch_id_import_batch")),
        sa.PrimaryKeyConstraint("batch_id", "no", name=op.f("pk_import_chunk")),
    )
    op.create_table(
        "import_row",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum(*ROW_STATES, name="state", native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("mended", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_row_batch_id_import_batch")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_import_row_record_id_record")),
        sa.PrimaryKeyConstraint("batch_id", "line", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_state", "import_row", ["batch_id", "state", "line"])
    op.create_index(op.f("ix_import_row_fingerprint"), "import_row", ["fingerprint"])
    op.create_index(op.f("ix_import_row_record_id"), "import_row", ["record_id"])
    op.create_table(
        "import_profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("headers", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_import_profile_name_given")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_import_profile_owner_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_profile")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_import_profile_owner_id_name")),
    )
    op.create_table(
        "import_word",
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=60), nullable=False),
        sa.Column("spelling", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_import_word_owner_id_user_account")),
        sa.PrimaryKeyConstraint("owner_id", "scheme", "spelling", name=op.f("pk_import_word")),
    )
    _mark((*MARKINGS, "WITHHELD"))
    for guard in OLD_GUARDS:
        _drop(guard)
    for guard in (*NEW_GUARDS, GUARD):
        _make(guard)


def downgrade() -> None:
    _drop(GUARD)
    for guard in NEW_GUARDS:
        _drop(guard)
    for table in ("import_word", "import_profile", "import_row", "import_chunk", "import_batch"):
        op.drop_table(table)
    _forget_withheld()
    for guard in OLD_GUARDS:
        _make(guard)
    _mark(MARKINGS)


def _forget_withheld() -> None:
    """What no import will finish any more."""
    withheld = "(SELECT id FROM record WHERE effective_marking = 'WITHHELD')"
    op.execute(f"DELETE FROM agreement_action WHERE agreement_id IN {withheld}")
    op.execute(f"DELETE FROM agreement WHERE record_id IN {withheld}")
    for table in PARTS:
        op.execute(f"DELETE FROM {table} WHERE record_id IN {withheld}")
    op.execute(f"DELETE FROM record_link WHERE from_id IN {withheld}")
    op.execute("DELETE FROM record WHERE effective_marking = 'WITHHELD'")
    op.execute("DELETE FROM source WHERE marking = 'WITHHELD'")


def _mark(values: tuple[str, ...]) -> None:
    """Let markings be one of `values`. SQLite cannot change a check, but takes a new column with another one without making the table anew."""
    listed = ", ".join(f"'{value}'" for value in values)
    dialect = op.get_bind().dialect.name
    for table, column in MARKED:
        name = f"ck_{table}_{column}"
        if dialect != "sqlite":
            op.drop_constraint(op.f(name), table)
            op.create_check_constraint(op.f(name), table, f"{column} IN ({listed})")
            continue
        if table == "record":
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN marked_anew VARCHAR(20) DEFAULT 'AMBER' NOT NULL CONSTRAINT {name} CHECK (marked_anew IN ({listed}))"
        )
        op.execute(f"UPDATE {table} SET marked_anew = {column}")
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        op.execute(f"ALTER TABLE {table} RENAME COLUMN marked_anew TO {column}")
        if table == "record":
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


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
