"""`flask audit verify` and `flask audit export`: the trail, from the command line."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.audit.queries import EventFilter, count_events, every_event, json_lines
from tracker.audit.verification import Mark, faults, head_of, stored_events
from tracker.database.session import snapshot
from tracker.extensions import db

group = AppGroup("audit", help="The trail of who did, read and was refused what.")
DAY = click.DateTime(formats=["%Y-%m-%d"])


@group.command("verify")
@click.option("--expect", "noted", default="", metavar="NO:HASH", help="A mark printed earlier and kept elsewhere: it must still fit.")
def verify(noted: str) -> None:
    """Walk the whole chain; exit code 1 when it breaks anywhere. Prints a mark to be kept elsewhere."""
    try:
        expected = Mark.read(noted) if noted else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--expect") from error
    found = 0
    with snapshot(db.engine) as session:
        head = head_of(session)
        for found, fault in enumerate(faults(stored_events(session), head, expected), 1):  # noqa: B007  counts
            click.echo(str(fault))
    if found:
        click.echo(f"The trail breaks in {found} {'place' if found == 1 else 'places'}.")
        raise SystemExit(1)
    click.echo(f"The trail holds: {head.no if head else 0} events.")
    click.echo(f"Keep this mark elsewhere: {head}")


@group.command("export")
@click.option("--since", type=DAY, help="The first day, in the ministry's time zone.")
@click.option("--until", type=DAY, help="The last day.")
def export(since: datetime | None, until: datetime | None) -> None:
    """Write events as JSON lines, the oldest first."""
    zone = ZoneInfo(current_app.config["TIME_ZONE"])
    chosen = EventFilter(
        since=since.replace(tzinfo=zone) if since else None, until=(until + timedelta(days=1)).replace(tzinfo=zone) if until else None
    )
    with snapshot(db.engine) as session:
        count, last = count_events(session, chosen)
        days = {name: day.date().isoformat() for name, day in (("since", since), ("until", until)) if day}
        audit.write_apart(None, db.session, Action.EXPORTED, "audit", detail={"format": "jsonl", "rows": count, "filter": days})
        for line in json_lines(every_event(session, chosen, last)):
            click.echo(line, nl=False)


def register(app: Flask) -> None:
    app.cli.add_command(group)
