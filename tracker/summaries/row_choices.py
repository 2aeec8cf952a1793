"""What the rows of a table of figures can be, and what each row is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.counting.filters import NO_REGION
from tracker.counting.measures import Measure
from tracker.counting.rows import AGENCY, CONTINENT, GROUP, ITEM, KIND, PARTNER, REGION, Rows
from tracker.records import registry
from tracker.records.filtering import Reader, dimension_labels, item_label, partner_label, region_label
from tracker.records.record_type import RecordType
from tracker.vocabularies.parties import names_by_code
from tracker.vocabularies.terms import terms

CRIME_DIMENSIONS = ("crime_primary", "crime", "iccs_primary")
# C30: a record has any number of them, none included, so these rows neither add up nor cover everything
NOT_ADDING_UP = frozenset({"crime", AGENCY})


@dataclass(frozen=True)
class RowChoice:
    """One kind of rows. `field` is what a row narrows in the filter: a field of it, or one of its keys."""

    code: str
    label: LazyString | str
    field: str
    is_key: bool = False
    note: LazyString | str = ""

    @property
    def rows(self) -> Rows:
        return Rows(self.code, self.is_key)

    @property
    def adds_up(self) -> bool:
        """Whether each record stands in at least one row."""
        return self.code not in NOT_ADDING_UP and self.code != GROUP


PARTNERS = RowChoice(PARTNER, _l("Country"), "partner", note=_l("A record counts once in the row of each partner, and once in the total."))
REGIONS = RowChoice(REGION, _l("Region"), "region", note=_l("Each region counts distinct records again; it is no sum of its countries."))
SHARED_CHOICES = (
    PARTNERS,
    REGIONS,
    RowChoice(CONTINENT, _l("Continent"), "region", note=_l("Each continent counts distinct records again; it is no sum of its regions.")),
    RowChoice(
        GROUP,
        _l("Group or organisation"),
        "group",
        note=_l(
            "Records with the group itself, or with a country that was its member on the record's date. A country belongs to many groups."
        ),
    ),
    RowChoice(KIND, _l("Type"), "kind"),
)
ITEMS = RowChoice(
    ITEM, _l("Item and unit"), ITEM, note=_l("Each item in its own unit: one is never added to another, so there is no total.")
)
AGENCIES = RowChoice(
    AGENCY,
    _l("Agency"),
    AGENCY,
    is_key=True,
    note=_l("Records that name the agency. In a table by country they stand in the row of its country, once; no agency of ours has a row."),
)
CRIME_CHOICES = (
    RowChoice("crime_primary", _l("Primary crime type"), "crime_primary", is_key=True),
    RowChoice(
        "crime",
        _l("Crime type (any)"),
        "crime",
        is_key=True,
        note=_l("These rows do not add up: a record may have several crime types, or none."),
    ),
    RowChoice("iccs_primary", _l("ICCS section of the primary crime"), "iccs_primary", is_key=True),
)


def type_of_measure(measure: Measure) -> RecordType | None:
    """The record type that `measure` belongs to; None for measures over all types."""
    return next((record_type for record_type in registry.every_type() if measure in record_type.measures), None)


def choices_for(measure: Measure) -> dict[str, RowChoice]:
    """The rows that a table of `measure` can have: properties of a type only for measures of that type."""
    record_type = type_of_measure(measure)
    own = [RowChoice(column.name, column.label, column.name, is_key=True) for column in record_type.dimensions] if record_type else []
    shared = [choice for choice in SHARED_CHOICES if choice.code != KIND or record_type is None]
    # C33: no source splits its numbers between agencies
    agencies = [] if measure.is_quantity else [AGENCIES]
    return {choice.code: choice for choice in (*shared, *agencies, *own, *CRIME_CHOICES)}


def every_choice() -> dict[str, RowChoice]:
    """All rows that any measure can have."""
    return {code: choice for measure in registry.every_measure().values() for code, choice in choices_for(measure).items()}


def row_labels(reader: Reader, choice: RowChoice, rows: tuple[str, ...]) -> Mapping[str, str]:
    """The rows of a table in words."""
    if choice.code in (PARTNER, GROUP):
        names = names_by_code(reader.session, reader.locale)
        return {row: names.get(row) or partner_label(reader, row) for row in rows}
    if choice.code in (REGION, CONTINENT):
        return {row: _place(reader, row) for row in rows}
    if choice.code == KIND:
        return {row: str(registry.by_kind(row).label_plural) for row in rows}
    if choice.code == ITEM:
        return {row: item_label(reader, row) for row in rows}
    labels = dimension_labels(reader, choice.code)
    return {row: labels.get(row, row) for row in rows}


def row_order(reader: Reader, choice: RowChoice) -> list[str]:
    """The order of rows that have one of their own; rows that are not in it follow by name."""
    if choice.code == KIND:
        return [record_type.kind for record_type in registry.every_type()]
    if choice.is_key and choice.code not in (*CRIME_DIMENSIONS, AGENCY):
        return list(dimension_labels(reader, choice.code))
    if choice.code in (REGION, CONTINENT):
        return [*terms(reader.session, "m49"), NO_REGION]
    return []


def _place(reader: Reader, row: str) -> str:
    return partner_label(reader, row) if row in ("not_stated", "shared") else region_label(reader, row)
