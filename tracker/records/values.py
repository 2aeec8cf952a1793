"""One value of a document that no form made: whether it is what its column holds, in words where it is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext

from tracker.partial_dates import DateError, parse_edtf
from tracker.partial_dates.edtf import looks_like_edtf
from tracker.records.fields import clean_text
from tracker.records.known import Known
from tracker.records.numbers import LARGEST, decimal_text
from tracker.records.record_type import Column, ColumnKind
from tracker.vocabularies.kept import traits_by_code
from tracker.vocabularies.languages import CODES
from tracker.vocabularies.terms import terms

# what a value of the form of its column looks like; whether it can be stored, only what is known says
REFERENCE = re.compile("[A-Z]{2,10}-[0-9]{4}-[0-9]{4,6}")
PSEUDONYM = re.compile(f"{REFERENCE.pattern}/[0-9]{{1,6}}")
_SHOWN, _SOME = 60, 12
MOST_WHOLE = 999_999  # what a form carries as the number of a row


class ValueProblem(ValueError):
    """A value is not one that its column holds; says why and what to write. `fits`: it is of the right form and cannot be taken here."""

    def __init__(self, message: str, *, fits: bool = False) -> None:
        super().__init__(message)
        self.fits = fits


def empty(column: Column) -> Any:
    """What a document holds where nothing is known."""
    if column.kind in (ColumnKind.TEXT, ColumnKind.LONG_TEXT, ColumnKind.DATE, ColumnKind.LANGUAGE, ColumnKind.PERSON):
        return ""
    return False if column.kind is ColumnKind.FLAG else None


@dataclass(frozen=True)
class Reading:
    """How one column takes what is given: `limit` characters of text, codes and references of `known`."""

    column: Column
    limit: int
    known: Known

    def stored(self, given: Any) -> Any:
        """`given` as a document holds it. None and text without a sign mean that nothing is known. Raises ValueProblem."""
        if given is None or given == "":
            return empty(self.column)
        return _READ[self.column.kind](self, given)

    def _text(self, given: Any) -> str:
        return " ".join(self._long_text(given).split("\n"))

    def _long_text(self, given: Any) -> str:
        try:
            text = clean_text(_string(given))
        except ValueProblem:
            raise
        except ValueError as error:
            raise ValueProblem(str(error)) from error
        if self.limit and len(text) > self.limit:
            said = gettext("At most %(limit)d characters; this has %(length)d.", limit=self.limit, length=len(text))
            raise ValueProblem(said, fits=len(given) <= self.limit)  # composed anew, some signs are more
        return text

    def _date(self, given: Any) -> str:
        try:
            return parse_edtf(_string(given)).edtf
        except DateError as error:
            raise ValueProblem(str(error), fits=looks_like_edtf(given)) from error

    def _term(self, given: Any) -> str:
        code, found = _string(given), terms(self.known.session, self.column.scheme)
        if code not in found:
            some = ", ".join(list(found)[:_SOME]) + (" …" if len(found) > _SOME else "")
            raise ValueProblem(gettext("There is no “%(code)s” in this list: %(some)s.", code=code[:_SHOWN], some=some))
        if found[code].is_retired:
            raise ValueProblem(gettext("“%(code)s” can no longer be chosen.", code=code))
        return code

    def _enum(self, given: Any) -> str:
        words = {str(word) for word in self.column.words}
        if _string(given) not in words:
            raise ValueProblem(gettext("Write one of: %(words)s.", words=", ".join(sorted(words))))
        return str(given)

    def _flag(self, given: Any) -> bool:
        if not isinstance(given, bool):
            raise ValueProblem(gettext("Write true or false."))
        return given

    def _number(self, given: Any) -> str | None:
        if isinstance(given, bool) or not isinstance(given, str | int | float | Decimal):
            raise ValueProblem(gettext("Write a number."))
        try:
            number = Decimal(_plain_number(given))
        except InvalidOperation as error:
            raise ValueProblem(gettext("“%(typed)s” is no plain number: write 10 or 10.5.", typed=str(given)[:_SHOWN])) from error
        if not number.is_finite() or not 0 <= number <= LARGEST or number * 1000 % 1:
            said = gettext("A number is 0 or more, at most %(most)s, with at most three decimals.", most=f"{LARGEST:,}")
            raise ValueProblem(said, fits=not isinstance(given, str) and number.is_finite() and 0 <= number <= LARGEST)
        return decimal_text(abs(number))  # -0 is 0

    def _whole(self, given: Any) -> int:
        whole = int(given) if isinstance(given, float) and given.is_integer() else given  # JSON knows one kind of number
        if isinstance(whole, bool) or not isinstance(whole, int) or not 0 <= whole <= MOST_WHOLE:
            raise ValueProblem(gettext("Write a whole number, at most %(most)s.", most=f"{MOST_WHOLE:,}"))
        return whole

    def _language(self, given: Any) -> str:
        if _string(given) not in CODES:
            raise ValueProblem(gettext("Write the language as its ISO 639-1 code, for example en, zh or es."))
        return str(given)

    def _record(self, given: Any) -> str:
        ref = _string(given).strip().upper()
        if ref not in self.known.kinds:
            said = gettext('There is no record "%(ref)s": write a reference such as AGR-2024-0001.', ref=ref[:40])
            raise ValueProblem(said, fits=REFERENCE.fullmatch(ref) is not None)
        if self.column.of_kind and self.known.kinds[ref] != self.column.of_kind:
            raise ValueProblem(gettext("%(ref)s is a record of another type.", ref=ref), fits=True)
        return ref

    def _party(self, given: Any) -> str:
        code = _string(given)
        if code not in traits_by_code(self.known.session):
            raise ValueProblem(gettext("“%(code)s” is the code of no country, organisation or agency.", code=code[:_SHOWN]))
        return code

    def _source(self, given: Any) -> str:
        ref = _string(given)
        if ref not in self.known.sources:
            raise ValueProblem(gettext("There is no source “%(ref)s”.", ref=ref[:40]), fits=REFERENCE.fullmatch(ref) is not None)
        return ref

    def _person(self, given: Any) -> str:
        pseudonym = self._text(given).upper()
        if pseudonym not in self.known.persons:
            said = gettext("There is no such person: write a pseudonym such as HND-2024-0001/2.")
            raise ValueProblem(said, fits=PSEUDONYM.fullmatch(pseudonym) is not None)
        return pseudonym


_READ: dict[ColumnKind, Callable[[Reading, Any], Any]] = {kind: getattr(Reading, f"_{kind.value}") for kind in ColumnKind}


def _string(given: Any) -> str:
    if not isinstance(given, str):
        raise ValueProblem(gettext("Write text here."))
    return given


def _plain_number(given: Any) -> str:
    """The digits of a number, for `Decimal`, which reads more than people write: `1_0`, digits of other scripts."""
    text = str(given).strip()
    return text if text.isascii() and "_" not in text else ""
