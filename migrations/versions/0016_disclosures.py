"""To whom data of handovers were given, and what these recipients were told later

Revision: 0016
Follows: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KINDS = ("returned", "verified", "submitted", "expiring", "stale", "retention_due", "restricted", "account")
CHANNELS = ("i_24_7", "diplomatic_note", "liaison_officer", "letter", "secure_mail", "meeting", "other")
CONDITIONS = ("valid", "restricted", "retired")
BASES = ("stated", "inferred", "not_stated")

_FIXED = ("record_id", "no", "version", "condition", "erased", "party_id", "given_on_edtf", "given_on_basis", "channel", "given",
          "noted_by_id", "noted_at")  # fmt: skip
_EMPTY = ("given_on_lo", "given_on_hi", "form_token")
AS_NOTED = " AND ".join(
    [f"NEW.{name} = OLD.{name}" for name in _FIXED]
    + [f"COALESCE(CAST(NEW.{name} AS TEXT), '') = COALESCE(CAST(OLD.{name} AS TEXT), '')" for name in _EMPTY]
)
# a text is changed only to say a pseudonym, as the texts of versions are
_PSEUDONYM = "LIKE '%[' || (SELECT ref FROM record WHERE id = OLD.record_id) || '/%'"
MASKED = " AND ".join(f"(NEW.{name} = OLD.{name} OR NEW.{name} {_PSEUDONYM})" for name in ("authority", "purpose", "caveats"))
WITHDRAWN_ONCE = (
    "(OLD.withdrawn_at IS NULL OR (NEW.withdrawn_at = OLD.withdrawn_at AND NEW.withdrawn_by_id = OLD.withdrawn_by_id"
    f" AND (NEW.withdrawn_reason = OLD.withdrawn_reason OR NEW.withdrawn_reason {_PSEUDONYM})))"
)
# (trigger, event, table, condition under which the write is refused, why)
GUARDS = (
    ("disclosure_not_deleted", "DELETE", "disclosure", "1 = 1", "what was disclosed stays written down"),
    (
        "disclosure_kept", "UPDATE", "disclosure", f"COALESCE(NOT ({AS_NOTED} AND {MASKED} AND {WITHDRAWN_ONCE}), TRUE)",
        "a disclosure is withdrawn once, and otherwise stays as it was noted",
    ),
    ("correction_notice_not_deleted", "DELETE", "correction_notice", "1 = 1", "what recipients were told stays written down"),
    ("correction_notice_kept", "UPDATE", "correction_notice", "1 = 1", "what recipients were told stays written down"),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "disclosure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("condition", _words("condition", CONDITIONS), nullable=False),
        sa.Column("erased", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(length=600), nullable=False),
        *_date("given_on"),
        sa.Column("channel", _words("channel", CHANNELS), nullable=False),
        sa.Column("purpose", sa.String(length=600), nullable=False),
        sa.Column("given", _words("given", ("pseudonyms", "names")), nullable=False),
        sa.Column("caveats", sa.String(length=600), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=600), nullable=False),
        sa.Column("due_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name=op.f("ck_disclosure_withdrawn_by_somebody")),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason = '')", name=op.f("ck_disclosure_withdrawn_with_a_reason")),
        sa.CheckConstraint("due_since IS NULL OR withdrawn_at IS NULL", name=op.f("ck_disclosure_withdrawn_is_not_due")),
        *_date_checks("disclosure", "given_on"),
        sa.ForeignKeyConstraint(["noted_by_id"], ["user_account.id"], name=op.f("fk_disclosure_noted_by_id_user_account")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_disclosure_party_id_party")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_disclosure_record_id_record")),
        sa.ForeignKeyConstraint(
            ["record_id", "version"],
            ["record_version.record_id", "record_version.version"],
            name=op.f("fk_disclosure_record_id_version_record_version"),
        ),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["user_account.id"], name=op.f("fk_disclosure_withdrawn_by_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
        sa.UniqueConstraint("form_token", name=op.f("uq_disclosure_form_token")),
        sa.UniqueConstraint("record_id", "no", name=op.f("uq_disclosure_record_id_no")),
    )
    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disclosure_due_since"), ["due_since"], unique=False)
    op.create_table(
        "correction_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("disclosure_id", sa.Integer(), nullable=False),
        sa.Column("of_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("under_id", sa.Integer(), nullable=False),
        sa.Column("condition", _words("condition", CONDITIONS), nullable=False),
        sa.Column("erased", sa.Text(), nullable=False),
        *_date("sent_on"),
        sa.Column("channel", _words("channel", CHANNELS), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_date_checks("correction_notice", "sent_on"),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_correction_notice_by_id_user_account")),
        sa.ForeignKeyConstraint(["disclosure_id"], ["disclosure.id"], name=op.f("fk_correction_notice_disclosure_id_disclosure")),
        sa.ForeignKeyConstraint(["of_id"], ["record.id"], name=op.f("fk_correction_notice_of_id_record")),
        sa.ForeignKeyConstraint(
            ["of_id", "version"],
            ["record_version.record_id", "record_version.version"],
            name=op.f("fk_correction_notice_of_id_version_record_version"),
        ),
        sa.ForeignKeyConstraint(["under_id"], ["record.id"], name=op.f("fk_correction_notice_under_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_notice")),
    )
    with op.batch_alter_table("correction_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_notice_disclosure_id"), ["disclosure_id"], unique=False)
    _set_kinds((*KINDS, "correction_due"))
    _set_length_of_numbers(sa.String(length=400), sa.Text())
    for guard in GUARDS:
        _make(guard)


def downgrade() -> None:
    for guard in reversed(GUARDS):
        _drop(guard)
    longest = op.get_bind().execute(sa.text("SELECT MAX(LENGTH(nos)) FROM erasure_request")).scalar() or 0
    if longest <= 400:  # what was asked for is never cut: a longer list keeps its room, which the version before only reads
        _set_length_of_numbers(sa.Text(), sa.String(length=400))
    for table in ("notification", "notification_choice"):
        op.execute(f"DELETE FROM {table} WHERE kind = 'correction_due'")
    _set_kinds(KINDS)
    op.drop_table("correction_notice")
    op.drop_table("disclosure")


def _set_length_of_numbers(before: sa.types.TypeEngine, after: sa.types.TypeEngine) -> None:
    """SQLite copies the table for that, without the triggers that speak of it."""
    bind, triggers = op.get_bind(), []
    if bind.dialect.name == "sqlite":
        spoken = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%erasure_request%'")
        triggers = bind.execute(spoken).all()
    for name, _ in triggers:
        op.execute(f"DROP TRIGGER {name}")
    with op.batch_alter_table("erasure_request", schema=None) as batch_op:
        batch_op.alter_column("nos", existing_type=before, type_=after, existing_nullable=False)
    for _, made_by in triggers:
        bind.exec_driver_sql(made_by)


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _date(name: str) -> tuple[sa.Column, ...]:
    return (
        sa.Column(f"{name}_edtf", sa.String(length=60), nullable=False),
        sa.Column(f"{name}_lo", sa.Date(), nullable=True),
        sa.Column(f"{name}_hi", sa.Date(), nullable=True),
        sa.Column(f"{name}_basis", _words(f"{name}_basis", BASES), nullable=False),
    )


def _date_checks(table: str, name: str) -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint(
            f"{name}_lo IS NULL OR {name}_hi IS NULL OR {name}_lo <= {name}_hi", name=op.f(f"ck_{table}_{name}_bounds_in_order")
        ),
        sa.CheckConstraint(
            f"({name}_basis = 'not_stated') = (COALESCE({name}_edtf, '') = '')", name=op.f(f"ck_{table}_{name}_stated_when_written")
        ),
    )


def _set_kinds(values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    for table in ("notification", "notification_choice"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(f"ck_{table}_kind"), type_="check")
            batch_op.create_check_constraint(op.f(f"ck_{table}_kind"), f"kind IN ({listed})")


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
