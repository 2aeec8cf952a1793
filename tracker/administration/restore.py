"""Restoring: a backup of either engine into an empty database of either engine, whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from tracker.accounts.models import SignIn
from tracker.administration.backup import BackupError, is_empty, trail_faults
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.audit.verification import faults, head_of, stored_events
from tracker.counting.models import Basis
from tracker.database import migrations
from tracker.database.archive import Manifest, Part, Reader, opened, sync_folder
from tracker.database.bulk_load import guards_resting, in_order, reflected, reset_sequences, write_rows
from tracker.database.columns import utc_now
from tracker.extensions import db
from tracker.records import facts, findable

_PIECE = 1 << 20


@dataclass
class Restored:
    """What is there now."""

    manifest: Manifest
    rows: dict[str, int] = field(default_factory=dict)
    facts: dict[str, int] = field(default_factory=dict)  # records that contribute, by basis
    findable: int = 0


def restore(path: Path, files: Path, reporting_state: str) -> Restored:
    """Put the backup at `path` into the database and the folder `files`.

    One transaction, schema included: whatever interrupts it leaves the database as empty as it was. Raises ArchiveError,
    BackupError, LoadError and OSError.
    """
    with opened(path) as archive:
        archive.check()
        _refuse_what_cannot_be(archive)
        with db.engine.connect() as connection, connection.begin():
            if not is_empty(connection):
                raise BackupError("The database holds tables already: a backup is restored into an empty one only.")
            done = Restored(archive.manifest)
            migrations.upgrade_within(connection, archive.manifest.revision)
            _load(connection, archive, done)
            migrations.upgrade_within(connection)
            _make_again(connection, done, reporting_state)
            with _files_placed(archive, files):
                connection.commit()
    return done


def _refuse_what_cannot_be(archive: Reader) -> None:
    if not migrations.knows(archive.manifest.revision):
        raise BackupError(f"The backup has the schema {archive.manifest.revision}, which this program does not know: it is older.")
    broken = next(trail_faults(archive), None)
    if broken:
        raise BackupError(f"The trail in the backup breaks: {broken}")


def _load(connection: Connection, archive: Reader, done: Restored) -> None:
    metadata = reflected(connection)
    parts = {part.name: part for part in archive.manifest.tables}
    unknown = parts.keys() - metadata.tables.keys()
    if unknown:
        raise BackupError(f"The backup holds a table that its schema does not: {min(unknown)}")
    tables = in_order(metadata, parts)
    with guards_resting(connection):
        for table in tables:
            done.rows[table.name] = write_rows(connection, table, archive.rows(table.name))
    reset_sequences(connection, tables)
    short = [name for name, count in done.rows.items() if count != parts[name].rows]
    if short:
        raise BackupError(f"Not every row arrived: {min(short)}")


def _make_again(connection: Connection, done: Restored, reporting_state: str) -> None:
    """What is derived, and what must not come back: nobody is signed in by a sign-in that was ended since."""
    with Session(connection, join_transaction_mode="rollback_only") as session:
        for basis in Basis:
            done.facts[basis.value] = facts.rebuild(session, reporting_state, basis)
        done.findable = findable.rebuild(session)
        session.execute(sa.update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=utc_now()))
        said = {"rows": done.manifest.rows, "tables": len(done.rows), "files": len(done.manifest.files), "made_at": done.manifest.made_at}
        audit.write(None, session, Action.RESTORED, detail=said)
        session.commit()
        broken = next(faults(stored_events(session), head_of(session)), None)
        if broken:
            raise BackupError(f"The trail does not hold after the restore: {broken}")


@contextmanager
def _files_placed(archive: Reader, files: Path) -> Iterator[None]:
    """The files are in place before the rows that name them are, and gone again when those do not come."""
    wanted = {part.name: part for part in archive.manifest.files}
    present = {path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file()} if files.is_dir() else set()
    strange = [name for name in sorted(present) if name not in wanted or _hash(files / name) != wanted[name].sha256]
    if strange:
        raise BackupError(f"The folder of files holds others already: {files / strange[0]}")
    placed: list[Path] = []
    try:
        for part in archive.manifest.files:
            if part.name not in present:
                placed.append(files / part.name)
                _place(archive, part, placed[-1])
        yield
    except BaseException:
        for path in placed:
            path.unlink(missing_ok=True)
        raise


def _place(archive: Reader, part: Part, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with archive.file(part.name) as source, unfinished.open("wb") as copy:
            while piece := source.read(_PIECE):
                copy.write(piece)
            copy.flush()
            os.fsync(copy.fileno())
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(target.parent)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
