"""`flask export dump FOLDER`: what analysts and BI tools load every night."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_babel import force_locale

from tracker.accounts.clearance import Marking
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.counting.models import Basis
from tracker.exchange.bi_views import MARKINGS
from tracker.exchange.dump import Asked, DumpError, dump
from tracker.extensions import db
from tracker.records.view_context import now_here

group = AppGroup("export", help="Files for other programs.")


@group.command("dump")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--marking", type=click.Choice([one.value for one in MARKINGS]), required=True)
@click.option("--basis", type=click.Choice([one.value for one in Basis]), default=Basis.OFFICIAL.value, show_default=True)
@click.option("--format", "file_format", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True)
def export_dump(folder: Path, marking: str, basis: str, file_format: str) -> None:
    """Write all records up to a marking, and the figures, into the new FOLDER; exit code 1 and no folder when that fails."""
    settings = current_app.config["SETTINGS"]
    asked = Asked(Marking(marking), Basis(basis), file_format, now_here(), settings.reporting_state)
    detail = {"format": file_format, "filter": {"marking": marking, "basis": basis}}
    audit.write_apart(None, db.session, Action.EXPORTED, "dump", detail=detail)
    try:
        with current_app.test_request_context(base_url=settings.address()), force_locale("en"):
            made = dump(folder, asked)
    except (DumpError, OSError) as error:
        raise click.ClickException(f"Nothing was written. {error}") from error
    for one in made:
        click.echo(f"{one.rows:>9}  {one.name}")
    click.echo(f"Written to {folder}, up to TLP:{marking}, {basis}.")


def register(app: Flask) -> None:
    app.cli.add_command(group)
