"""From the cells of a line to what a document says: each cell as its column holds it, with what is wrong at the cell that says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.imports.added_up import ALIKE, SUMMED, of_another_column, settled
from tracker.imports.cell_dates import first_and_last, is_nothing
from tracker.imports.cell_errors import is_error, why_error
from tracker.imports.cell_values import CellError, CellReader
from tracker.imports.date_words import has_no_day
from tracker.imports.fields import REFERENCE, ROLES, TOLD, TYPE, USUAL, Field, is_undated
from tracker.imports.found import Found, unnumbered
from tracker.imports.marked import MARKED, name_of_mark
from tracker.imports.plan import ANY, LINES, Matched, Plan
from tracker.imports.problems import Problem
from tracker.imports.read_as import decided
from tracker.imports.several import OTHERS
from tracker.imports.spellings import Words
from tracker.imports.templates import filled, names_in
from tracker.records import registry
from tracker.records.exchange_rows import ExchangeError, document_of, values_of_cells
from tracker.records.fields import FORBIDDEN_WORDS, has_forbidden
from tracker.records.form_document import figure_entry
from tracker.records.list_columns import FIGURES
from tracker.records.record_type import ColumnKind

_NAMIBIA = "NA"  # its code, and what many tables write where nothing is known: among countries it is asked about
_ANY = re.compile(r"[;,/|\n；，、]")
_WHOLE = ("", SUMMED, ALIKE, MARKED)  # a cell is one value
_FIGURE = tuple(column.name for column in FIGURES)


class RowReader:
    """Reads lines as one plan says."""

    def __init__(
        self,
        session: Session,
        plan: Plan,
        fields: Mapping[str, Field],
        words: Words,
        locale: str,
        headers: Sequence[str] = (),
        *,
        is_workbook: bool = False,
    ) -> None:
        self._plan, self._fields, self._headers = plan, fields, headers
        self._cells = CellReader(session, plan, words, locale, is_workbook=is_workbook)
        self._keys = {matched.field for matched in plan.columns.values()} | plan.constants.keys()
        # steps without a day come last: whether a dated one says the same is known by then
        self._columns = sorted(plan.columns.items(), key=lambda one: is_undated(one[1].field))
        if plan.group is not None and plan.group not in plan.columns:  # of an error there nobody knows whose row it is
            self._columns.append((plan.group, Matched("")))

    def read(self, cells: Sequence[str], mended: Mapping[str, str], *, is_further: bool = False) -> Found:
        """What one line says. `mended`: column -> what stands there now. `is_further`: it adds to a record of which the first line says
        the texts that are made of cells."""
        found = Found(kind=self._plan.kind)
        for column, matched in self._columns:
            known = self._fields.get(matched.field)
            text = _text(cells, mended, column)
            if known and has_forbidden(text):
                found.refuse(column, str(FORBIDDEN_WORDS))
            elif is_error(text) and (column == self._plan.group or (known and decided(self._plan, known, text) is None)):
                found.refuse(column, why_error(text))
            elif known:
                for piece in pieces_of(known, self._named(found, text, column, matched), matched.separator):
                    self._say(found, known, piece, column)
        for key, text in self._plan.constants.items():
            known = self._fields.get(key)
            if known and text and not self._is_said(found, known) and not (is_further and names_in(text)):
                is_text = known.column.kind in (ColumnKind.TEXT, ColumnKind.LONG_TEXT)
                said = filled(text, self._headers, lambda column: _shown(_text(cells, mended, column))) if is_text else text
                for piece in pieces_of(known, said, ""):
                    self._say(found, known, piece, None)
        self._say_end(found, cells, mended)
        if ROLES in self._keys:
            self._say_roles(found)
        return found

    def _named(self, found: Found, text: str, column: int, matched: Matched) -> str:
        """The name of the column in place of a mark."""
        if matched.separator != MARKED or column >= len(self._headers):
            return text
        name = name_of_mark(text, self._headers[column])
        if name is None:
            found.refuse(column, gettext("“%(text)s” is no mark: write x, or leave the cell empty.", text=text[:60]))
        return name or ""

    def _say_roles(self, found: Found) -> None:
        """Partners and their roles stand in two cells, in the same order; one role may be that of all."""
        told = [row for row in found.given.get("parties", ()) if row["role"] == TOLD]
        roles = [row["role"] for row in found.given.pop(ROLES, ())]
        if not roles and not found.ref:  # a new record: none is said, so it is the usual one
            roles = [USUAL]
        if len(roles) == 1:
            roles *= len(told)
        if len(roles) == len(told):
            for row, role in zip(told, roles, strict=True):
                row["role"] = role
            return
        said = gettext(
            "Partners: %(partners)d, roles: %(roles)d. Write one role, or one for each partner in the same order.",
            partners=len(told), roles=len(roles),
        )  # fmt: skip
        column = next((column for column, matched in self._columns if matched.field == ROLES), None)
        found.refuse(column, said)
        found.given["parties"] = [row for row in found.given.get("parties", ()) if row["role"] != TOLD]

    def _say_end(self, found: Found, cells: Sequence[str], mended: Mapping[str, str]) -> None:
        """Of what lasts, days in the cell of the start say the end, too, where nothing else does."""
        column, lasting = found.origins.get("start"), {one.kind for one in registry.every_type() if one.contribution.lasts}
        if (
            column is None
            or found.kind not in lasting
            or "end" in found.given
            or not all(
                is_nothing(text) or decided(self._plan, self._fields["end"], text) == ""
                for text in (_text(cells, mended, place) for place, one in self._columns if one.field == "end")
            )
        ):
            return
        if days := first_and_last(_text(cells, mended, column), found.given["start"]):
            found.given["start"], found.given["end"] = days
            found.origins["end"] = column

    def _is_said(self, found: Found, known: Field) -> bool:
        if known.key == TYPE:
            return bool(found.kind)
        return any(_is_of(row, known) for row in found.given.get(known.list_name, ())) if known.list_name else known.key in found.given

    def _say(self, found: Found, known: Field, text: str, column: int | None) -> None:
        if (of_end := known.column.words_in) and has_no_day(text):
            known = self._fields[of_end]
        try:
            values = self._cells.values(known, text, column)
        except CellError as error:
            found.refuse(column, str(error))
            return
        for value in values:
            self._keep(found, known, value, column)

    def _keep(self, found: Found, known: Field, value: Any, column: int | None) -> None:
        if value == OTHERS:
            found.names_others = True
        elif known.key == TYPE:
            found.kind = value
        elif known.key == REFERENCE:
            found.ref = value.upper()
        elif known.list_name:
            if is_undated(known.key) and _says_step(found, known, value):
                return
            rows = found.given.setdefault(known.list_name, [])
            row = self._row(known, value, rows)
            said = None
            if known.list_name == "figures":
                is_summed = column is not None and self._plan.columns[column].separator == SUMMED
                said = settled(row, rows, is_summed=is_summed, otherwise=of_another_column(row))
            if said:
                found.refuse(column, said)
            elif said == "":
                return
            elif known.is_in_order or unnumbered(row) not in [unnumbered(one) for one in rows]:
                found.origins[f"{known.list_name}.{len(rows)}"] = column
                rows.append(row)
        else:
            self._say_value(found, known, value, column)

    def _say_value(self, found: Found, known: Field, value: Any, column: int | None) -> None:
        before = found.given.get(known.key)
        if before is None:
            found.given[known.key], found.origins[known.key] = value, column
        elif before == value:
            return
        elif known.column.kind is ColumnKind.TEXT:
            found.given[known.key] = f"{before}; {value}"
        elif known.column.kind is ColumnKind.LONG_TEXT:
            found.given[known.key] = f"{before}\n{value}"
        else:
            found.refuse(column, gettext("Another column of “%(field)s” says otherwise: mend one of them.", field=known.label))

    def _row(self, known: Field, value: Any, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        name, code = known.filled
        if known.list_name == "figures":
            number, unit, item = value
            entry = figure_entry(len(rows) + 1, code, unit, number, item=known.item or item or None)
            return {key: entry[key] for key in _FIGURE}
        if known.list_name == "crimes":
            return {"term": value, "is_primary": not rows}
        return {known.column.name: value} | ({name: code} if name else {})


def _text(cells: Sequence[str], mended: Mapping[str, str], column: int) -> str:
    return mended.get(str(column), cells[column] if column < len(cells) else "").strip()


def _shown(text: str) -> str:
    """A cell within a text: what stands for nothing is left out."""
    return "" if is_nothing(text) else text


def exchanged(cells: Mapping[str, str]) -> Found:
    """What a line of the exchange form says; lists are given whole."""
    found = Found(kind=cells.get(TYPE, ""), ref=cells.get(REFERENCE, "").strip().upper())
    columns = {name: place for place, name in enumerate(cells)}
    if found.kind not in {one.kind for one in registry.every_type()}:
        return found
    record_type = registry.by_kind(found.kind)
    found.problems = [Problem(columns[name], why_error(text.strip())) for name, text in cells.items() if is_error(text.strip())]
    if found.problems:
        return found
    try:
        found.given = document_of(values_of_cells(cells, record_type), record_type)
    except ExchangeError as error:
        found.problems = [Problem(columns.get(name), said) for name, said in error.problems.items()]
    found.origins = {name: columns.get(name) for name in found.given}
    return found


def says_nothing(known: Field, text: str) -> bool:
    """Whether a cell of this field stands for nothing."""
    return is_nothing(text) and not (known.scheme == "party" and text.strip() == _NAMIBIA)


def pieces_of(known: Field, text: str, separator: str) -> Iterator[str]:
    """The values in a cell that say something; without a separator the cell is one."""
    if says_nothing(known, text):
        return
    sign = "\n" if separator == LINES else separator
    for part in _ANY.split(text) if separator == ANY else text.split(sign) if separator not in _WHOLE else [text]:
        if not says_nothing(known, piece := part.strip()):
            yield piece


def _is_of(row: Mapping[str, Any], known: Field) -> bool:
    name, code = known.filled
    return not name or row.get(name) == code


def _says_step(found: Found, known: Field, step: str) -> bool:
    """Whether the step is known with its day: the day of an agreement is that of its signature."""
    is_signature = step == "signed" and bool(found.given.get("start"))
    return is_signature or any(row.get(known.column.name) == step for row in found.given.get(known.list_name, ()))
