"""The sign before the decimals of a column of numbers that are measured: `1,500` is a property of the column, never of one cell.

`12,25` or `1.250,5` show a comma, `12.25` or `1,250.5` a point. Where a column has only `1,500` or `1.500`, somebody is asked. What is
counted one by one has no decimals, and is not asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.imports.fields import Field
from tracker.imports.marks import Mark
from tracker.records.record_type import ColumnKind
from tracker.vocabularies.terms import terms
from tracker.vocabularies.units import COUNTED

_NUMBER = re.compile(r"\d[\d.,' ]*\d|\d")
_COMMA = re.compile(r"(?<!\d)(?:\d+,(?:\d{1,2}|\d{4,})|0,\d+|\d{1,3}(?:[. ']\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,})")
_POINT = re.compile(r"(?<!\d)(?:\d+\.(?:\d{1,2}|\d{4,})|0\.\d+|\d{1,3}(?:[, ']\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,})")
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_IDLE = re.compile(r"(\.\d)0+(?!\d)|(?<=\.\d\d)0+(?!\d)")  # zeros that tell three decimals from thousands, where there are less
_KINDS = {"either": _EITHER, "comma": _COMMA, "point": _POINT}
_THREE_DECIMALS = re.compile(r"\d+\.\d{3}")
_OF_WORKBOOK, _DIGITS = re.compile(r"\d+(?:\.\d*[1-9])?"), re.compile(r"\d+")
_GROUPED = {other: re.compile(rf"[1-9]\d{{0,2}}(?:(?:{re.escape(other)}\d{{3}})+|(?: \d{{3}})+|(?:'\d{{3}})+)") for other in ".,"}


@dataclass(frozen=True)
class MarkEvidence:
    """What the cells of one column say about the sign, with a cell of each kind; '' for none."""

    comma: str = ""
    point: str = ""
    either: str = ""

    @property
    def mark(self) -> Mark | None:
        """The sign that the column proves; None where nothing or both are proved."""
        if bool(self.comma) == bool(self.point):
            return None
        return Mark.COMMA if self.comma else Mark.POINT

    @property
    def asks(self) -> bool:
        """Whether a cell can be read in two ways and the others do not decide."""
        return bool(self.either) and self.mark is None


def evidence_of(cells: Iterable[str], *, is_workbook: bool) -> MarkEvidence:
    """What the numbers of one column prove. The numbers of a workbook come with a point, whatever its users type into texts beside them:
    they prove nothing, and are not asked about."""
    found = {"comma": "", "point": "", "either": ""}
    kept = ""
    for text in cells:
        if is_workbook and is_number_of_workbook(text):
            kept = kept or (text.strip() if "." in text else "")
            continue
        for number in _NUMBER.findall(text):
            kind = next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(number)), "")
            if kind:
                found[kind] = found[kind] or text.strip()
    # it may be a text like the others: where another cell can be read in two ways, that is no proof against it
    if found["comma"] and found["either"]:
        found["point"] = found["point"] or kept
    return MarkEvidence(**found)


def is_number_of_workbook(text: str) -> bool:
    """Whether a cell reads as a workbook keeps its numbers: digits, a point before decimals, and no idle zeros behind them."""
    return _OF_WORKBOOK.fullmatch(text.strip()) is not None


def is_measured(session: Session, known: Field) -> bool:
    """Whether a field holds numbers that may have decimals."""
    if known.column.kind is not ColumnKind.NUMBER:
        return False
    if known.list_name != "figures":
        return True
    unit = known.unit or terms(session, "metric")[known.filled[1]].default_unit
    return unit not in COUNTED


def measured(session: Session, columns: Mapping[int, Field]) -> list[int]:
    """The columns whose numbers may have decimals."""
    return [column for column, known in columns.items() if is_measured(session, known)]


def is_unclear(text: str) -> bool:
    """Whether a cell has a number that a comma and a point before decimals make another one."""
    return any(map(_EITHER.fullmatch, _NUMBER.findall(text)))


def readings(text: str) -> tuple[str, str]:
    """What a number with two readings is with a comma before decimals, and with a point, each as it can be written without a doubt."""
    comma, point = (_IDLE.sub(r"\1", as_written_here(text, mark)) for mark in Mark)
    return comma, point


def as_written_here(text: str, mark: Mark | None) -> str:
    """The text with its numbers as `parse_number` takes them without a doubt, where the sign before the decimals is known."""
    return _NUMBER.sub(lambda found: _plain(found[0], mark), text) if mark else text


def _plain(number: str, mark: Mark) -> str:
    """Without marks between thousands and with a point; what is not grouped as thousands are stays as it is, and is refused."""
    sign, other = (",", ".") if mark is Mark.COMMA else (".", ",")
    whole, found, decimals = number.partition(sign)
    if not (_DIGITS.fullmatch(whole) or _GROUPED[other].fullmatch(whole)) or (found and not _DIGITS.fullmatch(decimals)):
        return number
    plain = re.sub(r"\D", "", whole) + (f".{decimals}" if found else "")
    return f"{plain}0" if _THREE_DECIMALS.fullmatch(plain) else plain
