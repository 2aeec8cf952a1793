"""What must fit together in a document that no form made, as functions of plain values: pairs of (path, words), as `figures.2.country`.

The form says the same at its fields (`forms.py`); `tests/tracker/records/test_checking.py` holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from tracker.partial_dates import parse_edtf
from tracker.records.enums import Qualifier
from tracker.records.form_figures import PREFIX
from tracker.records.whole_numbers import fraction_problem

MOST_ROWS = 100
# a row of the form holds many parties, and crime types are boxes to tick
MOST_ENTRIES = {"parties": 1_000, "crimes": 1_000}
Found = Iterator[tuple[str, str]]


def mandatory(document: Mapping[str, Any]) -> Found:
    """What a record needs and a draft does not: title, partners or that none is named, one source."""
    if not document["title"]:
        yield "title", gettext("Give the record a title.")
    if document["parties_basis"] == "stated" and not document["parties"]:
        yield "parties", gettext("Name at least one partner, or say with “not_stated” in parties_basis that the source names none.")
    if not document["evidence"]:
        yield "evidence", gettext("Name at least one source.")


def partners(document: Mapping[str, Any], reporting_state: str) -> Found:
    """A party once in each role; none at all where the source names none."""
    if document["parties_basis"] == "not_stated" and any(entry["party"] != reporting_state for entry in document["parties"]):
        yield "parties_basis", gettext("Partners are named, so this is “stated”.")
    yield from repeated(document["parties"], "parties", ("party", "role"))
    yield from repeated(document["crimes"], "crimes", ("term",))
    if sum(entry["is_primary"] for entry in document["crimes"]) > 1:
        yield "crimes", gettext("Only one crime type is the primary one.")


def dates(document: Mapping[str, Any], today: date) -> Found:
    """What has not happened yet is planned; nothing ends before it begins."""
    start, end = parse_edtf(document["start"]), parse_edtf(document["end"])
    for name, day in (("start", start), ("end", end)):
        if day.lower and day.lower > today:
            yield name, gettext("This lies in the future: use the planned dates for what has not happened yet.")
    if start.lower and end.upper and end.upper < start.lower:
        yield "end", gettext("It ends before it begins.")


def figures(document: Mapping[str, Any], before: Mapping[str, Any], reporting_state: str) -> Found:
    """C1, C27, C29, C31, C33: units, bounds, countries and wholes of the figures. What `before` has of fractions may stay."""
    known = {entry["party"] for entry in document["parties"]} | {reporting_state}
    by_no = {figure["no"]: figure for figure in document["figures"]}
    yield from repeated(document["figures"], "figures", ("no",))
    for place, figure in enumerate(document["figures"]):
        problem = bounds_problem(figure)
        if problem:
            yield f"figures.{place}.qualifier", problem
        problem = fraction_problem(figure["no"], figure["unit"], (figure["value_lo"], figure["value_hi"]), before["figures"])
        if problem:
            yield f"figures.{place}.value_lo", problem
        if figure["country"] and figure["country"] not in known:
            yield f"figures.{place}.country", gettext("This country is not among the partners: add it there, with its role.")
        problem = containment_problem(figure, by_no)
        if problem:
            yield f"figures.{place}.contained_in", problem


def bounds_problem(figure: Mapping[str, Any]) -> str:
    """Why the bounds of a figure do not fit its qualifier (settled 14); '' when they do."""
    low, high = (None if figure[name] is None else Decimal(figure[name]) for name in ("value_lo", "value_hi"))
    match figure["qualifier"]:
        case Qualifier.EXACT | Qualifier.ABOUT:
            fits = low is not None and low == high
        case Qualifier.AT_LEAST:
            fits = low is not None and high is None
        case Qualifier.AT_MOST:
            fits = low == 0 and high is not None
        case Qualifier.RANGE:
            fits = low is not None and high is not None and low < high
        case _:
            fits = low is None and high is None
            if fits and not figure["text_original"]:
                return gettext("A number in words only needs the words of the source.")
    if fits:
        return ""
    return gettext(
        "The bounds do not fit: exact and about have both alike, at_least a lower one only, at_most 0 and an upper one, "
        "range two that differ, unquantified none."
    )


def containment_problem(part: Mapping[str, Any], by_no: Mapping[int, Mapping[str, Any]]) -> str:
    """Why a figure cannot be contained in the one that it names; '' when it can."""
    if part["contained_in"] is None:
        return ""
    whole = by_no.get(part["contained_in"])
    if whole is None or whole is part:
        return gettext("There is no other figure with this number in this record.")
    if whole["unit"] != part["unit"]:
        return gettext("A part has the same unit as its whole.")
    seen, here = {part["no"]}, whole
    while here["contained_in"] in by_no:
        if here["no"] in seen:
            return gettext("These figures contain each other in a circle.")
        seen.add(here["no"])
        here = by_no[here["contained_in"]]
    return ""


def sources(document: Mapping[str, Any], fields: set[str]) -> Found:
    """What a passage is said to support is there; its numbers are its own."""
    yield from repeated(document["evidence"], "evidence", ("no",))
    known = fields | {"parties"} | {f"{PREFIX}{figure['no']}" for figure in document["figures"]}
    for place, entry in enumerate(document["evidence"]):
        if entry["target_field"] and entry["target_field"] not in known:
            yield f"evidence.{place}.target_field", gettext("There is no such field or figure: write a field's name, or figure:1.")


def most_rows(name: str) -> int:
    """How many rows the list `name` may have."""
    return MOST_ENTRIES.get(name, MOST_ROWS)


def lengths(document: Mapping[str, Any], names: Iterator[str]) -> Found:
    """No list is longer than a page can show."""
    for name in names:
        if len(document[name]) > most_rows(name):
            yield name, gettext("At most %(most)d rows: split the record, or put the rest into the summary.", most=most_rows(name))


def repeated(rows: list[Mapping[str, Any]], name: str, keys: tuple[str, ...]) -> Found:
    """Rows that say what one above says already."""
    seen = set()
    for place, row in enumerate(rows if len(rows) > 1 else ()):
        key = tuple(row[one] for one in keys)
        if key in seen:
            yield f"{name}.{place}.{keys[0]}", gettext("This stands above already.")
        seen.add(key)
