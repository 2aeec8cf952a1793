"""Restrictions are lifted by two; people are told of restrictions

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = ("returned", "verified", "submitted", "expiring", "stale", "retention_due", "account")
AS_ASKED = (
    "NEW.record_id = OLD.record_id AND NEW.restricted_at = OLD.restricted_at AND NEW.asked_by_id = OLD.asked_by_id"
    " AND NEW.asked_at = OLD.asked_at"
)
# a reason is changed only to say a pseudonym, as the texts of versions are
MASKED = (
    "NEW.reason LIKE '%[' || (SELECT ref FROM record WHERE id = OLD.record_id) || '/%'"
    " AND COALESCE(NEW.decision, '') = COALESCE(OLD.decision, '') AND COALESCE(NEW.decided_by_id, 0) = COALESCE(OLD.decided_by_id, 0)"
    " AND (NEW.decided_at = OLD.decided_at OR (NEW.decided_at IS NULL AND OLD.decided_at IS NULL))"
)
# (trigger, event, table, condition under which the write is refused, why)
GUARDS = (
    ("lift_request_asked_first", "INSERT", "lift_request", "NEW.decision IS NOT NULL", "a request to lift a restriction is asked, then decided"),
    ("lift_request_not_deleted", "DELETE", "lift_request", "1 = 1", "requests to lift a restriction are kept"),
    (
        "lift_request_kept", "UPDATE", "lift_request",
        f"NOT ({AS_ASKED} AND ((OLD.decision IS NULL AND NEW.reason = OLD.reason) OR ({MASKED})))",
        "a request to lift a restriction is decided once, as it was asked",
    ),
    (
        "record_lifted_by_two", "UPDATE", "record",
        "OLD.restricted_at IS NOT NULL AND NEW.restricted_at IS NULL AND OLD.review_state <> 'draft' AND NOT EXISTS (SELECT 1"
        " FROM lift_request AS asked WHERE asked.record_id = OLD.id AND asked.restricted_at = OLD.restricted_at"
        " AND asked.decision = 'approved')",
        "a restriction is lifted after two persons have said so",
    ),
    (
        "record_restricted_as_it_was", "UPDATE", "record",
        "OLD.restricted_at IS NOT NULL AND OLD.review_state <> 'draft' AND (NEW.review_state = 'draft'"
        " OR (NEW.restricted_at IS NOT NULL AND NEW.restricted_at <> OLD.restricted_at))",
        "a restricted record keeps the moment of its restriction and is no draft",
    ),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "lift_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decision", sa.Enum("approved", "refused", name="decision", native_enum=False, create_constraint=True, length=20), nullable=True
        ),
        sa.CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name=op.f("ck_lift_request_decided_at_some_time")),
        sa.CheckConstraint("(decided_by_id IS NULL) = (decision IS NULL)", name=op.f("ck_lift_request_decided_by_somebody")),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_lift_request_two_persons")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_lift_request_asked_by_id_user_account")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_lift_request_decided_by_id_user_account")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_lift_request_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lift_request")),
    )
    with op.batch_alter_table("lift_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lift_request_record_id"), ["record_id"], unique=False)
        batch_op.create_index(
            "uq_lift_request_one_open",
            ["record_id"],
            unique=True,
            sqlite_where=sa.text("decision IS NULL"),
            postgresql_where=sa.text("decision IS NULL"),
        )
    _set_kinds((*KINDS, "restricted"))
    for guard in GUARDS:
        _make(guard)


def downgrade() -> None:
    for guard in reversed(GUARDS):
        _drop(guard)
    for table in ("notification", "notification_choice"):
        op.execute(f"DELETE FROM {table} WHERE kind = 'restricted'")
    _set_kinds(KINDS)
    op.drop_table("lift_request")


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
