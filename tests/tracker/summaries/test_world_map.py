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
    beside = {off.url for tally in made.beside for off in tally.rows}
    on_it = {shape.url for shape in made.valued}
    rows = {links.to(found.cell(row), row, TOTAL) for row in found.rows}
    assert beside | on_it == rows
    assert not beside & on_it
    return made


def test_the_drawing_is_there() -> None:
    assert WORLD.is_file(), "build the assets: python dev.py assets"


@pytest.mark.once
class TestWorldMap:
    def test_tallies_what_has_no_place_on_it_by_the_reason(self, drawn: WorldMap) -> None:
        tallies = {tally.title: {off.label for off in tally.rows} for tally in drawn.beside}
        assert tallies == {
            "Group, not expanded to its members": {"Shanghai Cooperation Organisation", "Association of Southeast Asian Nations"},
            "Organisation": {"INTERPOL"},
            "Not on the map": {"Soviet Union"},
            "In no row": {"Partner not stated"},
        }

    def test_says_of_expanded_groups_that_only_their_members_are_not_known(self, many: Reader) -> None:
        asked = read(many, MultiDict({"expand": "1"}))
        links = CellLinks(asked.chosen, asked.measure, asked.choice)
        made = world_map(many, figures(many, asked), asked.measure, links, "Activities", "all years", table_url="/figures/")
        assert made
        titles = [tally.title for tally in made.beside]
        assert "Group, not expanded to its members" not in titles
        assert "Group, members of the day not known" in titles
        kyrgyzstan = next(shape for shape in made.valued if shape.title.startswith("Kyrgyzstan"))
        assert "expand=1" in kyrgyzstan.url

    def test_arrow_keys_lead_from_name_to_name(self, drawn: WorldMap) -> None:
        names = [shape.title for shape in drawn.valued]
        assert names == sorted(names)

    def test_names_country_and_number(self, drawn: WorldMap) -> None:
        thailand = next(shape for shape in drawn.valued if shape.title.startswith("Thailand"))
        assert thailand.css.startswith("map-")
        assert "partner=THA" in thailand.url

    def test_the_reporting_state_has_no_number(self, drawn: WorldMap) -> None:
        ours = [shape for shape in drawn.plain if shape.css == "map-own"]
        assert ours
        assert not any(shape.url for shape in ours)
