"""The world as shapes with numbers: each country a link, and beside it all that no map can show."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask_babel import gettext

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import NOT_STATED, SHARED
from tracker.counting.measures import Measure
from tracker.counting.queries import Table
from tracker.records.figure_words import cell_text, with_sign
from tracker.records.filtering import Reader, partner_label
from tracker.summaries.heat import Scale
from tracker.summaries.links import CellLinks, partner_url
from tracker.summaries.matrix import name_order
from tracker.vocabularies.kept import PartyTraits, traits_by_code
from tracker.vocabularies.models import PartyKind
from tracker.vocabularies.parties import names_by_code

WORLD = Path(__file__).resolve().parent.parent / "static" / "vendor" / "world.json"
_DOT = 3.5


@dataclass(frozen=True)
class Shape:
    """One country: an outline, or a dot for one too small to be seen."""

    css: str
    title: str
    url: str
    path: str = ""
    x: float = 0
    y: float = 0


@dataclass(frozen=True)
class OffMap:
    """A row that has no place on a map, with its number."""

    label: str
    text: str
    url: str


@dataclass(frozen=True)
class Tally:
    """Rows that are not on the map for one reason."""

    title: str
    rows: tuple[OffMap, ...]


@dataclass(frozen=True)
class WorldMap:
    """The map of one column of one table."""

    title: str
    period: str
    width: int
    height: int
    plain: tuple[Shape, ...]  # countries without a number
    valued: tuple[Shape, ...]
    beside: tuple[Tally, ...]
    scale: Scale
    table_url: str = ""  # where its numbers stand
    dot: float = _DOT


@lru_cache(maxsize=4)
def _world(path: Path, _changed: int) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text())
    return data


def world_map(
    reader: Reader, found: Table, measure: Measure, links: CellLinks, title: str, period: str, column: str = TOTAL, table_url: str = ""
) -> WorldMap | None:
    """The map of `column` of a table by partner; None while the drawing has not been built."""
    if not WORLD.is_file():
        return None
    world = _world(WORLD, WORLD.stat().st_mtime_ns)
    codes = _codes_by_m49(reader)
    names = names_by_code(reader.session, reader.locale)
    cells = {row: found.cell(row, column) for row in found.rows if not found.cell(row, column).is_empty}
    scale = Scale.of(cell.lower for row, cell in cells.items() if row not in (NOT_STATED, SHARED))
    plain: list[Shape] = []
    valued: dict[str, Shape] = {}

    def draw(code: str, name: str, **place: Any) -> None:
        cell = cells.get(code)
        if code == reader.reporting_state:
            plain.append(Shape("map-own", gettext("%(state)s: the reporting state, never counted", state=names[code]), "", **place))
        elif cell is None:
            empty = cell_text(Cell(), measure)
            plain.append(
                Shape("map-none", f"{names.get(code, name)}: {empty}", partner_url(code, links.chosen.basis) if code else "", **place)
            )
        else:
            # nothing but words is no shade of its own: the lightest
            css = f"map-{scale.heat(cell.lower or cell.upper or scale.highest) if cell.records else 0}"
            words = f"{names.get(code, name)}: {with_sign(cell_text(cell, measure), is_open=cell.open_list)}"
            valued[f"{code} {'path' in place}"] = Shape(css, words, links.to(cell, code, column), **place)

    for shape in world["shapes"]:
        draw(codes.get(shape["m49"], ""), shape["name"], path=shape["path"])
    for small in world["small"]:
        code = codes.get(small["m49"], "")
        if code in cells:
            draw(code, "", x=small["x"], y=small["y"])
    drawn = {key.split(" ")[0] for key in valued}
    missing = sorted((row for row in cells if row not in drawn), key=lambda row: (-cells[row].lower, row))
    beside = _tallies(reader, missing, links, lambda row: (cell_text(cells[row], measure), links.to(cells[row], row, column)))
    # a dot stands over its own tiny outline; the outline is then no second link
    shapes = [shape for key, shape in valued.items() if not (key.endswith("True") and f"{key.split(' ')[0]} False" in valued)]
    shapes.sort(key=lambda shape: name_order(reader.locale, shape.title))  # arrow keys go from name to name
    return WorldMap(title, period, world["width"], world["height"], tuple(plain), tuple(shapes), beside, scale, table_url)


def _tallies(reader: Reader, rows: Sequence[str], links: CellLinks, told: Callable[[str], tuple[str, str]]) -> tuple[Tally, ...]:
    """What has no place on the map, each reason by itself: a group stands in no country until it is expanded (C6)."""
    known, names = traits_by_code(reader.session), names_by_code(reader.session, reader.locale)
    groups = gettext("Group, members of the day not known") if links.chosen.expand else gettext("Group, not expanded to its members")
    titles = {"group": groups, "organisation": gettext("Organisation"), "other": gettext("Not on the map"), "none": gettext("In no row")}
    sorted_out: dict[str, list[str]] = {key: [] for key in titles}
    for row in rows:
        sorted_out[_reason(row, known.get(row))].append(row)
    return tuple(
        Tally(titles[key], tuple(OffMap(names.get(row) or partner_label(reader, row), *told(row)) for row in members))
        for key, members in sorted_out.items()
        if members
    )


def _reason(row: str, traits: PartyTraits | None) -> str:
    if row in (NOT_STATED, SHARED):
        return "none"
    if traits and traits.has_members:
        return "group"
    return "organisation" if traits and traits.kind in (PartyKind.ORGANISATION, PartyKind.GROUP) else "other"


def _codes_by_m49(reader: Reader) -> dict[str, str]:
    """Countries by the number that the drawing knows them by; some have only a code."""
    parties = traits_by_code(reader.session).items()
    return {traits.m49 or code: code for code, traits in parties if traits.kind is PartyKind.COUNTRY and not traits.is_ended}
