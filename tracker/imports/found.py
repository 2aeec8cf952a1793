"""What some lines of a file say of one record, before it is held against the rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from tracker.imports.added_up import of_another_line, settled, undecided
from tracker.imports.fields import USUAL, Field
from tracker.imports.problems import Problem
from tracker.records.record_type import ColumnKind, RecordType


@dataclass(frozen=True)
class Together:
    """How further lines are put together with the first: the fields by key, the columns whose numbers are added up, and those of
    which nobody has said whether they are."""

    fields: Mapping[str, Field]
    summed: Collection[int | None] = ()
    undecided: Collection[int | None] = ()


@dataclass
class Found:
    """What some lines say of one record. `origins`: path in the document -> the column that said it; `lines`: the further line, if it
    was none of the first."""

    kind: str = ""
    ref: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, int | None] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    names_others: bool = False  # it speaks of partners that it does not name (C7)

    def refuse(self, column: int | None, said: str) -> None:
        self.problems.append(Problem(column, said))

    def problem_at(self, path: str, said: str) -> Problem:
        """Where to mend what is wrong at `path` of the document."""
        while path:
            if path in self.origins:
                return Problem(self.origins[path], said, self.lines.get(path))
            path = path.rpartition(".")[0]
        return Problem(None, said)

    def add(self, other: Found, line: int, together: Together) -> None:
        """A further line of the same record: its rows and texts are added, its values taken where none are known yet."""
        self.names_others |= other.names_others
        self.problems += [Problem(column, said, line) for column, said, _ in other.problems]
        for name, value in other.given.items():
            if isinstance(value, list):
                self._add_rows(name, value, other, line, together)
            else:
                self._add_value(name, value, other.origins.get(name), line, together.fields.get(name))

    def _add_value(self, name: str, value: Any, column: int | None, line: int, known: Field | None) -> None:
        before = self.given.get(name)
        if before is None:
            self.given[name], self.origins[name], self.lines[name] = value, column, line
        elif known and known.column.kind is ColumnKind.LONG_TEXT:
            self.given[name] = before if value in before.split("\n") else f"{before}\n{value}"
        elif before != value:
            said = gettext("The rows above of this record say otherwise: mend one of them, or empty this cell.")
            self.problems.append(Problem(column, said, line))

    def _add_rows(self, name: str, value: list[Any], other: Found, line: int, together: Together) -> None:
        rows = self.given.setdefault(name, [])
        for place, row in enumerate(value):
            column = other.origins.get(f"{name}.{place}")
            said = None
            if name == "figures":
                said = undecided(row, rows) if column in together.undecided else ""
                said = said or settled(row, rows, is_summed=column in together.summed, otherwise=of_another_line(row))
            if said:
                self.problems.append(Problem(column, said, line))
            elif said is None and unnumbered(row) not in [unnumbered(known) for known in rows]:
                path = f"{name}.{len(rows)}"
                self.origins[path], self.lines[path] = column, line
                rows.append(row | {"no": len(rows) + 1} if "no" in row else row)

    def settle_roles(self, record_type: RecordType, base: Mapping[str, Any], reporting_state: str) -> None:
        """Give partners whose role follows from the record their role; what it does not say itself stands in `base`."""
        rows, document = self.given.get("parties", []), {**base, **self.given}
        settled: list[dict[str, Any]] = []
        for place, row in enumerate(rows):
            role = record_type.plain_role_of(document, row["party"], reporting_state) if row["role"] == USUAL else row["role"]
            if (made := row | {"role": role}) not in settled:
                before, after = f"parties.{place}", f"parties.{len(settled)}"
                self.origins[after] = self.origins.get(before)
                self.lines |= {after: self.lines[before]} if before in self.lines else {}
                settled.append(made)
        if rows:
            self.given["parties"] = settled


def unnumbered(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as far as it says something: without its place among others."""
    return {name: value for name, value in row.items() if name not in ("no", "is_primary")}
