"""Figures as their pages and files show them, read back."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tracker.web.formatters import THIN, number

LINK = re.compile(r'<a [^>]*?href="(/records/\?[^"]*)"[^>]*>([^<]*)')
FIGURE = re.compile(r"(≈ )?(≥ )?(\d[\d.]*)(?:–(\d[\d.]*))?(?: (.*))?")
CELL = re.compile(r'<td class="figure[^"]*"[^>]*><(?:a|span)[^>]*>([^<]*)(?:<span class="open-list">(\+)</span>)?')
ROW = re.compile(r'<th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', re.DOTALL)
NOTHING = "–"
IN_WORDS = ("Code", "Left open", "Records", "Unit", "As of", "To be looked at")  # columns of sheets that hold no figures


@dataclass(frozen=True)
class Linked:
    """A number of a page that opens a list."""

    page: str
    query: str
    text: str
    lower: Decimal
    upper: Decimal | None
    words: str  # what stands behind the number in the same link


def linked(page: str, text: str) -> list[Linked]:
    """Every number of the page that opens a list."""
    found = []
    for address, said in LINK.findall(text):
        shown = html.unescape(said).strip()
        if match := FIGURE.fullmatch(shown.replace(THIN, "")):
            lower, words = Decimal(match[3]), match[5] or ""
            upper = None if match[2] else Decimal(match[4] or match[3])
            found.append(Linked(page, html.unescape(address).partition("?")[2], shown.removesuffix(words).strip(), lower, upper, words))
    return found


def links_of(text: str) -> list[str]:
    """The address of every list that the page links."""
    return [html.unescape(address) for address, _ in LINK.findall(text)]


def tables(text: str) -> list[list[tuple[str, list[str]]]]:
    """The tables of figures of a page: the label of each row and what stands in its cells, the sign of an open list with it."""
    found = []
    for table in re.findall(r"<table.*?</table>", text, re.DOTALL):
        rows = [(plain(label), [html.unescape("".join(cell)) for cell in CELL.findall(cells)]) for label, cells in ROW.findall(table)]
        found.append([(label, cells) for label, cells in rows if cells])
    return found


def plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup)).strip()


def sheet_rows(rows: list[tuple[Any, ...]]) -> list[tuple[str, list[str]]]:
    """The rows of a sheet as the page shows them; what has bounds of its own is looked at."""
    head, *body = rows
    places = [place for place, label in enumerate(head) if place and label not in IN_WORDS and not is_bound(label)]
    for row in body:
        for place in places:
            if is_bound(head[(place + 1) % len(head)]):
                assert (row[place + 1], row[place + 2]) == bounds(row[place]), (head[place], row)
            else:
                assert not isinstance(row[place], str), (head[place], row)
    return [(row[0], [as_shown(row[place]) for place in places]) for row in body]


def is_bound(label: object) -> bool:
    return str(label).endswith((", lower bound", ", upper bound"))


def bounds(value: object) -> tuple[Any, Any]:
    """What a cell of a sheet says of its bounds."""
    if value is None or isinstance(value, int | float):
        return value, value
    match = FIGURE.fullmatch(str(value).replace("≥ ", "≥").replace("≈ ", "≈").replace(" ", "").replace("≥", "≥ ").replace("≈", "≈ "))
    assert match, value
    return float(match[3]), None if match[2] else float(match[4] or match[3])


def as_shown(value: object) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, int | float):
        return number(value).replace("-", "−")
    return re.sub(r"(?<=\d) (?=\d)", THIN, str(value))
