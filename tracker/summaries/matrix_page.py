"""The page of the matrix: the table with all that stands around it, and the same as rows of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from tracker.counting.cells import TOTAL
from tracker.counting.filters import RecordFilter, Step
from tracker.counting.measures import Mode
from tracker.counting.models import Basis, NumberState, Standing
from tracker.counting.periods import OTHER
from tracker.counting.queries import Question, Table, answers
from tracker.counting.rows import AGENCY, GROUP, PARTNER
from tracker.records.figure_words import cell_text
from tracker.records.filtering import STANDING_WORDS, Reader, in_words
from tracker.summaries.asked import Asked
from tracker.summaries.by_type import Figures
from tracker.summaries.comparison import ComparedDrawing, compared
from tracker.summaries.figure_details import FigureDetails, unit_words
from tracker.summaries.forms import MatrixForm, matrix_form, own_fields
from tracker.summaries.links import CellLinks, address, figure_args, partner_url, year_url
from tracker.summaries.matrix import Matrix, figures, filter_for, presented
from tracker.summaries.matrix_details import matrix_details
from tracker.summaries.periods import FIELDS, period_label
from tracker.summaries.signs import Sign, signs_of
from tracker.summaries.stamp import Stamp, stamp
from tracker.summaries.stock_charts import StepLine, stock_charts

OUTSIDE = [standing for standing in Standing if standing not in (Standing.COUNTED, Standing.STATEMENT)]


@dataclass(frozen=True)
class Note:
    """A number beside the table, with its list."""

    text: str
    url: str


@dataclass(frozen=True)
class Chip:
    """A part of the filter, with the address without it."""

    label: str
    remove_url: str


@dataclass(frozen=True)
class MatrixPage:
    """Everything that the template of the matrix needs."""

    asked: Asked
    form: MatrixForm
    own_fields: Sequence[Any]
    chips: tuple[Chip, ...]
    unit: str
    when: str
    stamp: Stamp
    csv_url: str
    locale: str
    matrix: Matrix | None = None  # none where the address asks for what does not exist
    statements: tuple[Note, ...] = ()
    outside: tuple[Note, ...] = ()
    signs: tuple[Sign, ...] = ()
    details: FigureDetails | None = None
    stocks: tuple[StepLine, ...] = ()  # of what lasts, the course of the total

    @property
    def files(self) -> list[tuple[str, str]]:
        """The same table as files: each format with its address."""
        args = self.asked.args()
        return [("csv", self.csv_url), *((name, url_for("figure_files.matrix", file_format=name, **args)) for name in ("xlsx", "json"))]

    @property
    def caption(self) -> str:
        """What stands in the rows and in the columns."""
        return caption_of(self.asked, self.locale)

    @property
    def note(self) -> str:
        """What the rows of this table mean; quantities are never counted whole in several rows (C33)."""
        if self.asked.measure.is_quantity and self.asked.choice.field in ("partner", "region", "group"):
            return gettext("A number stands in a row only where a source gives it for that partner; the rest is shared, not split.")
        notes = [str(self.asked.choice.note)]
        if self.asked.comparison and all(period.column for period in self.asked.comparison.both):
            notes.append(gettext("What belongs to a year only perhaps is in neither period."))
        return " ".join(filter(None, notes))

    @property
    def adds_up(self) -> tuple[str, ...]:
        """That the rows add up to the total, where they do; statements about several partners stand in many rows and add nothing."""
        if not self.matrix or self.matrix.sums or not self.matrix.adds_up or self.asked.choice.code == "kind":
            return ()
        if self.asked.measure.is_quantity:
            return (gettext("No number is counted in more than one row: the rows add up to the total."),)
        said = gettext("No record is counted in more than one row: the rows add up to the total.")
        statements = gettext("Statements without a number stand in the rows of all whom they name, and add nothing.")
        return (said, statements) if self.statements else (said,)

    @property
    def save_url(self) -> str:
        """Where this table is kept under a name."""
        return url_for("saved.new", of=address("summaries.matrix", self.asked.args()))

    def row_url(self, key: str) -> str:
        """The page of a row's partner; other rows have none."""
        return partner_url(key, self.stamp.basis) if self.asked.choice.code in (PARTNER, GROUP, AGENCY) else ""

    def sort_url(self, key: str) -> str:
        """The same table with the rows in the order of a column, the largest first; `name` for the order of names."""
        return address("summaries.matrix", self.asked.args(sort={"name": "", TOTAL: "total"}.get(key, key)))

    def direction(self, key: str) -> str:
        """The order of the rows by a column, as `aria-sort` says it; '' where they are not in its order."""
        sort = {"name": "name", TOTAL: "total"}.get(key, key)
        return "" if sort != self.asked.sort else "ascending" if key == "name" else "descending"

    @property
    def seizures_url(self) -> str:
        """Seizures by item and unit, which no single column adds up (C35)."""
        return address("summaries.seizures", {"basis": "working"} if self.stamp.basis is Basis.WORKING else {})

    @property
    def running_url(self) -> str:
        """Totals "so far" stand in no table of years: they have a page of their own (C26)."""
        return address("summaries.running", {"basis": "working"} if self.stamp.basis is Basis.WORKING else {})

    def year_url(self, key: str) -> str:
        """The page of a column's year."""
        return year_url(key, self.stamp.basis)


def matrix_page(reader: Reader, asked: Asked, typed: Mapping[str, str], now: datetime) -> MatrixPage:
    """The page for what was asked; without a table when something in the address could not be read."""
    unit = unit_words(reader, asked.measure, asked.chosen)
    other = "" if asked.chosen.basis is Basis.WORKING else Basis.WORKING.value
    page = MatrixPage(
        asked,
        matrix_form(reader, asked, typed),
        own_fields(reader, asked),
        tuple(_chips(reader, asked)),
        unit,
        when_counted(asked),
        stamp(
            *(reader, now, filter_for(asked), asked.measure, address("summaries.matrix", asked.args(basis=other))),
            is_empty=bool(asked.problems),
        ),
        address("summaries.matrix_csv", asked.args()),
        reader.locale,
    )
    if asked.problems:
        return page
    found, drawing = figures(reader, asked), None
    if asked.comparison:
        found = compared(reader, asked, asked.comparison)
        drawing = ComparedDrawing(reader, asked, found, asked.comparison)
    shown, statements = presented(reader, asked, found, drawing), tuple(_statements(reader, asked, found))
    signs = signs_of(shown, has_words=bool(statements))
    details = matrix_details(reader, asked, found)
    return replace(
        page,
        matrix=shown,
        statements=statements,
        outside=tuple(_outside(reader, asked)),
        signs=signs,
        details=details,
        stocks=() if asked.comparison else stock_charts([_total_of(asked, found)], reader.today.year),
    )


def _total_of(asked: Asked, found: Table) -> Figures:
    return Figures(asked.measure, found.total_row, CellLinks(filter_for(asked), asked.measure, None))


def caption_of(asked: Asked, locale: str) -> str:
    """What stands in the rows and in the columns of a table."""
    rows = asked.choice.label
    if asked.comparison:
        this, other = (period_label(period, locale) for period in asked.comparison.both)
        return gettext("%(rows)s, %(this)s compared with %(other)s", rows=rows, this=this, other=other)
    if asked.step is Step.QUARTER:
        return gettext("%(rows)s by quarter, as far as it is known", rows=rows)
    if asked.step is Step.MONTH:
        return gettext("%(rows)s by month, as far as it is known", rows=rows)
    return gettext("%(rows)s by year", rows=rows)


def when_counted(asked: Asked) -> str:
    """What puts a record into a column (C10, C11), for the head of the table."""
    measure, date = asked.measure, asked.measure.date_label
    if measure.mode is Mode.STOCK:
        return gettext("on the last day of each year; in the running year, today")
    if measure.mode is Mode.ACTIVE:
        return gettext("at any time of the year")
    if asked.comparison:
        return gettext("in the period of: %(date)s", date=date)
    if asked.step is Step.QUARTER:
        return gettext("in the quarter of: %(date)s", date=date)
    if asked.step is Step.MONTH:
        return gettext("in the month of: %(date)s", date=date)
    return gettext("in the year of: %(date)s", date=date)


def file_rows(reader: Reader, asked: Asked, now: datetime) -> Iterator[Sequence[object]]:
    """The table as a file: head, rows, foot; then, after an empty line, what it counts and where it comes from."""
    page = matrix_page(reader, asked, {}, now)
    assert page.matrix is not None  # the view refuses addresses with problems
    yield [str(asked.choice.label), gettext("Code"), *(column.label for column in page.matrix.columns)]
    for section in page.matrix.sections:
        for row in section.rows:
            yield [row.label, row.key, *(_plain(cell.signs) for cell in row.cells)]
    for row in (page.matrix.total, *page.matrix.sums):
        yield [row.label, "", *(_plain(cell.signs) for cell in row.cells)]
    yield []
    yield [gettext("Counted"), f"{asked.measure.label} ({page.unit})"]
    yield [gettext("When"), page.when]
    yield [gettext("Table"), page.caption]
    yield [gettext("Filter"), "; ".join(chip.label for chip in page.chips) or gettext("none")]
    for note in (*page.statements, *page.outside):
        yield [gettext("Beside the table"), note.text]
    yield [gettext("Handling"), page.stamp.marking or gettext("none")]
    yield [page.stamp.line]


def _plain(text: str) -> object:
    """A number as spreadsheets read it: no thin spaces; nothing where nothing is known. A difference stays a number, its sign included."""
    plain = "" if text == "–" else text.replace("\u202f", "")
    if plain.startswith(("+", "−")) and plain[1:].replace(".", "", 1).isdigit():
        return Decimal(plain.replace("−", "-"))
    return plain


def _chips(reader: Reader, asked: Asked) -> Iterator[Chip]:
    own = {name: value for name, value in asked.args().items() if name in ("rows", "columns", "sort", "grouped", "ranges", *FIELDS)}
    for name, label, without in in_words(reader, filter_for(asked)):
        if name not in ("measure", "basis"):
            yield Chip(label, address("summaries.matrix", figure_args(without) | own))
    if asked.comparison:
        other = period_label(asked.comparison.other, reader.locale)
        without_it = asked.args(**dict.fromkeys(("columns", *FIELDS), ""))
        yield Chip(gettext("compared with %(period)s", period=other), address("summaries.matrix", without_it))


def _statements(reader: Reader, asked: Asked, found: Table) -> Iterator[Note]:
    """C31: words without a number, and records that should have one, stand beside the sum; of two periods, beside each."""
    for key, column, chosen, said in _totals(reader, asked):
        links, cell = CellLinks(chosen, asked.measure, None), found.cell(TOTAL, key)
        if cell.unquantified:
            text = ngettext("%(num)d statement without a number", "%(num)d statements without a number", cell.unquantified)
            yield Note(f"{text}{said}", links.without_number(NumberState.UNQUANTIFIED, TOTAL, column))
        if cell.missing:
            text = ngettext("%(num)d record without a number", "%(num)d records without a number", cell.missing)
            yield Note(f"{text}{said}", links.without_number(NumberState.MISSING, TOTAL, column))


def _outside(reader: Reader, asked: Asked) -> Iterator[Note]:
    """What does not count as one, each kind with its number and list; of two periods, in this one."""
    _, column, chosen, said = next(_totals(reader, asked))
    years = (int(column),) if column and asked.measure.is_span else ()
    questions = [Question(asked.measure, chosen.narrowed(standing=standing.value), years=years) for standing in OUTSIDE]
    for standing, question, found in zip(OUTSIDE, questions, answers(reader.session, questions, reader.today), strict=True):
        cell = found.cell(TOTAL, column)
        if cell.records:
            links = CellLinks(question.chosen, asked.measure, None)
            yield Note(f"{cell_text(cell, asked.measure)} {STANDING_WORDS[standing.value]()}{said}", links.to(cell, TOTAL, column))


def _totals(reader: Reader, asked: Asked) -> Iterator[tuple[str, str, RecordFilter, str]]:
    """Each total of the table: its column there, its column of time, its filter, and the words that tell it from another."""
    chosen = filter_for(asked)
    if not asked.comparison:
        yield TOTAL, TOTAL, chosen, ""
        return
    for key, period in zip((TOTAL, OTHER), asked.comparison.both, strict=True):
        yield key, period.column, period.behind(chosen).narrowed(year=""), f", {period_label(period, reader.locale)}"
