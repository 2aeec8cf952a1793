"""Alembic behind three verbs; the application knows no other way to change the schema."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"


def configuration(url: str) -> Config:
    """Alembic's settings for the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))  # a path may hold what ConfigParser interpolates
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema at `url` up to `revision`."""
    command.upgrade(configuration(url), revision)


def upgrade_within(connection: sa.Connection, revision: str = "head") -> None:
    """Bring the schema up to `revision` inside the transaction of `connection`: with it, or not at all."""
    config = configuration("")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def knows(revision: str) -> bool:
    """Whether this program has a migration of that name."""
    return any(one.revision == revision for one in ScriptDirectory.from_config(configuration("")).walk_revisions())


def revision_of(connection: sa.Connection) -> str | None:
    """The schema that the database has; None without any."""
    return MigrationContext.configure(connection).get_current_revision()


def downgrade(url: str, revision: str) -> None:
    """Take the schema at `url` back to `revision`; `base` drops everything."""
    command.downgrade(configuration(url), revision)


def pending(engine: sa.Engine, url: str) -> bool:
    """Whether the schema is not the one this program was written for."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current != ScriptDirectory.from_config(configuration(url)).get_current_head()
