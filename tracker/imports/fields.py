"""What a column of a file can be matched to: each value of a record, and rows of its lists, under keys that a profile keeps.

`title`, `start` ...: the value of that name; `parties:host`, `figures:arrests`, `identifiers:case_no`, `actions:signed`: a row of a list
with this role, metric, scheme or step; `actions:undated`: a step by its name, without a day; `parties:usual`: a partner whose role
follows from the record; `parties:told`: one whose role stands in `roles`; `crimes`, `aliases`: a row.
What was seized has a field for each unit (`seized.py`). `type` is the record type, `reference` the record that a line changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from tracker.imports.seized import ITEMS_BELOW, UNITS, kept_as, label_of
from tracker.imports.seized import TOLD as TOLD_UNIT
from tracker.records.list_columns import COMMON, columns_of
from tracker.records.record_type import Column, ColumnKind, RecordType
from tracker.vocabularies.terms import terms

TYPE, REFERENCE = "type", "reference"
KINDS = "kind"  # the list of words for types
USUAL = "usual"  # stands for the role that a plain partner has, until what else the record says is known
TOLD = "told"  # stands for the role that another column says, `ROLES`: those of the partners in their order
ROLES = "roles"
UNDATED = "undated"  # a step that is said to have been reached, nobody says when: `terminated` in a column of states
NOT_IMPORTED = frozenset({"is_group_entry"})
# of a list of rows: the column in which the cell stands, and the one that the key of the field fills
_CELLS = {
    "parties": ("party", "role"),
    "figures": ("value", "metric"),
    "identifiers": ("value", "scheme"),
    "aliases": ("name", ""),
    "crimes": ("term", ""),
}
_NUMBER = Column("value", _l("Number"), ColumnKind.NUMBER)
_TYPE, _REFERENCE = Column(TYPE, _l("Type"), ColumnKind.ENUM), Column(REFERENCE, _l("Reference"), ColumnKind.RECORD)


@dataclass(frozen=True)
class Field:
    """One thing that a cell can say. `list_name`: it is a row of this list, in which `filled` is (column, code).

    `unit`, `item`: of what was seized. Fields that are not `is_offered` are too many for a list; they are guessed, or typed.
    """

    key: str
    label: str
    column: Column
    list_name: str = ""
    filled: tuple[str, str] = ("", "")
    unit: str = ""
    item: str = ""
    is_offered: bool = True

    @property
    def is_several(self) -> bool:
        """Whether a record takes several of it: from several columns, or from one cell with a separator."""
        return bool(self.list_name) or self.column.kind in (ColumnKind.TEXT, ColumnKind.LONG_TEXT)

    @property
    def is_in_order(self) -> bool:
        """Whether its rows are held against those of another column, the same one twice included."""
        return TOLD in self.filled or self.key == ROLES

    @cached_property
    def scheme(self) -> str:
        """The list of words that its cells are looked up in; '' where they are no words of a list."""
        if self.key == TYPE:
            return KINDS
        match self.column.kind:
            case ColumnKind.PARTY:
                return "party"
            case ColumnKind.TERM:
                return self.column.scheme
            case ColumnKind.ENUM:
                return f"enum:{self.column.name}"
            case ColumnKind.FLAG | ColumnKind.LANGUAGE:
                return self.column.kind.value
        return ""


def fields_of(session: Session, types: Sequence[RecordType], locale: str) -> dict[str, Field]:
    """Every field of records of these types by key; what one type calls otherwise than another keeps its first name."""
    found: dict[str, Field] = {}
    for record_type in types:
        for field in _fields(session, record_type, locale):
            found.setdefault(field.key, field)
    if len(types) > 1:
        found["start"] = replace(found["start"], label=gettext("Date"))
        plain = _plain_partner(gettext("usual role of its type"))
        found[plain.key] = plain
        found[TYPE] = Field(TYPE, gettext("Type of record"), _TYPE)
    found[REFERENCE] = Field(REFERENCE, gettext("Reference of the record that it changes"), _REFERENCE)
    return found


def _fields(session: Session, record_type: RecordType, locale: str) -> Iterator[Field]:
    for column in record_type.all_columns:
        if column.name not in NOT_IMPORTED:
            yield Field(column.name, str(column.label), column)
    if record_type.plain_role:
        yield _plain_partner(str(record_type.plain_role.label))
    for role in record_type.roles:
        yield from _of_list(session, "parties", role, _l("Partner"), locale)
    yield from _told_apart()
    yield Field("crimes", gettext("Crime type"), columns_of(COMMON["crimes"])[0], "crimes")
    for metric in terms(session, "metric"):
        for field in _of_list(session, "figures", metric, _l("Figure"), locale):
            yield field
            yield from _in_units(session, field, metric, locale)
    for scheme in terms(session, "identifier_scheme"):
        yield from _of_list(session, "identifiers", scheme, _l("File number"), locale)
    yield Field("aliases", gettext("Another name"), columns_of(COMMON["aliases"])[0], "aliases")
    yield from _own(session, record_type, locale)


def is_undated(key: str) -> bool:
    """Whether a field is that of steps without their day."""
    return key.endswith(f":{UNDATED}")


def usual_partner(record_type: RecordType | None) -> str:
    """The key of the field that a column of countries most likely is; for None of records of several types."""
    if record_type is None:
        return f"parties:{USUAL}"
    return f"parties:{USUAL if record_type.plain_role else record_type.roles[0]}"


def _plain_partner(label: str) -> Field:
    """A partner whose role the record type tells."""
    party = next(column for column in columns_of(COMMON["parties"]) if column.name == "party")
    partner = gettext("Partner")
    return Field(f"parties:{USUAL}", f"{partner}: {label}", party, "parties", ("role", USUAL))


def _told_apart() -> Iterator[Field]:
    """Partners whose roles stand in a column of their own."""
    columns = {column.name: column for column in columns_of(COMMON["parties"])}
    label = gettext("%(partner)s: its role is in the column of roles", partner=gettext("Partner"))
    yield Field(f"parties:{TOLD}", label, columns["party"], "parties", ("role", TOLD))
    yield Field(ROLES, gettext("Roles of the partners, in their order"), columns["role"], ROLES)


def _of_list(session: Session, name: str, code: str, label: LazyString, locale: str) -> Iterator[Field]:
    cell, filled = _CELLS[name]
    columns = {column.name: column for column in columns_of(COMMON[name])}
    term = terms(session, columns[filled].scheme).get(code)
    if term and not term.is_retired:
        column = columns.get(cell) or _NUMBER
        yield Field(f"{name}:{code}", f"{label}: {term.label(locale)}", _NUMBER if name == "figures" else column, name, (filled, code))


def _in_units(session: Session, field: Field, metric: str, locale: str) -> Iterator[Field]:
    """A figure in each of its units that are in use, then those of each item."""
    known, below = terms(session, "unit"), ITEMS_BELOW.get(metric)
    units = [unit for unit in UNITS.get(metric, ()) if (term := known.get(kept_as(unit))) and not term.is_retired]
    said = [(f"@{unit}", f"{field.label}, {label_of(unit)}", unit) for unit in (*units, *([TOLD_UNIT] if units else []))]
    for suffix, label, unit in said:
        yield replace(field, key=field.key + suffix, label=label, unit=unit)
    for code, item in terms(session, "item").items() if units else ():
        if item.parent == below and not item.is_retired:
            for suffix, label, unit in said:
                named = f"{label}: {item.label(locale)}"
                yield replace(field, key=f"{field.key}{suffix}@{code}", label=named, unit=unit, item=code, is_offered=False)


def _own(session: Session, record_type: RecordType, locale: str) -> Iterator[Field]:
    """Of a type's own lists those whose rows are a dated step; rows about persons are entered one by one."""
    for handler in record_type.lists:
        step = next((column for column in handler.child.columns if column.kind is ColumnKind.TERM and column.is_required), None)
        day = next((column for column in handler.child.columns if column.kind is ColumnKind.DATE), None)
        if handler.is_drawn_apart or step is None or day is None:
            continue
        undated = gettext("%(step)s, its day not said", step=str(step.label))
        yield Field(f"{handler.child.name}:{UNDATED}", undated, step, handler.child.name)
        for code, term in terms(session, step.scheme).items():
            if not term.is_retired:
                label = f"{day.label}: {term.label(locale)}"
                yield Field(f"{handler.child.name}:{code}", label, day, handler.child.name, (step.name, code))
