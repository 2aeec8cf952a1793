"""Desks, named recipients, markings that decide who reads

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Written out: SQLite cannot add a column with a foreign key to a table in use without making it anew, but takes one with a check.
MARKED = "VARCHAR(20) DEFAULT 'AMBER' NOT NULL CONSTRAINT {name} CHECK ({column} IN ('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'))"


def upgrade() -> None:
    op.create_table(
        "desk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("covers_all", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_desk_name_given")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
        sa.UniqueConstraint("name", name=op.f("uq_desk_name")),
    )
    for table, column, other in (("desk_party", "party_id", "party"), ("desk_person", "user_id", "user_account")):
        op.create_table(
            table,
            sa.Column("desk_id", sa.Integer(), nullable=False),
            sa.Column(column, sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f(f"fk_{table}_desk_id_desk")),
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")),
            sa.PrimaryKeyConstraint("desk_id", column, name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_table(
        "record_recipient",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_recipient_record_id_record")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_record_recipient_user_id_user_account")),
        sa.PrimaryKeyConstraint("record_id", "user_id", name=op.f("pk_record_recipient")),
    )
    op.create_index(op.f("ix_record_recipient_user_id"), "record_recipient", ["user_id"])
    for table, column in (("record", "effective_marking"), ("source", "marking")):
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {MARKED.format(name=f'ck_{table}_{column}', column=column)}")
    op.create_index(op.f("ix_record_effective_marking"), "record", ["effective_marking"])
    _fill()


def _fill() -> None:
    """Everybody keeps his rights, every record its marking; no source is more restricted than the records that cite it already."""
    op.execute("UPDATE record SET effective_marking = substr(marking, 9)")  # after `marking:`
    for code in ("GREEN", "CLEAR"):
        op.execute(
            f"UPDATE source SET marking = '{code}' WHERE EXISTS (SELECT 1 FROM evidence JOIN record ON record.id = evidence.record_id"
            f" WHERE evidence.source_id = source.id AND record.effective_marking = '{code}')"
        )
    officers = "FROM user_account WHERE role = 'officer'"
    op.execute(
        "INSERT INTO desk (name, covers_all, created_at, version)"
        f" SELECT 'General desk', TRUE, CURRENT_TIMESTAMP, 1 WHERE EXISTS (SELECT 1 {officers})"
    )
    op.execute(f"INSERT INTO desk_person (desk_id, user_id) SELECT (SELECT id FROM desk), id {officers}")


def downgrade() -> None:
    op.drop_index(op.f("ix_record_effective_marking"), table_name="record")
    op.execute("ALTER TABLE source DROP COLUMN marking")
    op.execute("ALTER TABLE record DROP COLUMN effective_marking")
    for table in ("record_recipient", "desk_person", "desk_party", "desk"):
        op.drop_table(table)
