"""What the check of lines has made is kept for the moment when they are stored

Revision: 0027
Follows: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import_chunk", sa.Column("ready", sa.LargeBinary(), nullable=True))
    op.add_column("import_chunk", sa.Column("ready_for", sa.String(64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("import_chunk") as table:
        table.drop_column("ready_for")
        table.drop_column("ready")
