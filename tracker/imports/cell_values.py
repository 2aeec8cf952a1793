"""What one cell says in the terms of its field: words, dates and numbers as their columns write them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.imports.cell_dates import Style, read_date
from tracker.imports.date_words import bare, says_no_end
from tracker.imports.fields import Field
from tracker.imports.marks import Mark
from tracker.imports.number_marks import as_written_here, is_measured, is_number_of_workbook, is_unclear, readings
from tracker.imports.plan import Plan
from tracker.imports.read_as import LITERAL, decided
from tracker.imports.seized import UNITS, unit_of_words
from tracker.imports.seized_cells import Amount, amounts_of
from tracker.imports.spellings import Words
from tracker.partial_dates import DateError
from tracker.records.enums import Qualifier
from tracker.records.number_words import is_vague
from tracker.records.numbers import Number, NumberError, decimal_text, parse_number
from tracker.records.record_type import ColumnKind
from tracker.records.whole_numbers import said_of
from tracker.vocabularies.terms import terms

_LONGEST_NAME = 200


class CellError(ValueError):
    """A cell does not say what its column is to hold; the text says why and how to mend it."""


class CellReader:
    """Reads cells as one plan says."""

    def __init__(self, session: Session, plan: Plan, words: Words, locale: str, *, is_workbook: bool) -> None:
        self._session, self._plan, self._words, self._locale = session, plan, words, locale
        self._is_workbook = is_workbook

    def values(self, known: Field, text: str, column: int | None) -> Sequence[Any]:
        """What a piece of a cell says; nothing where it says nothing. Raises CellError, whatever is wrong."""
        said = decided(self._plan, known, text)
        if said == "":
            return ()
        try:
            if said == LITERAL and known.list_name == "figures":
                return self.in_words(known, text)
            return self._read(known, said or text, -1 if column is None else column)
        except (DateError, NumberError) as error:
            raise CellError(said_of(error, self._counted_in(known))) from error

    def _counted_in(self, known: Field) -> str | None:
        return terms(self._session, "metric")[known.filled[1]].default_unit if known.list_name == "figures" else None

    def in_words(self, known: Field, text: str) -> Sequence[Amount]:
        """The words of a cell in place of a number (C31). Raises NumberError where nobody says their unit."""
        metric = known.filled[1]
        unit = terms(self._session, "metric")[metric].default_unit or "activity"
        return [(Number(Qualifier.UNQUANTIFIED, None, None, text), unit_of_words(text, metric, known.unit) or unit, "")]

    def _read(self, known: Field, text: str, column: int) -> Sequence[Any]:
        if known.scheme:
            return self._meant(known, text)
        value: Any = text
        match known.column.kind:
            case ColumnKind.DATE:
                has_none = known.key == "end" and says_no_end(text)
                style = self._plan.dates.get(column, Style())
                value = None if has_none else read_date(bare(text, known.key), style, self._locale).edtf or None
            case ColumnKind.NUMBER:
                text = self._marked(known, text, column)
                if known.list_name:
                    return self._amounts(known, text)
                value = self._plain_number(text)
        return () if value is None else (value,)

    def _marked(self, known: Field, text: str, column: int) -> str:
        if not is_measured(self._session, known):
            return text
        is_number = self._is_workbook and is_number_of_workbook(text)
        mark = Mark.POINT if is_number else self._plan.marks.get(column)
        if mark is None and is_unclear(text):
            one, other = readings(text)
            raise CellError(
                gettext(
                    "“%(text)s” can be read as %(one)s or as %(other)s: write it so, or say for the column on the page of words what "
                    "stands before decimals.",
                    text=text[:60], one=one[:60], other=other[:60],
                )
            )  # fmt: skip
        return as_written_here(text, mark)

    def _meant(self, known: Field, text: str) -> Sequence[Any]:
        if len(text) > _LONGEST_NAME:
            raise CellError(
                gettext("“%(start)s …” is too long for a name: check the cell, or choose what parts its names.", start=text[:40])
            )
        codes = self._words.codes(known, text)
        if codes is None:
            raise CellError(gettext("“%(text)s” is not known: say on the page of words what it means.", text=text))
        if len(codes) > 1 and not known.list_name:
            raise CellError(gettext("“%(text)s” means several, and “%(field)s” holds one: mend the cell.", text=text, field=known.label))
        return [code == "yes" for code in codes] if known.column.kind is ColumnKind.FLAG else codes

    def _plain_number(self, text: str) -> str | None:
        number = parse_number(text)
        if number is None:
            return None
        if number.qualifier is not Qualifier.EXACT or number.lower is None:
            raise CellError(gettext("“%(text)s” is not one number: write 10 or 10.5.", text=text[:60]))
        return decimal_text(Decimal(number.lower))

    def _amounts(self, known: Field, text: str) -> Sequence[Amount]:
        """Numbers with their units and items; the unit of what was seized is never taken for granted, nor are words taken for a number."""
        metric = known.filled[1]
        if metric in UNITS:
            found = amounts_of(self._session, metric, text, known.unit)
        else:
            number = parse_number(text)
            unit = terms(self._session, "metric")[metric].default_unit or "activity"
            found = [] if number is None else [(number, unit, "")]
        if any(number.qualifier is Qualifier.UNQUANTIFIED and not is_vague(text) for number, _, _ in found):
            raise CellError(
                gettext("“%(text)s” has no number: say on the page of words whether the words are kept, or write a number.", text=text[:60])
            )
        return found
