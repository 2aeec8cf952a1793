"""What is known of a file only after a look at every line: which lines are one record, and where each file number stands first.

Whoever works piece by piece keeps it, so that the whole file is not read again for each piece.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.database.folding import fold
from tracker.imports.cell_errors import is_error
from tracker.imports.chunks import Line
from tracker.imports.fields import KINDS, TYPE, Field
from tracker.imports.models import ImportBatch
from tracker.imports.plan import Plan
from tracker.imports.preparing import columns_for, numbers_in
from tracker.imports.reading import File
from tracker.imports.row_reading import pieces_of
from tracker.imports.spellings import key_of


@dataclass
class Groups:
    """Which lines are one record: all lines with the same key belong to the first of them."""

    head: dict[int, int] = field(default_factory=dict)
    parts: dict[int, list[Line]] = field(default_factory=dict)


class Overview:
    """Of one import, for as long as its plan stays the same."""

    def __init__(self) -> None:
        self._of: tuple[int, Any] = (0, None)
        self._numbers: dict[tuple[str, str], int] | None = None
        self._groups: Groups | None = None

    def at(self, batch: ImportBatch) -> Overview:
        """Forget what was known of another import or plan."""
        if self._of != (batch.id, batch.plan):
            self._of, self._numbers, self._groups = (batch.id, batch.plan), None, None
        return self

    def numbers_of(self, file: File, plan: Plan, fields: Mapping[str, Field]) -> Mapping[tuple[str, str], int]:
        """The line in which each file number, as (scheme, value), stands first."""
        if self._numbers is None:
            self._numbers = _numbers(file, plan, fields)
        return self._numbers

    def groups_of(self, file: File, plan: Plan) -> Groups:
        """Which lines are one record; the plan names the column of its key."""
        if self._groups is None:
            self._groups = _groups(file, plan)
        return self._groups


def is_ruled_out(plan: Plan, line: Line) -> bool:
    return any(rule.applies(line.cells) for rule in plan.rules)


def is_left_out(plan: Plan, line: Line) -> bool:
    """Whether no record comes of a line: a rule says so, or its type is one whose rows are left out."""
    return is_ruled_out(plan, line) or bool(type_left_out(plan, line))


def type_left_out(plan: Plan, line: Line) -> str:
    """The word for its type, where it was decided that it means nothing here; '' otherwise."""
    out = [spelling for spelling, code in plan.words.get(KINDS, {}).items() if not code]
    column = next((column for column, matched in plan.columns.items() if matched.field == TYPE), None) if out else None
    text = line.cells[column].strip() if column is not None and column < len(line.cells) else ""
    return text if text and key_of(text) in out else ""


def _numbers(file: File, plan: Plan, fields: Mapping[str, Field]) -> dict[tuple[str, str], int]:
    columns = [(column, key, plan.columns[column].separator)
               for column, key in columns_for(fields, plan).items() if key.list_name == "identifiers"]  # fmt: skip
    found: dict[tuple[str, str], int] = {}
    for line in file.lines() if columns or plan.is_exchange else ():
        said = _exchanged_numbers(file.headers(), line) if plan.is_exchange else (
            (key.filled[1], piece) for column, key, separator in columns if column < len(line.cells)
            for piece in pieces_of(key, line.cells[column].strip(), separator)
        )  # fmt: skip
        for number in said if not is_left_out(plan, line) else ():
            found.setdefault(number, line.no)
    return found


def _exchanged_numbers(headers: Sequence[str], line: Line) -> list[tuple[str, str]]:
    """The file numbers of a line of the exchange form."""
    cells = dict(zip(headers, line.cells, strict=False))
    try:
        return numbers_in({"identifiers": json.loads(cells.get("identifiers", "") or "[]")})
    except (ValueError, RecursionError):
        return []  # which the check of the line says


def _groups(file: File, plan: Plan) -> Groups:
    groups, first = Groups(), dict[str, int]()
    assert plan.group is not None
    for line in file.lines():
        cell = line.cells[plan.group] if plan.group < len(line.cells) else ""
        key = "" if is_error(cell.strip()) else fold(cell)
        if not key or is_left_out(plan, line):
            continue
        head = first.setdefault(key, line.no)
        groups.head[line.no] = head
        if head != line.no:
            groups.parts.setdefault(head, []).append(line)
    return groups
