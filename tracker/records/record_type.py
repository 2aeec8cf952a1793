"""The contract of a record type: one declaration that tells the shared machine its names, columns, form and measures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from tracker.counting.measures import Contribution, Measure
from tracker.records.enums import ReviewState, Status

if TYPE_CHECKING:
    from tracker.records.forms import RecordForm
    from tracker.records.models import Record


class ColumnKind(StrEnum):
    """How a column's value is stored in a document and shown to people."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"  # partial date, as EDTF
    TERM = "term"  # a code of `scheme`
    ENUM = "enum"  # a value of `enum`
    FLAG = "flag"
    NUMBER = "number"  # decimal, as text
    LANGUAGE = "language"  # ISO 639-1
    RECORD = "record"  # reference of another record
    PARTY = "party"  # code of a party; only in rows of lists, like the two that follow
    SOURCE = "source"  # reference of a source
    WHOLE = "whole"  # whole number
    PERSON = "person"  # pseudonym of a person of another record


@dataclass(frozen=True)
class Column:
    """One value of a record: declared once, read by page, list, file, history and search."""

    name: str
    label: LazyString
    kind: ColumnKind = ColumnKind.TEXT
    scheme: str = ""
    words: Mapping[Any, LazyString] = field(default_factory=dict)  # enum value -> label
    of_kind: str = ""  # of another record: the only kind that it may be
    is_required: bool = False  # of a row: without it there is no row
    limit: int = 0  # characters; 0: as many as the model's own column of this name holds
    words_in: str = ""  # of a day on which something ends: the column of words for one that has no end, or a length instead


@dataclass(frozen=True)
class ChildList:
    """A list of rows that belongs to a record (partners, figures ...), as it appears in a document."""

    name: str
    label: LazyString
    columns: tuple[Column, ...] = ()  # of a type's own list; those of the common ones stand in `list_columns`
    kept: tuple[str, ...] = ()  # what only the tracker itself writes in a row


STATUS_WORDS: dict[str, LazyString] = {
    Status.PLANNED: _l("planned"),
    Status.ONGOING: _l("ongoing"),
    Status.COMPLETED: _l("completed"),
    Status.SUSPENDED: _l("suspended"),
    Status.CANCELLED: _l("cancelled"),
    Status.UNKNOWN: _l("not known"),
}


def status_told(status: Status, *, tells_steps: bool) -> str:
    """The status on the page of a record; '' where nobody has said one and the record's own steps tell how it stands."""
    if status is Status.UNKNOWN:
        return "" if tells_steps else gettext("status not known")
    return str(STATUS_WORDS[status])


REVIEW_WORDS: dict[str, LazyString] = {
    ReviewState.DRAFT: _l("draft"),
    ReviewState.SUBMITTED: _l("waits for verification"),
    ReviewState.VERIFIED: _l("verified"),
    ReviewState.RETURNED: _l("returned"),
    ReviewState.RETIRED: _l("retired"),
}

COMMON_COLUMNS: tuple[Column, ...] = (
    Column("title", _l("Title")),
    Column("title_original", _l("Title in the original language")),
    Column("original_lang", _l("Original language"), ColumnKind.LANGUAGE),
    Column("summary", _l("Summary"), ColumnKind.LONG_TEXT),
    Column("is_group_entry", _l("A statement about several"), ColumnKind.FLAG),
    Column("start", _l("Date"), ColumnKind.DATE),
    Column("end", _l("End"), ColumnKind.DATE),
    Column("planned_start", _l("Planned start"), ColumnKind.DATE),
    Column("planned_end", _l("Planned end"), ColumnKind.DATE),
    Column("place", _l("Place")),
    Column("status", _l("Status"), ColumnKind.ENUM, words=STATUS_WORDS),
    Column("parties_basis", _l("Partners known"), ColumnKind.ENUM, words={"stated": _l("stated"), "not_stated": _l("not stated")}),
    Column("parties_complete", _l("List of partners is complete"), ColumnKind.FLAG),
    Column("parent", _l("Part of"), ColumnKind.RECORD),
    Column("marking", _l("Handling"), ColumnKind.TERM, scheme="marking"),
)

COMMON_LISTS: tuple[ChildList, ...] = (
    ChildList("parties", _l("Partners")),
    ChildList("crimes", _l("Crime types")),
    ChildList("figures", _l("Figures")),
    ChildList("evidence", _l("Sources")),
    ChildList("links", _l("Related records")),
    ChildList("aliases", _l("Other names")),
    ChildList("identifiers", _l("File numbers")),
)


@dataclass(frozen=True)
class ListHandler:
    """How a record type's own list of rows goes into its model and comes out of it."""

    child: ChildList
    read: Callable[[Any], list[dict[str, Any]]]  # model -> rows of the document
    write: Callable[[Any, Any, list[dict[str, Any]]], None]  # (session, model, rows)
    describe: Callable[[Mapping[str, Any], Callable[[str, str], str]], str]  # (row, word(scheme, code)) -> a line for people
    texts: tuple[str, ...] = ()  # the fields in which people write freely
    is_drawn_apart: bool = False  # the type's own page shows it in a part of its own


class Documented(Protocol):
    """What declares the documents of something: a record type those of its records, `SOURCE` those of sources."""

    @property
    def kind(self) -> str: ...
    @property
    def model(self) -> type[Any]: ...
    @property
    def columns(self) -> tuple[Column, ...]: ...
    @property
    def lists(self) -> tuple[ListHandler, ...]: ...
    @property
    def all_columns(self) -> tuple[Column, ...]: ...
    @property
    def all_lists(self) -> tuple[ChildList, ...]: ...


@dataclass(frozen=True)
class Sides:
    """Two values of a dimension that figures set against each other and never net, such as in and out (C22)."""

    dimension: str
    one: str
    other: str


@dataclass(frozen=True)
class PlainRole:
    """The role of a partner of whom no role is said, where it follows from what else the record says."""

    label: LazyString  # said behind "Partner": "by the direction"
    role_of: Callable[[Mapping[str, Any], str, str], str]  # (document, code of the party, reporting state) -> role


@dataclass(frozen=True)
class RecordType:
    """One type of record. `kind` is the stored word, `slug` stands in addresses, `prefix` in references."""

    kind: str
    slug: str
    prefix: str
    label: LazyString
    label_plural: LazyString
    label_new: LazyString
    model: type[Record]
    form: type[RecordForm]
    date_label: LazyString
    columns: tuple[Column, ...]
    roles: tuple[str, ...]  # the roles that the form offers, the usual one first
    measures: tuple[Measure, ...]
    contribution: Contribution
    lists: tuple[ListHandler, ...] = ()
    form_sections: tuple[tuple[str, LazyString, tuple[str, ...]], ...] = ()  # (id, title, fields) of its own
    shortcut: str = ""  # the key after `n`
    sides: Sides | None = None  # drawn as paired bars by year
    plain_role: PlainRole | None = None  # None: the first of `roles`
    told_by_the_rest: Callable[[Mapping[str, Any], str], dict[str, Any]] | None = None  # (document, reporting state) -> what follows
    told_with_end: tuple[str, ...] = ()  # columns that say what an end that comes near asks for: notice, renewal
    is_activity: bool = True  # False: its records are said of activities and are none; they stand in no table of all types
    reads_are_logged: bool = False  # every page read leaves an event, and is not shown when that cannot be written (LED art. 25)
    names_endpoint: str = ""  # the page that asks for a purpose and opens the names of a record's persons
    disclosures_endpoint: str = ""  # the page of those outside who received a record
    # (wording, record) -> what the type's own page shows besides; drawn by a template of its own
    extras: Callable[[Any, Any], Mapping[str, Any]] | None = None
    # (wording, document) -> figures that no source states, as `text`, with what they were `computed` from
    computed: Callable[[Any, Mapping[str, Any]], list[dict[str, str]]] | None = None
    # (document, reporting state) -> what is wrong between several of its values, as (path, words)
    rules: Callable[[Mapping[str, Any], str], Iterable[tuple[str, str]]] | None = None
    # (wording, record) -> what whoever looks after the record should look at again, in sentences
    cautions: Callable[[Any, Any], list[str]] | None = None

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Common columns, with this type's word for its date, then its own."""
        common = tuple(Column("start", self.date_label, ColumnKind.DATE) if column.name == "start" else column for column in COMMON_COLUMNS)
        return common + self.columns

    @property
    def all_lists(self) -> tuple[ChildList, ...]:
        """The lists of rows that a document of this type has."""
        return COMMON_LISTS + tuple(handler.child for handler in self.lists)

    @property
    def steps(self) -> tuple[str, ...]:
        """The type's own lists that say how a record stands: the life of an agreement."""
        return tuple(handler.child.name for handler in self.lists if not handler.is_drawn_apart)

    def plain_role_of(self, document: Mapping[str, Any], party: str, reporting_state: str) -> str:
        """The role of a partner of whom none is said."""
        return self.plain_role.role_of(document, party, reporting_state) if self.plain_role else self.roles[0]

    @property
    def main_measure(self) -> Measure:
        """The count of this type's records."""
        return next(measure for measure in self.measures if measure.main)

    @property
    def dimensions(self) -> tuple[Column, ...]:
        """The columns by which its figures can be filtered and broken down."""
        return tuple(column for column in self.columns if column.name in self.contribution.dimensions)
