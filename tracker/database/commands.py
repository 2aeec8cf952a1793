"""`flask database upgrade`: the schema, from the command line."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from tracker.database import migrations

# What is derived from the data, under the rules of this release: functions in `app.extensions`, called when the schema is the newest.
AFTER_UPGRADE = "after_upgrade"

group = AppGroup("database", help="The schema of the database.")


@group.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema up to date (or to REVISION)."""
    migrations.upgrade(current_app.config["SETTINGS"].database_url, revision)
    click.echo("The schema is up to date.")
    if revision == "head":
        make_what_follows()


def make_what_follows() -> None:
    """Bring what is derived from the data up to date with this release; the schema is the newest."""
    for bring_up_to_date in current_app.extensions.get(AFTER_UPGRADE, ()):
        bring_up_to_date()


@group.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema back to REVISION; `base` drops everything."""
    migrations.downgrade(current_app.config["SETTINGS"].database_url, revision)
    click.echo(f"The schema is at {revision}.")


def register(app: Flask) -> None:
    app.cli.add_command(group)
