"""Alembic behind three verbs; the application knows no other way to change the schema."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tracker.database.session import open_engine
from tracker.database.views import drop_views

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"


def configuration(url: str) -> Config:
    """Alembic's settings for the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))  # a path may hold what ConfigParser interpolates
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema at `url` up to `revision`."""
    if sa.make_url(url).get_backend_name() == "sqlite":
        _without_views(url)  # no table under a view can be built anew there
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
    _without_views(url)
    command.downgrade(configuration(url), revision)


def _without_views(url: str) -> None:
    engine = sa.create_engine(url)
    open_engine(engine)
    with engine.begin() as connection:
        drop_views(connection)
    engine.dispose()


def pending(engine: sa.Engine, url: str) -> bool:
    """Whether the schema is not the one this program was written for."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current != ScriptDirectory.from_config(configuration(url)).get_current_head()
