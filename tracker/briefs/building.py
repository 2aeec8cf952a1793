"""A brief on a partner, and the report on a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext

from tracker.accounts.clearance import Marking, rank, read_by
from tracker.briefs import tables
from tracker.briefs.citations import Citations, in_ranges
from tracker.briefs.content import Brief, Table
from tracker.briefs.counted import Counted, counted
from tracker.briefs.key_figures import KeyFigures, key_figures, so_far
from tracker.briefs.lists import ListAsked, lists_of_records
from tracker.briefs.steps import Step, Work
from tracker.counting.cells import TOTAL
from tracker.counting.clearance import Clearance
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Mode
from tracker.counting.models import Basis
from tracker.records.filtering import Reader, all_records
from tracker.records.models import Record
from tracker.summaries.by_type import all_types, flow_measures, headline_measures, leading_measures, main_measures
from tracker.summaries.figure_details import figure_details
from tracker.summaries.matrix import Column
from tracker.summaries.months import by_month
from tracker.summaries.partner import selection_of
from tracker.summaries.partner_grid import partner_grid
from tracker.summaries.running import records_behind, running_totals_of
from tracker.summaries.stamp import Stamp, stamp
from tracker.vocabularies.parties import names_by_code
from tracker.web.formatters import moment

Written = tuple[Brief, RecordFilter]  # with the records that it is about


class MarkingError(ValueError):
    """A marking was asked for that the reader does not read."""


@dataclass(frozen=True)
class Asked:
    """How a document was asked for: on which basis, when, and up to which marking; '' is all that the reader reads."""

    basis: Basis
    now: datetime
    marking: str = ""


def limited(reader: Reader, chosen: RecordFilter, marking: str) -> RecordFilter:
    """`chosen` without what is marked above `marking`. Raises MarkingError for what the reader's role does not read."""
    if not marking:
        return chosen
    if marking not in read_by(reader.user.role):
        raise MarkingError(marking)
    allowed = tuple(one.value for one in Marking if rank(one) <= rank(marking))
    # RED is above all that can be chosen here
    return replace(chosen, clearance=Clearance(allowed, reader.user.id, sa.select(Record.id).where(sa.false())))


def partner_brief(reader: Reader, code: str, asked: Asked) -> Work[Written]:
    """The brief on the partner with this code. Raises MarkingError, at once."""
    return _partner_brief(reader, code, asked, limited(reader, selection_of(reader, code, asked.basis), asked.marking))


def year_report(reader: Reader, year: int, asked: Asked) -> Work[Written]:
    """The report on `year`. Raises MarkingError, at once."""
    return _year_report(reader, year, asked, limited(reader, all_records(reader, asked.basis), asked.marking))


def _partner_brief(reader: Reader, code: str, asked: Asked, chosen: RecordFilter) -> Work[Written]:
    cite, year = Citations(reader, chosen), reader.today.year
    found = yield from counted(reader, chosen, headline_measures())
    columns = [Column(TOTAL, gettext("All years")), Column(str(year), so_far(reader, year)[0])]
    foot = gettext("All years; what is in force: today, and at the end of the year before.")
    figures = key_figures(reader, chosen, found.figures, year, with_all=True)
    yield Step.RUNNING
    every = limited(reader, all_records(reader, asked.basis), asked.marking)
    running = running_totals_of(reader, every, chosen)
    made = stamp(reader, asked.now, chosen, None, "", *records_behind(reader, every, running))
    parts: list[Table | ListAsked] = [
        figures.table(cite, gettext("Key figures"), foot),
        *tables.of_running(cite, running),
        *lists_of_records(reader, chosen),
        *tables.of_properties(reader, cite, found, columns),
        tables.of_unknowns(cite, found, made),
    ]
    name = names_by_code(reader.session, reader.locale)[code]
    titles = name, gettext("Brief on police cooperation")
    brief = yield from _brief(reader, asked, cite, found, made, titles, gettext("all years"), figures, parts)
    return brief, chosen


def _year_report(reader: Reader, year: int, asked: Asked, chosen: RecordFilter) -> Work[Written]:
    cite = Citations(reader, chosen)
    stocks = [measure for measure in headline_measures() if measure.mode is Mode.STOCK]
    in_a_year = [measure for measure in leading_measures() if measure.mode is Mode.FLOW]
    found = yield from counted(reader, chosen, [all_types(), *flow_measures(), *stocks], [all_types(), *in_a_year])
    columns = [Column(str(year), str(year)), Column(str(year - 1), str(year - 1))]
    if year == reader.today.year:  # a part of a year is not set beside a whole one (C15)
        columns = [Column(str(year), so_far(reader, year)[0])]
    figures = key_figures(reader, chosen, found.figures, year, with_all=False)
    yield Step.MONTHS
    grid = partner_grid(reader, found.partners, chosen, str(year))
    months = by_month(reader, [all_types(), *main_measures()], chosen, year)
    of_year = chosen.narrowed(year=str(year))
    made = stamp(reader, asked.now, of_year, None, "")
    said = gettext("A record counts once in the row of each partner, and once in the total. The note of a row stands at its first number.")
    parts: list[Table | ListAsked] = [
        figures.table(cite, gettext("By type"), _when_in_force(reader, year)),
        *tables.of_properties(reader, cite, found, columns),
        tables.of_months(cite, gettext("By month, %(year)s", year=year), months, reader.today),
        tables.of_matrix(cite, gettext("By partner, %(year)s", year=year), grid, gettext("Partner"), said),
        *tables.of_regions(reader, cite, gettext("By region, %(year)s", year=year), found, Column(str(year), str(year))),
        tables.of_unknowns(cite, found, made, str(year)),
    ]
    titles = str(year), gettext("Annual report on police cooperation")
    brief = yield from _brief(reader, asked, cite, found, made, titles, str(year), figures, parts)
    return brief, of_year


def _when_in_force(reader: Reader, year: int) -> str:
    if year == reader.today.year:
        return gettext("What is in force: today, and at the end of the year before.")
    return gettext("What is in force: on the last day of the year.")


def _brief(
    reader: Reader,
    asked: Asked,
    cite: Citations,
    found: Counted,
    made: Stamp,
    titles: tuple[str, str],
    period: str,
    figures: KeyFigures,
    parts: Sequence[Table | ListAsked],
) -> Work[Brief]:
    settled, as_of = (yield from cite.settled(parts)), moment(asked.now)
    up_to = gettext("nothing above TLP:%(marking)s", marking=asked.marking) if asked.marking else made.clearance
    counts = figure_details(reader, found.chosen, found.figures, period, to_date=figures.is_running, asks=False)
    numbers = ", ".join(f"C{one.replace('–', '–C')}" for one in in_ranges([rule.number for rule in counts.rules]))
    rules = gettext("%(numbers)s in version %(version)s of the counting rules", numbers=numbers, version=made.rule_version)
    about = (
        (gettext("Filter"), counts.filter),
        (gettext("Period"), period),
        (gettext("As of"), as_of),
        (gettext("Basis"), made.basis_words),
        (gettext("Holds") if asked.marking else gettext("Read with"), up_to),
        (gettext("Rules"), gettext("%(rules)s; vocabulary %(words)s", rules=rules, words=made.vocabulary)),
        (gettext("Seen from"), made.reporting_state),
    )
    # what holds nothing is not free to go anywhere: it was asked for at a marking, else it is marked as its reader's reach
    marking = f"TLP:{asked.marking or read_by(reader.user.role)[-1]}" if asked.marking or not made.marking else made.marking
    heads = gettext("Notes"), gettext("Sources")
    whole = Brief(
        *titles, marking, period, as_of, made.basis_words, about, figures.sentences, settled, heads[0], cite.notes, heads[1], cite.sources
    )
    return replace(whole, language=reader.locale, records=cite.records)
