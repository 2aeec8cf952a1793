"""`flask files check` and `flask files sweep`: the folder of files held against the rows, in both directions."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from tracker.extensions import db
from tracker.files.queries import is_named, named_hashes
from tracker.files.store import Store, age_of

group = AppGroup("files", help="The folder of attached files.")
DAY = 24 * 60 * 60


@group.command("check")
def check() -> None:
    """Hold rows and files against each other and every file against its hash; exit code 1 when something is missing or damaged.

    Files that no row names are what a killed upload leaves: they are listed, and `files sweep` takes them away.
    """
    store = _store()
    bad, loose = list(damages(store, db.session)), list(orphans(store, db.session))
    for line in (*bad, *loose):
        click.echo(line)
    click.echo(f"{sum(1 for _ in store.every())} files, {len(bad)} missing or damaged, {len(loose)} that no row names.")
    if bad:
        raise SystemExit(1)


@group.command("sweep")
def sweep() -> None:
    """Delete files that no row names and that are older than a day."""
    store, swept = _store(), 0
    for path in store.every():
        # the row is asked for last: an upload of the same content makes the file young before it adds its row
        if age_of(path) > DAY and not is_named(db.session, path.name) and age_of(path) > DAY:
            path.unlink()
            swept += 1
    for path in store.leftovers():
        if age_of(path) > DAY:
            path.unlink()
            swept += 1
    click.echo(f"{swept} files swept.")


def damages(store: Store, session: Session) -> Iterator[str]:
    """Rows whose file is missing or is not what it was."""
    for digest, ref in sorted(named_hashes(session).items()):
        if not store.path_of(digest).is_file():
            yield f"missing: {digest} of {ref}"
        elif not store.is_whole(digest):
            yield f"damaged: {digest} of {ref}"


def orphans(store: Store, session: Session) -> Iterator[str]:
    """Files that no row names."""
    named = named_hashes(session)
    yield from (f"not named: {path.name}" for path in store.every() if path.name not in named)
    yield from (f"not finished: {path.name}" for path in store.leftovers())


def _store() -> Store:
    return Store(current_app.config["SETTINGS"].files_path)


def register(app: Flask) -> None:
    app.cli.add_command(group)
