"""`flask personal-data rotate-key`: a new master key for the names of persons."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from tracker.database.sealing import SealError
from tracker.database.wiping import empty_log_after_commit
from tracker.extensions import db
from tracker.personal_data.keys import rotate

group = AppGroup("personal-data", help="The sealed names of persons.")


@group.command("rotate-key")
def rotate_key() -> None:
    """Seal every person's key under PERSONAL_DATA_KEY; PERSONAL_DATA_KEY_OLD still opens what is not yet. All or nothing."""
    try:
        count = rotate(None, db.session)
    except SealError as error:
        raise click.ClickException(f"Nothing was changed: {error}. Is PERSONAL_DATA_KEY_OLD the key used so far?") from error
    empty_log_after_commit(db.session)
    db.session.commit()
    click.echo(f"{count} keys are sealed under the new master key. PERSONAL_DATA_KEY_OLD is no longer needed.")


def register(app: Flask) -> None:
    app.cli.add_command(group)
