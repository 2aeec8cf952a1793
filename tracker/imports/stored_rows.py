"""What becomes of the stored lists of a record that a line changes: a file speaks of what its columns hold, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from tracker.imports.fields import TOLD, USUAL, Field, is_undated
from tracker.imports.plan import Plan
from tracker.imports.told_steps import of_what_is_stored
from tracker.records.enums import Nature

Row = Mapping[str, Any]
_ADDED = frozenset({"evidence", "identifiers", "aliases"})  # what a line says is added to these lists
_MORE = ("country", "series", "person_status", "as_of", "period", "contained_in")
_AMOUNT = ("value_lo", "value_hi", "qualifier", "text_original")


def with_stored(
    given: dict[str, Any],
    base: Mapping[str, Any],
    fields: Mapping[str, Field],
    plan: Plan,
    origins: Mapping[str, int | None],
    plain_role: str,
) -> None:
    """Put what is stored of each list of `base` beside what a line says of it. `origins`: path -> the column that said it."""
    added = _added(given, fields, plan, origins)
    for name in added:
        fresh = [row for row in given[name] if not any(row.items() <= known.items() for known in base[name])]
        given[name] = [*of_what_is_stored(base[name], fresh), *fresh]
    told_by = {known.list_name: known.filled[0] for known in fields.values() if known.list_name and known.filled[0]}
    for name in (given.keys() & told_by.keys()) - {*added, "parties"}:
        given[name] = rows_with_stored(name, given[name], base[name], told_by[name])
    if "parties" in given:
        keys = {matched.field for matched in plan.columns.values()} | plan.constants.keys()
        given["parties"] = partners_with_stored(given["parties"], base["parties"], keys, plain_role)


def _added(given: Mapping[str, Any], fields: Mapping[str, Field], plan: Plan, origins: Mapping[str, int | None]) -> set[str]:
    """The lists to which a line adds. Steps told without a day say nothing against those that are stored."""
    undated = {known.list_name for key, known in fields.items() if is_undated(key)} & given.keys()
    told = {column for column, matched in plan.columns.items() if is_undated(matched.field)}
    return {*(_ADDED & given.keys())} | {
        name for name in undated
        if all(len(row) == 1 or origins.get(f"{name}.{place}") in told for place, row in enumerate(given[name]))
    }  # fmt: skip


def rows_with_stored(name: str, given: Iterable[Row], stored: Iterable[Row], told_by: str) -> list[Row]:
    """The rows of list `name` after a line that says `given`. Stored rows stay; one that alone has the same step, or the same metric,
    unit and item, gets what the line says, and keeps what no cell says, such as its note."""
    rows = list(stored)
    names = ("metric", "unit", "item") if name == "figures" else (told_by,)
    for row in given:
        told = {key: row[key] for key in _AMOUNT} if name == "figures" else row
        alike = [place for place, one in enumerate(rows) if all(one[key] == row[key] for key in names) and not _is_apart(one)]
        if any(told.items() <= rows[place].items() for place in alike):
            continue
        if len(alike) == 1:
            rows[alike[0]] = {**rows[alike[0]], **told}
        else:
            rows.append({**row, "no": max((one["no"] for one in rows), default=0) + 1} if "no" in row else row)
    return rows


def partners_with_stored(given: list[Row], stored: list[Row], keys: Set[str], plain_role: str) -> list[Row]:
    """The same of partners, in the roles that `keys` of the file's columns hold; with their roles beside them they are told whole.
    A plain partner who is stored in another role keeps that one."""
    said = [next((one for one in stored if row.items() <= one.items()), row) for row in given]
    if f"parties:{TOLD}" in keys:
        return said
    roles, parties = {row["role"] for row in given}, {row["party"] for row in given}
    turned = parties if f"parties:{USUAL}" in keys else set()
    others = [row for row in stored if row["role"] not in roles and row["party"] not in turned]
    known = {row["party"] for row in others}
    return [*others, *(row for row in said if row["role"] != plain_role or row["party"] not in known)]


def _is_apart(row: Row) -> bool:
    """Whether a figure means more than a cell can say: a part, persons of one status, a value of a running total or period (C25, C26)."""
    return any(row.get(key) for key in _MORE) or row.get("nature", Nature.NEW_IN_PERIOD) != Nature.NEW_IN_PERIOD
