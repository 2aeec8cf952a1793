"""Running totals: each named series with its latest value, what that contains, and where its wording changed (C26, C27)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
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
from tracker.counting.models import Basis, Fact
from tracker.counting.queries import Question, answers, record_ids
from tracker.counting.series import records_in_series
from tracker.records import registry
from tracker.records.figure_words import cell_sentence, cell_text
from tracker.records.filtering import Reader, all_records, filter_of
from tracker.records.words import Wording
from tracker.summaries.counting_rules import Rule, rules_of
from tracker.summaries.links import FORMATS, address, list_url
from tracker.summaries.matrix import Shown
from tracker.summaries.running_values import Given, given_in, of_the_day, warnings_of, with_parts
from tracker.summaries.stamp import Stamp, stamp

MOST_YEARS = 12


@dataclass(frozen=True)
class RunningTotal:
    """A series with its latest value."""

    name: str
    number: Shown
    note: str  # its unit and its day
    as_of: str
    unit: str
    url: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class RunningPage:
    """All series, or one of them up to a day."""

    stamp: Stamp
    asked: RecordFilter
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

    @property
    def args(self) -> dict[str, Any]:
        """What its address asks for."""
        basis = "" if self.stamp.is_official else Basis.WORKING.value
        return {name: value for name, value in (("basis", basis), ("series", self.name), ("until", self.until)) if value}

    @property
    def files(self) -> list[tuple[str, str]]:
        """The same tables as files: each format with its address."""
        return [(name, url_for("figure_files.running", file_format=name, **self.args)) for name in FORMATS]

    @property
    def save_url(self) -> str:
        """Where this page is kept under a name."""
        return url_for("saved.new", of=address("summaries.running", self.args))


def running_page(reader: Reader, args: Mapping[str, Any], now: datetime, basis: Basis) -> RunningPage:
    """The page that `args` ask for: `series`, and `until` for the total as it stood then."""
    every = all_records(reader, basis)
    named = records_in_series(reader.session, figures_in_series(reader.session, every))
    until = str(args.get("until", "")).strip()[:100]
    chosen, problem = asked_of(reader, args, basis)
    name = chosen.series
    other = {"basis": Basis.WORKING.value if basis is Basis.OFFICIAL else "", "series": name, "until": until}
    other_url = address("summaries.running", {key: value for key, value in other.items() if value})
    # numbers of later days are named too
    shown = record_ids(reader.session, chosen.narrowed(until=None), None, reader.today)
    made = stamp(reader, now, chosen, None, other_url, shown)
    given, totals = _told(reader, every, chosen, {one: found for one, found in named.items() if not name or one == name})
    totals = totals if not problem else ()
    page = RunningPage(made, chosen, rules_of(RUNNING_TOTAL), totals, until=until, problem=problem, name=name, names=tuple(named))
    if not name or name not in named:
        return page
    rows = given[name]
    return replace(
        page,
        chosen=totals[0] if totals else None,
        given=tuple(rows if not problem else (replace(one, part="") for one in rows)),
        warnings=tuple(warnings_of(rows, chosen.until)),
        years=tuple(_by_year(reader, every.narrowed(series=name), rows)),
    )


PARAMETERS = ("series", "until", "basis")  # what the address of the page may ask for


def asked_of(reader: Reader, args: Mapping[str, Any], basis: Basis) -> tuple[RecordFilter, str]:
    """The series and the day that an address names, and what is wrong with the day."""
    chosen = all_records(reader, basis).narrowed(series=" ".join(str(args.get("series", "")).split()))
    until = str(args.get("until", "")).strip()[:100]
    try:
        day = filter_of(reader, MultiDict({"series": chosen.series or "-", "until": until, "measure": RUNNING_TOTAL.code})).until
    except FilterError as error:
        return chosen, error.problems.get("until", str(error))
    return chosen.narrowed(until=day), ""


def running_totals_of(reader: Reader, every: RecordFilter, chosen: RecordFilter) -> tuple[RunningTotal, ...]:
    """The series of which records of `chosen` give numbers, or whose numbers are of its partner alone, each with its total over `every`."""
    ids = record_ids(reader.session, chosen, None, reader.today)
    of_partner = sa.select(Fact.record_id).where(Fact.basis == every.basis, Fact.series != "", Fact.partner == chosen.partner)
    are_named = sa.or_(Fact.record_id.in_(ids), Fact.record_id.in_(of_partner)) if chosen.partner else Fact.record_id.in_(ids)
    figures = figures_in_series(reader.session, every)
    names = sa.select(Fact.series).where(*figures, are_named)
    found = records_in_series(reader.session, [*figures, Fact.series.in_(names)])
    if not found:
        return ()
    given = given_in(reader, every, found, with_sources=False)
    told = {name: list(with_parts(rows, None, found[name])) for name, rows in given.items()}  # of all days every record has its part
    return tuple(_totals(reader, every, told))


def records_behind(reader: Reader, every: RecordFilter, totals: Sequence[RunningTotal]) -> list[sa.Select[int]]:
    """The ids of all records with figures of these series: a page that tells their totals is marked as they are."""
    return [record_ids(reader.session, every.narrowed(series=one.name), None, reader.today) for one in totals]


def _told(
    reader: Reader, every: RecordFilter, chosen: RecordFilter, ids: Mapping[str, Sequence[int]]
) -> tuple[dict[str, list[Given]], tuple[RunningTotal, ...]]:
    """Every number of the series with its part in the total of `chosen`, and those totals."""
    counted = _records_counted(reader, [chosen.narrowed(series=one) for one in ids])
    given = {
        one: list(with_parts(rows, chosen.until, found))
        for (one, rows), found in zip(given_in(reader, every, ids).items(), counted, strict=True)
    }
    return given, tuple(_totals(reader, chosen, given))


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
    url = list_url(chosen) if cell.records else ""
    return Shown(cell_text(cell, RUNNING_TOTAL), url, title=cell_sentence(cell, RUNNING_TOTAL), cell=cell)


def _totals(reader: Reader, chosen: RecordFilter, given: Mapping[str, Sequence[Given]]) -> Iterator[RunningTotal]:
    for name, (asked, cell) in zip(given, _counted(reader, [chosen.narrowed(series=name) for name in given]), strict=True):
        latest = of_the_day(given[name])
        unit = Wording(reader, registry.every_type()[0]).unit((latest or given[name][-1]).unit, cell.lower, cell.upper)
        note = gettext("%(unit)s, as of %(day)s", unit=unit, day=latest.day_words) if latest else unit
        warnings = tuple(warnings_of(given[name], chosen.until))
        as_of, url = latest.day_words if latest else "", series_url(name, chosen.basis)
        yield RunningTotal(name, _shown(asked, cell), note, as_of, unit, url, warnings)


def _records_counted(reader: Reader, asked: Sequence[RecordFilter]) -> list[set[int]]:
    """The very records that the list of each running total holds."""
    found: list[set[int]] = [set() for _ in asked]
    parts = []
    for place, one in enumerate(asked):
        ids = record_ids(reader.session, one.narrowed(measure=RUNNING_TOTAL.code), RUNNING_TOTAL, reader.today).subquery()
        parts.append(sa.select(sa.literal(place), ids.c.record_id))
    for place, key in reader.session.execute(sa.union_all(*parts)) if parts else ():
        found[place].add(key)
    return found


def _by_year(reader: Reader, chosen: RecordFilter, rows: Sequence[Given]) -> Iterator[tuple[str, Shown]]:
    """The total as it stood at the end of each year."""
    known = [one.day for one in rows if one.is_value and one.day.upper]
    if not known:
        return
    last = max(day.upper.year for day in known if day.upper)
    years = range(max(min(day.upper.year for day in known if day.upper), last - MOST_YEARS + 1), last + 1)
    for year, (asked, cell) in zip(years, _counted(reader, [chosen.narrowed(until=date(year, 12, 31)) for year in years]), strict=True):
        yield str(year), _shown(asked, cell)
