"""`flask import`: the same import from the command line, for files that are too large for a page, and for every night."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from tracker.accounts.clearance import Marking
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, may
from tracker.database.columns import utc_now
from tracker.extensions import db
from tracker.imports import chunks, loading, services
from tracker.imports.checking import counts
from tracker.imports.first_look import first_look, not_exchange
from tracker.imports.first_plan import UnlikeError, by_profile, with_marking
from tracker.imports.loading import NotReadyError
from tracker.imports.models import BatchState, ImportBatch, ImportProfile, ImportRow, RowState
from tracker.imports.plan import Plan, from_json
from tracker.imports.reading import File
from tracker.imports.running import Worker
from tracker.imports.tables import UnreadableError
from tracker.imports.words import refusal
from tracker.personal_data.keys import master
from tracker.records.registry import every_type

_MOST_CELLS = 600_000_000
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
# what the command ends with, for scripts
DONE, WRONG_ROWS, UNREADABLE = 0, 1, 2


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--user", required=True, help="Whose import it is: the records are this user's.")
@click.option("--profile", default="", help="The profile by which this user reads such files; not needed for files of the exchange form.")
@click.option("--marking", type=click.Choice(list(Marking)), help="How the file is handled: no record of it is less restricted.")
@click.option("--encoding", default="", help="Of a text, where the file itself does not tell it: for example cp1251.")
@click.option("--delimiter", type=click.Choice(sorted(_DELIMITERS)), help="Between the cells of a text, where the file does not tell it.")
@click.option("--dry-run", is_flag=True, help="Check every row and say what would come of it; store nothing.")
@click.option("--skip-wrong", is_flag=True, help="Leave rows with problems out; without it one of them stops everything.")
@with_appcontext
def import_file(file: Path, user: str, dry_run: bool, skip_wrong: bool, **read_as: str | None) -> None:
    """Import FILE, all of it or nothing.

    Ends with 0 when it is done or nothing in it is new, 1 when rows have problems and nothing was stored, 2 when the file, the user
    or the profile cannot be used.
    """
    actor = _actor(user)
    batch = _begin(actor, file, ReadAs(**{name: said or "" for name, said in read_as.items()}))
    worker = Worker(db.session, actor.id, master(), "en", utc_now().date(), current_app.config["SETTINGS"].reporting_state)
    number, every = batch.id, chunks.count(db.session, batch)
    _bar("Checking", every, lambda: worker.check(number, 0))
    if _report(number) and skip_wrong:
        _leave_out_wrong(worker, actor, number)
    try:
        if _is_nothing_new(number):
            click.echo("Nothing is new: nothing was to be stored.")
        elif dry_run:
            loading.confirm(actor, db.session, _batch(number))
            db.session.rollback()  # asked only whether it could begin
        else:
            worker.confirm(number)
            _bar("Importing", every + 1, lambda: worker.load(number, 0))
            said = _batch(number).counts
            click.echo(f"{said['created']} records made, {said['changed']} changed.")
            return
    except NotReadyError as error:
        _give_up(worker, actor, number)
        raise _failed(str(error), WRONG_ROWS) from error
    _give_up(worker, actor, number)


def _leave_out_wrong(worker: Worker, actor: User, number: int) -> None:
    lines = services.decide_all(actor, db.session, _batch(number), RowState.WRONG.value, "skip")
    db.session.commit()
    worker.check_again(number, lines)
    while worker.check(number, 0):
        pass


def _is_nothing_new(number: int) -> bool:
    """Whether all that could come in is there already; not where every row has problems, even if these are left out."""
    found = counts(db.session, _batch(number))
    if found[RowState.NEW] or found[RowState.CHANGE] or found[RowState.WRONG]:
        return False
    return bool(found[RowState.SAME] or found[RowState.DOUBLE] or not found[RowState.SKIPPED])


@click.command("sweep-imports")
@with_appcontext
def sweep_imports() -> None:
    """Take back imports that nobody has touched for 30 days: their cells are dropped, what had come in is deleted. Once a day."""
    swept = sum(_swept(number) for number in services.left_over(db.session))
    click.echo(f"{swept} unfinished imports taken back.")


def _swept(number: int) -> bool:
    batch = services.expire(db.session, number)
    db.session.commit()
    while batch is not None and batch.state is BatchState.CLEARING:
        batch = db.session.get_one(ImportBatch, number, with_for_update=True, populate_existing=True)
        loading.clear_next(db.session, batch)
        db.session.commit()  # a piece at a time: nobody who writes waits for more
    return batch is not None


def _actor(username: str) -> User:
    user = db.session.scalar(sa.select(User).where(User.username == username, User.is_active))
    if user is None or not may(user.role, Permission.RECORD_WRITE):
        raise _failed(f"There is no user {username!r} who may write records.", UNREADABLE)
    return user


@dataclass(frozen=True)
class ReadAs:
    """How a file is to be read, as far as that was said; '' where it was not."""

    profile: str
    marking: str
    encoding: str
    delimiter: str


def _begin(actor: User, file: Path, read_as: ReadAs) -> ImportBatch:
    """Read the file and plan its import. Ends the command where that cannot be."""
    profile = _profile(actor, read_as.profile)
    data = file.read_bytes()
    try:
        delimiter = _DELIMITERS.get(read_as.delimiter, "")
        found = services.prepare(io.BytesIO(data), _MOST_CELLS, every_type(), encoding=read_as.encoding, delimiter=delimiter)
        batch = services.begin(actor, db.session, master(), file.name, data, found)
        plan = _plan(db.session, actor, batch, profile)
    except UnreadableError as error:
        raise _failed(refusal(error), UNREADABLE) from error
    except services.TooManyError as error:
        raise _failed("This user has too many unfinished imports: cancel one first.", UNREADABLE) from error
    except UnlikeError as error:
        db.session.rollback()
        raise _failed(_missing(error), UNREADABLE) from error
    services.replan(actor, db.session, batch, replace(plan, marking=read_as.marking or plan.marking))
    db.session.commit()
    return batch


def _profile(actor: User, name: str) -> ImportProfile | None:
    """The profile of this name, None where none was named. Ends the command where this user has none of that name."""
    if not name:
        return None
    mine = sa.select(ImportProfile).where(ImportProfile.owner_id == actor.id, ImportProfile.name == name)
    kept = db.session.scalar(mine)
    if kept is None:
        raise _failed(f"The user {actor.username!r} has no profile “{name}”. {_profiles(actor)}", UNREADABLE)
    return kept


def _profiles(actor: User) -> str:
    """Which profiles there are: those of this user, and nobody else's."""
    mine = sa.select(ImportProfile.name).where(ImportProfile.owner_id == actor.id).order_by(ImportProfile.name)
    names = ", ".join(f"“{name}”" for name in db.session.scalars(mine))
    return (
        f"Profiles of this user: {names}." if names else "This user has kept no profile: that is done on the page of columns of an import."
    )


def _plan(session: Session, actor: User, batch: ImportBatch, profile: ImportProfile | None) -> Plan:
    """How the file is read. Raises UnlikeError."""
    file = File(session, master(), batch, Plan())
    look = file.plan = first_look(file)
    if look.is_exchange:
        return with_marking(file, look)
    if profile is None:
        why = not_exchange(file.headers()) or "This file does not say itself how it is read."
        session.rollback()
        words = f"Name a profile of this user with --profile. {why} {_profiles(actor)}"
        raise _failed(words, UNREADABLE)
    return by_profile(file, profile, look, "en")


def _missing(error: UnlikeError) -> str:
    """What the profile reads and the file has not, and what can be done about it."""
    said = [
        f"the profile reads {one if len(names) == 1 else several} {', '.join(f'“{name}”' for name in names)} that this file does not have"
        for one, several, names in (("a sheet", "the sheets", error.sheets), ("a column", "the columns", error.columns))
        if names
    ]
    return f"{'; '.join(said)}. Mend the file, or import it once on the pages and keep the profile again."


def _bar(label: str, every: int, piece: Any) -> None:
    """Work piece by piece, with a bar where somebody looks on."""
    with click.progressbar(length=every, label=label) as bar:
        more = True
        while more:
            more = piece()
            bar.update(1)


def _report(number: int) -> int:
    """Say what would come of the file; how many rows have problems."""
    batch = _batch(number)
    found = counts(db.session, batch)
    click.echo(", ".join(f"{found[state.value]} {state.value}" for state in RowState if found[state.value]) or "no rows")
    wrong = sa.select(ImportRow).where(ImportRow.batch_id == number, ImportRow.state == RowState.WRONG).order_by(ImportRow.line).limit(20)
    file = File(db.session, master(), batch, from_json(batch.plan))
    told = [(row.line_of(problem), problem) for row in db.session.scalars(wrong) for problem in row.told()]
    headers, lines = file.headers(), file.some([line for line, _ in told])
    for line, problem in told:
        name = headers[problem.column] if problem.column is not None and problem.column < len(headers) else "-"
        click.echo(f"row {lines[line].row}, {name}: {problem.said}", err=True)
    return found[RowState.WRONG.value]


def _batch(number: int) -> ImportBatch:
    return db.session.get_one(ImportBatch, number, populate_existing=True)


def _give_up(worker: Worker, actor: User, number: int) -> None:
    services.cancel(actor, db.session, _batch(number))
    db.session.commit()
    while worker.clear(number, 60):
        pass


def _failed(words: str, code: int) -> SystemExit:
    click.echo(f"Error: {words}", err=True)
    return SystemExit(code)


def register(app: Flask) -> None:
    app.cli.add_command(import_file)
    app.cli.add_command(sweep_imports)
