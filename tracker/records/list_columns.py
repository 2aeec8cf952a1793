"""The rows of the lists that every document has, column by column: what files and programs may write into them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.records.enums import ContainedBasis, Nature, Preference, Qualifier
from tracker.records.figures import Figure
from tracker.records.form_rows import CONTAINED_WORDS, NATURE_WORDS, QUALIFIER_WORDS
from tracker.records.models import RecordAlias, RecordIdentifier, RecordParty
from tracker.records.record_type import COMMON_LISTS, ChildList, Column, ColumnKind, RecordType
from tracker.records.sources import Evidence

_MODELS = {"parties": RecordParty, "figures": Figure, "evidence": Evidence, "aliases": RecordAlias, "identifiers": RecordIdentifier}
PREFERENCE_WORDS = {Preference.RULE: _l("by rule"), Preference.OFFICER: _l("by an officer"), Preference.OPEN: _l("not decided")}

PARTIES = (
    Column("party", _l("Partner"), ColumnKind.PARTY, is_required=True),
    Column("role", _l("Role"), ColumnKind.TERM, scheme="role", is_required=True),
    Column("note", _l("Note")),
)
CRIMES = (
    Column("term", _l("Crime type"), ColumnKind.TERM, scheme="crime", is_required=True),
    Column("is_primary", _l("Primary crime type"), ColumnKind.FLAG),
)
FIGURES = (
    Column("no", _l("Number of the figure"), ColumnKind.WHOLE),
    Column("metric", _l("What is counted"), ColumnKind.TERM, scheme="metric", is_required=True),
    Column("value_lo", _l("Lower bound"), ColumnKind.NUMBER),
    Column("value_hi", _l("Upper bound"), ColumnKind.NUMBER),
    Column(
        "qualifier",
        _l("Qualifier"),
        ColumnKind.ENUM,
        words={**QUALIFIER_WORDS, Qualifier.RANGE: _l("between two numbers")},
        is_required=True,
    ),
    Column("unit", _l("Unit"), ColumnKind.TERM, scheme="unit"),
    Column("item", _l("Item"), ColumnKind.TERM, scheme="item"),
    Column("nature", _l("Kind of number"), ColumnKind.ENUM, words=NATURE_WORDS),
    Column("as_of", _l("As of"), ColumnKind.DATE),
    Column("period", _l("Period"), ColumnKind.DATE),
    Column("country", _l("Only for the country"), ColumnKind.PARTY),
    Column("person_status", _l("Persons are"), ColumnKind.TERM, scheme="person_status"),
    Column("series", _l("Series")),
    Column("contained_in", _l("Contained in figure no."), ColumnKind.WHOLE),
    Column("contained_basis", _l("That it is contained is"), ColumnKind.ENUM, words=CONTAINED_WORDS),
    Column("preferred", _l("Preferred over competing figures"), ColumnKind.FLAG),
    Column("preference", _l("Preference decided"), ColumnKind.ENUM, words=PREFERENCE_WORDS),
    Column("preference_reason", _l("Preferred or put aside, because")),
    Column("text_original", _l("Words of the source")),
)
EVIDENCE = (
    Column("no", _l("Number of the passage"), ColumnKind.WHOLE),
    Column("source", _l("Source"), ColumnKind.SOURCE, is_required=True),
    Column("target_field", _l("Supports")),
    Column("quote_exact", _l("Quotation"), ColumnKind.LONG_TEXT),
    Column("quote_prefix", _l("Words before the quotation")),
    Column("quote_suffix", _l("Words after the quotation")),
    Column("pos_start", _l("First character"), ColumnKind.WHOLE),
    Column("pos_end", _l("Last character"), ColumnKind.WHOLE),
    Column("locator", _l("Where in the source")),
    Column("credibility", _l("Credibility"), ColumnKind.TERM, scheme="credibility"),
)
LINKS = (
    Column("type", _l("Relation"), ColumnKind.TERM, scheme="link_type", is_required=True),
    Column("to", _l("Record"), ColumnKind.RECORD, is_required=True),
)
ALIASES = (Column("name", _l("Name"), is_required=True), Column("lang", _l("Language"), ColumnKind.LANGUAGE))
IDENTIFIERS = (
    Column("scheme", _l("Kind of file number"), ColumnKind.TERM, scheme="identifier_scheme", is_required=True),
    Column("value", _l("File number"), is_required=True),
)
_COLUMNS = {
    "parties": PARTIES,
    "crimes": CRIMES,
    "figures": FIGURES,
    "evidence": EVIDENCE,
    "links": LINKS,
    "aliases": ALIASES,
    "identifiers": IDENTIFIERS,
}
# what a row says where nothing is given, other than the empty value of its kind
DEFAULTS = {
    ("figures", "nature"): Nature.NEW_IN_PERIOD.value,
    ("figures", "contained_basis"): ContainedBasis.STATED.value,
    ("figures", "preferred"): True,
}


def columns_of(child: ChildList) -> tuple[Column, ...]:
    """The columns of a list of rows, common or of a type's own."""
    return child.columns or _COLUMNS[child.name]


def limit_of(child: ChildList, column: Column) -> int:
    """How many characters a text of a row may have."""
    return column.limit or length_in(_MODELS.get(child.name), column.name)


def length_in(model: type | None, name: str) -> int:
    """How many characters the column `name` of `model` holds; 0 where it is no text of limited length."""
    found = model.__table__.columns.get(name) if model is not None else None  # type: ignore[attr-defined]
    return int(getattr(found.type, "length", None) or 0) if found is not None else 0


def limit_of_column(record_type: RecordType, column: Column) -> int:
    """The same for a column of the record itself."""
    model = record_type.model
    return column.limit or length_in(model, column.name) or length_in(model.__mro__[1], column.name)


COMMON = {child.name: child for child in COMMON_LISTS}
