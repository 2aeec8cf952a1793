"""Statements; named series of figures, and how it is known that a figure is contained in another

Revision: 0019
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BASIS = "VARCHAR(20) NOT NULL DEFAULT 'stated' CONSTRAINT ck_figure_contained_basis CHECK (contained_basis IN ('stated', 'inferred'))"


def upgrade() -> None:
    op.create_table(
        "statement",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("said_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_statement_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_statement")),
    )
    _fill()
    op.execute(f"ALTER TABLE figure ADD COLUMN contained_basis {BASIS}")
    op.add_column("fact", sa.Column("series", sa.String(length=100), nullable=False, server_default=""))
    only = sa.text("series <> ''")
    op.create_index("ix_fact_of_series", "fact", ["series", "basis"], sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    op.drop_index("ix_fact_of_series", "fact")
    op.execute("ALTER TABLE fact DROP COLUMN series")
    op.execute("ALTER TABLE figure DROP COLUMN contained_basis")
    op.drop_table("statement")


def _fill() -> None:
    """A downgrade drops what statements said, and their saves keep it: each statement without its row gets it from its last save."""
    bind = op.get_bind()
    last = sa.text(
        "SELECT record.id, record_version.payload FROM record JOIN record_version"
        " ON record_version.record_id = record.id AND record_version.version = record.version WHERE record.kind = 'statement'"
    ).columns(payload=sa.JSON())
    rows = [{"id": id, "said_by": payload.get("said_by", "")} for id, payload in bind.execute(last)]
    if rows:
        bind.execute(sa.text("INSERT INTO statement (record_id, said_by) VALUES (:id, :said_by)"), rows)
