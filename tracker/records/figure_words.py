"""A figure in the few signs that a table has room for, and in a sentence."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from tracker.counting.cells import Cell
from tracker.counting.measures import Measure
from tracker.web.formatters import number


def cell_text(cell: Cell, measure: Measure) -> str:
    """`12`, `≥ 2 110`, `≈ 20`, `10–12`; `–` where nothing is known (C32): never 0 for missing, never 1 for words."""
    if not cell.records and (measure.is_quantity or cell.unquantified or cell.missing):
        return "–"
    if cell.upper is None:
        text = f"≥ {number(cell.lower)}"
    elif cell.lower != cell.upper:
        text = f"{number(cell.lower)}–{number(cell.upper)}"
    else:
        text = number(cell.lower)
    return f"≈ {text}" if cell.about and cell.upper is not None else text


def with_sign(text: str, *, is_open: bool) -> str:
    """`5+` where further countries stand behind a number, which the source does not name (C7)."""
    return f"{text}+" if is_open else text


def cell_words(cell: Cell, measure: Measure) -> str:
    """The figure with what it leaves open behind it; where no number is known, only that."""
    text, sentence = cell_text(cell, measure), cell_sentence(cell, measure)
    if not sentence:
        return text
    return gettext("%(figure)s (%(open)s)", figure=text, open=sentence) if cell.records else sentence


def cell_sentence(cell: Cell, measure: Measure) -> str:
    """What the number leaves open, in words; '' when it leaves nothing open."""
    said: list[str] = []
    if cell.upper is None:
        said.append(gettext("at least; the sources give no upper bound"))
    elif cell.lower != cell.upper and measure.is_span:
        sure, maybe = number(cell.lower), number(cell.upper - cell.lower)
        said.append(gettext("%(sure)s certainly, %(maybe)s possibly", sure=sure, maybe=maybe))
    if cell.about:
        said.append(gettext("about"))
    if cell.unquantified:
        said.append(ngettext("%(num)d statement without a number", "%(num)d statements without a number", cell.unquantified))
    if cell.missing:
        said.append(ngettext("%(num)d record without a number", "%(num)d records without a number", cell.missing))
    if cell.inferred:
        said.append(ngettext("%(num)d date inferred", "%(num)d dates inferred", cell.inferred))
    if cell.open_list:
        said.append(gettext("and further countries that the source does not name"))
    return "; ".join(said)
