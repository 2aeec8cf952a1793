"""The map: every number has its place on it or beside it."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from tracker.counting.queries import TOTAL
from tracker.records.filtering import Reader
from tracker.summaries.asked import read
from tracker.summaries.links import CellLinks
from tracker.summaries.matrix import figures
from tracker.summaries.world_map import WORLD, WorldMap, world_map


@pytest.fixture
def drawn(many: Reader) -> WorldMap:
    asked = read(many, MultiDict())
    found = figures(many, asked)
    links = CellLinks(asked.chosen, asked.measure, asked.choice)
    made = world_map(many, found, asked.measure, links, "Activities", "all years")
    assert made
    beside = {off.url for off in made.beside}
    on_it = {shape.url for shape in made.valued}
    rows = {links.to(found.cell(row), row, TOTAL) for row in found.rows}
    assert beside | on_it == rows
    assert not beside & on_it
    return made


def test_the_drawing_is_there() -> None:
    assert WORLD.is_file(), "build the assets: python dev.py assets"


@pytest.mark.once
class TestWorldMap:
    def test_tallies_what_has_no_place_on_it(self, drawn: WorldMap) -> None:
        labels = {off.label for off in drawn.beside}
        assert {"Soviet Union", "Partner not stated", "INTERPOL", "Shanghai Cooperation Organisation"} <= labels

    def test_names_country_and_number(self, drawn: WorldMap) -> None:
        thailand = next(shape for shape in drawn.valued if shape.title.startswith("Thailand"))
        assert thailand.css.startswith("map-")
        assert "partner=THA" in thailand.url

    def test_the_reporting_state_has_no_number(self, drawn: WorldMap) -> None:
        ours = [shape for shape in drawn.plain if shape.css == "map-own"]
        assert ours
        assert not any(shape.url for shape in ours)
