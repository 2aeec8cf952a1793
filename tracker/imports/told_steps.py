"""Steps told by a word alone, `expired` in a column of states, whose day another field of the record says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext

from tracker.imports.fields import Field
from tracker.imports.found import Found
from tracker.partial_dates import describe, parse_edtf

_DAY_IN = {"expired": "expires_on"}  # step -> the field that says its day


def with_days(found: Found, undated: Iterable[Field], fields: Mapping[str, Field], today: date) -> None:
    """Give such steps, those of the fields `undated`, their day. One that is still to come contradicts the word, which is then a problem
    of its cell."""
    for known in undated:
        for place, row in enumerate(found.given.get(known.list_name, ())):
            step = row.get(known.column.name)
            dated, day = fields.get(f"{known.list_name}:{step}"), found.given.get(_DAY_IN.get(step, ""))
            if len(row) > 1 or not day or dated is None:
                continue
            earliest = parse_edtf(day).lower
            if earliest and earliest > today:
                said = gettext(
                    "The row says that it has expired, and that it expires on %(day)s: mend one of them.", day=describe(parse_edtf(day))
                )
                found.problems.append(found.problem_at(f"{known.list_name}.{place}", said))
            else:
                row[dated.column.name] = day


def of_what_is_stored(stored: Sequence[Mapping[str, Any]], fresh: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows that are stored but for those that say less than a fresh one: a step without its day, which is now known."""
    said = [{name: value for name, value in row.items() if value} for row in stored]
    return [row for row, its in zip(stored, said, strict=True) if not any(its.items() <= one.items() for one in fresh)]
