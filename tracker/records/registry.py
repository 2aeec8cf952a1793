"""The record types that this application was built with."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from flask_babel import lazy_gettext as _l

from tracker.counting.measures import RUNNING_TOTAL, SEIZURES, Measure
from tracker.counting.projection import RECORDS
from tracker.records.record_type import RecordType

_KEY = "record_types"


def load(app: object, types: Sequence[RecordType]) -> None:
    """Give `app` its record types; raises ValueError when two share a word."""
    for name in ("kind", "slug", "prefix"):
        words = [getattr(record_type, name) for record_type in types]
        if len(set(words)) != len(words):
            raise ValueError(f"two record types share a {name}: {', '.join(words)}")
    app.extensions[_KEY] = tuple(types)  # type: ignore[attr-defined]


def every_type() -> tuple[RecordType, ...]:
    """All record types, in the order of `record_types.py`."""
    types: tuple[RecordType, ...] = current_app.extensions[_KEY]
    return types


def activity_types() -> tuple[RecordType, ...]:
    """The types whose records are activities: what pages of all types count."""
    return tuple(record_type for record_type in every_type() if record_type.is_activity)


def by_slug(slug: str) -> RecordType | None:
    """The type whose addresses begin with `slug`."""
    return next((record_type for record_type in every_type() if record_type.slug == slug), None)


def by_kind(kind: str) -> RecordType:
    """The type whose rows carry `kind`. Raises LookupError."""
    for record_type in every_type():
        if record_type.kind == kind:
            return record_type
    raise LookupError(kind)


def every_measure() -> dict[str, Measure]:
    """All measures by code: those over all types, then those of each type."""
    types = every_type()
    mains = [record_type.main_measure for record_type in activity_types()]
    shared = (
        Measure(
            "activities",
            _l("Activities of all types"),
            "activity",
            _l("counting date of each type"),
            facts=tuple(fact for measure in mains for fact in measure.facts),
            fact_units=tuple(measure.unit for measure in mains),
        ),
        Measure(
            "records", _l("Records naming the partner, statements included"), "activity", _l("counting date of each type"), facts=(RECORDS,)
        ),
        SEIZURES,
        RUNNING_TOTAL,
    )
    return {measure.code: measure for measure in (*shared, *(one for record_type in types for one in record_type.measures))}
