"""Alembic's entry: the same migrations on SQLite and PostgreSQL."""

import sqlalchemy as sa
from alembic import context
from sqlalchemy.types import TypeDecorator

from tracker import record_types  # noqa: F401  registers the tables of every record type
from tracker.accounts import models  # noqa: F401
from tracker.api import models as api_models  # noqa: F401
from tracker.audit import models as audit_models  # noqa: F401
from tracker.database.base import Base
from tracker.database.session import open_engine
from tracker.desks import models as desk_models  # noqa: F401
from tracker.exchange import feed_models  # noqa: F401
from tracker.files import models as file_models  # noqa: F401
from tracker.imports import models as import_models  # noqa: F401
from tracker.notifications import models as notification_models  # noqa: F401
from tracker.saved import models as saved_models  # noqa: F401
from tracker.unsaved import models as unsaved_models  # noqa: F401


def include_name(name, type_, _parents):
    """The full-text tables are made by hand in a migration and are no part of the models."""
    return not (type_ == "table" and name and name.startswith("record_search"))


def render_item(kind, item, _context):
    """Migrations are free of the application: its column types are written as what they are in the database."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}".replace("sa.VARCHAR", "sa.String")
    return False


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:  # a restore: the schema comes and goes with the rest of its transaction
        run_on(given)
        return
    engine = sa.create_engine(context.config.attributes["url"])
    open_engine(engine)
    with engine.connect() as connection:
        run_on(connection)
    engine.dispose()


def run_on(connection):
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        include_name=include_name,
        render_item=render_item,
        transaction_per_migration=True,
        transactional_ddl=True,  # SQLite can, since open_engine says BEGIN itself: a killed upgrade starts again
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
