"""Keys of sealed files

Going down destroys the keys: `flask files unseal` first puts every content back in plain.

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sealed_content",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_sealed_content")),
        sa.UniqueConstraint("place", name=op.f("uq_sealed_content_place")),
    )


def downgrade() -> None:
    op.drop_table("sealed_content")
