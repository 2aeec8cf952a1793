"""What the records of an import add to figures: records, persons, participants, what was seized, counted by the rules of every page.

Only records that wait as they came in, as the reader sees them; each number leads to the records behind it (C43).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.clearance import Clearance
from tracker.counting.filters import NOT_STATED, UNCERTAIN, RecordFilter
from tracker.counting.measures import Measure
from tracker.counting.models import Basis
from tracker.counting.queries import Question, Table, answers, record_ids
from tracker.counting.rows import ITEM, PARTNER, Rows
from tracker.imports import verifying
from tracker.imports.models import ImportBatch
from tracker.records import registry
from tracker.records.figure_words import cell_sentence, cell_text
from tracker.records.filtering import Reader, all_records, item_label, measure_of, partner_label, year_label
from tracker.records.models import Record
from tracker.vocabularies.terms import terms
from tracker.vocabularies.units import several

_SPECIAL = {UNCERTAIN: "9998", NOT_STATED: "9999"}  # stand behind the years


@dataclass(frozen=True)
class Shown:
    """One number: its words, what they leave open, and the address of the records behind it."""

    text: str
    url: str
    title: str
    open_list: bool


@dataclass(frozen=True)
class Sums:
    """One measure: rows of partners, or of items in their unit, by years; `total` is empty where rows do not add up (C35)."""

    title: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Shown, ...]], ...]
    total: tuple[Shown, ...]


@dataclass(frozen=True)
class _Among(Clearance):
    """What the reader may see of some records."""

    ids: Any

    def covers(self, marking: Any, record_id: Any) -> sa.ColumnElement[bool]:
        return sa.and_(super().covers(marking, record_id), record_id.in_(self.ids))


def chosen_of(reader: Reader, batch: ImportBatch, wanted: RecordFilter | None = None) -> RecordFilter:
    """The records of the import that wait, or those of them that `wanted` means."""
    chosen = wanted or all_records(reader, Basis.WORKING)
    known = chosen.clearance
    assert known is not None
    among = _Among(known.markings, known.user_id, known.named, verifying.ready(reader.user, batch))
    return chosen.narrowed(basis=Basis.WORKING, clearance=among)


def sums_of(reader: Reader, batch: ImportBatch) -> tuple[list[Sums], int]:
    """A table for the records of each type, then one for each measure that adds numbers up, as far as something stands in it; and how
    many records stand in the first."""
    chosen = chosen_of(reader, batch)
    kinds = set(reader.session.scalars(sa.select(Record.kind).where(Record.id.in_(verifying.ready(reader.user, batch))).distinct()))
    mains = [one.main_measure for one in registry.every_type() if one.kind in kinds]
    measures = mains + [one for one in registry.every_measure().values() if one.is_quantity and not one.is_running]
    questions = [Question(one, chosen, Rows(ITEM if one.by_item else PARTNER), overlap=True) for one in measures]
    tables = answers(reader.session, questions, reader.today)
    counted = sum(one.cell(TOTAL, TOTAL).records for one in tables[: len(mains)])
    return [_sums(reader, batch, one) for one in tables if any(cell.records or cell.unquantified for cell in one.cells.values())], counted


def behind(reader: Reader, batch: ImportBatch, wanted: RecordFilter) -> sa.Select[Any]:
    """The ids of the records behind one number."""
    return record_ids(reader.session, chosen_of(reader, batch, wanted), measure_of(wanted), reader.today)


def _sums(reader: Reader, batch: ImportBatch, table: Table) -> Sums:
    measure = table.measure
    columns = sorted({column for _, column in table.cells} - {TOTAL}, key=lambda column: _SPECIAL.get(column, column))

    def line(row: str) -> tuple[Shown, ...]:
        return tuple(_shown(batch, measure, row, column, table.cell(row, column)) for column in (*columns, TOTAL))

    label = item_label if measure.by_item else partner_label
    rows = sorted(((label(reader, row), line(row)) for row in table.rows), key=lambda one: one[0])
    return Sums(
        _title(reader, measure),
        gettext("Item and unit") if measure.by_item else gettext("Partner"),
        (*map(year_label, columns), gettext("Total")),
        tuple(rows),
        () if measure.by_item else line(TOTAL),
    )


def _title(reader: Reader, measure: Measure) -> str:
    if not measure.is_quantity:
        return str(measure.label)
    term = terms(reader.session, "unit").get(measure.unit)
    unit = several(measure.unit, None, None) or (term.label(reader.locale) if term else "")
    return f"{measure.label} ({unit})" if unit else str(measure.label)


def _shown(batch: ImportBatch, measure: Measure, row: str, column: str, cell: Cell) -> Shown:
    if not (cell.records or cell.unquantified or cell.missing):
        return Shown("", "", "", open_list=False)
    field = "item" if measure.by_item else "partner"
    asked: dict[str, Any] = {"measure": measure.code, field: row, "year": column} | ({} if cell.records else {"number": _kind_of(cell)})
    url = url_for("imports.counted", batch_id=batch.id, **{name: value for name, value in asked.items() if value})
    is_open = cell.open_list and row != TOTAL and not measure.is_quantity  # as in the tables of figures
    return Shown(cell_text(cell, measure), url, cell_sentence(cell, measure), is_open)


def _kind_of(cell: Cell) -> str:
    """What is known of the number in records that say none."""
    return "unquantified" if cell.unquantified else "missing"
