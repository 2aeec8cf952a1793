"""`flask retention due` and `flask retention anonymise REF`: retention from the command line, for cron and for two persons."""

from __future__ import annotations

import click
import sqlalchemy as sa
from flask import Flask
from flask.cli import AppGroup

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, may
from tracker.database.columns import utc_now
from tracker.extensions import db
from tracker.handovers import retention
from tracker.handovers.models import Handover
from tracker.personal_data import erasure
from tracker.personal_data.models import Decision, Ground

group = AppGroup("retention", help="How long names of persons are kept.")


@group.command("due")
def due() -> None:
    """List the handovers to be reviewed now, and those within six months."""
    today = utc_now().date()
    for title, rows in (("due", retention.due(db.session, today)), ("soon", retention.soon(db.session, today))):
        for row in rows:
            click.echo(f"{title}\t{row.ref}\treview on {row.review_on}\t{row.names} names\towner {row.owner}")


@group.command("anonymise")
@click.argument("ref")
@click.option("--ground", type=click.Choice([ground.value for ground in Ground]), required=True)
@click.option("--by", "username", required=True, help="Who asks; run again by somebody else, it decides.")
@click.option("--person", "nos", type=int, multiple=True, help="The number of a person; all persons without it.")
def anonymise(ref: str, ground: str, username: str, nos: tuple[int, ...]) -> None:
    """Erase the names of the handover REF: the first person asks, a second one runs the same command and decides."""
    record = db.session.scalar(sa.select(Handover).where(Handover.ref == ref))
    user = db.session.scalar(sa.select(User).where(User.username == username.strip().casefold(), User.is_active))
    if record is None or user is None:
        raise click.ClickException(f"There is no handover {ref}." if record is None else f"There is no active user {username}.")
    waiting = erasure.open_request(db.session, record.id)
    needed = Permission.PERSONAL_DATA_OVERSEE if waiting else Permission.RECORD_WRITE
    if not may(user.role, needed):
        raise click.ClickException(f"{username} may not do this: the role {user.role.value} does not include it.")
    try:
        if waiting is None:
            wanted = nos or erasure.named_persons(db.session, record.id)
            asked = erasure.ask(user, db.session, ref, record.id, wanted, Ground(ground))
            said = f"Asked for {ref}, persons {asked.nos}. Somebody else runs the same command to decide."
        elif waiting.ground.value != ground:
            raise click.ClickException(f"It was asked on the ground {waiting.ground.value}: give the same one to approve it.")
        else:
            said = f"{ref}: {erasure.decide(user, db.session, ref, waiting, Decision.APPROVED)[0]} names erased."
    except erasure.SamePersonError as error:
        raise click.ClickException(f"{username} asked for it: somebody else decides.") from error
    except erasure.ErasureError as error:
        raise click.ClickException(f"Nothing to erase in {ref}.") from error
    db.session.commit()
    click.echo(said)


def register(app: Flask) -> None:
    app.cli.add_command(group)
