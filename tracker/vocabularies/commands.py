"""`flask reference`: load the reference data that ships with the tracker; may be run again at any time."""

from __future__ import annotations

import click
from flask import Flask

from tracker.extensions import db
from tracker.vocabularies.reference import load


@click.command("reference", help="Load countries, groups and controlled terms; may be run again.")
def reference() -> None:
    report = load(db.session)
    db.session.commit()
    click.echo(f"Reference data: {report.added} added, {report.changed} changed, {report.unchanged} unchanged.")


def register(app: Flask) -> None:
    app.cli.add_command(reference)
