"""Markings of records: which one holds, what a page prints, and that no record is less restricted than a source that it cites."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.clearance import Marking, rank, strictest
from tracker.records.documents import Document
from tracker.records.models import Record
from tracker.records.sources import Source


def page_marking(markings: Iterable[str]) -> str:
    """What a page that shows records or sources with these markings prints at its top and foot; '' for none."""
    found = list(markings)
    return f"TLP:{strictest(found)}" if found else ""


def marking_of_named(session: Session, refs: Iterable[str], others: Iterable[str] = ()) -> str:
    """What a page that names the records `refs`, and other things with the markings `others`, prints."""
    return page_marking([*session.scalars(sa.select(Record.effective_marking).where(Record.ref.in_({*refs})).distinct()), *others])


def sources_above(session: Session, document: Document, *, to_keep: bool = False) -> list[Source]:
    """The sources of `document` that are more restricted than its marking.

    `to_keep` holds their markings still until the transaction ends, so that none is raised in the moment of a save.
    """
    refs = {entry["source"] for entry in document["evidence"]}
    statement = sa.select(Source).where(Source.ref.in_(refs)).order_by(Source.id)
    if to_keep:
        statement = statement.with_for_update(read=True, of=Source).execution_options(populate_existing=True)
    return [source for source in session.scalars(statement) if rank(source.marking) > rank(document["marking"])]


def highest_rank(*selections: Any) -> sa.ScalarSelect[Any]:
    """The rank of what a page about the records of `selections` prints, for pages that ask more in the same breath; none for no record."""
    ranks = sa.case({one.value: rank(one) for one in Marking}, value=Record.effective_marking)
    return sa.select(sa.func.max(ranks)).where(sa.or_(*(Record.id.in_(selection) for selection in selections))).scalar_subquery()


def marking_of_rank(found: int | None) -> str:
    """What a page prints whose records have at most this rank."""
    return page_marking(one.value for one in Marking if rank(one) == found)


def highest_marking(session: Session, *selections: Any) -> str:
    """What a page about the records of `selections` (statements that give their ids) prints."""
    named = sa.or_(*(Record.id.in_(selection) for selection in selections))
    return page_marking(session.scalars(sa.select(Record.effective_marking).where(named).distinct()))
