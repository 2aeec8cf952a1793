"""The cells of an import, some lines at a time: packed, sealed under a key of the batch, and read again piece by piece."""

from __future__ import annotations

import json
import secrets
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.database.sealing import KEY_LENGTH, Sealer, SealError
from tracker.database.session import nobody_else_writes
from tracker.imports.models import ImportBatch, ImportChunk
from tracker.imports.tables import SheetStart, UnreadableError

LINES = 500  # of one chunk
MOST_COLUMNS = 1_000  # each has its boxes on the page of columns
_KEY = "import-key"


@dataclass(frozen=True)
class Line:
    """One row of a sheet. `no` counts through all sheets from 0, `row` is what a spreadsheet calls it."""

    no: int
    sheet: int
    row: int
    cells: list[str]


@dataclass
class Packed:
    """The tables of a file, ready to be stored: (number of the sheet, first line, sealed body) of each chunk."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(KEY_LENGTH), repr=False)
    sheets: list[dict[str, Any]] = field(default_factory=list)
    chunks: list[tuple[int, int, bytes]] = field(default_factory=list)
    lines: int = 0


def pack(found: Iterable[SheetStart | list[str]], most_lines: int) -> Packed:
    """Seal rows as they are read; empty ones are left out, the others keep their numbers. Raises UnreadableError."""
    packed, waiting = Packed(), list[Any]()
    row = 0

    def put() -> None:
        if waiting:
            body = zlib.compress(json.dumps(waiting, ensure_ascii=False).encode("utf-8", "surrogatepass"), 3)
            number = len(packed.chunks)
            sealed = Sealer([packed.key]).seal(body, f"import-chunk {number}")
            packed.chunks.append((len(packed.sheets) - 1, packed.lines - len(waiting), sealed))
            waiting.clear()

    for one in found:
        if isinstance(one, SheetStart):
            put()
            packed.sheets.append({"name": _printable(one.name), "rows": 0, "columns": 0})
            row = one.first - 1
            continue
        row += 1
        if not any(cell.strip() for cell in one):
            continue
        sheet = packed.sheets[-1]
        sheet["rows"], sheet["columns"] = sheet["rows"] + 1, max(sheet["columns"], len(one))
        waiting.append([row, one])
        packed.lines += 1
        if packed.lines > most_lines:
            raise UnreadableError("rows")
        if len(one) > MOST_COLUMNS:
            raise UnreadableError("columns", row)
        if len(waiting) == LINES:
            put()
    put()
    return packed


def _printable(name: str) -> str:
    """The name of a sheet, which the source of each of its records repeats."""
    return "".join(char if char.isprintable() else " " for char in name)


def store(session: Session, batch: ImportBatch, packed: Packed) -> None:
    """The chunks of a new batch, whose key is wrapped already."""
    rows = [
        {"batch_id": batch.id, "no": number, "sheet": sheet, "first_line": first, "body": body}
        for number, (sheet, first, body) in enumerate(packed.chunks)
    ]
    for start in range(0, len(rows), 50):
        session.execute(sa.insert(ImportChunk), rows[start : start + 50])


def wrap(master: Sealer, sha256: str, key: bytes) -> bytes:
    """The key of a batch under the master key."""
    return master.seal(key, f"{_KEY} {sha256}")


def sealer_of(master: Sealer, batch: ImportBatch) -> Sealer:
    """Opens and seals what is kept of a batch."""
    return Sealer([master.unseal(batch.wrapped, f"{_KEY} {batch.sha256}")])


def count(session: Session, batch: ImportBatch) -> int:
    """How many chunks the batch has."""
    return session.scalar(sa.select(sa.func.count()).where(ImportChunk.batch_id == batch.id)) or 0


def read(
    session: Session, master: Sealer, batch: ImportBatch, first: int = 0, last: int | None = None, *, sheet: int | None = None
) -> Iterator[Line]:
    """The lines of the chunks from `first` to before `last`, in order; those of one sheet alone where one is named."""
    sealer = sealer_of(master, batch)
    wanted = sa.select(ImportChunk.no, ImportChunk.sheet, ImportChunk.first_line, ImportChunk.body).where(
        ImportChunk.batch_id == batch.id, ImportChunk.no >= first
    )
    if last is not None:
        wanted = wanted.where(ImportChunk.no < last)
    if sheet is not None:
        wanted = wanted.where(ImportChunk.sheet == sheet)
    for number, of_sheet, first_line, body in session.execute(wanted.order_by(ImportChunk.no)):
        held = json.loads(zlib.decompress(sealer.unseal(body, f"import-chunk {number}")).decode("utf-8", "surrogatepass"))
        for place, (row, cells) in enumerate(held):
            yield Line(first_line + place, of_sheet, row, cells)


def lines(session: Session, master: Sealer, batch: ImportBatch, wanted: Iterable[int]) -> dict[int, Line]:
    """Single lines by number."""
    numbers = set(wanted)
    chosen = holding(session, batch, numbers)
    return {line.no: line for no in chosen for line in read(session, master, batch, no, no + 1) if line.no in numbers}


def holding(session: Session, batch: ImportBatch, numbers: Iterable[int]) -> list[int]:
    """The chunks in which these lines stand."""
    places = sa.select(ImportChunk.no, ImportChunk.first_line).where(ImportChunk.batch_id == batch.id).order_by(ImportChunk.no)
    starts = session.execute(places).all()
    firsts = [first for _, first in starts]
    return sorted({starts[place - 1][0] for number in numbers if (place := bisect_right(firsts, number))})


def forget(session: Session, batch: ImportBatch) -> None:
    """Drop the cells: nothing will be read of them any more."""
    session.execute(sa.delete(ImportChunk).where(ImportChunk.batch_id == batch.id))


def rotate(session: Session, opens: Sealer, seals: Sealer, *, leave_lost: bool) -> dict[str, int]:
    """The keys of all imports under another master key. Raises SealError when one opens under neither key."""
    nobody_else_writes(session, ImportBatch.__tablename__)
    done = lost = 0
    for batch in session.scalars(sa.select(ImportBatch).order_by(ImportBatch.id)).all():
        try:
            batch.wrapped = wrap(seals, batch.sha256, opens.unseal(batch.wrapped, f"{_KEY} {batch.sha256}"))
        except SealError:
            if not leave_lost:
                raise
            lost += 1
        else:
            done += 1
    session.flush()
    return {"imports": done} | ({"left": lost} if lost else {})
