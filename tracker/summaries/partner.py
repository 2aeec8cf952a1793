"""The page that is opened before a visit: what there is with one partner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import joinedload

from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Mode
from tracker.counting.models import Basis, NumberState, Standing
from tracker.partial_dates import describe, parse_edtf
from tracker.records.filtering import Reader, all_records, region_label
from tracker.summaries.breakdowns import Breakdown, breakdowns
from tracker.summaries.by_type import Figures, by_year, chart_by_year, figures_of, headline_measures, main_measures
from tracker.summaries.charts import Chart
from tracker.summaries.figure_details import FigureDetails, figure_details
from tracker.summaries.links import address, figure_args, file_urls, list_url, partner_url, year_url
from tracker.summaries.matrix import Matrix, Shown
from tracker.summaries.record_lines import RecordLine, newest
from tracker.summaries.stamp import Stamp, other_basis, stamp
from tracker.vocabularies.kept import traits_by_code
from tracker.vocabularies.models import Membership, Party, PartyKind
from tracker.vocabularies.parties import display_name
from tracker.web.formatters import number

_LATEST = 10


@dataclass(frozen=True)
class Fact:
    """One line about the partner itself."""

    label: str
    value: str
    url: str = ""


@dataclass(frozen=True)
class Tile:
    """One figure over all years, or today."""

    label: str
    number: Shown
    note: str = ""
    before_label: str = ""  # the days that `before` is of
    before: Shown | None = None
    difference: str = ""


@dataclass(frozen=True)
class Tiles:
    """A line of tiles; an agency has one for itself and one for its country."""

    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class PartnerPage:
    """Everything about one partner."""

    code: str
    name: str
    facts: tuple[Fact, ...]
    lines: tuple[Tiles, ...]
    table: Matrix
    chart: Chart | None
    breakdowns: tuple[Breakdown, ...]
    latest: tuple[RecordLine, ...]
    planned: tuple[RecordLine, ...]
    statements: tuple[Fact, ...]
    all_url: str
    matrix_url: str
    stamp: Stamp
    details: FigureDetails
    is_ours: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.latest

    @property
    def files(self) -> list[tuple[str, str]]:
        return file_urls("figure_files.partner", self.stamp.basis, code=self.code)

    def year_url(self, key: str) -> str:
        return year_url(key, self.stamp.basis)


def find_party(reader: Reader, code: str) -> Party | None:
    whole = sa.select(Party).options(joinedload(Party.parent), joinedload(Party.aliases))
    return reader.session.scalars(whole.where(Party.code == code)).unique().one_or_none()


def partner_page(reader: Reader, party: Party, now: datetime, basis: Basis, *, with_planned: bool = True) -> PartnerPage:
    """The page of `party`; a file of its figures needs no list of what is planned."""
    chosen = selection_of(reader, party.code, basis)
    latest = newest(reader, chosen, _LATEST)
    found = figures_of(reader, headline_measures(), chosen)
    flows = [one for one in found if one.measure.mode is Mode.FLOW]
    home = party.parent if party.kind is PartyKind.AGENCY else None
    lines = [Tiles(gettext("All years") if not home else display_name(party, reader.locale), tuple(_tile(one) for one in found))]
    if home and home.code != reader.reporting_state:
        theirs = figures_of(reader, headline_measures(), selection_of(reader, home.code, basis))
        whole = gettext("%(country)s as a whole", country=display_name(home, reader.locale))
        lines.append(Tiles(whole, tuple(_tile(one) for one in theirs)))
    name = display_name(party, reader.locale)
    mains = [one for one in flows if one.measure in main_measures()]
    return PartnerPage(
        party.code,
        name,
        tuple(_facts(reader, party, basis)),
        tuple(lines),
        by_year(flows),
        chart_by_year(gettext("%(partner)s: activities by year", partner=name), mains),
        tuple(breakdowns(reader, chosen)) if latest else (),
        tuple(latest),
        tuple(newest(reader, chosen.narrowed(standing=Standing.PLANNED.value), _LATEST)) if with_planned else (),
        tuple(_statements(found)),
        list_url(chosen),
        address("summaries.matrix", figure_args(chosen)),
        stamp(reader, now, chosen, None, other_basis("summaries.partner", basis, code=party.code)),
        figure_details(reader, chosen, found, gettext("all years; what is in force, today")),
        is_ours=party.code == reader.reporting_state,
    )


def selection_of(reader: Reader, code: str, basis: Basis) -> RecordFilter:
    """The records of a partner. An agency's records stand in its country's row, and are found by the agency."""
    chosen, traits = all_records(reader, basis), traits_by_code(reader.session)[code]
    if traits.kind is PartyKind.AGENCY and traits.has_home:
        return chosen.narrowed(keys={"agency": code})
    return chosen.narrowed(partner=code)


def _tile(figures: Figures) -> Tile:
    cell = figures.cell()
    notes = [today_note(figures)] if figures.measure.mode is Mode.STOCK else []
    if cell.unquantified:
        notes.append(ngettext("%(num)d statement without a number", "%(num)d statements without a number", cell.unquantified))
    if cell.missing:
        notes.append(ngettext("%(num)d record without a number", "%(num)d records without a number", cell.missing))
    return Tile(str(figures.measure.label), figures.shown(), "; ".join(notes))


def today_note(figures: Figures) -> str:
    """What a stock says of its day, and how sure it is."""
    cell = figures.cell()
    if cell.upper is None or cell.lower == cell.upper:
        return gettext("today")
    sure, maybe = number(cell.lower), number(cell.upper - cell.lower)
    return gettext("today; %(sure)s certainly, %(maybe)s possibly", sure=sure, maybe=maybe)


def _statements(found: Sequence[Figures]) -> Iterator[Fact]:
    """C31: what is only said in words, by measure."""
    for one in found:
        count = one.cell().unquantified
        if count:
            text = ngettext("%(num)d statement without a number", "%(num)d statements without a number", count)
            yield Fact(str(one.measure.label), text, one.links.without_number(NumberState.UNQUANTIFIED))


def _facts(reader: Reader, party: Party, basis: Basis) -> Iterator[Fact]:
    kinds = {
        PartyKind.COUNTRY: gettext("country"),
        PartyKind.ORGANISATION: gettext("organisation"),
        PartyKind.AGENCY: gettext("agency"),
        PartyKind.GROUP: gettext("group of countries"),
    }
    yield Fact(gettext("Kind"), kinds[party.kind])
    yield Fact(gettext("Codes"), " · ".join(code for code in (party.code, party.iso2, party.m49) if code))
    if party.parent:
        yield Fact(gettext("Part of"), display_name(party.parent, reader.locale), partner_url(party.parent.code, basis))
    if party.region_m49:
        region = url_for("summaries.matrix", region=party.region_m49)
        yield Fact(gettext("Region"), region_label(reader, party.region_m49), region)
    if party.valid_from or party.valid_to:
        yield Fact(gettext("Existed"), _period(party.valid_from, party.valid_to))
    shown_name = display_name(party, reader.locale)
    former = [alias.name for alias in party.aliases if alias.kind == "former"]
    others = [alias.name for alias in party.aliases if alias.kind not in ("former", "code") and alias.name != shown_name]
    if former:
        yield Fact(gettext("Former names"), ", ".join(dict.fromkeys(former)))
    if others:
        yield Fact(gettext("Other names"), ", ".join(dict.fromkeys(others)))
    yield from _memberships(reader, party)


def _memberships(reader: Reader, party: Party) -> Iterator[Fact]:
    """Groups of a country, members of a group, each with its days."""
    is_group = party.kind in (PartyKind.GROUP, PartyKind.ORGANISATION)
    ours, other = (Membership.group_id, Membership.member_id) if is_group else (Membership.member_id, Membership.group_id)
    statement = sa.select(Party, Membership.valid_from, Membership.valid_to).join(Membership, other == Party.id).where(ours == party.id)
    rows = [(display_name(row[0], reader.locale), _period(row[1], row[2])) for row in reader.session.execute(statement)]
    if rows:
        label = gettext("Members") if is_group else gettext("Member of")
        yield Fact(label, "; ".join(f"{name} ({days})" if days else name for name, days in sorted(rows)))


def _period(first: date | None, last: date | None) -> str:
    """`since 15 June 2001`, `until ...`, `... to ...`; '' for always."""
    begin, end = (describe(parse_edtf(day.isoformat())) if day else "" for day in (first, last))
    if begin and end:
        return gettext("%(first)s to %(last)s", first=begin, last=end)
    if begin:
        return gettext("since %(day)s", day=begin)
    return gettext("until %(day)s", day=end) if end else ""
