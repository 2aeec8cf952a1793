"""The lines of an import as its plan sees them: those of the chosen sheets below the header, cells in the order of the first sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from sqlalchemy.orm import Session

from tracker.database.sealing import Sealer
from tracker.imports import chunks
from tracker.imports.chunks import Line
from tracker.imports.list_file import is_list_file
from tracker.imports.models import ImportBatch, ImportRow
from tracker.imports.plan import REASON, Plan, names_of
from tracker.records.csv_text import text_of_cell

_TEXTS = frozenset({"text", "jsonl"})  # kinds of files in which numbers stand as people, or their programs, have written them
SAMPLE_LINES = 4 * chunks.LINES
MOST_ABOVE = 200  # lines among which the header of a sheet has to be


@dataclass
class File:
    """The file of a batch, read as `plan` says."""

    session: Session
    master: Sealer
    batch: ImportBatch
    plan: Plan

    def __post_init__(self) -> None:
        self._headers: dict[int, list[str]] = {}
        self._ours: dict[int, bool] = {}

    def top(self, sheet: int, count: int) -> list[Line]:
        """The first lines of a sheet, whatever the plan says."""
        return list(islice(chunks.read(self.session, self.master, self.batch, sheet=sheet), count))

    def headers(self, sheet: int | None = None) -> list[str]:
        """The names of the columns; without a header their letters."""
        sheet = self.plan.sheets[0] if sheet is None else sheet
        if sheet not in self._headers:
            width = self.batch.sheets[sheet]["columns"]
            cells = next((line.cells for line in self.top(sheet, MOST_ABOVE) if line.row == self.plan.header), [])
            self._headers[sheet] = [cells[n] if n < len(cells) and cells[n].strip() else letters(n) for n in range(width)]
        return self._headers[sheet]

    def lines(self, first: int = 0, last: int | None = None) -> Iterator[Line]:
        """The lines below the headers, of the chunks from `first` to before `last`."""
        for line in chunks.read(self.session, self.master, self.batch, first, last):
            if line.sheet in self.plan.sheets and line.row > self.plan.header:
                yield self._aligned(line)

    def some(self, wanted: Sequence[int]) -> dict[int, Line]:
        """Single lines by number."""
        found = chunks.lines(self.session, self.master, self.batch, wanted)
        return {number: self._aligned(line) for number, line in found.items()}

    def sample(self) -> list[Line]:
        """The first lines below the header of the chosen sheets, wherever these stand in the file."""
        of_sheets = (chunks.read(self.session, self.master, self.batch, sheet=sheet) for sheet in self.plan.sheets)
        some = islice(chain.from_iterable(of_sheets), SAMPLE_LINES)
        return [self._aligned(line) for line in some if line.row > self.plan.header]

    @property
    def is_workbook(self) -> bool:
        """Whether its numbers are kept as numbers, not as somebody has written them."""
        return self.batch.file_kind not in _TEXTS

    def place(self, line: Line) -> str:
        """Where the line stands, as a source is cited: `Sheet1, row 17`."""
        name = str(self.batch.sheets[line.sheet]["name"])[:30]
        return f"{name}, row {line.row}" if name else f"row {line.row}"

    def _is_ours(self, sheet: int) -> bool:
        """Whether cells have the apostrophe before what a spreadsheet would run: in rejected rows, and in lists as they are shown."""
        if sheet not in self._ours:
            headers = self.headers(sheet)
            self._ours[sheet] = headers[:1] == [REASON] or (self.batch.file_kind == "text" and is_list_file(headers))
        return self._ours[sheet]

    def _aligned(self, line: Line) -> Line:
        first = self.plan.sheets[0]
        if self._is_ours(line.sheet):
            line = replace(line, cells=[text_of_cell(cell) for cell in line.cells])
        if line.sheet == first or not self.plan.header:
            return line
        own = {name: number for number, name in enumerate(names_of(self.headers(line.sheet)))}
        places = [own.get(name) for name in names_of(self.headers(first))]
        return replace(line, cells=[line.cells[n] if n is not None and n < len(line.cells) else "" for n in places])


def letters(number: int) -> str:
    """What a spreadsheet calls a column: A, B ... AA."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def cells_of(line: Line, row: ImportRow | None) -> list[str]:
    """The cells of a line with what was mended in them."""
    mended: Mapping[str, str] = row.written if row else {}
    if not mended:
        return line.cells
    width = max([len(line.cells), *(int(column) + 1 for column in mended)])
    return [mended.get(str(n), line.cells[n] if n < len(line.cells) else "") for n in range(width)]
