"""Persons under pseudonyms, their keys, review dates, erasure by two, restriction

Revision: 0012
Follows: 0011
"""

import calendar
from datetime import date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

GROUNDS = ("time_over", "not_needed", "unlawful", "on_request", "court_order")
STANDINGS = ("counted", "statement", "phase", "planned", "cancelled", "requested", "granted", "refused")
FIRST_MONTHS, MOST_MONTHS = 36, 60

# a version is changed only while a masking of it is open, only in its text, and only to say a pseudonym
REDACTED = (
    "NEW.record_id = OLD.record_id AND NEW.version = OLD.version AND NEW.valid_from = OLD.valid_from AND NEW.by_id = OLD.by_id"
    " AND NEW.review_state = OLD.review_state AND COALESCE(NEW.form_token, '') = COALESCE(OLD.form_token, '')"
    " AND EXISTS (SELECT 1 FROM version_redaction AS pass WHERE pass.record_id = OLD.record_id AND pass.version = OLD.version AND pass.is_open)"
    " AND (CAST(NEW.payload AS TEXT) || NEW.reason) LIKE '%[' || (SELECT ref FROM record WHERE id = OLD.record_id) || '/%'"
)
# (trigger, event, table, condition under which the write is refused, why)
OLD_GUARD = ("record_version_kept", "UPDATE", "record_version", "1 = 1", "versions of records are never changed")
NEW_GUARD = ("record_version_kept", "UPDATE", "record_version", f"NOT ({REDACTED})", "versions of records are never changed")
NOTED = (
    "NEW.id = OLD.id AND NEW.record_id = OLD.record_id AND NEW.version = OLD.version AND NEW.move = OLD.move AND NEW.by_id = OLD.by_id"
    " AND NEW.at = OLD.at AND NEW.note LIKE '%[' || (SELECT ref FROM record WHERE id = OLD.record_id) || '/%'"
    " AND EXISTS (SELECT 1 FROM version_redaction AS pass WHERE pass.record_id = OLD.record_id AND pass.version = OLD.version AND pass.is_open)"
)
OLD_NOTE_GUARD = ("review_kept", "UPDATE", "review", "1 = 1", "moves of review are never changed")
NEW_NOTE_GUARD = ("review_kept", "UPDATE", "review", f"NOT ({NOTED})", "moves of review are never changed")
GUARDS = (
    ("version_redaction_not_deleted", "DELETE", "version_redaction", "1 = 1", "what was masked in a version stays known"),
    (
        "version_redaction_kept", "UPDATE", "version_redaction",
        "NOT (OLD.is_open AND NOT NEW.is_open AND NEW.record_id = OLD.record_id AND NEW.version = OLD.version"
        " AND NEW.at = OLD.at AND NEW.by_id = OLD.by_id)",
        "a masking is only closed",
    ),
    ("erasure_request_not_deleted", "DELETE", "erasure_request", "1 = 1", "requests for erasure are kept"),
    (
        "erasure_request_kept", "UPDATE", "erasure_request",
        "OLD.decision IS NOT NULL OR NEW.asked_by_id <> OLD.asked_by_id OR NEW.record_id <> OLD.record_id OR NEW.nos <> OLD.nos"
        " OR NEW.ground <> OLD.ground",
        "a request for erasure is decided once, as it was asked",
    ),
    ("subject_key_not_deleted", "DELETE", "subject_key", "1 = 1", "the stub of a person stays"),
    ("subject_key_kept", "UPDATE", "subject_key", "OLD.wrapped IS NULL", "what was erased stays erased"),
    (
        "subject_key_by_two", "UPDATE", "subject_key",
        "NEW.wrapped IS NULL AND OLD.wrapped IS NOT NULL AND NOT EXISTS (SELECT 1 FROM erasure_request AS asked"
        " WHERE asked.record_id = OLD.record_id AND asked.decision = 'approved' AND asked.decided_by_id = NEW.erased_by_id"
        " AND ',' || asked.nos || ',' LIKE '%,' || OLD.no || ',%')",
        "a name is erased after two persons have said so",
    ),
)  # fmt: skip


def upgrade() -> None:
    _make_tables()
    bind = op.get_bind()
    retention = sa.table(
        "retention",
        sa.column("record_id"),
        sa.column("review_on", sa.Date),
        sa.column("latest_on", sa.Date),
        sa.column("is_set", sa.Boolean),
    )
    handovers = bind.execute(sa.text("SELECT record.id, record.created_at FROM record WHERE record.kind = 'handover'")).all()
    rows = [
        {"record_id": key, "review_on": _after(made, FIRST_MONTHS), "latest_on": _after(made, MOST_MONTHS), "is_set": False}
        for key, made in handovers
    ]
    if rows:
        op.bulk_insert(retention, rows)
    _set_standings((*STANDINGS, "restricted"))
    _replace(OLD_GUARD, NEW_GUARD)
    _replace(OLD_NOTE_GUARD, NEW_NOTE_GUARD)
    for guard in GUARDS:
        _make(guard)


def downgrade() -> None:
    for guard in reversed(GUARDS):
        _drop(guard)
    _replace(NEW_NOTE_GUARD, OLD_NOTE_GUARD)
    _replace(NEW_GUARD, OLD_GUARD)
    op.execute("DELETE FROM fact WHERE standing = 'restricted'")
    _set_standings(STANDINGS)
    for table in ("version_redaction", "erasure_request", "retention", "subject_key", "subject"):
        op.drop_table(table)


def _after(made: object, months: int) -> date:
    day = made if isinstance(made, datetime) else datetime.fromisoformat(str(made))
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _set_standings(values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("fact", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_fact_standing"), type_="check")
        batch_op.create_check_constraint(op.f("ck_fact_standing"), f"standing IN ({listed})")


def _replace(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    _drop(old)
    _make(new)


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
    kinds = sa.Enum("suspect", "convicted", "victim", "witness", "other", name="kind", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("legal_status", sa.String(length=80), nullable=True),
        sa.Column("nationality_id", sa.Integer(), nullable=True),
        sa.Column("alleged_crime", sa.String(length=80), nullable=True),
        sa.Column("name_no", sa.Integer(), nullable=False),
        sa.Column("other_nos", sa.String(length=200), nullable=False),
        sa.Column("same_as", sa.String(length=30), nullable=False),
        sa.CheckConstraint("no > 0", name=op.f("ck_subject_numbered")),
        sa.ForeignKeyConstraint(["alleged_crime"], ["vocab_term.id"], name=op.f("fk_subject_alleged_crime_vocab_term")),
        sa.ForeignKeyConstraint(["legal_status"], ["vocab_term.id"], name=op.f("fk_subject_legal_status_vocab_term")),
        sa.ForeignKeyConstraint(["nationality_id"], ["party.id"], name=op.f("fk_subject_nationality_id_party")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_subject_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("record_id", "no", name=op.f("uq_subject_record_id_no")),
    )
    op.create_table(
        "subject_key",
        sa.Column("pseudonym", sa.String(length=30), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("spellings", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "erasure_ground", sa.Enum(*GROUNDS, name="erasure_ground", native_enum=False, create_constraint=True, length=20), nullable=True
        ),
        sa.CheckConstraint("(erased_at IS NULL) = (erased_by_id IS NULL)", name=op.f("ck_subject_key_erased_by_somebody")),
        sa.CheckConstraint("(spellings IS NULL) = (wrapped IS NULL)", name=op.f("ck_subject_key_spellings_with_key")),
        sa.CheckConstraint("(wrapped IS NULL) = (erased_at IS NOT NULL)", name=op.f("ck_subject_key_erased_or_not")),
        sa.ForeignKeyConstraint(["erased_by_id"], ["user_account.id"], name=op.f("fk_subject_key_erased_by_id_user_account")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_subject_key_record_id_record")),
        sa.PrimaryKeyConstraint("pseudonym", name=op.f("pk_subject_key")),
        sa.UniqueConstraint("record_id", "no", name=op.f("uq_subject_key_record_id_no")),
    )
    op.create_table(
        "retention",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("latest_on", sa.Date(), nullable=False),
        sa.Column("is_set", sa.Boolean(), nullable=False),
        sa.CheckConstraint("review_on <= latest_on", name=op.f("ck_retention_at_most_five_years")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_retention_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_retention")),
    )
    with op.batch_alter_table("retention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_retention_review_on"), ["review_on"], unique=False)
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("nos", sa.String(length=400), nullable=False),
        sa.Column("ground", sa.Enum(*GROUNDS, name="ground", native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decision", sa.Enum("approved", "refused", name="decision", native_enum=False, create_constraint=True, length=20), nullable=True
        ),
        sa.CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name=op.f("ck_erasure_request_decided_at_some_time")),
        sa.CheckConstraint("(decided_by_id IS NULL) = (decision IS NULL)", name=op.f("ck_erasure_request_decided_by_somebody")),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_erasure_request_two_persons")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_erasure_request_asked_by_id_user_account")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_erasure_request_decided_by_id_user_account")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_erasure_request_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
    )
    with op.batch_alter_table("erasure_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasure_request_record_id"), ["record_id"], unique=False)
        batch_op.create_index(
            "uq_erasure_request_one_open",
            ["record_id"],
            unique=True,
            sqlite_where=sa.text("decision IS NULL"),
            postgresql_where=sa.text("decision IS NULL"),
        )
    op.create_table(
        "version_redaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_version_redaction_by_id_user_account")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_version_redaction_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_redaction")),
    )
    with op.batch_alter_table("version_redaction", schema=None) as batch_op:
        batch_op.create_index("ix_version_redaction_version", ["record_id", "version"], unique=False)
