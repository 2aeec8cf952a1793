"""The dump for analysts: every record up to a marking and the views of figures, as files with a codebook and a manifest.

Nothing in it is restricted, no person is listed, and of records that list persons every text is left empty: a file about persons
is asked for with its purpose, and a nightly one has none.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.clearance import Marking
from tracker.accounts.models import Role, User
from tracker.counting.models import Basis
from tracker.counting.projection import RULE_VERSION
from tracker.database.session import snapshot
from tracker.exchange.bi_figures import filter_up_to, markings_up_to
from tracker.exchange.bi_views import name_of, statements
from tracker.exchange.codebook import codebook
from tracker.exchange.exchange_files import exchange_rows
from tracker.exchange.parquet_files import kinds_of, write_parquet
from tracker.extensions import db
from tracker.personal_data.books import NAMES
from tracker.records.csv_text import csv_lines
from tracker.records.enums import ReviewState
from tracker.records.exchange_rows import Values, cells_of, compact, head
from tracker.records.filtering import Reader
from tracker.records.models import Record
from tracker.records.naming import with_texts
from tracker.records.queries import ids_in_order
from tracker.records.record_type import RecordType
from tracker.records.registry import every_measure, every_type
from tracker.vocabularies.terms import version

SCHEMA = 2  # what docs/analysts.md describes; another number says that a column went or means something else
VIEWS = ("figures", "records", "partners", "properties")
_KINDS = {sa.Integer: "whole", sa.Numeric: "number", sa.Date: "day"}


class DumpError(Exception):
    """Why there is no dump, in a line."""


@dataclass(frozen=True)
class Asked:
    """Up to which marking, on which basis, in which format (`parquet` or `csv`), at which moment, seen from which state."""

    marking: Marking
    basis: Basis
    file_format: str
    now: datetime
    reporting_state: str

    @property
    def up_to(self) -> tuple[str, ...]:
        return markings_up_to(self.marking)


@dataclass
class Table:
    """One file: names of its columns, which of them are no text, rows that are read once."""

    name: str
    columns: tuple[str, ...]
    kinds: Mapping[str, str]
    rows: Iterable[Mapping[str, Any]]
    about: Mapping[str, object] = field(default_factory=dict)
    count: int = 0

    def counted(self) -> Iterator[Mapping[str, Any]]:
        for row in self.rows:
            self.count += 1
            yield row


@dataclass(frozen=True)
class Written:
    """A file of the dump, as its manifest lists it."""

    name: str
    rows: int
    bytes: int
    sha256: str


def dump(folder: Path, asked: Asked) -> list[Written]:
    """Write the dump of one moment. `folder` appears when it is complete, or not at all. Raises DumpError and OSError."""
    if folder.exists():
        raise DumpError(f"{folder} is there already; a dump never replaces another one.")
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with snapshot(db.engine) as session:
            made = [_write(beside, table, asked) for table in _tables(session, asked)]
            manifest = _manifest(session, asked, made)
        (beside / "manifest.json").write_text(compact(manifest) + "\n", encoding="utf-8")
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return made


def _tables(session: Session, asked: Asked) -> Iterator[Table]:
    nobody = User(username="dump", display_name="dump", role=Role.VIEWER)  # is never stored: what is read depends on the marking alone
    reader = Reader(nobody, session, "en", asked.now.date(), asked.reporting_state)
    for record_type in every_type():
        yield _records(reader, record_type, asked)
    declared = statements(session, every_measure().values(), asked.reporting_state)
    yield _view(session, "measures", "bi_measures", declared["bi_measures"])
    for view in VIEWS:
        name = name_of(view, asked.marking)
        yield _view(session, view, name, declared[name], asked.basis)


def _records(reader: Reader, record_type: RecordType, asked: Asked) -> Table:
    session, book = reader.session, codebook(reader, [record_type])
    chosen = filter_up_to(asked.up_to, asked.basis, asked.reporting_state).narrowed(kind=(record_type.kind,))
    restricted = set(session.scalars(sa.select(Record.id).where(Record.restricted_at.is_not(None))))
    ids = [key for key in ids_in_order(reader, chosen, "ref") if key not in restricted]

    def seen(refs: set[str]) -> set[str]:
        open_ones = (Record.effective_marking.in_(asked.up_to), Record.review_state != ReviewState.DRAFT, Record.restricted_at.is_(None))
        return set(session.scalars(sa.select(Record.ref).where(Record.ref.in_(refs), *open_ones))) if refs else set()

    columns = tuple(name for name in head([record_type]) if name != NAMES)
    rows = (_without_persons(values, record_type) for values in exchange_rows(reader, chosen, ids, seen))
    return Table(record_type.slug, columns, kinds_of([record_type]), rows, {"codebook": book.plain})


def _without_persons(values: Values, record_type: RecordType) -> Values:
    """No person; and no text either where one is listed, since what is written there is about them."""
    if not values.get(NAMES):
        return values
    return with_texts(values, record_type, lambda _: "") | {NAMES: []}


def _view(session: Session, name: str, view: str, declared: Any, basis: Basis | None = None) -> Table:
    """What a view holds; of one that says both bases, the one that was asked for."""
    columns = [sa.column(column.name, column.type) for column in declared.selected_columns]
    if view not in sa.inspect(session.connection()).get_view_names():
        raise DumpError("The views for BI tools are missing: run `flask --app app database upgrade` first.")
    kinds = {column.name: _kind(column) for column in columns}
    statement = sa.select(*columns).select_from(sa.table(view))
    if basis:
        statement = statement.where(sa.column("basis") == basis.value)
    rows = session.execute(statement.execution_options(yield_per=1_000)).mappings()
    names = tuple(column.name for column in columns)
    return Table(name, names, kinds, (dict(row) for row in rows))


def _kind(column: Any) -> str:
    """What a column of a view is in Parquet; an empty text is a value there, as in the view: the item of what has none."""
    return next((kind for known, kind in _KINDS.items() if isinstance(column.type, known)), "word")


def _write(folder: Path, table: Table, asked: Asked) -> Written:
    path = folder / f"{table.name}.{asked.file_format}"
    with path.open("w+b") as file:
        if asked.file_format == "parquet":
            write_parquet(file, table.columns, table.counted(), table.kinds, {}, table.about)
        else:
            lines = csv_lines(_csv_rows(table))
            file.writelines(line.encode() for line in lines)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
        file.seek(0)
        digest = file_digest(file, "sha256").hexdigest()
    if table.about and asked.file_format != "parquet":
        (folder / f"{table.name}.codebook.json").write_text(compact(table.about["codebook"]) + "\n", encoding="utf-8")
    return Written(path.name, table.count, size, digest)


def _csv_rows(table: Table) -> Iterator[list[str]]:
    yield list(table.columns)
    for row in table.counted():
        yield cells_of(row, table.columns)


def _manifest(session: Session, asked: Asked, made: list[Written]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "as_of": asked.now.isoformat(timespec="seconds"),
        "marking": f"TLP:{asked.marking.value}",
        "basis": asked.basis.value,
        "rule_version": RULE_VERSION,
        "vocabulary_version": version(session),
        "reporting_state": asked.reporting_state,
        "files": [asdict(one) for one in made],
    }
