"""C43: every number opens its list, and the list is exactly as long as the number says."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from tracker.counting.queries import TOTAL, record_ids
from tracker.records import registry
from tracker.records.filtering import Reader, filter_of, measure_of
from tracker.summaries import asked as asking
from tracker.summaries.links import CellLinks, Columns
from tracker.summaries.matrix import columns_of, figures, filter_for
from tracker.summaries.matrix_page import matrix_page
from tracker.summaries.partner import find_party, partner_page
from tracker.summaries.row_choices import choices_for
from tracker.summaries.years import year_page, years_page
from tests.tracker.summaries.conftest import TODAY
from tracker.database.columns import utc_now

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
    "basis=official",
)


def length_of_list(reader: Reader, url: str) -> int:
    """How many records the list at `url` holds."""
    chosen = filter_of(reader, MultiDict(parse_qs(urlsplit(url).query)))
    ids = record_ids(reader.session, chosen, measure_of(chosen), reader.today)
    return reader.session.scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0


@pytest.mark.usefixtures("many")
class TestEveryCell:
    @pytest.mark.parametrize("query", FILTERS)
    def test_opens_exactly_its_records(self, reader: Reader, query: str) -> None:
        wrong = []
        for measure in registry.every_measure().values():
            for rows in choices_for(measure):
                wrong += list(self.wrong_cells(reader, f"measure={measure.code}&rows={rows}&{query}"))
        assert wrong == []

    def wrong_cells(self, reader: Reader, query: str) -> Iterator[tuple[str, ...]]:
        asked = asking.read(reader, MultiDict(parse_qs(query)))
        assert not asked.problems
        found = figures(reader, asked)
        links = CellLinks(filter_for(asked), asked.measure, asked.choice, Columns(asked.measure, found.years, TODAY))
        shown = {column.key for column in columns_of(asked.measure, found)}
        for (row, column), cell in found.cells.items():
            assert column in shown
            url = links.to(cell, row, column)
            expected = cell.records or cell.unquantified or cell.missing
            if url and length_of_list(reader, url) != expected:
                yield query, row, column, str(expected), str(length_of_list(reader, url))

    def test_of_what_stands_beside_the_table_opens_its_records(self, reader: Reader) -> None:
        for measure in registry.every_measure().values():
            page = matrix_page(reader, asking.read(reader, MultiDict({"measure": measure.code})), {}, utc_now())
            for note in (*page.statements, *page.outside):
                if not measure.is_quantity or note in page.statements:
                    assert length_of_list(reader, note.url) == int(note.text.split()[0]), (measure.code, note.text)

    @pytest.mark.parametrize("code", ["THA", "THA_RTP", "SCO", "SUN"])
    def test_of_a_partner_opens_its_records(self, reader: Reader, code: str) -> None:
        party = find_party(reader, code)
        assert party
        page = partner_page(reader, party, utc_now())
        for tile in (tile for line in page.lines for tile in line.tiles if tile.number.url):
            if tile.number.text.isdigit() and not any(word in tile.label for word in ("Persons", "Arrests", "Partic")):
                assert length_of_list(reader, tile.number.url) == int(tile.number.text), tile

    def test_of_the_years_opens_its_records(self, reader: Reader) -> None:
        pages = [years_page(reader, utc_now()).table, year_page(reader, 2024, utc_now()).months]
        for row in (row for page in pages for section in page.sections for row in section.rows):
            if row.key not in ("arrests", "persons_handed_over", "participants", "participant_days"):
                for cell in row.cells:
                    assert not cell.url or cell.text == "–" or length_of_list(reader, cell.url) == int(cell.text), (row.key, cell)


def test_a_row_of_a_continent_keeps_the_region_of_the_filter(reader: Reader, many: None) -> None:
    asked = asking.read(reader, MultiDict({"rows": "continent", "region": "035"}))
    found = figures(reader, asked)
    links = CellLinks(asked.chosen, asked.measure, asked.choice, Columns(asked.measure, found.years, TODAY))
    assert "region=035" in links.to(found.cell("142"), "142", TOTAL)
