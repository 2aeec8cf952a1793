"""Home: what needs me, and how the year stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext

from tracker.accounts.permissions import Permission, may
from tracker.counting.cells import TOTAL
from tracker.counting.filters import NOT_STATED, SHARED, UNCERTAIN
from tracker.counting.measures import Measure, Mode
from tracker.counting.models import Basis
from tracker.counting.queries import Question, Table, answers, record_ids
from tracker.partial_dates import describe, parse_edtf
from tracker.records.enums import ReviewState
from tracker.records.filtering import Reader, all_records
from tracker.records.models import Record
from tracker.records.queue_page import QueueRow, queue_row
from tracker.records.review_queue import backlog, returned_to
from tracker.records.unsaved_work import UnsavedLine, unsaved_lines
from tracker.records.visibility import own_drafts
from tracker.summaries.asked import Asked
from tracker.summaries.by_type import Figures, all_types, figures_from, headline_measures, is_beside_a_stock, leading_measures, questions_of
from tracker.summaries.compared import Compared, Move, biggest_moves, candidates, compared, questions_of_moves
from tracker.summaries.figure_details import FigureDetails, figure_details
from tracker.summaries.in_force import Deadlines, EndLine, deadlines, ids_of_deadlines
from tracker.summaries.links import CellLinks, address, figure_args, list_url, partner_url, year_url
from tracker.summaries.matrix import Matrix, Row, Section, presented
from tracker.summaries.pinned import PinnedView, pinned_page
from tracker.summaries.record_lines import Changed, RecordLine, changed, freshness
from tracker.summaries.reviews_due import ids_of_reviews, reviews_due
from tracker.summaries.row_choices import PARTNERS
from tracker.summaries.stamp import Stamp, other_basis, stamp, stamp_columns
from tracker.summaries.tiles import Tile, questions_of_ends, tiles_of_ends, today_note
from tracker.summaries.world_map import WorldMap, world_map

_YEARS, _ROWS, _LINES, _DRAFTS = 5, 15, 6, 5


@dataclass(frozen=True)
class Desk:
    """What somebody who writes has open."""

    returned: tuple[QueueRow, ...]
    to_review: int  # what the reader may decide about
    review_url: str
    drafts: tuple[RecordLine, ...]
    drafts_url: str
    mine: tuple[RecordLine, ...]
    unsaved: tuple[UnsavedLine, ...]
    deadlines: Deadlines | None  # none for whoever is at no desk
    reviews: tuple[EndLine, ...]  # of personal data, due soon


@dataclass(frozen=True)
class Backlog:
    """What waits for a second person."""

    count: int
    days: int  # the oldest of them
    url: str


@dataclass(frozen=True)
class HomePage:
    """The first page."""

    stamp: Stamp
    today: str
    period: str
    year: int
    standing: tuple[Tile, ...]  # what is in force
    tiles: tuple[Tile, ...]
    undated: tuple[Tile, ...]  # what no year holds
    matrix: Matrix
    matrix_title: str
    map: WorldMap | None
    moves: tuple[Move, ...]
    backlog: Backlog
    changes: tuple[RecordLine, ...]
    last_entry: datetime | None
    drafts: int
    desk: Desk | None
    details: FigureDetails
    pinned: tuple[PinnedView, ...]

    @property
    def is_empty(self) -> bool:
        return self.last_entry is None

    def row_url(self, key: str) -> str:
        return partner_url(key, self.stamp.basis)

    def year_url(self, key: str) -> str:
        return year_url(key, self.stamp.basis)


def home_page(reader: Reader, now: datetime, basis: Basis, *, with_map: bool = True) -> HomePage:
    """Home for whoever looks; the desk only for those who write."""
    chosen = all_records(reader, basis)
    asked = Asked(all_types(), PARTNERS, chosen.narrowed(measure=all_types().code))
    by_partner = Question(all_types(), chosen.narrowed(measure=all_types().code), PARTNERS.rows)
    moves, tiles = questions_of_moves(reader, all_types(), chosen), questions_of(_tile_measures(), chosen)
    ends = questions_of_ends(chosen)
    more = iter(answers(reader.session, [by_partner, *moves, *tiles, *ends], reader.today))
    found = next(more)
    to_date, of_tiles, of_ends = (list(islice(more, len(asks))) for asks in (moves, tiles, ends))
    links = CellLinks(asked.chosen, all_types(), PARTNERS)
    activities, *headlines = figures_from([by_partner, *tiles], [found, *of_tiles])
    dated = [one.measure for one in headlines if one.measure.mode is Mode.FLOW and not is_beside_a_stock(one.measure)]
    codes = candidates(to_date, reader.today.year)
    both = compared(reader, [*((one, chosen) for one in dated), *((all_types(), chosen.narrowed(partner=code)) for code in codes)])
    waiting = all_records(reader, Basis.WORKING).narrowed(review=(ReviewState.SUBMITTED.value,))
    year, writes = reader.today.year, may(reader.user.role, Permission.RECORD_WRITE)
    named = [sa.select(Record.id).where(own_drafts(reader.user.id))]
    named += [*ids_of_deadlines(reader), ids_of_reviews(reader)] if writes else []
    behind = backlog(reader, record_ids(reader.session, waiting, None, reader.today))
    last_entry, drafts, count, since, held, *stamped = freshness(reader, *behind, *stamp_columns(reader, chosen, None, *named))
    latest = changed(reader, _LINES, _DRAFTS)
    return HomePage(
        stamp(reader, now, chosen, None, other_basis("summaries.home", basis), found=stamped),
        _day(reader.today),
        gettext("1 January to %(day)s, beside the same days of %(year)s", day=_day(reader.today), year=year - 1),
        year,
        tuple(_standing(headlines, tiles_of_ends(figures_from(ends, of_ends), reader.today))),
        tuple(_tiles(year, dated, both)),
        tuple(_undated(activities)),
        _recent(presented(reader, replace(asked, sort="total"), _last_years(found, year))),
        gettext("Activities of all types, %(first)s to %(last)s", first=year - _YEARS + 1, last=year),
        _map(reader, found, links) if with_map else None,
        biggest_moves(reader, all_types(), chosen, dict(zip(codes, both[len(dated) :], strict=True))),
        Backlog(count, (reader.today - since.date()).days if since else 0, list_url(waiting)),
        latest.all,
        last_entry,
        drafts,
        _desk(reader, latest, held) if writes else None,
        figure_details(reader, chosen, headlines, gettext("this year until today; what is in force, today"), to_date=True, asks=False),
        pinned_page(reader),
    )


def _map(reader: Reader, found: Table, links: CellLinks) -> WorldMap | None:
    table = address("summaries.matrix", figure_args(links.chosen))
    title, period = gettext("Activities of all types by country"), gettext("all years")
    return world_map(reader, found, all_types(), links, title, period, table_url=table)


def _desk(reader: Reader, latest: Changed, held: int) -> Desk:
    drafts = list_url(all_records(reader, Basis.WORKING).narrowed(review=(ReviewState.DRAFT.value,)))
    decides = may(reader.user.role, Permission.RECORD_VERIFY)
    return Desk(
        tuple(queue_row(reader, row) for row in returned_to(reader, _LINES)),
        held if decides else 0,
        url_for("review.queue") if decides else "",
        latest.drafts,
        drafts,
        latest.mine,
        tuple(unsaved_lines(reader)),
        deadlines(reader, _LINES),
        reviews_due(reader, _LINES),
    )


def _standing(headlines: Sequence[Figures], ends: Iterable[Tile]) -> Iterator[Tile]:
    """What is in force today, when it ends, and what stands beside it (C19)."""
    for one in headlines:
        if one.measure.mode is Mode.STOCK:
            yield Tile(str(one.measure.label), one.shown(), today_note(one))
    yield from ends
    for one in headlines:
        if is_beside_a_stock(one.measure):
            yield Tile(str(one.measure.label), one.shown(), gettext("all years"))


def _tiles(year: int, dated: Sequence[Measure], both: Sequence[Compared]) -> Iterator[Tile]:
    """C15: a year that goes on is set against the same days of the year before."""
    days = gettext("same days of %(year)s", year=year - 1)
    for measure, one in zip(dated, both, strict=False):
        yield Tile(str(measure.label), one.now, before_label=days, before=one.before, difference=one.difference)


def _tile_measures() -> list[Measure]:
    """What is in force comes first, with what stands beside it."""
    wanted = [measure for measure in headline_measures() if measure in leading_measures() or is_beside_a_stock(measure)]
    return sorted(wanted, key=lambda measure: 0 if measure.mode is Mode.STOCK else 1 if is_beside_a_stock(measure) else 2)


def _undated(activities: Figures) -> Iterator[Tile]:
    for column, label in ((UNCERTAIN, gettext("Year uncertain")), (NOT_STATED, gettext("Year not stated"))):
        if activities.cell(column).records:
            yield Tile(label, activities.shown(column))


def _last_years(found: Table, year: int) -> Table:
    """The partners of the last years with the most activities in them, and what stands in no partner's row but in the total."""
    years = tuple(range(year - _YEARS + 1, year + 1))
    sums = {row: sum(found.cell(row, str(one)).records for one in years) for row in found.rows}
    beside = [row for row in (NOT_STATED, SHARED) if sums.get(row)]
    rows = sorted((row for row in sums if sums[row] and row not in beside), key=lambda row: (-sums[row], row))[:_ROWS] + beside
    kept = {str(one) for one in years}
    # the place of a row is that of its sum; the sum itself is shown nowhere
    cells = {key: cell for key, cell in found.cells.items() if key[1] in kept and (key[0] in rows or key[0] == TOTAL)}
    cells |= {(row, TOTAL): replace(found.cell(row), lower=found.cell(row).lower * 0 + sums[row]) for row in rows}
    return replace(found, rows=tuple(rows), years=years, ranges=(), cells=cells, repeated={})


def _recent(matrix: Matrix) -> Matrix:
    """One list of partners, with years only: a total of all years does not belong beside five of them."""
    keep = [position for position, column in enumerate(matrix.columns) if column.key.isdigit()]

    def cut(row: Row) -> Row:
        return Row(row.key, row.label, tuple(row.cells[position] for position in keep))

    rows = tuple(cut(row) for section in matrix.sections if not section.is_beside for row in section.rows)
    beside = tuple(replace(section, rows=tuple(map(cut, section.rows))) for section in matrix.sections if section.is_beside)
    columns = tuple(matrix.columns[position] for position in keep)
    return replace(matrix, columns=columns, sections=(Section("", rows), *beside), total=cut(matrix.total), sums=())


def _day(day: date) -> str:
    return describe(parse_edtf(day.isoformat()))
