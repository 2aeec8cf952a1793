"""Backups: everything that cannot be made again, at one moment, while others go on writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.audit.verification import Fault, Mark, faults
from tracker.counting.models import Fact, FactKey, FactState
from tracker.database import migrations
from tracker.database.archive import ArchiveError, Manifest, Reader, Writer, opened, sha256_of, written
from tracker.database.base import Base
from tracker.database.bulk_load import in_order, read_rows, reflected
from tracker.database.columns import utc_now
from tracker.database.session import snapshot
from tracker.extensions import db
from tracker.files.models import SealedContent
from tracker.files.queries import places

# made again from the rest; the full text, which belongs to its engine, is no model in the first place
DERIVED = frozenset(model.__tablename__ for model in (Fact, FactKey, FactState))


class BackupError(Exception):
    """Why there is no backup, in a line."""


@dataclass(frozen=True)
class Backup:
    """What was written, and the hash by which the file is known again."""

    manifest: Manifest
    sha256: str


def make(path: Path, files: Path, reporting_state: str) -> Backup:
    """Write a backup of the database and of the folder `files` to `path`. Raises BackupError and OSError, and leaves no file then."""
    if path.exists():
        raise BackupError(f"{path} is there already; a backup never replaces another one.")
    if migrations.pending(db.engine, ""):
        raise BackupError("The database has another schema than this program: run `flask --app app database upgrade` first.")
    with snapshot(db.engine) as session:
        connection = session.connection()
        revision = migrations.revision_of(connection) or ""
        manifest = Manifest(revision, connection.dialect.name, utc_now().isoformat(timespec="seconds"), reporting_state)
        with written(path, manifest, lambda digest: _leave_trace(manifest, digest)) as writer:
            metadata = reflected(connection)
            for table in in_order(metadata, Base.metadata.tables.keys() - DERIVED):
                writer.add_table(table.name, table.columns.keys(), read_rows(connection, table))
            _add_files(writer, files)
            if SealedContent.__tablename__ in metadata.tables:
                _refuse_what_moved(session, {Path(part.name).name for part in manifest.files})
    return Backup(manifest, sha256_of(path))


def check(path: Path) -> Backup:
    """Read a backup from end to end. Raises ArchiveError when it is not what was written, or when its trail breaks."""
    with opened(path) as archive:
        archive.check()
        broken = next(trail_faults(archive), None)
        if broken:
            raise ArchiveError(f"The trail in it breaks: {broken}")
        return Backup(archive.manifest, sha256_of(path))


def trail_faults(archive: Reader) -> Iterator[Fault]:
    """Where the trail in the archive breaks."""
    heads = [Mark(row["no"], row["hash"]) for row in archive.mappings("audit_head")]
    return faults(archive.mappings("audit_event"), heads[0] if heads else None)


def is_empty(connection: sa.Connection) -> bool:
    """Whether there is not a single table."""
    tables: Sequence[str] = sa.inspect(connection).get_table_names()
    return not tables


def _add_files(writer: Writer, files: Path) -> None:
    """Files are written before a row names them and never changed: each that the rows of the moment name is there, or erased since."""
    for path in sorted(files.rglob("*")) if files.is_dir() else ():
        if path.is_symlink() or not path.is_file():
            continue
        try:
            with path.open("rb") as source:
                writer.add_file(path.relative_to(files).as_posix(), source)
        except FileNotFoundError:
            continue


def _refuse_what_moved(session: Session, added: set[str]) -> None:
    """What `flask files seal` moved between the moment of the rows and the reading of the files is in no backup as the rows say."""
    missing = {digest: place for digest, place in places(session).items() if place not in added}
    if not missing:
        return
    with snapshot(db.engine) as later:
        now = places(later)
    if any(now.get(digest, place) != place for digest, place in missing.items()):
        raise BackupError("Files were sealed or put back in plain meanwhile: make the backup again.")


def _leave_trace(manifest: Manifest, digest: str) -> None:
    """A copy of everything that leaves no trace must not exist."""
    said = {"rows": manifest.rows, "tables": len(manifest.tables), "files": len(manifest.files), "sha256": digest}
    audit.write_apart(None, db.session, Action.BACKED_UP, detail=said)
