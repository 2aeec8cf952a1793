"""The numbers of a running total as the records give them: their days, words and sources, and which part each has in it (C26, C27)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext

from tracker.counting.filters import RecordFilter
from tracker.counting.series import CUMULATIVE
from tracker.partial_dates import PartialDate, describe, parse_edtf
from tracker.records import registry
from tracker.records.documents import Document
from tracker.records.enums import Qualifier
from tracker.records.filtering import Reader
from tracker.records.queries import whole_records
from tracker.records.sources import Source
from tracker.records.visibility import sources_visible_to
from tracker.records.words import Wording


@dataclass(frozen=True)
class Given:
    """One number of a series as a record gives it."""

    day: PartialDate
    day_words: str
    number: str
    metric: str  # its code
    counts: str  # what is counted, in words
    words: str
    is_value: bool  # of the running total; else it is contained in it
    is_inferred: bool  # that it is contained was worked out
    title: str
    url: str
    sources: tuple[tuple[str, str], ...]  # title with date, address
    lower: Decimal | None
    upper: Decimal | None
    unit: str
    record_id: int
    part: str = ""  # which part it has in the total, in words
    is_latest: bool = False  # it is the running total
    is_added: bool = False  # to the running total, or with others where there is none

    def is_by(self, until: date | None) -> bool:
        """It surely lies before a day, or no day was asked for."""
        return until is None or (self.day.upper is not None and self.day.upper <= until)


def given_in(reader: Reader, every: RecordFilter, ids: Mapping[str, Sequence[int]]) -> dict[str, list[Given]]:
    """Every number of the series, by day, undated ones first."""
    wanted = sorted({key for found in ids.values() for key in found})
    records = [one for batch in whole_records(reader, every, wanted) for one in batch]
    refs = {entry["source"] for one in records for entry in one.payload["evidence"]}
    seen = sa.select(Source).where(Source.ref.in_(refs), sources_visible_to(reader.user))
    sources = {source.ref: source for source in reader.session.scalars(seen)} if refs else {}
    found: dict[str, list[Given]] = {name: [] for name in ids}
    for one in records:
        wording = Wording(reader, registry.by_kind(one.record.kind))
        url = url_for("records.show", record_type=wording.record_type, ref=one.record.ref)
        for figure in one.payload["figures"]:
            name = " ".join(figure["series"].split())
            if name in found and figure["preferred"]:
                cited = tuple(_sources(one.payload, figure, sources))
                found[name].append(_line(wording, one.payload, figure, url, cited, one.record.id))
    return {name: sorted(rows, key=_by_day) for name, rows in found.items()}


def _line(wording: Wording, payload: Document, figure: Document, url: str, cited: tuple[tuple[str, str], ...], record_id: int) -> Given:
    day = parse_edtf((figure["as_of"] if figure["nature"] != "new_in_period" else "") or payload["start"])
    lower, upper = (None if figure[name] is None else Decimal(figure[name]) for name in ("value_lo", "value_hi"))
    return Given(
        day,
        describe(day) if day.edtf else gettext("not stated"),
        wording.quantity(figure),
        figure["metric"],
        wording.word("metric", figure["metric"]),
        figure["text_original"] if figure["qualifier"] != Qualifier.UNQUANTIFIED else "",
        figure["nature"] == CUMULATIVE,
        figure.get("contained_basis") == "inferred",
        payload["title"] or gettext("Untitled"),
        url,
        cited,
        lower,
        upper,
        figure["unit"],
        record_id,
    )


def _sources(payload: Document, figure: Document, sources: Mapping[str, Source]) -> Iterator[tuple[str, str]]:
    """What supports the number itself, else the record as a whole."""
    entries = [entry for entry in payload["evidence"] if entry["target_field"] == f"figure:{figure['no']}"] or payload["evidence"]
    for ref in dict.fromkeys(entry["source"] for entry in entries):
        source = sources.get(ref)
        if source:
            dated = f"{source.title}, {describe(source.published)}" if source.published.edtf else source.title
            yield dated, url_for("sources.show", ref=ref)


def _by_day(one: Given) -> tuple[Any, ...]:
    day = one.day.upper or one.day.lower
    return day is not None, day or date.min, one.day.lower or day or date.min, not one.is_value, one.lower or Decimal(0), one.record_id


def with_parts(rows: Sequence[Given], until: date | None, counted: Collection[int]) -> Iterator[Given]:
    """Which part each number has in the total up to a day, which holds the records `counted`."""
    known = (one for one in reversed(rows) if one.is_value and one.lower is not None and one.is_by(until))
    latest = next((one for one in known if one.record_id in counted), None)
    for one in rows:
        if one is latest:
            yield replace(one, is_latest=True, part=gettext("the running total"))
            continue
        is_added = one.record_id in counted and _is_added(one, until, latest)
        yield replace(one, is_added=is_added, part=_part_added(one, until, latest) if is_added else _part_left_out(one, until, latest))


def of_the_day(rows: Sequence[Given]) -> Given | None:
    """The number whose day the total bears: its value; where there is none, the last of what is added up."""
    added = [one for one in rows if one.is_added]
    return next((one for one in rows if one.is_latest), added[-1] if added else None)


def _is_added(one: Given, until: date | None, latest: Given | None) -> bool:
    """A record may give several numbers of a series: of those that are new, the ones that are not in its value."""
    if one.is_value or one.lower is None or _is_later(one, until):
        return False
    if latest is None:
        return True
    last = latest.day.upper or latest.day.lower
    return one.unit == latest.unit and last is not None and one.day.lower is not None and one.day.lower > last


def _is_later(one: Given, until: date | None) -> bool:
    """It came after the day; of a value also if it only perhaps did."""
    if until is None or not one.day.edtf:
        return False
    return not one.is_by(until) and (one.is_value or (one.day.lower is not None and one.day.lower > until))


def _part_added(one: Given, until: date | None, latest: Given | None) -> str:
    if not one.is_by(until):
        return gettext("perhaps later than the day asked for: in the upper bound only")
    return gettext("added: later than the total") if latest else gettext("added")


def _part_left_out(one: Given, until: date | None, latest: Given | None) -> str:
    if _is_later(one, until):
        return gettext("later than the day asked for")
    if one.lower is None:
        return gettext("in words, without a number")
    if not one.day.edtf and (one.is_value or latest is None):
        return gettext("no day stated, not counted")
    if one.is_value:
        return gettext("earlier value")
    return gettext("contained (inferred), not added") if one.is_inferred else gettext("contained, not added")


def warnings_of(rows: Sequence[Given], until: date | None) -> Iterator[str]:
    """Where the sources began to speak of something else, or of less, up to a day: then the values may not measure the same."""
    values = [one for one in rows if one.is_value and one.day.edtf and one.is_by(until)]
    for before, after in pairwise(values):
        if before.unit != after.unit:
            yield gettext("As of %(day)s the series is in another unit: its values cannot be compared.", day=after.day_words)
        elif before.metric != after.metric:
            yield gettext(
                "The wording changes: “%(before)s” up to %(until)s, “%(after)s” as of %(day)s. The values may not measure the same.",
                before=before.counts,
                until=before.day_words,
                after=after.counts,
                day=after.day_words,
            )
        if before.lower is not None and after.upper is not None and after.upper < before.lower:
            yield gettext("As of %(day)s the total is lower than before: %(now)s.", day=after.day_words, now=after.number)
