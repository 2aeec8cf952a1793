"""The schema: one line of numbered migrations, reversible with data on both engines, equal to the models."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from tests.contract.filled_database import fill, open_database
from tracker.database import migrations

FILES = sorted((migrations.MIGRATIONS / "versions").glob("*.py"))
REVISIONS = [file.name[:4] for file in FILES]


class TestFiles:
    def test_there_is_one_head(self) -> None:
        script = ScriptDirectory.from_config(migrations.configuration("sqlite://"))
        assert len(script.get_heads()) == 1
        assert len(script.get_bases()) == 1

    def test_files_are_numbered_without_gaps(self) -> None:
        assert [f"{number:04d}" for number in range(1, len(FILES) + 1)] == REVISIONS
        assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", file.name) for file in FILES)

    def test_each_revision_is_named_as_its_file_and_follows_the_one_before(self) -> None:
        script = ScriptDirectory.from_config(migrations.configuration("sqlite://"))
        found = [(revision.revision, revision.down_revision) for revision in script.walk_revisions("base", "heads")]
        assert sorted(found) == list(zip(REVISIONS, [None, *REVISIONS[:-1]], strict=True))

    @pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
    def test_migrations_know_nothing_of_the_application(self, file: Any) -> None:
        tree = ast.parse(file.read_text())
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not {name for name in imported if name.partition(".")[0] in ("tracker", "tests", "flask")}


class TestUpAndDown:
    def test_every_revision_goes_down_and_up_again_with_data_in_every_table(self, database_url: str) -> None:
        fill(database_url)
        full = contents(database_url)
        assert [name for name, rows in sorted(full.items()) if not rows and not is_search_part(name)] == []
        before = full
        for revision, below in reversed(list(zip(REVISIONS, ["base", *REVISIONS[:-1]], strict=True))):
            migrations.downgrade(database_url, below)  # from the revision above, where it stands since it went up again
            down = contents(database_url)
            assert set(down) <= set(before), revision
            assert_kept(before, down, revision)
            migrations.upgrade(database_url, revision)
            up = contents(database_url)
            assert set(up) == set(before), revision
            assert_kept(down, up, revision)
            before = down
        migrations.downgrade(database_url, "base")
        assert set(contents(database_url)) <= {"alembic_version"}
        migrations.upgrade(database_url)
        assert set(contents(database_url)) == set(full)

    def test_what_was_verified_before_a_downgrade_waits_again_after_the_next_upgrade(self, database_url: str) -> None:
        fill(database_url)
        engine = open_database(database_url)
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE record SET review_state = 'verified', version = 1 WHERE verified_version = 1"))
        engine.dispose()
        migrations.downgrade(database_url, "0007")
        migrations.upgrade(database_url)
        found = contents(database_url)
        assert {row["review_state"] for row in found["record"]} == {"draft", "submitted"}
        assert [row for row in found["fact"] if row["basis"] == "official"] == []

    def test_an_upgrade_of_the_newest_schema_changes_nothing(self, database_url: str) -> None:
        before = contents(database_url)
        migrations.upgrade(database_url)
        assert contents(database_url) == before

    def test_the_models_are_what_the_migrations_make(self, database_url: str) -> None:
        command.check(migrations.configuration(database_url))

    def test_a_database_behind_the_program_is_recognised(self, database_url: str) -> None:
        engine = open_database(database_url)
        assert not migrations.pending(engine, database_url)
        migrations.downgrade(database_url, REVISIONS[-2])
        assert migrations.pending(engine, database_url)
        engine.dispose()


Rows = list[dict[str, Any]]


def contents(url: str) -> dict[str, Rows]:
    """Every row of every table as the driver gives it, by column. To ask for the tables' types too would cost ten times as much."""
    engine = open_database(url)
    with engine.connect() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if not is_search_part(name)]
        found = {name: [dict(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}").mappings()] for name in names}
    engine.dispose()
    return found


def is_search_part(name: str) -> bool:
    """SQLite keeps its full text in tables of its own beside `record_search`."""
    return name.startswith("record_search_")


def assert_kept(before: dict[str, Rows], after: dict[str, Rows], revision: str) -> None:
    """Tables on both sides of a step hold the same rows, in the columns that both sides have.

    What is official is left out: it is derived from a review that does not exist on one of the sides.
    """
    assert not [name for name in before.keys() & after.keys() - {"alembic_version"} if differ(before[name], after[name])], revision


def differ(before: Rows, after: Rows) -> bool:
    old, new = ([row for row in rows if row.get("basis") != "official"] for rows in (before, after))
    columns = sorted(set(old[0]) & set(new[0])) if old and new else []
    said = [sorted(repr([row[column] for column in columns]) for row in rows) for rows in (old, new)]
    return said[0] != said[1]
