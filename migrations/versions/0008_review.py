"""Review: every move of a record, the version that is official, and four eyes kept by the database

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CHECKS = (
    ("verified_version_saved", "verified_version IS NULL OR verified_version BETWEEN 1 AND version"),
    ("verified_is_newest", "review_state <> 'verified' OR (verified_version IS NOT NULL AND verified_version = version)"),
    ("retired_is_not_official", "review_state <> 'retired' OR verified_version IS NULL"),
    ("only_drafts_are_discarded", "discarded_at IS NULL OR review_state = 'draft'"),
)

# whoever wrote or submitted a version since the one that was verified before it
LAST = (
    "(SELECT COALESCE(MAX(r.version), 0) FROM review r WHERE r.record_id = NEW.record_id AND r.move = 'verify' AND r.version < NEW.version)"
)
OWN = (
    "(NEW.move = 'verify' AND (EXISTS (SELECT 1 FROM record_version v WHERE v.record_id = NEW.record_id AND v.by_id = NEW.by_id"
    f" AND v.version <= NEW.version AND v.version > {LAST})"
    " OR EXISTS (SELECT 1 FROM review s WHERE s.record_id = NEW.record_id AND s.by_id = NEW.by_id AND s.move IN ('submit', 'restore')"
    f" AND s.version <= NEW.version AND s.version > {LAST})))"
)
UNVERIFIED = (
    "(NEW.verified_version IS NOT NULL AND NOT EXISTS (SELECT 1 FROM review r WHERE r.record_id = NEW.id AND r.move = 'verify'"
    " AND r.version = NEW.verified_version))"
)

# (trigger, event, table, condition under which the write is refused, why)
GUARDS = (
    ("review_kept", "UPDATE", "review", "1 = 1", "moves of review are never changed"),
    ("review_not_deleted", "DELETE", "review", "1 = 1", "moves of review are never deleted"),
    ("review_four_eyes", "INSERT", "review", OWN, "nobody verifies own work"),
    ("record_official_insert", "INSERT", "record", UNVERIFIED, "only a verified version is official"),
    ("record_official_update", "UPDATE", "record", UNVERIFIED, "only a verified version is official"),
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    # who verified a version was not kept before: nothing is official until somebody does
    op.execute("UPDATE record SET review_state = 'submitted' WHERE review_state = 'verified'")
    op.execute("UPDATE fact SET review_state = 'submitted' WHERE review_state = 'verified'")
    for derived in ("fact", "fact_key"):
        op.execute(f"DELETE FROM {derived} WHERE basis = 'official'")
    op.add_column("record", sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True))
    if dialect == "sqlite":
        # a column-level check may look at the whole row, and the table need not be written anew
        checks = " ".join(f"CONSTRAINT ck_record_{name} CHECK ({condition})" for name, condition in CHECKS)
        op.execute(f"ALTER TABLE record ADD COLUMN verified_version INTEGER {checks}")
    else:
        op.add_column("record", sa.Column("verified_version", sa.Integer(), nullable=True))
        for name, condition in CHECKS:
            op.create_check_constraint(op.f(f"ck_record_{name}"), "record", condition)
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "move",
            sa.Enum(
                "submit",
                "verify",
                "return",
                "retire",
                "restore",
                "merge",
                name="move",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.CheckConstraint("move <> 'return' OR note <> ''", name=op.f("ck_review_return_says_why")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_review_by_id_user_account")),
        sa.ForeignKeyConstraint(
            ["record_id", "version"],
            ["record_version.record_id", "record_version.version"],
            name=op.f("fk_review_record_id_version_record_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index("ix_review_record", ["record_id", "id"], unique=False)
    _submitted_before()
    for name, event, table, condition, why in GUARDS:
        if dialect == "sqlite":
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{why}'); END")
            continue
        row = "OLD" if event == "DELETE" else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN"
            f" RAISE EXCEPTION '{why}' USING ERRCODE = 'check_violation'; END IF; RETURN {row}; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _submitted_before() -> None:
    """Every saved version that was no draft was submitted by whoever saved it: the queue knows who waits since when."""
    op.execute(
        "INSERT INTO review (record_id, version, move, by_id, at, note)"
        " SELECT record_id, version, 'submit', by_id, valid_from, '' FROM record_version WHERE review_state = 'submitted'"
        " ORDER BY record_id, version"
    )


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, _event, table, _condition, _why in reversed(GUARDS):
        if dialect == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("review")
    if dialect != "sqlite":
        for name, _condition in CHECKS:
            op.drop_constraint(op.f(f"ck_record_{name}"), "record")
    op.drop_column("record", "verified_version")
    op.drop_column("record", "discarded_at")
