"""What some lines of a file say of one record, before it is held against the rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.imports.added_up import amount_like, said_twice, sum_of
from tracker.imports.fields import USUAL
from tracker.records.record_type import RecordType


@dataclass
class Found:
    """What some lines say of one record. `origins`: path in the document -> the column that said it."""

    kind: str = ""
    ref: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, int | None] = field(default_factory=dict)
    problems: list[tuple[int | None, str]] = field(default_factory=list)
    names_others: bool = False  # it speaks of partners that it does not name (C7)

    def column_of(self, path: str) -> int | None:
        """The column to mend where the document is wrong at `path`."""
        while path:
            if path in self.origins:
                return self.origins[path]
            path = path.rpartition(".")[0]
        return None

    def add(self, other: Found, summed: Collection[int | None] = ()) -> None:
        """A further line of the same record: its rows are added, its values taken where none are known yet. Numbers of the columns in
        `summed` are added up."""
        self.names_others |= other.names_others
        for name, value in other.given.items():
            if not isinstance(value, list):
                if name not in self.given:
                    self.given[name], self.origins[name] = value, other.origins.get(name)
                continue
            rows = self.given.setdefault(name, [])
            for place, row in enumerate(value):
                column = other.origins.get(f"{name}.{place}")
                if name == "figures" and (alike := amount_like(row, rows, is_summed=column in summed)) is not None:
                    self._add_number(alike, row, column, is_summed=column in summed)
                elif unnumbered(row) not in [unnumbered(known) for known in rows]:
                    self.origins[f"{name}.{len(rows)}"] = column
                    rows.append(row | {"no": len(rows) + 1} if "no" in row else row)
        self.problems += other.problems

    def _add_number(self, alike: dict[str, Any], row: Mapping[str, Any], column: int | None, *, is_summed: bool) -> None:
        total = sum_of(alike, row) if is_summed else None
        if total:
            alike |= total
        else:
            self.problems.append((column, said_twice(row, is_summed=is_summed)))

    def settle_roles(self, record_type: RecordType, base: Mapping[str, Any], reporting_state: str) -> None:
        """Give partners whose role follows from the record their role; what it does not say itself stands in `base`."""
        rows, document = self.given.get("parties", []), {**base, **self.given}
        settled: list[dict[str, Any]] = []
        for place, row in enumerate(rows):
            role = record_type.plain_role_of(document, row["party"], reporting_state) if row["role"] == USUAL else row["role"]
            if (made := row | {"role": role}) not in settled:
                self.origins[f"parties.{len(settled)}"] = self.origins.get(f"parties.{place}")
                settled.append(made)
        if rows:
            self.given["parties"] = settled


def unnumbered(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as far as it says something: without its place among others."""
    return {name: value for name, value in row.items() if name not in ("no", "is_primary")}
