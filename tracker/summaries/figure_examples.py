"""Live examples that are figures: of rules that no single record shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext, ngettext

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import NOT_STATED, RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.queries import Question, Table, answers
from tracker.counting.rows import Rows
from tracker.partial_dates import describe, parse_edtf
from tracker.records import registry
from tracker.records.figure_words import cell_text
from tracker.records.filtering import Reader, dimension_labels
from tracker.summaries.by_type import all_types
from tracker.summaries.case_words import Words
from tracker.summaries.compared import compared
from tracker.summaries.examples import Example
from tracker.summaries.links import CellLinks, address, figure_args
from tracker.summaries.stamp import Stamp
from tracker.web.formatters import signed

DIRECTION, LEGAL_BASIS = "direction", "legal_basis"


@dataclass(frozen=True)
class Asked:
    """One figure with where it is shown and which rule it is for."""

    question: Question
    table: Table = field(repr=False)

    @property
    def measure(self) -> Measure:
        return self.question.measure

    def text(self, row: str = TOTAL, column: str = TOTAL) -> str:
        return cell_text(self.table.cell(row, column), self.measure)

    def cell(self, row: str = TOTAL, column: str = TOTAL) -> Cell:
        return self.table.cell(row, column)

    @property
    def list_url(self) -> str:
        return CellLinks(self.question.chosen, self.measure, None).to(self.cell(), TOTAL)

    @property
    def matrix_url(self) -> str:
        rows = {"rows": self.question.rows.dimension} if self.question.rows else {}
        return address("summaries.matrix", figure_args(self.question.chosen) | rows)


def figure_examples(reader: Reader, chosen: RecordFilter, stamp: Stamp, words: Words) -> dict[int, Example]:
    """The examples that figures of `chosen` give, by the number of the rule."""
    wanted = dict(_wanted(chosen))
    tables = answers(reader.session, list(wanted.values()), reader.today)
    found = {name: Asked(question, table) for (name, question), table in zip(wanted.items(), tables, strict=True)}
    made = {15: _to_this_day(reader, chosen, found["all"]), 42: Example(stamp.line), 43: _opens(found["all"]), 41: _pending(stamp)}
    made |= {22: _directions(reader, words, found), 24: _legal_basis(found), 23: _occasions(found)}
    made |= {16: _flow_and_stock(reader, found), 17: _moves(reader, found)}
    return {number: example for number, example in made.items() if example}


def _wanted(chosen: RecordFilter) -> Iterator[tuple[str, Question]]:
    """What is asked, by a name: measures and types are found by what they have, not by their names."""

    def question(measure: Measure, rows: str = "") -> Question:
        return Question(measure, chosen.narrowed(measure=measure.code), Rows(rows, is_key=True) if rows else None)

    yield "all", question(all_types())
    for record_type in registry.every_type():
        names = [column.name for column in record_type.dimensions]
        stocks = [measure for measure in record_type.measures if measure.mode is Mode.STOCK]
        if stocks:
            yield "stock", question(stocks[0])
            yield "flow", question(record_type.main_measure)
        for name in (DIRECTION, LEGAL_BASIS):
            if name in names:
                yield name, question(record_type.main_measure, name)
                persons = [measure for measure in record_type.measures if measure.unit == "person"]
                yield from (("persons", question(measure)) for measure in persons[:1])


def _to_this_day(reader: Reader, chosen: RecordFilter, every: Asked) -> Example | None:
    (both,) = compared(reader, [(every.measure, chosen)])
    now, before = both.now, both.before
    if not (now.url or before.url):
        return None
    said: dict[str, Any] = {"now": now.text, "before": before.text, "year": reader.today.year, "last": reader.today.year - 1}
    text = gettext("%(year)s to today: %(now)s; %(last)s to the same day: %(before)s.", **said)
    return Example(text, str(every.measure.label), now.url or before.url)


def _opens(every: Asked) -> Example | None:
    records = every.cell().records
    text = ngettext("%(num)d, and its list has %(num)d record.", "%(num)d, and its list has %(num)d records.", records)
    return Example(text, str(every.measure.label), every.list_url) if records else None


def _pending(stamp: Stamp) -> Example | None:
    text = ngettext(
        "%(num)d record is not verified as it now stands: it counts as it was last verified, or not at all.",
        "%(num)d records are not verified as they now stand: they count as they were last verified, or not at all.",
        stamp.pending,
    )
    return Example(text, gettext("Waiting"), stamp.pending_url) if stamp.pending else None


def _directions(reader: Reader, words: Words, found: Mapping[str, Asked]) -> Example | None:
    asked = found.get(DIRECTION)
    if not asked or not asked.cell().records:
        return None
    labels = dimension_labels(reader, DIRECTION)
    rows = [gettext("%(what)s: %(number)s", what=labels.get(row, row), number=asked.text(row)) for row in asked.table.rows]
    text = gettext("%(rows)s; together %(total)s.", rows=words.all(rows), total=asked.text())
    return Example(text, str(asked.measure.label), asked.matrix_url)


def _legal_basis(found: Mapping[str, Asked]) -> Example | None:
    asked = found.get(LEGAL_BASIS)
    if not asked or not asked.cell(NOT_STATED).records:
        return None
    text = gettext("%(number)s of %(total)s have no stated legal basis.", number=asked.text(NOT_STATED), total=asked.text())
    return Example(text, str(asked.measure.label), asked.matrix_url)


def _occasions(found: Mapping[str, Asked]) -> Example | None:
    persons, events = found.get("persons"), found.get(DIRECTION)
    if not persons or not events or not persons.cell().records:
        return None
    text = gettext(
        "%(persons)s on %(events)s occasions, each counted; who they were is compared nowhere.",
        persons=persons.text(),
        events=events.text(),
    )
    return Example(text, str(persons.measure.label), persons.list_url)


def _flow_and_stock(reader: Reader, found: Mapping[str, Asked]) -> Example | None:
    stock, flow = found.get("stock"), found.get("flow")
    if not stock or not flow or not stock.cell().records:
        return None
    year = str(reader.today.year)
    said = {"signed": flow.text(column=year), "year": year, "force": stock.text()}
    return Example(gettext("signed in %(year)s: %(signed)s; in force today: %(force)s.", **said), str(stock.measure.label), stock.list_url)


def _moves(reader: Reader, found: Mapping[str, Asked]) -> Example | None:
    """C17 is an identity of certain numbers: with a range no difference is told."""
    stock = found.get("stock")
    before = stock.cell(column=str(reader.today.year - 1)) if stock else Cell()
    if not stock or not stock.cell().records or any(one.lower != one.upper for one in (before, stock.cell())):
        return None
    moved = stock.cell().lower - before.lower
    day = describe(parse_edtf(date(reader.today.year - 1, 12, 31).isoformat()))
    said = {"day": day, "before": cell_text(before, stock.measure), "now": stock.text(), "moved": signed(moved)}
    text = gettext("in force on %(day)s: %(before)s, today: %(now)s; what is recorded between moved it by %(moved)s.", **said)
    return Example(text, str(stock.measure.label), stock.matrix_url)
