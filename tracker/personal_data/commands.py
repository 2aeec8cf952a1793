"""`flask personal-data rotate-key`: a new master key for names of persons, files and unsaved work."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from tracker.database.sealing import SealError
from tracker.database.wiping import empty_log_after_commit
from tracker.extensions import db
from tracker.personal_data.keys import rotate

group = AppGroup("personal-data", help="What is sealed under the master key.")


@group.command("rotate-key")
@click.option("--leave-lost", is_flag=True, help="Leave drafts that neither key opens as they are; without it they stop everything.")
def rotate_key(leave_lost: bool) -> None:
    """Seal the keys of persons and files, and unsaved work, under PERSONAL_DATA_KEY; PERSONAL_DATA_KEY_OLD still opens what is not yet.

    All or nothing.
    """
    if len(current_app.config["SETTINGS"].personal_data_keys) < 2:
        raise click.ClickException(
            "Nothing was changed: only one key is set. "
            "Set the new key as PERSONAL_DATA_KEY and the one used so far as PERSONAL_DATA_KEY_OLD."
        )
    try:
        done = rotate(None, db.session, leave_lost=leave_lost)
    except SealError as error:
        db.session.rollback()
        raise click.ClickException(f"Nothing was changed: {error}. Is PERSONAL_DATA_KEY_OLD the key used so far?") from error
    empty_log_after_commit(db.session)
    db.session.commit()
    said = f"{done['keys']} keys of persons, {done.get('files', 0)} keys of files and {done.get('drafts', 0)} drafts"
    click.echo(f"{said} are sealed under the new master key. PERSONAL_DATA_KEY_OLD is no longer needed.")
    if done.get("left"):
        click.echo(f"{done['left']} drafts that neither key opens were left as they are.")


def register(app: Flask) -> None:
    app.cli.add_command(group)
