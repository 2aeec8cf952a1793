"""A word of a file may mean several: what is remembered of it has no length of its own

Revision: 0026
Follows: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

SHORT, LONG = sa.String(60), sa.Text()


def upgrade() -> None:
    with op.batch_alter_table("import_word") as table:
        table.alter_column("code", existing_type=SHORT, type_=LONG, existing_nullable=False)


def downgrade() -> None:
    """Words of several meanings are asked about again: the version before does not know them."""
    op.execute("DELETE FROM import_word WHERE code LIKE '%;%' OR code = '+' OR length(code) > 60")
    with op.batch_alter_table("import_word") as table:
        table.alter_column("code", existing_type=LONG, type_=SHORT, existing_nullable=False)
