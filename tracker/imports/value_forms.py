"""The boxes for what columns of numbers and dates leave open, and what was decided in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from wtforms import HiddenField, RadioField, SelectField

from tracker.imports.asking_cells import MOST_CELLS, AskedCell, AskedMark, problem_of, reader_by, with_decisions
from tracker.imports.cell_errors import is_error
from tracker.imports.cell_values import CellReader
from tracker.imports.fields import Field
from tracker.imports.marks import Mark
from tracker.imports.plan import Plan
from tracker.imports.read_as import LITERAL, LONGEST, NOTHING, READ_AS, key_of_cell, scheme_of
from tracker.imports.work import Work
from tracker.records.fields import Text
from tracker.records.numbers import NumberError


def boxes_of(marks: Sequence[AskedMark], cells: Sequence[AskedCell]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of a form, and what stands in them."""
    parts: dict[str, Any] = {}
    data: dict[str, Any] = {}
    signs = [(Mark.COMMA.value, gettext("the comma: 1,500 is one and a half")), (Mark.POINT.value, gettext("the point: 1,500 is 1500"))]
    for one in marks:
        name = f"mark{one.column}"
        parts[name] = RadioField(gettext("In “%(column)s” stands before decimals", column=one.header), choices=signs, validate_choice=False)
        data[name] = one.mark
    for number, cell in enumerate(cells):
        choices = [
            ("", gettext("– decide –")),
            (NOTHING, gettext("not stated")),
            *([(LITERAL, gettext("the words are kept, without a number"))] if cell.takes_words else []),
            (READ_AS, gettext("what is written beside it")),
        ]
        parts[f"cell{number}"], parts[f"column{number}"] = HiddenField(), HiddenField()
        parts[f"as{number}"] = SelectField(gettext("“%(text)s” means", text=cell.text), choices=choices, validate_choice=False)
        parts[f"read{number}"] = Text(gettext("“%(text)s” is read as", text=cell.text), limit=LONGEST)
        data |= {f"cell{number}": cell.text, f"column{number}": str(cell.column), f"as{number}": cell.chosen, f"read{number}": cell.typed}
    return parts, data


def decided_values(work: Work, plan: Plan, marks: Sequence[AskedMark], form: Any) -> Plan:
    """The plan with what the form decides; what stays open, and what cannot be read either, is said at its box."""
    chosen = {one.column: form[f"mark{one.column}"].data or "" for one in marks}
    for one in marks:
        if one.evidence.asks and chosen[one.column] not in set(Mark):
            form[f"mark{one.column}"].errors = [gettext("Say what stands before decimals: the cells of the column do not show it.")]
    plan = with_decisions(plan, chosen, {})
    reader, cells = reader_by(work, plan), dict[str, dict[str, str | None]]()
    for number in range(MOST_CELLS):
        if f"cell{number}" not in form:
            break
        text, column, way = form[f"cell{number}"].data or "", form[f"column{number}"].data or "", form[f"as{number}"].data
        matched = plan.columns.get(int(column)) if column.isascii() and column.isdigit() and len(column) < len("10000") else None
        known = work.preparer.fields.get(matched.field) if matched else None
        if known is None or not text:
            continue
        typed = form[f"read{number}"].data or ""
        said = {NOTHING: "", LITERAL: LITERAL}.get(way or "", typed or None)
        if said == LITERAL:
            said, problem = _kept_words(reader, known, text)
            form[f"as{number}"].errors = [problem] if problem else []
        elif said and (problem := problem_of(reader, known, said, int(column))):
            form[f"read{number}"].errors = [problem]
        elif way == READ_AS and not typed:
            form[f"read{number}"].errors = [gettext("Write what the cell is to be read as.")]
        cells.setdefault(scheme_of(known), {})[key_of_cell(text)] = said
    return with_decisions(plan, {}, cells)


def _kept_words(reader: CellReader, known: Field, text: str) -> tuple[str | None, str]:
    """What is decided where the words of a cell are to be kept, and what is wrong with it; errors have no words that a source has said."""
    if known.list_name != "figures" or is_error(text):
        return None, ""
    try:
        reader.in_words(known, text)
    except NumberError as error:
        return None, str(error)
    return LITERAL, ""
