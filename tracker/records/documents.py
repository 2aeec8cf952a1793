"""A whole record as plain values - the *document* - out of the models and into them.

The document is what forms make, versions keep, differences compare and the projection counts. Scalars by the names of
the type's columns (dates as EDTF text, terms as codes, numbers as text), then one list of rows per child:

    {"kind": "handover", "title": "...", "start": "2024-07-10", "direction": "outward", ...,
     "parties": [{"party": "USA", "role": "receiving", "note": ""}],
     "figures": [{"no": 1, "metric": "handed_over", "value_lo": "1", "country": None, ...}], ...}

A stored version also holds what its facts need and what could change later: the kind and country of each party, the
ICCS code of each crime term.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.partial_dates import PartialDate, parse_edtf
from tracker.records.enums import ContainedBasis, Nature, Preference, Qualifier
from tracker.records.figures import Figure
from tracker.records.models import Record, RecordAlias, RecordCrime, RecordIdentifier, RecordLink, RecordParty
from tracker.records.numbers import decimal_text
from tracker.records.record_type import Column, ColumnKind, Documented, RecordType
from tracker.records.sources import Evidence, Source
from tracker.vocabularies.models import Party, PartyKind, VocabTerm

Document = dict[str, Any]

FIGURE_WORDS = ("metric", "unit", "item", "series", "person_status", "text_original")
FIGURE_DATES = ("as_of", "period")
_USUAL: Document = {
    "is_group_entry": False, "parties_complete": True, "parties_basis": "stated", "status": "unknown", "marking": "AMBER",
    "is_translation": False,
}  # fmt: skip
EVIDENCE_WORDS = ("target_field", "quote_exact", "quote_prefix", "quote_suffix", "pos_start", "pos_end", "locator", "credibility")


def empty_document(declared: Documented) -> Document:
    """A document of this record type, or of a source, of which nothing is known yet."""
    document: Document = {"kind": declared.kind}
    for column in declared.all_columns:
        document[column.name] = None if column.kind in (ColumnKind.TERM, ColumnKind.NUMBER, ColumnKind.RECORD) else ""
    document |= {name: value for name, value in _USUAL.items() if name in document}
    for column in declared.columns:
        default = declared.model.__table__.columns.get(column.name)
        if default is not None and default.default is not None and column.kind is not ColumnKind.DATE:
            document[column.name] = str(getattr(default.default, "arg", ""))
    return document | {child.name: [] for child in declared.all_lists}


def read_document(record: Record, record_type: RecordType) -> Document:
    """The document of `record`, as it would be written by its form."""
    document: Document = {"kind": record.kind}
    for column in record_type.all_columns:
        document[column.name] = _plain(record, column)
    document["parties"] = [{"party": row.party.code, "role": row.role, "note": row.note} for row in record.parties]
    document["crimes"] = [{"term": row.term, "is_primary": row.is_primary} for row in record.crimes]
    document["aliases"] = [{"name": row.name, "lang": row.lang} for row in record.aliases]
    document["identifiers"] = [{"scheme": row.scheme, "value": row.value} for row in record.identifiers]
    document["links"] = [{"type": row.type, "to": row.target.ref} for row in record.links]
    document["figures"] = [_plain_figure(row) for row in record.figures]
    document["evidence"] = [
        {"no": row.no, "source": row.source.ref} | {name: getattr(row, name) for name in EVIDENCE_WORDS} for row in record.evidence
    ]
    for handler in record_type.lists:
        document[handler.child.name] = handler.read(record)
    return document


def references_in(document: Document, record_type: RecordType) -> set[str]:
    """The other records that `document` names: in its fields and in its links."""
    fields = {document[column.name] for column in record_type.all_columns if column.kind is ColumnKind.RECORD}
    return {ref for ref in fields | {entry["to"] for entry in document["links"]} if ref}


def whole_figure(entry: Document) -> Document:
    """A figure of a stored version with what came later: then, officers alone put numbers aside."""
    decided = Preference.RULE if entry["preferred"] else Preference.OFFICER
    return {"contained_basis": ContainedBasis.STATED.value, "preference": decided.value, "preference_reason": ""} | entry


def read_payload(session: Session, record: Record, record_type: RecordType) -> Document:
    """The document as a version keeps it: with all that its facts need, so that old versions count as they did."""
    payload = read_document(record, record_type)
    for entry, row in zip(payload["parties"], record.parties, strict=True):
        home = row.party.parent.code if row.party.kind is PartyKind.AGENCY and row.party.parent else None
        entry |= {"counts_as_partner": row.counts_as_partner, "kind": row.party.kind.value, "belongs_to": home}
    iccs = dict(session.execute(sa.select(VocabTerm.code, VocabTerm.maps_to_id).where(VocabTerm.scheme == "crime")).all())
    for entry in payload["crimes"]:
        entry["iccs"] = (iccs.get(entry["term"]) or "").partition(":")[2]
    return payload | {
        "ref": record.ref,
        "review_state": record.review_state.value,
        "owner_id": record.owner_id,
        "parent_kind": record.parent.kind if record.parent else None,
        "is_out": bool(record.merged_into_id),
        "is_restricted": bool(record.restricted_at),
    }


def write_document(session: Session, record: Record, record_type: RecordType, document: Document, coded_by: int) -> None:
    """Make `record` say what `document` says. References must exist; the caller has validated them."""
    for column in record_type.all_columns:
        _store(session, record, column, document[column.name])
    _write_parties(session, record, document["parties"])
    _sync(record.crimes, document["crimes"], lambda row: row.term, lambda entry: entry["term"], _new_crime)
    _sync(record.aliases, document["aliases"], lambda row: row.name, lambda entry: entry["name"], lambda entry: RecordAlias(**entry))
    _sync(
        record.identifiers,
        document["identifiers"],
        lambda row: (row.scheme, row.value),
        lambda entry: (entry["scheme"], entry["value"]),
        lambda entry: RecordIdentifier(**entry),
    )
    targets = {entry["to"]: id_of(session, entry["to"]) for entry in document["links"]}
    _sync(
        record.links,
        document["links"],
        lambda row: (row.type, row.to_id),
        lambda entry: (entry["type"], targets[entry["to"]]),
        lambda entry: RecordLink(type=entry["type"], to_id=targets[entry["to"]]),
    )
    _write_figures(session, record, document["figures"])
    _write_evidence(session, record, document["evidence"], coded_by)
    session.flush()  # parties before what must be one of them
    for handler in record_type.lists:
        handler.write(session, record, document[handler.child.name])


def id_of(session: Session, ref: str) -> int:
    """The key of the record with reference `ref`. Raises LookupError."""
    found = session.scalar(sa.select(Record.id).where(Record.ref == ref))
    if found is None:
        raise LookupError(ref)
    return found


def _plain(record: Record, column: Column) -> Any:
    if column.kind is ColumnKind.RECORD:
        related = getattr(record, column.name)
        return related.ref if related else None
    value = getattr(record, column.name)
    if isinstance(value, PartialDate):
        return value.edtf
    if column.kind is ColumnKind.NUMBER:
        return decimal_text(Decimal(value)) if value is not None else None
    if column.kind is ColumnKind.ENUM:
        return value.value
    return value


def _store(session: Session, record: Record, column: Column, value: Any) -> None:
    if column.kind is ColumnKind.RECORD:
        setattr(record, f"{column.name}_id", id_of(session, value) if value else None)
    elif column.kind is ColumnKind.DATE:
        setattr(record, column.name, parse_edtf(value or ""))
    elif column.kind is ColumnKind.NUMBER:
        kind = record.__table__.columns[column.name].type
        setattr(record, column.name, None if value in (None, "") else int(value) if isinstance(kind, sa.Integer) else Decimal(value))
    elif column.kind is ColumnKind.ENUM:
        stored: Any = sa.inspect(type(record)).columns[column.name].type
        setattr(record, column.name, stored.enum_class(value))
    elif column.kind is ColumnKind.TERM:
        setattr(record, column.name, value or None)
    else:
        setattr(record, column.name, value)


def _plain_figure(row: Figure) -> Document:
    figure: Document = {"no": row.no} | {name: getattr(row, name) for name in FIGURE_WORDS}
    figure |= {name: getattr(row, name).edtf for name in FIGURE_DATES}
    return figure | {
        "value_lo": decimal_text(row.value_lo),
        "value_hi": decimal_text(row.value_hi),
        "qualifier": row.qualifier.value,
        "nature": row.nature.value,
        "country": row.country.code if row.country else None,
        "contained_in": row.contained_in.no if row.contained_in else None,
        "contained_basis": row.contained_basis.value,
        "preferred": row.preferred,
        "preference": row.preference.value,
        "preference_reason": row.preference_reason,
    }


def _write_parties(session: Session, record: Record, entries: list[Document]) -> None:
    codes = {entry["party"] for entry in entries}
    ids = dict(session.execute(sa.select(Party.code, Party.id).where(Party.code.in_(codes))).all())
    counts = dict(session.execute(sa.select(VocabTerm.code, VocabTerm.counts_as_partner).where(VocabTerm.scheme == "role")).all())
    rows = {(row.party_id, row.role): row for row in record.parties}
    wanted = []
    for position, entry in enumerate(entries):
        key = (ids[entry["party"]], entry["role"])
        row = rows.get(key) or RecordParty(party_id=key[0], role=key[1])
        # C5: whether the role counts is kept with the save; a later change of the role is a change of rules (C42).
        row.counts_as_partner, row.note, row.position = bool(counts[entry["role"]]), entry["note"], position
        wanted.append(row)
    record.parties[:] = wanted


def _write_figures(session: Session, record: Record, entries: list[Document]) -> None:
    countries = {entry["country"] for entry in entries if entry["country"]}
    ids = dict(session.execute(sa.select(Party.code, Party.id).where(Party.code.in_(countries))).all())
    rows = {row.no: row for row in record.figures}
    wanted = {}
    for entry in entries:
        row = rows.get(entry["no"]) or Figure(no=entry["no"])
        for name in FIGURE_WORDS:
            setattr(row, name, entry[name])
        for name in FIGURE_DATES:
            setattr(row, name, parse_edtf(entry[name]))
        for name in ("value_lo", "value_hi"):
            setattr(row, name, None if entry[name] is None else Decimal(entry[name]))
        row.qualifier, row.nature = Qualifier(entry["qualifier"]), Nature(entry["nature"])
        row.country_id = ids[entry["country"]] if entry["country"] else None
        row.preferred, row.contained_basis = entry["preferred"], ContainedBasis(entry["contained_basis"])
        row.preference, row.preference_reason = Preference(entry["preference"]), entry["preference_reason"]
        row.contained_in = None
        wanted[entry["no"]] = row
    record.figures[:] = list(wanted.values())
    session.flush()  # containers need their keys
    for entry in entries:
        wanted[entry["no"]].contained_in = wanted.get(entry["contained_in"])


def _write_evidence(session: Session, record: Record, entries: list[Document], coded_by: int) -> None:
    sources = {entry["source"] for entry in entries}
    ids = dict(session.execute(sa.select(Source.ref, Source.id).where(Source.ref.in_(sources))).all())
    rows = {row.no: row for row in record.evidence}
    wanted = []
    for entry in entries:
        row = rows.get(entry["no"]) or Evidence(no=entry["no"], coded_by_id=coded_by)
        row.source_id = ids[entry["source"]]
        for name in EVIDENCE_WORDS:
            setattr(row, name, entry[name])
        wanted.append(row)
    record.evidence[:] = wanted


def _new_crime(entry: Document) -> RecordCrime:
    return RecordCrime(term=entry["term"], is_primary=entry["is_primary"])


def _sync(rows: list[Any], entries: list[Document], key_of_row: Any, key_of_entry: Any, make: Any) -> None:
    """Make `rows` say what `entries` say, keeping the rows that stay."""
    kept = {key_of_row(row): row for row in rows}
    wanted = []
    for entry in entries:
        row = kept.get(key_of_entry(entry)) or make(entry)
        for name, value in entry.items():
            if hasattr(row, name) and getattr(row, name) != value:
                setattr(row, name, value)
        wanted.append(row)
    rows[:] = wanted
