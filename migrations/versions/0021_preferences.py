"""Who decided which of competing figures counts, and why

Revision: 0021
Follows: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

DECIDED = "VARCHAR(20) NOT NULL DEFAULT 'rule' CONSTRAINT ck_figure_preference CHECK (preference IN ('rule', 'officer', 'open'))"


def upgrade() -> None:
    op.execute(f"ALTER TABLE figure ADD COLUMN preference {DECIDED}")
    op.add_column("figure", sa.Column("preference_reason", sa.String(length=200), nullable=False, server_default=""))
    # until now officers alone decided
    op.execute("UPDATE figure SET preference = 'officer' WHERE NOT preferred")


def downgrade() -> None:
    op.execute("ALTER TABLE figure DROP COLUMN preference_reason")
    op.execute("ALTER TABLE figure DROP COLUMN preference")
