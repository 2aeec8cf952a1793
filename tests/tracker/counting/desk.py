"""A desk that stores documents and asks for figures."""

# mypy: disable-error-code="comparison-overlap"
# Decimals are compared with whole numbers, which they equal.

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from tests.factories import records
from tracker.accounts.models import User
from tracker.counting import queries
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure
from tracker.counting.rows import Rows
from tracker.records import registry
from tracker.records.documents import Document
from tracker.records.models import Record

TODAY = date(2026, 6, 30)


class Desk:
    """Stores documents and asks for figures."""

    def __init__(self, session: Session, officer: User) -> None:
        self.session = session
        self.officer = officer

    def store(self, *documents: Document) -> list[Record]:
        return [records.save(self.session, self.officer, document) for document in documents]

    def measure(self, code: str) -> Measure:
        return registry.every_measure()[code]

    def chosen(self, code: str, **narrowed: object) -> RecordFilter:
        return RecordFilter(measure=code, reporting_state=records.REPORTING_STATE, today=TODAY).narrowed(**narrowed)

    def table(self, code: str, rows: str = "partner", *, ranges: bool = False, today: date = TODAY, **narrowed: object) -> queries.Table:
        is_key = rows in ("direction", "legal_basis", "binding", "agency", "crime", "crime_primary")
        return queries.table(self.session, self.measure(code), self.chosen(code, **narrowed), Rows(rows, is_key), today, ranges=ranges)

    def count(self, code: str, *, today: date = TODAY, **narrowed: object) -> int:
        return len(self.ids(code, today=today, **narrowed))

    def ids(self, code: str, *, today: date = TODAY, **narrowed: object) -> list[int]:
        """The keys of the records behind a figure."""
        return list(self.session.scalars(queries.record_ids(self.session, self.chosen(code, **narrowed), self.measure(code), today)))

    def columns(self, code: str, row: str = queries.TOTAL, **asked: object) -> dict[str, int]:
        """The records of one row by column, without the empty ones."""
        cells = self.table(code, **asked).cells  # type: ignore[arg-type]
        return {column: cell.records for (there, column), cell in sorted(cells.items()) if there == row and cell.records}

    def totals(self, code: str, **asked: object) -> dict[str, int]:
        """The records of every row in all columns together; the distinct total under ''."""
        cells = self.table(code, **asked).cells  # type: ignore[arg-type]
        return {row: cell.records for (row, column), cell in cells.items() if column == queries.TOTAL}

    def stock(self, day: date, **asked: object) -> tuple[Decimal, Decimal | None]:
        """The certain and the possible number of agreements in force on `day`."""
        cell = self.table("agreements_in_force", today=day, **asked).cell(queries.TOTAL)  # type: ignore[arg-type]
        return cell.lower, cell.upper
