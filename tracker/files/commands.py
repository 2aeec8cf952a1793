"""`flask files check`, `sweep`, `seal` and `unseal`: the folder of files held against the rows, and how contents lie in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from tracker.database.sealing import SealError, also_sealed
from tracker.extensions import db
from tracker.files import keys
from tracker.files.queries import is_named, named_hashes, places
from tracker.files.store import LockedError, Store, age_of, store_of

group = AppGroup("files", help="The folder of attached files.")
DAY = 24 * 60 * 60
WRONG_KEY = "PERSONAL_DATA_KEY does not open them: is it the key of this installation? Nothing is lost while the right one is kept."


@group.command("check")
def check() -> None:
    """Hold rows and files against each other and every file against its hash; exit code 1 when something is missing or damaged.

    Files that no row names are what a killed upload leaves: they are listed, and `files sweep` takes them away.
    """
    store = _store()
    bad, loose = list(damages(store, db.session)), list(orphans(store, db.session))
    for line in (*bad, *loose):
        click.echo(line)
    in_plain = sum(digest == name for digest, name in places(db.session).items())
    db.session.rollback()
    count = sum(1 for _ in store.every())
    click.echo(f"{count} files, {len(bad)} missing or damaged, {len(loose)} that no row names, {in_plain} in plain.")
    if in_plain:
        click.echo("Files from before they were sealed lie in plain: flask files seal")
    if any(line.startswith("locked") for line in bad):
        click.echo(f"{sum(line.startswith('locked') for line in bad)} files are locked. {WRONG_KEY}")
    if bad:
        raise SystemExit(1)


@group.command("sweep")
def sweep() -> None:
    """Delete files that no row names and that are older than a day."""
    store, swept = _store(), 0
    for path in store.every():
        # the row is asked for last: putting a content back in plain makes the file young before it changes its row
        if age_of(path) > DAY and not is_named(db.session, path.name) and age_of(path) > DAY:
            path.unlink(missing_ok=True)
            swept += 1
        db.session.rollback()  # nobody waits for this command
    for path in store.leftovers():
        if age_of(path) > DAY:
            path.unlink(missing_ok=True)
            swept += 1
    click.echo(f"{swept} files swept.")


@group.command("seal")
def seal() -> None:
    """Seal what lies in plain, one file after the other, beside a running server; may be stopped at any moment and run again."""
    store = _store()
    _one_by_one(_seal_one, store, list(store.plain()), "{} files sealed", "not sealed")


@group.command("unseal")
@click.confirmation_option(prompt="Every attached file will lie readable on the disk. Go on?")
def unseal() -> None:
    """Put every content back in plain: only before a return to a version of the tracker that does not seal files."""
    _one_by_one(_unseal_one, _store(), list(places(db.session)), "{} files lie in plain now", "not put back")


def _one_by_one(deed: Callable[[Store, Session, str], bool], store: Store, digests: Sequence[str], done: str, not_done: str) -> None:
    """Do it to each content, say which could not be done and why, and end with exit code 1 when there was one."""
    count = failed = 0
    for digest in digests:
        try:
            count += deed(store, db.session, digest)
        except (OSError, SealError) as error:
            failed += 1
            click.echo(f"{not_done}: {digest}: {error}")
    click.echo(f"{done.format(count)}, {failed} left as they were.")
    if failed:
        raise SystemExit(1)


def damages(store: Store, session: Session) -> Iterator[str]:
    """Rows whose file is missing, is not what it was, or cannot be opened with the key of this installation."""
    named = sorted(named_hashes(session).items())
    for digest, ref in named:
        fault = _fault_of(store, session, digest)
        if fault:
            yield f"{fault}: {digest} of {ref}"


def orphans(store: Store, session: Session) -> Iterator[str]:
    """Files that no row names."""
    named = set(places(session).values())
    session.rollback()
    yield from (f"not named: {path.name}" for path in store.every() if path.name not in named)
    yield from (f"not finished: {path.name}" for path in store.leftovers())


def _fault_of(store: Store, session: Session, digest: str) -> str:
    """What is wrong with a content; '' when nothing is. No transaction is open while the file is read."""
    row = keys.find(session, digest)
    _let_go(session)
    try:
        return "" if store.is_whole(digest, row) else "damaged"
    except LockedError:
        return "locked"
    except FileNotFoundError:
        now = keys.find(session, digest)
        is_named_still = keys.owner_of(session, digest) is not None
        _let_go(session)
        if not is_named_still:
            return ""  # erased meanwhile
        return "missing" if _place(now) == _place(row) else _fault_of(store, session, digest)  # sealed meanwhile


def _seal_one(store: Store, session: Session, digest: str) -> bool:
    """Seal one content; whether it was left to do. Raises OSError, and SealError when the file is not what it was."""
    row, is_wanted = keys.find(session, digest), keys.owner_of(session, digest) is not None
    _let_go(session)
    if not is_wanted:
        return False  # what no row names is swept
    if row is not None:  # a run before this one was stopped between the row and the end of the plain file
        if not store.is_whole(digest, row):
            raise SealError("its sealed copy is damaged")
        store.discard(digest)
        return False
    with store.open(digest, None) as content:
        kept = store.put(content.read())
    if kept.sha256 != digest:
        store.discard(kept.place)
        raise SealError("it is damaged")
    done = keys.seal(None, session, store, kept)
    session.commit()
    return done


def _unseal_one(store: Store, session: Session, digest: str) -> bool:
    row = keys.find(session, digest)
    _let_go(session)
    if row is None:
        return False
    store.put_plain(row)
    if not store.is_whole(digest, None):
        store.discard(digest)
        raise SealError("it is damaged")
    done = keys.unseal(None, session, store, digest)
    session.commit()
    return done


def _let_go(session: Session) -> None:
    """Nobody waits while a file is read: what was loaded stays readable, and the transaction ends."""
    session.expunge_all()
    session.rollback()


def _place(row: object) -> str:
    return getattr(row, "place", "")


def _store() -> Store:
    return store_of(current_app.config["SETTINGS"])


def register(app: Flask) -> None:
    app.cli.add_command(group)
    also_sealed(app, keys.rotate)
