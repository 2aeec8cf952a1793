"""Addresses under which programs read feeds

Revision: 0022
Follows: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed_address",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("feed", sa.Enum("ics", "atom", name="feed", native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_feed_address_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", "feed", name=op.f("pk_feed_address")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_address_token_hash")),
    )


def downgrade() -> None:
    op.drop_table("feed_address")
