"""`flask backup FILE`, `flask backup --verify FILE`, `flask restore FILE`."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from tracker.administration import backup as backups
from tracker.administration import restore as restoring
from tracker.config import INSTANCE
from tracker.database.archive import ArchiveError, Manifest
from tracker.database.bulk_load import LoadError
from tracker.database.commands import make_what_follows
from tracker.database.sealing import SealError
from tracker.extensions import db
from tracker.files import queries
from tracker.files.store import store_of

FILE = click.Path(dir_okay=False, path_type=Path)
REFUSALS = (ArchiveError, backups.BackupError, LoadError, OSError)
KEYS = (
    "The keys are not in it: SECRET_KEY and PERSONAL_DATA_KEY stay in your settings. Keep them apart from the backup, and keep them: "
    "without PERSONAL_DATA_KEY nobody can read the encrypted names and files again."
)
OTHER_KEY_OF_NAMES = (
    "The names in the backup do not open with PERSONAL_DATA_KEY: it is not the key that they were sealed under. "
    "Set the one of the installation that was backed up (without one set, it lies in its instance/personal_data_key), then restore again."
)
OTHER_KEY = (
    "Note: {count} files do not open with PERSONAL_DATA_KEY: it is not the key that they were sealed under. "
    "Set the one of the installation that was backed up; nothing is lost meanwhile."
)
IN_PLAIN = "Note: {count} files lie in plain, as when the backup was made. Seal them: flask files seal"


@click.command("backup", help="Write everything into one file, while others go on working; --verify reads one from end to end.")
@click.argument("file", type=FILE)
@click.option("--verify", is_flag=True, help="Write nothing: is FILE what was written?")
@with_appcontext
def backup(file: Path, verify: bool) -> None:
    settings = current_app.config["SETTINGS"]
    try:
        done = backups.check(file) if verify else backups.make(file, files_folder(), settings.reporting_state)
    except REFUSALS as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {'whole' if verify else 'written'}. {_contents(done.manifest)}")
    click.echo(f"SHA-256 {done.sha256}")
    if not verify:
        click.echo(KEYS)


@click.command("restore", help="Put a backup into an empty database and an empty folder of files.")
@click.argument("file", type=FILE)
@with_appcontext
def restore(file: Path) -> None:
    settings = current_app.config["SETTINGS"]
    try:
        done = restoring.restore(file, files_folder(), settings.reporting_state)
    except REFUSALS as error:
        raise click.ClickException(f"Nothing was restored. {error}") from error
    except SealError as error:
        raise click.ClickException(f"Nothing was restored. {OTHER_KEY_OF_NAMES}") from error
    make_what_follows()
    for name, count in done.rows.items():
        click.echo(f"{count:>9}  {name}")
    contributing = ", ".join(f"{count} {basis}" for basis, count in done.facts.items())
    click.echo(f"Restored. {_contents(done.manifest)}")
    click.echo(f"Made again: search text of {done.findable} records; records that contribute to figures: {contributing}.")
    click.echo("The trail holds. Everybody has to sign in again.")
    _say_how_files_lie()
    if done.manifest.reporting_state != settings.reporting_state:
        click.echo(
            f"Note: made for {done.manifest.reporting_state}; the figures here are told from the side of {settings.reporting_state}."
        )


def _say_how_files_lie() -> None:
    locked = queries.locked(db.session, store_of(current_app.config["SETTINGS"]))
    in_plain = sum(digest == place for digest, place in queries.places(db.session).items())
    db.session.rollback()
    for count, words in ((locked, OTHER_KEY), (in_plain, IN_PLAIN)):
        if count:
            click.echo(words.format(count=count))


def files_folder() -> Path:
    """Where attachments lie."""
    return Path(getattr(current_app.config["SETTINGS"], "files_path", "") or INSTANCE / "files")


def _contents(manifest: Manifest) -> str:
    return (
        f"{manifest.rows} rows of {len(manifest.tables)} tables and {len(manifest.files)} files, "
        f"as of {manifest.made_at}, schema {manifest.revision}, from {manifest.engine}."
    )


def register(app: Flask) -> None:
    app.cli.add_command(backup)
    app.cli.add_command(restore)
