"""What the page of rows shows: each line as it will be stored, and what is wrong with it, at the cell that says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext

from tracker.imports.cell_dates import is_nothing
from tracker.imports.checking import rows_of
from tracker.imports.models import ImportBatch, ImportRow, RowState, is_alike
from tracker.imports.reading import cells_of
from tracker.imports.row_details import details_of
from tracker.imports.words import ALIKE_WORDS, ROW_WORDS
from tracker.imports.work import Work
from tracker.partial_dates import DateError, describe, parse_edtf
from tracker.records import registry
from tracker.records.differences import Change
from tracker.records.filtering import Reader
from tracker.records.record_type import RecordType
from tracker.records.words import number_in_words
from tracker.vocabularies.parties import names_by_code
from tracker.vocabularies.terms import terms
from tracker.vocabularies.units import several
from tracker.web.formatters import number as written

PER_PAGE, MOST_CELLS = 50, 40  # rows of a page, and of each the wrong cells that are shown at once
MOST_LINES = PER_PAGE * (MOST_CELLS + 1)  # that a page can send: each row, and a further line for each of its cells
_FIRST_CELLS, _LONGEST_CELL = 3, 60


@dataclass(frozen=True)
class Cell:
    """A cell that can be mended: its line and column, what stands there, what is wrong."""

    line: int
    column: int
    header: str
    text: str
    problem: str = ""


@dataclass(frozen=True)
class Choice:
    """One answer to what a row is."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class ShownRow:
    """One line in words."""

    line: int
    place: str
    state: str
    kind: str
    title: str
    cells_said: str  # its first cells that say something, where it has no title
    date: str
    partners: str
    figures: str
    problems: tuple[str, ...]  # of the line as a whole
    cells: tuple[Cell, ...]
    more_cells: int  # that are wrong as well
    twin: str  # a record that it looks like
    twin_url: str
    choices: tuple[Choice, ...]  # where the row is that record, or may be
    ref: str
    parts: int
    made_of: int  # the version of `ref` from which an older list was made; 0 where nothing was changed since
    version: int  # of `ref` now
    url: str  # of the record `ref`, which the line changes or repeats
    said: tuple[Change, ...]
    is_skipped: bool
    is_taken: bool

    @property
    def lines(self) -> list[int]:
        """The lines that its boxes stand for, itself among them."""
        return sorted({self.line, *(cell.line for cell in self.cells)})


@dataclass(frozen=True)
class RowPage:
    """Some lines of one state."""

    rows: tuple[ShownRow, ...]
    state: RowState
    number: int
    count: int
    total: int
    batch_id: int
    only_alike: bool = False  # those that look like a record alone

    @property
    def has_choices(self) -> bool:
        return any(row.choices for row in self.rows)

    def url(self, number: int) -> str:
        return rows_url(self.batch_id, self.state, number, only_alike=self.only_alike)


def rows_url(batch_id: int, state: str, page: int | None = None, *, only_alike: bool = False) -> str:
    """The address of rows in a state, or only of those among them that look like a record."""
    return url_for("imports.rows", number=batch_id, state=state, page=page, alike=1 if only_alike else None)


def row_page(reader: Reader, work: Work, state: RowState, number: int, *, only_alike: bool = False) -> RowPage:
    """The page `number` of the lines in a state."""
    session, batch = reader.session, work.batch
    where = ImportRow.batch_id == batch.id, ImportRow.state == state, *([is_alike()] if only_alike else [])
    total = session.scalar(sa.select(sa.func.count()).where(*where)) or 0
    count = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), count)
    wanted = sa.select(ImportRow).where(*where).order_by(ImportRow.line).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    rows = list(session.scalars(wanted))
    names = _Names(reader)
    lines = work.file.some([row.line for row in rows])
    said, cells = details_of(reader, work, state, lines), _wrong_cells(work, rows)
    found = [(row, cells_of(lines[row.line], row)) for row in rows if row.line in lines]
    shown = tuple(_shown(row, work, its, cells[row.line], names, said.get(row.line, ())) for row, its in found)
    return RowPage(shown, state, number, count, total, batch.id, only_alike)


class _Names:
    """Codes in words."""

    def __init__(self, reader: Reader) -> None:
        self._parties = names_by_code(reader.session, reader.locale)
        self._session, self._locale = reader.session, reader.locale
        self._metrics = {code: term.label(reader.locale) for code, term in terms(reader.session, "metric").items()}

    def partners(self, shown: Mapping[str, Any]) -> str:
        names = [self._parties.get(code, code) for code in shown.get("parties", ())]
        rest = [f"+ {shown['more']}"] if shown.get("more") else []
        others = [gettext("and others")] if shown.get("is_open") else []
        return " ".join(["; ".join(names), *rest, *others]).strip()

    def figures(self, shown: Mapping[str, Any]) -> str:
        return "; ".join(self._figure(*figure) for figure in shown.get("figures", ()))

    def _figure(self, metric: str, number: str, unit: str = "", item: str | None = None) -> str:
        """`Drugs seized, heroin: 500 kilograms`; other figures say their unit by their name."""
        name = ", ".join(filter(None, (self._metrics.get(metric, metric), self._word("item", item))))
        is_number = any(map(str.isdigit, number))
        said = (several(unit, None, 1 if number == "1" else 2) or self._word("unit", unit)) if unit and is_number else ""
        return f"{name}: {number_in_words(number)} {said}".strip()

    def _word(self, scheme: str, code: str | None) -> str:
        term = terms(self._session, scheme).get(code or "")
        return term.label(self._locale) if term else ""


def _wrong_cells(work: Work, rows: Sequence[ImportRow]) -> dict[int, tuple[Cell, ...]]:
    """Of each row the cells to be mended, also those of the further lines of its record."""
    said: dict[int, dict[tuple[int, int], list[str]]] = {row.line: {} for row in rows}  # row -> (line, column) -> what is wrong
    for row in rows:
        for problem in row.told():
            if problem.column is not None:
                said[row.line].setdefault((row.line_of(problem), problem.column), []).append(problem.said)
    wanted = sorted({line for places in said.values() for line, _ in places})
    lines, decided, headers = work.file.some(wanted), rows_of(work.session, work.batch, wanted), work.file.headers()

    def cell(row: int, line: int, column: int, problems: Sequence[str]) -> Cell:
        cells = cells_of(lines[line], decided.get(line)) if line in lines else []
        header = headers[column] if column < len(headers) else ""
        label = header if line == row else gettext("%(column)s, row %(row)s", column=header, row=lines[line].row if line in lines else "")
        return Cell(line, column, label, cells[column] if column < len(cells) else "", " ".join(dict.fromkeys(problems)))

    return {row: tuple(cell(row, *place, problems) for place, problems in sorted(places.items())) for row, places in said.items()}


def _shown(
    row: ImportRow, work: Work, line: Sequence[str], cells: tuple[Cell, ...], names: _Names, details: tuple[Change, ...]
) -> ShownRow:
    shown, record_type, twin = row.shown, _type_of(row.shown), str(row.shown.get("twin", ""))
    sheet = str(work.batch.sheets[shown["sheet"]]["name"]) if len(work.plan.sheets) > 1 else ""
    return ShownRow(
        line=row.line,
        place=f"{sheet} {shown['row']}".strip(),
        state=row.state.value,
        kind=str(record_type.label) if record_type else "",
        title=str(shown.get("title", "")),
        cells_said="" if shown.get("title") else _first_cells(line),
        date=" – ".join(filter(None, (_date(shown.get(name, "")) for name in ("start", "end")))),
        partners=names.partners(shown),
        figures=names.figures(shown),
        problems=tuple(problem.said for problem in row.told() if problem.column is None),
        cells=cells[:MOST_CELLS],
        more_cells=max(0, len(cells) - MOST_CELLS),
        twin=twin,
        twin_url=_url(record_type, twin),
        choices=tuple(_choices(row, twin)),
        ref=row.ref,
        parts=int(shown.get("parts", 0)),
        made_of=int(shown.get("made_of", 0)),
        version=row.version,
        url=_url(record_type, row.ref),
        said=details,
        is_skipped=row.decision == "skip",
        is_taken=row.decision == "take",
    )


def _first_cells(line: Sequence[str]) -> str:
    """By which a row is known that has no title."""
    said = [" ".join(text.split()) for text in line if not is_nothing(text)][:_FIRST_CELLS]
    return " · ".join(text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1].rstrip()}…" for text in said)


def _choices(row: ImportRow, twin: str) -> Iterator[Choice]:
    """What a row may be that looks like a record, or is said to be one."""
    may_be = row.chosen or (twin if row.state in (RowState.NEW, RowState.WRONG) and row.decision != "take" else "")
    if may_be:
        decision = row.decision or row.chosen
        yield Choice("", gettext("it is a new record"), not decision)
        yield Choice(may_be, gettext("it is %(ref)s: change it", ref=may_be), decision == may_be)
        yield Choice("skip", gettext("leave it out"), decision == "skip")


def _url(record_type: RecordType | None, ref: str) -> str:
    return url_for("records.show", record_type=record_type, ref=ref) if record_type and ref not in ("", "=") else ""


def _type_of(shown: Mapping[str, Any]) -> RecordType | None:
    return next((one for one in registry.every_type() if one.kind == shown.get("kind")), None)


def _date(edtf: str) -> str:
    try:
        return describe(parse_edtf(edtf)) if edtf else ""
    except DateError:
        return edtf


def state_tabs(batch: ImportBatch, page: RowPage, found: Mapping[str, int], alike: int) -> list[dict[str, Any]]:
    """A link for each state that a line is in, and behind the new ones for those of them that look like a record that is there."""
    tabs = []
    for state, label in ROW_WORDS.items():
        is_here = state is page.state
        if found.get(state.value) or (is_here and not page.only_alike):
            tabs.append(_tab(label, found[state.value], rows_url(batch.id, state.value), is_current=is_here and not page.only_alike))
        if state is RowState.NEW and (alike or page.only_alike):
            tabs.append(_tab(ALIKE_WORDS, alike, rows_url(batch.id, state.value, only_alike=True), is_current=page.only_alike))
    return tabs


def _tab(label: object, count: int, url: str, *, is_current: bool) -> dict[str, Any]:
    return {"label": str(label), "count": written(count), "url": url, "is_current": is_current}
