"""`flask reference`: load the reference data that ships with the tracker; may be run again at any time."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import with_appcontext

from tracker.database import migrations
from tracker.database.commands import make_what_follows
from tracker.extensions import db
from tracker.vocabularies.reference import load


@click.command("reference", help="Load countries, groups and controlled terms; may be run again.")
@with_appcontext
def reference() -> None:
    report = load(db.session)
    db.session.commit()
    click.echo(f"Reference data: {report.added} added, {report.changed} changed, {report.unchanged} unchanged.")


def prepare_new_database(url: str) -> None:
    """Schema and reference data for a database that has no table yet."""
    migrations.upgrade(url)
    load(db.session)
    db.session.commit()
    make_what_follows()


def register(app: Flask) -> None:
    app.cli.add_command(reference)
    app.extensions["prepare_database"] = lambda: prepare_new_database(app.config["SETTINGS"].database_url)
