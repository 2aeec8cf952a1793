"""`flask demo`: an empty database with accounts and records to try the tracker with."""

from __future__ import annotations

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import with_appcontext

from tracker.accounts.demo import DEMO_PASSWORD
from tracker.accounts.models import Role
from tracker.demo import loading
from tracker.extensions import db


@click.command("demo", help="Load demo accounts and records into an empty database; may be run again.")
@click.option("--if-empty", is_flag=True, help="Do nothing where there are users or records.")
@click.option("--list-waiting", is_flag=True, help="Load nothing; list the facts that wait for a part of the tracker, and for which.")
@with_appcontext
def demo(if_empty: bool, list_waiting: bool) -> None:
    if list_waiting:
        for fact in loading.waiting_facts():
            click.echo(f"{fact.fact}  {fact.kind}: {fact.what} - waits for {fact.waits_for}")
        return
    if not sa.inspect(db.session.connection()).has_table("user_account"):
        raise click.ClickException("The database has no tables yet: run `flask --app app database upgrade` first.")
    reporting_state = current_app.config["SETTINGS"].reporting_state
    if if_empty and not loading.is_empty(db.session):
        click.echo("Demo data: the database holds users or records; nothing changed.")
        return
    if if_empty and reporting_state != loading.REPORTING_STATE:
        click.echo(f"Demo data: told from the side of {loading.REPORTING_STATE}, not loaded for {reporting_state}.")
        return
    try:
        report = loading.load(db.session, reporting_state)
    except loading.DemoError as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    if report is None:
        click.echo("Demo data: loaded before; nothing changed.")
        return
    click.echo(
        f"Loaded {len(report.loaded)} of {len(loading.facts())} facts as {report.records} records and their sources; "
        f"{len(report.waiting)} wait for parts of the tracker that do not exist yet (flask --app app demo --list-waiting)."
    )
    click.echo(f"Demo accounts: {', '.join([*Role, loading.BOUND_OFFICER])}. Password of each: {DEMO_PASSWORD}")


def register(app: Flask) -> None:
    app.cli.add_command(demo)
