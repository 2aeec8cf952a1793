"""How the file of one import is read: plain values, kept as JSON with the batch and, by the names of columns, with a profile."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from tracker.database.folding import fold
from tracker.imports.cell_dates import Order, Style
from tracker.imports.marks import Mark
from tracker.imports.seized import with_unit
from tracker.imports.templates import names_in

LINES = "lines"  # one in each line of the cell; a browser would send the sign itself as two
ANY = "any"  # values of a cell are parted by any of the marks that part values
REASON, PLACE = "reason", "row in the file"  # what stands first in files of rejected rows: why, and where; it is passed over


class Test(StrEnum):
    """What a rule asks of a cell."""

    CONTAINS = "contains"
    BEGINS = "begins"
    IS = "is"
    EMPTY = "empty"


@dataclass(frozen=True)
class Rule:
    """Lines whose cell in `column` passes the test are no records: printed totals, notes below a table."""

    column: int
    test: Test
    text: str = ""

    def applies(self, cells: Sequence[str]) -> bool:
        cell = fold(cells[self.column]) if self.column < len(cells) else ""
        wanted = fold(self.text)
        match self.test:
            case Test.EMPTY:
                return not cell
            case Test.IS:
                return cell == wanted
            case Test.BEGINS:
                return cell.startswith(wanted)
        return wanted in cell


@dataclass(frozen=True)
class Matched:
    """One column: the key of the field that it is matched to, and what stands between several values in a cell."""

    field: str
    separator: str = ""


@dataclass(frozen=True)
class Plan:
    """What was decided about a file. Columns are counted from 0, sheets too; `header` is the number of a row, 0 for none."""

    sheets: tuple[int, ...] = (0,)
    header: int = 1
    kind: str = ""  # '' where a column says the type
    columns: Mapping[int, Matched] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    group: int | None = None
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # scheme -> folded spelling -> code, '' is left out
    dates: Mapping[int, Style] = field(default_factory=dict)
    marks: Mapping[int, Mark] = field(default_factory=dict)  # what stands before the decimals
    is_draft: bool = False
    is_exchange: bool = False  # the columns are those of `records/exchange_rows.py`: nothing is to be matched
    marking: str = "AMBER"

    @cached_property
    def has_read_as(self) -> bool:
        """Whether something is to be read in place of cells (`read_as.py`)."""
        return any(scheme.startswith("=") for scheme in self.words)

    def with_words(self, scheme: str, words: Mapping[str, str]) -> Plan:
        return replace(self, words={**self.words, scheme: {**self.words.get(scheme, {}), **words}})

    def to_json(self) -> dict[str, Any]:
        made = asdict(self) | {
            "columns": {str(number): asdict(one) for number, one in self.columns.items()},
            "dates": {str(number): asdict(one) for number, one in self.dates.items()},
            "marks": {str(number): one for number, one in self.marks.items()},
        }
        plain: dict[str, Any] = json.loads(json.dumps(made))  # lists for tuples, as it comes back
        return plain


def from_json(stored: Mapping[str, Any]) -> Plan:
    """The plan that was kept; what it does not say is as in a new one."""
    empty = Plan()
    return Plan(
        sheets=tuple(stored.get("sheets", empty.sheets)),
        header=stored.get("header", empty.header),
        kind=stored.get("kind", ""),
        columns={int(number): _matched(one) for number, one in stored.get("columns", {}).items()},
        constants=stored.get("constants", {}),
        rules=tuple(Rule(one["column"], Test(one["test"]), one["text"]) for one in stored.get("rules", ())),
        group=stored.get("group"),
        words=stored.get("words", {}),
        dates={int(number): _style(one) for number, one in stored.get("dates", {}).items()},
        marks={int(number): Mark(one) for number, one in stored.get("marks", {}).items()},
        is_draft=stored.get("is_draft", False),
        is_exchange=stored.get("is_exchange", False),
        marking=stored.get("marking", empty.marking),
    )


def _matched(stored: Mapping[str, str]) -> Matched:
    """Plans of earlier versions keep the sign of a new line itself."""
    made = Matched(**stored)
    return replace(made, separator=LINES) if made.separator == "\n" else made


def _style(stored: Mapping[str, Any]) -> Style:
    order = Order(stored["order"]) if stored.get("order") else None
    return Style(order, stored.get("pivot"), stored.get("has_day_numbers", False))


def for_profile(plan: Plan, headers: Sequence[str], sheet_names: Sequence[str] = ()) -> dict[str, Any]:
    """The plan with the names of columns in place of their numbers. `sheet_names`: of every sheet of its file."""
    names = names_of(headers)
    stored = plan.to_json()
    for part in ("columns", "dates", "marks"):
        stored[part] = {names[int(number)]: one for number, one in stored[part].items() if int(number) < len(names)}
    stored["rules"] = [one | {"column": names[one["column"]]} for one in stored["rules"] if one["column"] < len(names)]
    stored["group"] = names[plan.group] if plan.group is not None and plan.group < len(names) else None
    read = [[number, sheet_names[number]] for number in plan.sheets if number < len(sheet_names)]
    return stored | {"sheets": [], "header": 0, "read": read, "headers": dict(zip(names, headers, strict=True))}


def columns_read(stored: Mapping[str, Any]) -> dict[str, str]:
    """The columns that the plan of a profile reads: their names, each with how it was written; earlier profiles have not kept that."""
    named = [*stored.get("columns", {}), *(one["column"] for one in stored.get("rules", ())), stored.get("group")]
    written = stored.get("headers", {})
    named += [fold(name) for text in stored.get("constants", {}).values() for name in names_in(text)]
    return {name: written.get(name, name) for name in named if name}


def sheets_of(stored: Mapping[str, Any], sheet_names: Sequence[str], is_alike: Callable[[int], bool]) -> tuple[int, ...]:
    """The sheets of a file that are those which the plan of a profile has read: by name, else by number where `is_alike`."""
    found = set()
    for number, name in stored.get("read", ()):
        if name in sheet_names:
            found.add(list(sheet_names).index(name))
        elif number < len(sheet_names) and is_alike(number):
            found.add(number)
    return tuple(sorted(found))


def of_profile(stored: Mapping[str, Any], headers: Sequence[str], *, sheets: tuple[int, ...], header: int) -> Plan:
    """The plan of a profile for a file with these headers; columns that are not there are left out."""
    places = {name: number for number, name in enumerate(names_of(headers))}
    made = dict(stored)
    for part in ("columns", "dates", "marks"):
        made[part] = {str(places[name]): one for name, one in stored.get(part, {}).items() if name in places}
    # profiles of earlier versions left the unit of what was seized to be guessed
    made["columns"] = {n: one | {"field": with_unit(one["field"], headers[int(n)])} for n, one in made["columns"].items()}
    made["rules"] = [one | {"column": places[one["column"]]} for one in stored.get("rules", ()) if one["column"] in places]
    made["group"] = places.get(stored.get("group") or "")
    return from_json(made | {"sheets": list(sheets), "header": header})


def names_of(headers: Sequence[str]) -> list[str]:
    """A name for each column: its folded header, told apart by a number where it stands there again."""
    seen: dict[str, int] = {}
    names = []
    for header in headers:
        name = fold(header) or "?"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return names


def signature(headers: Sequence[str]) -> str:
    """What files with the same columns have in common."""
    names = [name for name in names_of(headers) if name not in (REASON, PLACE)]
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
