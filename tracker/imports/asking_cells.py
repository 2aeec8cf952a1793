"""What columns of numbers and dates leave open: the sign before decimals, and cells that nobody can read. Asked once for all rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tracker.imports.cell_dates import Order
from tracker.imports.cell_errors import is_error, why_error
from tracker.imports.cell_values import CellError, CellReader
from tracker.imports.date_words import has_no_day
from tracker.imports.fields import Field
from tracker.imports.marks import Mark
from tracker.imports.number_marks import MarkEvidence, evidence_of, measured
from tracker.imports.plan import Plan
from tracker.imports.read_as import LITERAL, LONGEST, NOTHING, READ_AS, decided, key_of_cell, scheme_of
from tracker.imports.reading import File
from tracker.imports.row_reading import pieces_of
from tracker.imports.spellings import Words
from tracker.imports.work import Work
from tracker.records.record_type import ColumnKind

MOST_CELLS = 100
_LOOKED_AT = 20_000  # different cells of a column
Counted = Mapping[int, Counter[str]]


@dataclass(frozen=True)
class AskedMark:
    """One column of numbers: what its cells prove, and what was decided."""

    column: int
    header: str
    evidence: MarkEvidence
    mark: str


@dataclass(frozen=True)
class AskedCell:
    """Cells of one field that say the same and cannot be read: in how many rows, why, and what was decided."""

    field: Field
    column: int
    header: str
    text: str
    count: int
    problem: str
    chosen: str
    typed: str

    @property
    def takes_words(self) -> bool:
        """Whether the words can be kept in place of a number (C31)."""
        return self.field.list_name == "figures" and not is_error(self.text)


def marks_asked(work: Work, columns: Mapping[int, Field], counted: Counted) -> tuple[AskedMark, ...]:
    """The columns in which the sign matters."""
    headers, found = work.file.headers(), []
    for column in measured(work.session, columns):
        evidence = _evidence(work.file, counted[column])
        if evidence.either or evidence.comma:
            mark = work.plan.marks.get(column) or evidence.mark
            found.append(AskedMark(column, headers[column], evidence, mark.value if mark else ""))
    return tuple(found)


def proven_marks(file: File, columns: Mapping[int, Field], counted: Counted, *, is_new: bool) -> dict[int, Mark]:
    """The signs of the plan, and those that its columns prove where it says none. `is_new`: a proof goes before what was said of another
    file."""
    found: dict[int, Mark] = {}
    for column in measured(file.session, columns):
        said, proof = file.plan.marks.get(column), _evidence(file, counted[column]).mark
        if mark := (proof or said) if is_new else (said or proof):
            found[column] = mark
    return found


def _evidence(file: File, cells: Counter[str]) -> MarkEvidence:
    return evidence_of(cells, is_workbook=file.is_workbook)


def cells_asked(work: Work, columns: Mapping[int, Field], counted: Counted) -> tuple[AskedCell, ...]:
    """Those that cannot be read, the most frequent first, and those about which something was decided."""
    reader, headers = reader_of(work), work.file.headers()
    found: dict[tuple[str, str], AskedCell] = {}
    for column, known in columns.items():
        is_value = known.column.kind in (ColumnKind.DATE, ColumnKind.NUMBER)
        for text, count in counted[column].most_common(_LOOKED_AT):
            separator = work.plan.columns[column].separator
            for piece in (text,) if is_error(text) else pieces_of(known, text, separator) if is_value else ():
                said, problem = decided(work.plan, known, piece), problem_of(reader, known, piece, column)
                if (problem or said is not None) and len(piece) <= LONGEST:
                    key = (scheme_of(known), key_of_cell(piece))
                    before = found[key].count if key in found else 0
                    found[key] = AskedCell(known, column, headers[column], piece, before + count, problem, *_chosen(said))
    return tuple(sorted(found.values(), key=lambda one: (bool(one.chosen), -one.count)))


def reader_of(work: Work) -> CellReader:
    """Reads cells as the plan says; where it leaves the order of days or the sign open, which is asked by itself, in one of both ways."""
    plan = work.plan
    dates = {
        column: replace(style, order=style.order or Order.DAY_FIRST, pivot=50 if style.pivot is None else style.pivot, has_day_numbers=True)
        for column, style in plan.dates.items()
    }
    marks = dict.fromkeys(plan.columns, Mark.POINT) | dict(plan.marks)
    open_plan = replace(plan, dates=dates, marks=marks)
    return reader_by(work, open_plan)


def reader_by(work: Work, plan: Plan) -> CellReader:
    """Reads cells of the file as `plan` says."""
    words = Words(work.session, work.user, plan, work.locale)
    return CellReader(work.session, plan, words, work.locale, is_workbook=work.file.is_workbook)


def problem_of(reader: CellReader, known: Field, text: str, column: int) -> str:
    """Why a cell cannot be read; '' where it can."""
    if is_error(text):
        return why_error(text)
    if known.column.words_in and has_no_day(text):
        return ""
    try:
        reader.values(known, text, column)
    except CellError as error:
        return str(error)
    return ""


def _chosen(said: str | None) -> tuple[str, str]:
    """A decision as the form shows it: the choice, and what the cell is read as."""
    if said in (None, LITERAL):
        return said or "", ""
    return (READ_AS, str(said)) if said else (NOTHING, "")


def with_decisions(plan: Plan, marks: Mapping[int, str], cells: Mapping[str, Mapping[str, str | None]]) -> Plan:
    """The plan with the signs that were chosen, and with what cells mean, by scheme and key; None takes a decision back."""
    plan = replace(plan, marks={**plan.marks, **{column: Mark(mark) for column, mark in marks.items() if mark in set(Mark)}})
    for scheme, said in cells.items():
        kept = {key: text for key, text in plan.words.get(scheme, {}).items() if key not in said}
        plan = replace(plan, words={**plan.words, scheme: kept | {key: text for key, text in said.items() if text is not None}})
    return plan
