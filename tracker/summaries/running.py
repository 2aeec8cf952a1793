"""Running totals: each named series with its latest value, what that contains, and where its wording changed (C26, C27)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField, SelectChoice, SelectField, StringField

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.conditions import figures_in_series
from tracker.counting.filters import FilterError, RecordFilter
from tracker.counting.measures import RUNNING_TOTAL
from tracker.counting.models import Basis
from tracker.counting.queries import Question, answers, record_ids
from tracker.counting.series import CUMULATIVE, records_in_series
from tracker.partial_dates import PartialDate, describe, parse_edtf
from tracker.records import registry
from tracker.records.documents import Document
from tracker.records.enums import Qualifier
from tracker.records.figure_words import cell_sentence, cell_text
from tracker.records.filtering import Reader, all_records, filter_of
from tracker.records.queries import whole_records
from tracker.records.sources import Source
from tracker.records.visibility import sources_visible_to
from tracker.records.words import Wording
from tracker.summaries.counting_rules import Rule, rules_of
from tracker.summaries.links import address, list_url
from tracker.summaries.matrix import Shown
from tracker.summaries.partner import Tile
from tracker.summaries.stamp import Stamp, stamp

MOST_YEARS = 12


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
    part: str = ""  # which part it has in the total


@dataclass(frozen=True)
class RunningTotal:
    """A series with its latest value."""

    name: str
    tile: Tile
    as_of: str
    unit: str
    url: str
    has_warning: bool


@dataclass(frozen=True)
class RunningPage:
    """All series, or one of them up to a day."""

    stamp: Stamp
    rules: tuple[Rule, ...]
    totals: tuple[RunningTotal, ...]
    chosen: RunningTotal | None = None
    given: tuple[Given, ...] = ()
    warnings: tuple[str, ...] = ()
    years: tuple[tuple[str, Shown], ...] = ()  # the total at the end of each year
    until: str = ""  # as typed
    until_words: str = ""
    problem: str = ""
    name: str = ""  # of the series that was asked for
    names: tuple[str, ...] = ()  # of all that the reader may see


def running_page(reader: Reader, args: Mapping[str, Any], now: datetime, basis: Basis) -> RunningPage:
    """The page that `args` ask for: `series`, and `until` for the total as it stood then."""
    every = all_records(reader, basis)
    named = records_in_series(reader.session, figures_in_series(reader.session, every))
    name, until = " ".join(str(args.get("series", "")).split()), str(args.get("until", "")).strip()[:100]
    chosen, problem = every.narrowed(series=name), ""
    try:
        asked = MultiDict({"series": name or "-", "until": until, "measure": RUNNING_TOTAL.code})
        chosen = replace(chosen, until=filter_of(reader, asked).until)
    except FilterError as error:
        problem = error.problems.get("until", str(error))
    other = {"basis": Basis.WORKING.value if basis is Basis.OFFICIAL else "", "series": name, "until": until}
    other_url = address("summaries.running", {key: value for key, value in other.items() if value})
    made = stamp(reader, now, chosen, None, other_url)
    ids = {one: found for one, found in named.items() if not name or one == name}
    given = _given(reader, every, ids)
    totals = tuple(_totals(reader, chosen, ids, given)) if not problem else ()
    page = RunningPage(made, rules_of(RUNNING_TOTAL), totals, until=until, problem=problem, name=name, names=tuple(named))
    if not name or name not in named:
        return page
    rows = given[name]
    return replace(
        page,
        chosen=totals[0] if totals else None,
        given=tuple(_with_parts(reader, chosen, rows)) if not problem else tuple(rows),
        warnings=tuple(_warnings(rows)),
        years=tuple(_by_year(reader, every.narrowed(series=name), rows)),
    )


class RunningForm(Form):
    """Which series, and up to which day."""

    series = SelectField(_l("Series"))
    until = StringField(_l("Up to"), description=_l("2024-09-30, September 2024; empty: the latest."))
    basis = HiddenField()


def running_form(page: RunningPage) -> RunningForm:
    """The form as it was sent, with what is wrong."""
    basis = "" if page.stamp.is_official else Basis.WORKING.value
    form = RunningForm(data={"series": page.name, "until": page.until, "basis": basis})
    form.series.choices = [SelectChoice("", gettext("all")), *(SelectChoice(one, one) for one in page.names)]
    if page.problem:
        form.until.errors = [page.problem]
    if not basis:
        del form.basis
    return form


def series_url(name: str, basis: Basis = Basis.OFFICIAL, until: date | None = None) -> str:
    """The page of one series."""
    args = {"series": name, "basis": basis.value if basis is Basis.WORKING else "", "until": until.isoformat() if until else ""}
    return address("summaries.running", {key: value for key, value in args.items() if value})


def _counted(reader: Reader, asked: Sequence[RecordFilter]) -> list[tuple[RecordFilter, Cell]]:
    """The running totals of several filters, each with the filter of its list."""
    chosen = [one.narrowed(measure=RUNNING_TOTAL.code) for one in asked]
    found = answers(reader.session, [Question(RUNNING_TOTAL, one) for one in chosen], reader.today)
    return [(one, table.cell(TOTAL)) for one, table in zip(chosen, found, strict=True)]


def _shown(chosen: RecordFilter, cell: Cell) -> Shown:
    return Shown(cell_text(cell, RUNNING_TOTAL), list_url(chosen) if cell.records else "", title=cell_sentence(cell, RUNNING_TOTAL))


def _totals(
    reader: Reader, chosen: RecordFilter, ids: Mapping[str, Sequence[int]], given: Mapping[str, Sequence[Given]]
) -> Iterator[RunningTotal]:
    for name, (asked, cell) in zip(ids, _counted(reader, [chosen.narrowed(series=name) for name in ids]), strict=True):
        known = [one for one in given[name] if one.is_value and _is_by(one.day, chosen.until)]
        latest = known[-1] if known else given[name][-1]
        unit = Wording(reader, registry.every_type()[0]).word("unit", latest.unit)
        has_warning = any(_warnings(given[name]))
        note = gettext("%(unit)s, as of %(day)s", unit=unit, day=latest.day_words)
        tile = Tile(gettext("Latest value"), _shown(asked, cell), note)
        yield RunningTotal(name, tile, latest.day_words, unit, series_url(name, chosen.basis), has_warning)


def _given(reader: Reader, every: RecordFilter, ids: Mapping[str, Sequence[int]]) -> dict[str, list[Given]]:
    """Every number of the series, by day, undated ones last."""
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
    return day is None, day or date.min, one.day.lower or date.min, not one.is_value, one.lower or Decimal(0), one.record_id


def _is_by(day: PartialDate, until: date | None) -> bool:
    return until is None or (day.upper is not None and day.upper <= until)


def _with_parts(reader: Reader, chosen: RecordFilter, rows: Sequence[Given]) -> Iterator[Given]:
    """Which part each number has in the total, by the very records that its list holds."""
    asked = chosen.narrowed(measure=RUNNING_TOTAL.code)
    counted = set(reader.session.scalars(record_ids(reader.session, asked, RUNNING_TOTAL, reader.today)))
    latest = next((one for one in reversed(rows) if one.is_value and one.lower is not None and one.record_id in counted), None)
    for one in rows:
        if one is latest:
            part = gettext("the running total")
        elif one.is_value:
            part = gettext("earlier value") if _is_by(one.day, chosen.until) else gettext("later than the day asked for")
        elif one.record_id in counted:
            part = gettext("added: later than the total") if latest else gettext("added")
        else:
            part = gettext("contained (inferred), not added") if one.is_inferred else gettext("contained, not added")
        yield replace(one, part=part)


def _warnings(rows: Sequence[Given]) -> Iterator[str]:
    """Where the sources began to speak of something else, or of less: then the values may not measure the same."""
    values = [one for one in rows if one.is_value]
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


def _by_year(reader: Reader, chosen: RecordFilter, rows: Sequence[Given]) -> Iterator[tuple[str, Shown]]:
    """The total as it stood at the end of each year."""
    known = [one.day for one in rows if one.is_value and one.day.upper]
    if not known:
        return
    last = max(day.upper.year for day in known if day.upper)
    years = range(max(min(day.upper.year for day in known if day.upper), last - MOST_YEARS + 1), last + 1)
    for year, (asked, cell) in zip(years, _counted(reader, [chosen.narrowed(until=date(year, 12, 31)) for year in years]), strict=True):
        yield str(year), _shown(asked, cell)
