"""Documents of any type, made from nothing but its declaration: one with everything filled in, one that simply counts."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tests.factories import records, sources
from tracker.accounts.models import User
from tracker.records import services
from tracker.records.documents import Document, empty_document
from tracker.records.models import Record
from tracker.records.record_type import Column, ColumnKind, RecordType
from tracker.vocabularies.terms import choices

STATE = records.REPORTING_STATE
# a row of each list that only one type has; a new list of a type needs a row here
OWN_ROWS: dict[str, list[Document]] = {
    "actions": [
        {"party": None, "action": "entered_into_force", "date": "2024-08"},
        {"party": "MMR", "action": "ratified", "date": "2024"},
    ],
    "subjects": [
        {
            "no": 1,
            "kind": "convicted",
            "legal_status": "convicted",
            "nationality": "MMR",
            "alleged_crime": "drugs",
            "name": 0,
            "other_names": [],
            "same_as": "",
        },
        {
            "no": 2,
            "kind": "witness",
            "legal_status": None,
            "nationality": None,
            "alleged_crime": None,
            "name": 0,
            "other_names": [],
            "same_as": "",
        },
    ],
}
# the kind of record that a column may refer to, where not any
REFERS_TO = {"basis_agreement": "agreement"}


def filled(session: Session, actor: User, record_type: RecordType) -> Document:
    """A document with every column and every list filled in, with values that are no defaults."""
    empty = empty_document(record_type)
    document = dict(empty)
    for position, column in enumerate(record_type.all_columns):
        document[column.name] = _value(session, actor, record_type, column, position, empty)
    document["marking"] = "AMBER+STRICT"  # RED would be for the writer alone
    document |= {"start": "2024-03", "end": "2024-05-06", "parties_basis": "stated", "parties_complete": False}
    source = sources.source(session, actor, title="Communiqué of the ministry", publisher="Ministry", url="https://example.org/a?b=1&c=2")
    other = _target(session, actor, record_type.kind)
    roles = record_type.roles
    document["parties"] = [
        {"party": "MMR", "role": roles[0], "note": "by its police"},
        {"party": "LAO", "role": roles[0], "note": ""},
        {"party": "INTERPOL", "role": roles[-1], "note": "quoted"},
    ]
    document["crimes"] = sorted(
        ({"term": code, "is_primary": place == 1} for place, (code, _) in enumerate(choices(session, "crime", "en")[:3])),
        key=lambda entry: str(entry["term"]),
    )
    document["figures"] = [
        records.figure("other", "at least 1200", "person", no=1, text_original="more than 1,200", as_of="2024-04", nature="cumulative"),
        records.figure("other", "10-12", "person", no=2, country="MMR", contained_in=1, period="2024", series="Weekly report"),
        records.figure("other", "about 7.25", "kg", no=3, item=choices(session, "item", "en")[0][0], preferred=False),
        records.figure("other", "several", "person", no=5, person_status=choices(session, "person_status", "en")[1][0]),
    ]
    document["evidence"] = [
        records.evidence(
            1, source.ref, quote="“handed over” – 移交", locator="line 3", credibility=choices(session, "credibility", "en")[0][0]
        ),
        records.evidence(3, source.ref, field="start", quote="in March\nof 2024"),
        records.evidence(4, source.ref, field="figure:1"),
    ]
    document["links"] = [{"type": "related", "to": other}]
    document["aliases"] = [{"name": "Fox Hunt", "lang": "en"}, {"name": "猎狐", "lang": "zh"}]
    document["identifiers"] = [{"scheme": choices(session, "identifier_scheme", "en")[0][0], "value": "A/12 (3)"}]
    for handler in record_type.lists:
        document[handler.child.name] = OWN_ROWS[handler.child.name]
    return document


def counted(record_type: RecordType, title: str, partners: tuple[str, ...] = ("LAO",), start: str = "2024-02", **more: Any) -> Document:
    """A document that counts once in the main measure of its type."""
    parties = [{"party": code, "role": record_type.roles[0], "note": ""} for code in partners]
    basis = "stated" if partners else "not_stated"
    return empty_document(record_type) | {"title": title, "start": start, "parties": parties, "parties_basis": basis} | more


def save(session: Session, actor: User, record_type: RecordType, document: Document, *, draft: bool = False) -> Record:
    """Store a document of a type that need not be one of the product's."""
    return services.create(actor, session, record_type, document, STATE, draft=draft)


def _value(session: Session, actor: User, record_type: RecordType, column: Column, position: int, empty: Document) -> Any:
    if column.kind is ColumnKind.DATE:
        return f"2024-{position % 12 + 1:02d}"
    if column.kind is ColumnKind.TERM:
        return next(code for code, _ in choices(session, column.scheme, "en") if code != empty[column.name])
    if column.kind is ColumnKind.ENUM:
        return next(str(value) for value in column.words if str(value) != empty[column.name])
    if column.kind is ColumnKind.FLAG:
        return not empty[column.name]
    if column.kind is ColumnKind.NUMBER:
        return "30"
    if column.kind is ColumnKind.LANGUAGE:
        return "fr"
    if column.kind is ColumnKind.RECORD:
        return _target(session, actor, REFERS_TO.get(column.name, record_type.kind))
    return f"Some {column.name}, «ça» 中文" + ("\nin two lines" if column.kind is ColumnKind.LONG_TEXT else "")


def _target(session: Session, actor: User, kind: str) -> str:
    target = records.type_of_kind(kind)
    return save(session, actor, target, counted(target, f"Another {kind}")).ref
