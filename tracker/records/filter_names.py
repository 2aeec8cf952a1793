"""What the filter of an address may ask for, by the names that its parameters have."""

from __future__ import annotations

from tracker.counting.rivals import COMPETING
from tracker.records import registry
from tracker.records.record_type import Column

# dimensions that every type has: desk crime terms and ICCS codes, of any rank or primary only (C30), agencies, roles
COMMON_DIMENSIONS = {"crime": "crime", "crime_primary": "crime", "iccs": "iccs", "iccs_primary": "iccs", "role": "role"}
# what else the filter of an address may ask for, under its name there
_FIELDS = (
    *("kind", "measure", "basis", "partner", "region", "group", "expand", "year", "since", "until", "inferred", "status", "review"),
    *("standing", "number", "owner", "q", "item", "ends", "series"),
)


def type_dimensions() -> dict[str, Column]:
    """The properties of all types by which figures are filtered and broken down, by name."""
    return {column.name: column for record_type in registry.every_type() for column in record_type.dimensions}


def filter_names() -> tuple[str, ...]:
    """Every parameter of an address that is part of its filter."""
    return (*_FIELDS, *filter_dimensions())


def filter_dimensions() -> tuple[str, ...]:
    """Every property of records that an address may ask for, under its name there."""
    return (*COMMON_DIMENSIONS, *type_dimensions(), "agency", COMPETING)
