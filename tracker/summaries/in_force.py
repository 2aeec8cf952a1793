"""What is in force and how each record of it ends, the next to end first; and what was in force lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext

from tracker.counting.endings import Ending, ending_of, next_to_end, no_longer
from tracker.counting.filters import LATELY, SOON, RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.models import Basis
from tracker.desks.queries import coverage_of
from tracker.records import registry
from tracker.records.documents import Document
from tracker.records.ends import end_in_words, end_tag
from tracker.records.filtering import Reader, all_records
from tracker.records.models import Record, RecordVersion
from tracker.records.words import Wording
from tracker.summaries.links import list_url

_OVER = 5


@dataclass(frozen=True)
class EndLine:
    """One record with its end in words, and what that end asks for."""

    title: str
    ref: str
    url: str
    ends: str
    tag: str = ""
    tone: str = ""
    more: str = ""


@dataclass(frozen=True)
class InForce:
    """One stock: what is in force today, and what was lately."""

    label: str
    lines: tuple[EndLine, ...]
    over: tuple[EndLine, ...]
    all_url: str
    count: int  # of all that are in force, perhaps
    over_url: str  # all that was lately


@dataclass(frozen=True)
class Deadlines:
    """What ends soon with the partners of somebody's desks, and the list of all that does."""

    lines: tuple[EndLine, ...]
    all_url: str


def stocks_in_force(reader: Reader, chosen: RecordFilter, counts: Mapping[str, int], most: int) -> list[InForce]:
    """Every stock over `chosen`, at most so many of each, by one statement; `counts`: how many there are, by measure."""
    stocks = _stocks()
    asked = [chosen.narrowed(measure=one.code) for one in stocks]
    parts = []
    for narrowed, measure in zip(asked, stocks, strict=True):
        given = (reader.session, narrowed, measure, reader.today)
        parts += [next_to_end(*given).limit(most), no_longer(*given).limit(_OVER)]
    found, over_url = _told(reader, chosen.basis, parts), list_url(chosen.narrowed(ends=LATELY))
    pairs = zip(found[::2], found[1::2], strict=True)
    return [
        InForce(str(measure.label), tuple(lines), tuple(over), list_url(narrowed), counts[measure.code], over_url)
        for measure, narrowed, (lines, over) in zip(stocks, asked, pairs, strict=True)
        if lines or over
    ]


def endings_of(reader: Reader, chosen: RecordFilter, measure: Measure) -> dict[int, Ending]:
    """How each record that is in force ends, by its key, the next to end first."""
    rows = reader.session.execute(next_to_end(reader.session, chosen, measure, reader.today))
    return {row.record_id: ending_of(row) for row in rows}


def deadlines(reader: Reader, most: int) -> Deadlines | None:
    """What ends within 90 days with the partners of the reader's desks, drafts aside; None for whoever is at no desk."""
    asked = _at_my_desks(reader)
    if not asked:
        return None
    # a record stands in the row of each of its partners
    found = _told(reader, Basis.WORKING, [one.limit(3 * most) for one in asked])
    lines = [replace(line, tag="") for of_stock in found for line in of_stock]  # all of them are near
    return Deadlines(tuple(lines[:most]), list_url(all_records(reader, Basis.WORKING).narrowed(measure=_stocks()[0].code, ends=SOON)))


def ids_of_deadlines(reader: Reader) -> list[sa.Select[Any]]:
    """Selections that together hold whatever `deadlines` can name: what the marking of its page has to cover."""
    return [sa.select(one.order_by(None).subquery().c.record_id) for one in _at_my_desks(reader)]


def _at_my_desks(reader: Reader) -> list[sa.Select[Any]]:
    covered = coverage_of(reader.session, reader.user.id, reader.today, reader.reporting_state)
    if not covered.covers_all and not covered.codes:
        return []
    partners, every = None if covered.covers_all else covered.codes, all_records(reader, Basis.WORKING)
    asked = [(every.narrowed(measure=one.code, ends=SOON), one) for one in _stocks()]
    return [next_to_end(reader.session, chosen, one, reader.today, partners) for chosen, one in asked]


def _stocks() -> list[Measure]:
    return [one for one in registry.every_measure().values() if one.mode is Mode.STOCK]


def _told(reader: Reader, basis: Basis, selections: Sequence[sa.Select[Any]]) -> list[list[EndLine]]:
    speaks = Record.verified_version if basis is Basis.OFFICIAL else Record.version
    parts = []
    for place, selection in enumerate(selections):
        ends = selection.subquery()
        whole = sa.select(sa.literal(place).label("place"), *ends.c, Record.ref, Record.kind, RecordVersion.payload)
        version = sa.and_(RecordVersion.record_id == Record.id, RecordVersion.version == speaks)
        parts.append(whole.join(Record, Record.id == ends.c.record_id).join(RecordVersion, version))
    found: list[dict[int, EndLine]] = [{} for _ in selections]
    if not parts:
        return []
    rows = reader.session.execute(sa.union_all(*parts) if len(parts) > 1 else parts[0]).all()
    for row in sorted(rows, key=lambda row: (row.place, row.turn)):
        found[row.place].setdefault(row.record_id, _line(reader, row.ref, row.kind, row.payload, ending_of(row)))
    return [list(lines.values()) for lines in found]


def _line(reader: Reader, ref: str, kind: str, payload: Document, ending: Ending) -> EndLine:
    record_type = registry.by_kind(kind)
    wording = Wording(reader, record_type)
    columns = {column.name: column for column in record_type.columns}
    told = [(columns[name].label, wording.value(columns[name], payload[name])) for name in record_type.told_with_end]
    return EndLine(
        payload["title"] or gettext("Untitled"),
        ref,
        url_for("records.show", record_type=record_type.slug, ref=ref),
        end_in_words(ending),
        *end_tag(ending),
        "; ".join(f"{label}: {value}" for label, value in told if value),
    )
