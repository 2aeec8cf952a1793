"""C43: every number opens its list, and the list is exactly as long as the number says."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from tracker.counting.models import Basis
from tracker.counting.queries import TOTAL, record_ids
from tracker.database.columns import utc_now
from tracker.records import registry
from tracker.records.filtering import Reader, filter_of, measure_of
from tracker.summaries import asked as asking
from tracker.summaries.links import CellLinks
from tracker.summaries.matrix import columns_of, figures, filter_for
from tracker.summaries.matrix_page import matrix_page
from tracker.summaries.partner import find_party, partner_page
from tracker.summaries.row_choices import choices_for
from tracker.summaries.years import year_page, years_page

MEASURES = ("activities", "persons_handed_over", "operations_active", "agreements_in_force", "trainings_ended")
FILTERS = (
    "",
    "expand=1",
    "ranges=1&inferred=0",
    "since=2024&until=2025",
    "partner=THA",
    "partner=THA&expand=1",
    "partner=not_stated",
    "region=035",
    "region=142",
    "group=ASEAN",
    "group=SCO&expand=1",
    "crime=drugs",
    "status=completed&crime_primary=drugs",
    "basis=working",
    "basis=working&expand=1",
    "columns=month&basis=working",
    "columns=quarter&ranges=1",
)
# those whose SQL has most in it; both engines count alike, as the property-based tests show
IN_EVERY_RUN = (
    "group=SCO&expand=1",
    "ranges=1&inferred=0",
    "basis=working",
    "columns=month&basis=working",
)

pytestmark = pytest.mark.once


def marks_of(query: str) -> object:
    return () if query in IN_EVERY_RUN else pytest.mark.whole


def length_of_list(reader: Reader, url: str) -> int:
    """How many records the list at `url` holds."""
    chosen = filter_of(reader, MultiDict(parse_qs(urlsplit(url).query)))
    ids = record_ids(reader.session, chosen, measure_of(chosen), reader.today)
    return reader.session.scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0


class TestEveryCell:
    @pytest.mark.parametrize("query", [pytest.param(query, marks=marks_of(query)) for query in FILTERS])
    def test_opens_exactly_its_records(self, many: Reader, query: str) -> None:
        wrong = []
        for code in MEASURES if query else (one.code for one in registry.every_measure().values() if not (one.by_item or one.is_running)):
            choices = list(choices_for(registry.every_measure()[code]))
            for rows in choices[:5] if query else choices:
                wrong += list(self.wrong_cells(many, f"measure={code}&rows={rows}&{query}", most=5 if query else 8))
        assert wrong == []

    def wrong_cells(self, many: Reader, query: str, most: int) -> Iterator[tuple[str, ...]]:
        asked = asking.read(many, MultiDict(parse_qs(query)))
        if asked.measure.is_span and asked.problems.keys() == {"columns"}:
            return  # what lasts has years only
        assert not asked.problems
        found = figures(many, asked)
        links = CellLinks(filter_for(asked), asked.measure, asked.choice)
        shown = {column.key for column in columns_of(asked.measure, found)}
        assert {column for _, column in found.cells} <= shown
        cells = sorted(found.cells.items())
        # lists cost a statement each: of a large table every few cells
        for (row, column), cell in cells[:: 1 + len(cells) // most]:
            url = links.to(cell, row, column)
            expected = cell.records or cell.unquantified or cell.missing
            if url and length_of_list(many, url) != expected:
                yield query, row, column, str(expected), str(length_of_list(many, url))

    def test_of_what_stands_beside_the_table_opens_its_records(self, many: Reader) -> None:
        for measure in registry.every_measure().values():
            page = matrix_page(many, asking.read(many, MultiDict({"measure": measure.code})), {}, utc_now())
            for note in (*page.statements, *page.outside):
                if not measure.is_quantity or note in page.statements:
                    assert length_of_list(many, note.url) == int(note.text.split()[0]), (measure.code, note.text)

    @pytest.mark.parametrize("code", ["SCO", "SUN", *(pytest.param(code, marks=pytest.mark.whole) for code in ("THA", "THA_RTP"))])
    @pytest.mark.parametrize("basis", Basis)
    def test_of_a_partner_opens_its_records(self, many: Reader, code: str, basis: Basis) -> None:
        party = find_party(many, code)
        assert party
        page = partner_page(many, party, utc_now(), basis)
        for tile in (tile for line in page.lines for tile in line.tiles if tile.number.url):
            if tile.number.text.isdigit() and not any(word in tile.label for word in ("Persons", "Arrests", "Partic")):
                assert length_of_list(many, tile.number.url) == int(tile.number.text), tile

    @pytest.mark.parametrize("basis", Basis)
    def test_of_the_years_opens_its_records(self, many: Reader, basis: Basis) -> None:
        pages = [years_page(many, utc_now(), basis).table, year_page(many, 2024, utc_now(), basis).months]
        for row in (row for page in pages for section in page.sections for row in section.rows):
            if row.key not in ("arrests", "persons_handed_over", "participants", "participant_days"):
                for cell in row.cells:
                    assert not cell.url or cell.text == "–" or length_of_list(many, cell.url) == int(cell.text), (row.key, cell)


def test_a_row_of_a_continent_keeps_the_region_of_the_filter(many: Reader) -> None:
    asked = asking.read(many, MultiDict({"rows": "continent", "region": "035"}))
    found = figures(many, asked)
    links = CellLinks(asked.chosen, asked.measure, asked.choice)
    assert "region=035" in links.to(found.cell("142"), "142", TOTAL)
