"""The figures of the demo, asked in the words of the tests."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.counting import queries
from tracker.counting.filters import RecordFilter
from tracker.counting.models import Basis
from tracker.counting.queries import Cell, Table
from tracker.counting.rows import Rows
from tracker.demo import loading
from tracker.records import registry
from tracker.records.models import RecordVersion
from tracker.vocabularies.models import Party, PartyKind

TODAY = date(2026, 1, 31)
CHN = loading.REPORTING_STATE
PARTNERS = Rows("partner")
BASIS = Basis.WORKING  # set by the fixture `basis`


def chosen(measure: str, **keys: str) -> RecordFilter:
    return RecordFilter(basis=BASIS, measure=measure, reporting_state=CHN).narrowed(keys=keys)


def table(session: Session, measure: str, rows: Rows = PARTNERS, **keys: str) -> Table:
    return queries.table(session, registry.every_measure()[measure], chosen(measure, **keys), rows, TODAY)


def total(session: Session, measure: str, **keys: str) -> Cell:
    return queries.total(session, registry.every_measure()[measure], chosen(measure, **keys), TODAY)


def facts_behind(session: Session, wanted: RecordFilter) -> set[str]:
    """The facts whose records stand behind a figure."""
    ids = queries.record_ids(session, wanted, registry.every_measure()[wanted.measure], TODAY)
    tokens = session.scalars(sa.select(RecordVersion.form_token).where(RecordVersion.record_id.in_(ids), RecordVersion.version == 1))
    return {str(token).removeprefix("demo:") for token in tokens}


def countries(session: Session, shown: Table) -> list[str]:
    known = set(session.scalars(sa.select(Party.code).where(Party.kind == PartyKind.COUNTRY)))
    return [row for row in shown.rows if row in known]
