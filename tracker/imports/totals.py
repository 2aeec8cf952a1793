"""The table of an import: its records by country and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.imports.models import ImportBatch, ImportRow, RowState
from tracker.vocabularies.parties import names_by_code


@dataclass(frozen=True)
class Totals:
    """Records by country and year, as they will count: rows of (name, count by year, all), and the distinct total by year."""

    years: tuple[int | None, ...]
    rows: tuple[tuple[str, tuple[int, ...], int], ...]
    total: tuple[int, ...]
    all: int


def totals(session: Session, batch: ImportBatch, locale: str) -> Totals:
    """What its new records will add to the table of records by country and year."""
    asked = sa.select(ImportRow.shown).where(ImportRow.batch_id == batch.id, ImportRow.state == RowState.NEW)
    cells: Counter[tuple[str, int | None]] = Counter()
    distinct: Counter[int | None] = Counter()
    for shown in session.scalars(asked):
        if shown.get("rows"):
            distinct[shown.get("year")] += 1
            cells.update((row, shown.get("year")) for row in shown["rows"])
    years = tuple(sorted(distinct, key=lambda year: (year is None, year or 0)))
    names = names_by_code(session, locale) | {"": gettext("Partner not stated")}
    rows = [
        (names.get(code, code), tuple(cells[code, year] for year in years), sum(cells[code, year] for year in years))
        for code in dict.fromkeys(code for code, _ in cells)
    ]
    return Totals(years, tuple(_sorted(rows)), tuple(distinct[year] for year in years), distinct.total())


def _sorted(rows: Iterable[tuple[str, tuple[int, ...], int]]) -> list[tuple[str, tuple[int, ...], int]]:
    return sorted(rows, key=lambda row: (-row[2], row[0]))
