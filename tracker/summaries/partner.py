"""The page that is opened before a visit: what there is with one partner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext, ngettext
from sqlalchemy.orm import joinedload

from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Mode
from tracker.counting.models import Basis, NumberState, Standing
from tracker.counting.queries import answers
from tracker.records import registry
from tracker.records.filtering import Reader, all_records
from tracker.summaries.breakdowns import Breakdown, ByProperty, breakdowns, by_property, questions_by_property
from tracker.summaries.by_type import (
    Figures,
    by_year,
    chart_by_year,
    figures_from,
    headline_measures,
    main_measures,
    questions_of,
)
from tracker.summaries.charts import Chart
from tracker.summaries.figure_details import FigureDetails, figure_details
from tracker.summaries.in_force import InForce, stocks_in_force
from tracker.summaries.links import address, figure_args, file_urls, list_url, year_url
from tracker.summaries.matrix import Matrix
from tracker.summaries.partner_facts import Fact, facts_of, region_of
from tracker.summaries.record_lines import RecordLine, newest_of_each
from tracker.summaries.running import RunningTotal, records_behind, running_totals_of
from tracker.summaries.sides import SidesChart, sides_charts
from tracker.summaries.stamp import Stamp, other_basis, stamp
from tracker.summaries.stock_charts import StepLine, stock_charts
from tracker.summaries.tiles import Tile, Tiles, questions_of_ends, tile_of, tiles_of_ends
from tracker.summaries.unknowns import Unknown, unknowns
from tracker.vocabularies.kept import traits_by_code
from tracker.vocabularies.models import Party, PartyKind
from tracker.vocabularies.parties import display_name
from tracker.web.formatters import number

_LATEST = 10


@dataclass(frozen=True)
class Lists:
    """The records that the page names."""

    in_force: tuple[InForce, ...] = ()
    contacts: tuple[RecordLine, ...] = ()  # the newest of each type that took place
    latest: tuple[RecordLine, ...] = ()
    planned: tuple[RecordLine, ...] = ()


@dataclass(frozen=True)
class PartnerPage:
    """Everything about one partner."""

    code: str
    name: str
    facts: tuple[Fact, ...]
    lines: tuple[Tiles, ...]
    ends: tuple[Tile, ...]
    table: Matrix
    chart: Chart | None
    stocks: tuple[StepLine, ...]
    sides: tuple[SidesChart, ...]
    breakdowns: tuple[Breakdown, ...]
    lists: Lists
    statements: tuple[Fact, ...]
    unknown: tuple[Unknown, ...]
    all_url: str
    matrix_url: str
    region: Fact | None  # its neighbours beside each other; none for what lies in no region
    stamp: Stamp
    details: FigureDetails
    running: tuple[RunningTotal, ...] = ()  # those of which its records give numbers
    is_ours: bool = False
    is_empty: bool = False

    @property
    def files(self) -> list[tuple[str, str]]:
        return file_urls("figure_files.partner", self.stamp.basis, code=self.code)

    @property
    def gaps(self) -> list[Fact]:
        """What is not known, each with the number of records and their list."""
        found = [Fact(one.label, one.text or one.records.text, one.records.url) for one in self.unknown]
        beside = (
            (gettext("Newest version not verified"), self.stamp.pending, self.stamp.pending_url),
            (gettext("Left out, since restricted"), self.stamp.restricted, self.stamp.restricted_url),
        )
        return found + [Fact(label, number(count), url) for label, count, url in beside if count]

    def year_url(self, key: str) -> str:
        return year_url(key, self.stamp.basis)


def find_party(reader: Reader, code: str) -> Party | None:
    whole = sa.select(Party).options(joinedload(Party.parent), joinedload(Party.aliases))
    return reader.session.scalars(whole.where(Party.code == code)).unique().one_or_none()


def partner_page(reader: Reader, party: Party, now: datetime, basis: Basis, *, with_lists: bool = True) -> PartnerPage:
    """The page of `party`; a file of its figures needs no lists of records, and running totals have one of their own."""
    chosen = selection_of(reader, party.code, basis)
    home = party.parent if party.kind is PartyKind.AGENCY and party.parent and party.parent.code != reader.reporting_state else None
    counted = _counted(reader, chosen, home)
    found, name = counted.figures, display_name(party, reader.locale)
    flows = [one for one in found if one.measure.mode is Mode.FLOW]
    every = all_records(reader, basis)
    running = running_totals_of(reader, every, chosen) if with_lists else ()
    mains = [one for one in flows if one.measure in main_measures()]
    behind = records_behind(reader, every, running)
    made = stamp(reader, now, chosen, None, other_basis("summaries.partner", basis, code=party.code), *behind)
    return PartnerPage(
        party.code,
        name,
        tuple(facts_of(reader, party, basis)),
        tuple(_lines(reader, party, home, counted)),
        tuple(tiles_of_ends(counted.ends, reader.today)),
        by_year(flows),
        chart_by_year(gettext("%(partner)s: activities by year", partner=name), mains),
        stock_charts(found, reader.today.year),
        sides_charts(reader, counted.properties, chosen),
        tuple(breakdowns(reader, chosen, counted.properties)) if made.marking else (),
        _lists(reader, chosen, found) if with_lists else Lists(),
        tuple(_statements(found)),
        tuple(unknowns(chosen, found, counted.properties)),
        list_url(chosen),
        address("summaries.matrix", figure_args(chosen)),
        region_of(reader, party, basis),
        made,
        figure_details(reader, chosen, found, gettext("all years; what is in force, today")),
        running=running,
        is_ours=party.code == reader.reporting_state,
        is_empty=not made.marking,  # no record names the partner, so none has a marking
    )


@dataclass(frozen=True)
class _Counted:
    """All that the page counts: of the partner, of its country, how what is in force ends, the types by their properties."""

    figures: list[Figures]
    theirs: list[Figures]
    ends: list[Figures]
    properties: list[ByProperty]


def _counted(reader: Reader, chosen: RecordFilter, home: Party | None) -> _Counted:
    """Everything in one breath."""
    own, ends = questions_of(headline_measures(), chosen), questions_of_ends(chosen)
    theirs = questions_of(headline_measures(), selection_of(reader, home.code, chosen.basis)) if home else []
    found = iter(answers(reader.session, [*own, *theirs, *ends, *questions_by_property(chosen)], reader.today))
    figures, of_home, of_ends = (figures_from(asked, [next(found) for _ in asked]) for asked in (own, theirs, ends))
    return _Counted(figures, of_home, of_ends, by_property(found))


def _lines(reader: Reader, party: Party, home: Party | None, counted: _Counted) -> Iterator[Tiles]:
    """An agency has a line of its own, and one of its country."""
    is_agency = party.kind is PartyKind.AGENCY and party.parent is not None
    yield Tiles(display_name(party, reader.locale) if is_agency else gettext("All years"), tuple(map(tile_of, counted.figures)))
    if home:
        whole = gettext("%(country)s as a whole", country=display_name(home, reader.locale))
        yield Tiles(whole, tuple(map(tile_of, counted.theirs)))


def _lists(reader: Reader, chosen: RecordFilter, found: Sequence[Figures]) -> Lists:
    """What is in force; the newest of each type that took place; the newest of all; what is planned."""
    happened = chosen.narrowed(standing=Standing.COUNTED.value, until=reader.today)
    types = registry.activity_types()
    each = [happened.narrowed(kind=(one.kind,)) for one in types]
    latest, planned, *newest = newest_of_each(reader, [chosen, chosen.narrowed(standing=Standing.PLANNED.value), *each], _LATEST)
    counts = {one.measure.code: one.cell().records for one in found}
    return Lists(
        tuple(stocks_in_force(reader, chosen, counts, _LATEST)),
        tuple(lines[0] for lines in newest if lines),
        tuple(latest),
        tuple(planned),
    )


def selection_of(reader: Reader, code: str, basis: Basis) -> RecordFilter:
    """The records of a partner. An agency's records stand in its country's row, and are found by the agency."""
    chosen, traits = all_records(reader, basis), traits_by_code(reader.session)[code]
    if traits.kind is PartyKind.AGENCY and traits.has_home:
        return chosen.narrowed(keys={"agency": code})
    return chosen.narrowed(partner=code)


def _statements(found: Sequence[Figures]) -> Iterator[Fact]:
    """C31: what is only said in words, by measure."""
    for one in found:
        count = one.cell().unquantified
        if count:
            text = ngettext("%(num)d statement without a number", "%(num)d statements without a number", count)
            yield Fact(str(one.measure.label), text, one.links.without_number(NumberState.UNQUANTIFIED))
