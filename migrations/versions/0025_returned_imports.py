"""An import that a reviewer has only sent back can still be undone: what is withheld again may have been returned, not decided otherwise

Revision: 0025
Follows: 0024
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

NAME, WHY = "record_withheld", "only what an import has made is withheld, and only while nobody has touched it"


def upgrade() -> None:
    _make("review.move NOT IN ('submit', 'return')")


def downgrade() -> None:
    _make("review.move <> 'submit'")


def _make(touched: str) -> None:
    """The guard of 0024, for moves that are `touched`."""
    condition = (
        "NEW.effective_marking = 'WITHHELD' AND OLD.effective_marking <> 'WITHHELD' AND (NEW.version > 1"
        f" OR EXISTS (SELECT 1 FROM review WHERE review.record_id = NEW.id AND {touched})"
        " OR NOT EXISTS (SELECT 1 FROM import_row WHERE import_row.record_id = NEW.id))"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {NAME}")
        op.execute(f"CREATE TRIGGER {NAME} BEFORE UPDATE ON record WHEN {condition} BEGIN SELECT RAISE(ABORT, '{WHY}'); END")
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION '{WHY}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )
