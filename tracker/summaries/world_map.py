"""The world as shapes with numbers: each country a link, and beside it all that no map can show."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask_babel import gettext

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import NOT_STATED, SHARED
from tracker.counting.measures import Measure
from tracker.counting.queries import Table
from tracker.records.figure_words import cell_text
from tracker.records.filtering import Reader, partner_label
from tracker.summaries.heat import Scale
from tracker.summaries.links import CellLinks, partner_url
from tracker.vocabularies.kept import traits_by_code
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
class WorldMap:
    """The map of one column of one table."""

    title: str
    period: str
    width: int
    height: int
    plain: tuple[Shape, ...]  # countries without a number
    valued: tuple[Shape, ...]
    beside: tuple[OffMap, ...]
    scale: Scale
    dot: float = _DOT


@lru_cache(maxsize=4)
def _world(path: Path, _changed: int) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text())
    return data


def world_map(
    reader: Reader, found: Table, measure: Measure, links: CellLinks, title: str, period: str, column: str = TOTAL
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
            words = f"{names.get(code, name)}: {cell_text(cell, measure)}{'+' if cell.open_list else ''}"
            valued[f"{code} {'path' in place}"] = Shape(css, words, links.to(cell, code, column), **place)

    for shape in world["shapes"]:
        draw(codes.get(shape["m49"], ""), shape["name"], path=shape["path"])
    for small in world["small"]:
        code = codes.get(small["m49"], "")
        if code in cells:
            draw(code, "", x=small["x"], y=small["y"])
    drawn = {key.split(" ")[0] for key in valued}
    beside = [
        OffMap(names.get(row) or partner_label(reader, row), cell_text(cell, measure), links.to(cell, row, column))
        for row, cell in sorted(cells.items(), key=lambda item: (item[0] in (NOT_STATED, SHARED), -item[1].lower))
        if row not in drawn
    ]
    # a dot stands over its own tiny outline; the outline is then no second link
    shapes = [shape for key, shape in valued.items() if not (key.endswith("True") and f"{key.split(' ')[0]} False" in valued)]
    return WorldMap(title, period, world["width"], world["height"], tuple(plain), tuple(shapes), tuple(beside), scale)


def _codes_by_m49(reader: Reader) -> dict[str, str]:
    """Countries by the number that the drawing knows them by; some have only a code."""
    parties = traits_by_code(reader.session).items()
    return {traits.m49 or code: code for code, traits in parties if traits.kind is PartyKind.COUNTRY and not traits.is_ended}
