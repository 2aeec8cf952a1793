"""Full text, and rules across rows that no check constraint can keep

Revision: 0006
Follows: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SEARCH = {
    "sqlite": ("CREATE VIRTUAL TABLE record_search USING fts5(body, plain UNINDEXED, tokenize='unicode61 remove_diacritics 0')",),
    "postgresql": (
        "CREATE TABLE record_search (record_id INTEGER PRIMARY KEY, body TEXT NOT NULL, plain TEXT NOT NULL,"
        " words TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED)",
        "CREATE INDEX ix_record_search_words ON record_search USING gin (words)",
    ),
}

# (trigger, event, table, condition under which the write is refused, why)
GUARDS = (
    ("record_version_kept", "UPDATE", "record_version", "1 = 1", "versions of records are never changed"),
    ("record_version_not_deleted", "DELETE", "record_version", "1 = 1", "versions of records are never deleted"),
    *(
        (
            f"agreement_action_party_{event.lower()}",
            event,
            "agreement_action",
            "NEW.party_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM record_party"
            " WHERE record_id = NEW.agreement_id AND party_id = NEW.party_id)",
            "the party of an action is one of the parties of the record",
        )
        for event in ("INSERT", "UPDATE")
    ),
    *(
        (
            f"figure_container_{event.lower()}",
            event,
            "figure",
            "NEW.contained_in_id IS NOT NULL AND (EXISTS (SELECT 1 FROM figure AS whole WHERE whole.id = NEW.contained_in_id"
            " AND whole.unit <> NEW.unit) OR EXISTS (WITH RECURSIVE above (id) AS (SELECT NEW.contained_in_id UNION"
            " SELECT whole.contained_in_id FROM figure AS whole JOIN above ON whole.id = above.id WHERE whole.contained_in_id IS NOT NULL)"
            " SELECT 1 FROM above WHERE above.id = NEW.id))",
            "a figure and what contains it have one unit and do not contain each other",
        )
        for event in ("INSERT", "UPDATE")
    ),
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in SEARCH[dialect]:
        op.execute(statement)
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


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, _event, table, _condition, _why in reversed(GUARDS):
        if dialect == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    op.execute("DROP TABLE record_search")
