"""Documents as rows of tables, past the models: for the many records of an import, whose documents were checked one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.partial_dates import parse_edtf
from tracker.records.documents import EVIDENCE_WORDS, FIGURE_DATES, FIGURE_WORDS, Document
from tracker.records.models import Record
from tracker.records.record_type import COMMON_COLUMNS, Column, ColumnKind, RecordType
from tracker.vocabularies.models import Party, PartyKind, VocabTerm

Row = dict[str, Any]


@dataclass(frozen=True)
class _PartyRow:
    id: int
    kind: str
    home: str | None  # of an agency: the code of its country


class BulkRows:
    """Makes versions and rows of documents. What it knows of parties, terms and other records is read once."""

    def __init__(self, session: Session) -> None:
        home = sa.orm.aliased(Party)
        rows = session.execute(
            sa.select(Party.code, Party.id, Party.kind, home.code.label("home")).outerjoin(home, home.id == Party.parent_id)
        )
        self._parties = {row.code: _PartyRow(row.id, row.kind.value, row.home if row.kind is PartyKind.AGENCY else None) for row in rows}
        self._counts = dict(session.execute(sa.select(VocabTerm.code, VocabTerm.counts_as_partner).where(VocabTerm.scheme == "role")).all())
        self._iccs = dict(session.execute(sa.select(VocabTerm.code, VocabTerm.maps_to_id).where(VocabTerm.scheme == "crime")).all())
        self._session = session
        self._records: dict[str, tuple[int, str]] = {}

    def payload(self, document: Document, ref: str, owner_id: int, review_state: str) -> Document:
        """The document as its version keeps it: what `read_payload` gives once the record is stored."""
        payload = dict(document)
        payload["parties"] = [self._party(entry) for entry in document["parties"]]
        crimes = sorted(document["crimes"], key=lambda entry: entry["term"])
        payload["crimes"] = [entry | {"iccs": (self._iccs.get(entry["term"]) or "").partition(":")[2]} for entry in crimes]
        for name, key in (("aliases", "name"), ("identifiers", "scheme"), ("figures", "no"), ("evidence", "no")):
            payload[name] = sorted(document[name], key=lambda entry: entry[key])
        payload["links"] = sorted(document["links"], key=lambda entry: self.record(entry["to"])[0])
        return payload | {
            "ref": ref,
            "review_state": review_state,
            "owner_id": owner_id,
            "parent_kind": self.record(document["parent"])[1] if document["parent"] else None,
            "is_out": False,
            "is_restricted": False,
        }

    def record(self, ref: str) -> tuple[int, str]:
        """Key and kind of another record. Raises LookupError."""
        if ref not in self._records:
            found = self._session.execute(sa.select(Record.id, Record.kind).where(Record.ref == ref)).first()
            if found is None:
                raise LookupError(ref)
            self._records[ref] = (found.id, found.kind)
        return self._records[ref]

    def common(self, document: Document) -> Row:
        """The columns of `record` that the document says."""
        return self._columns(document, COMMON_COLUMNS)

    def own(self, document: Document, record_type: RecordType, record_id: int) -> Row:
        """The row of the type's own table."""
        row = self._columns(document, record_type.columns)
        table = record_type.model.__table__
        return {"record_id": record_id} | {
            name: int(value) if isinstance(value, Decimal) and isinstance(table.c[name].type, sa.Integer) else value
            for name, value in row.items()
        }

    def parties(self, document: Document, record_id: int) -> list[Row]:
        return [
            {
                "record_id": record_id, "party_id": self._parties[entry["party"]].id, "role": entry["role"], "note": entry["note"],
                "counts_as_partner": bool(self._counts[entry["role"]]), "position": position,
            }
            for position, entry in enumerate(document["parties"])
        ]  # fmt: skip

    def figures(self, document: Document, record_id: int) -> list[Row]:
        """Without what contains them, whose keys are not known yet."""
        return [self._figure(entry, record_id) for entry in document["figures"]]

    def evidence(self, document: Document, record_id: int, source_ids: Mapping[str, int], coded_by: int) -> list[Row]:
        return [
            {"record_id": record_id, "no": entry["no"], "source_id": source_ids[entry["source"]], "coded_by_id": coded_by}
            | {name: entry[name] for name in EVIDENCE_WORDS}
            for entry in document["evidence"]
        ]

    def links(self, document: Document, record_id: int) -> list[Row]:
        return [{"from_id": record_id, "to_id": self.record(entry["to"])[0], "type": entry["type"]} for entry in document["links"]]

    def _party(self, entry: Document) -> Document:
        known = self._parties[entry["party"]]
        return entry | {"counts_as_partner": bool(self._counts[entry["role"]]), "kind": known.kind, "belongs_to": known.home}

    def _figure(self, entry: Document, record_id: int) -> Row:
        row: Row = {"record_id": record_id, "no": entry["no"], "country_id": None}
        row |= {name: entry[name] for name in FIGURE_WORDS}
        for name in FIGURE_DATES:
            row |= _date(name, entry[name])
        row |= {name: None if entry[name] is None else Decimal(entry[name]) for name in ("value_lo", "value_hi")}
        if entry["country"]:
            row["country_id"] = self._parties[entry["country"]].id
        names = ("qualifier", "nature", "preferred", "contained_basis", "preference", "preference_reason")
        return row | {name: entry[name] for name in names}

    def _columns(self, document: Document, columns: Iterable[Column]) -> Row:
        row: Row = {}
        for column in columns:
            value = document[column.name]
            if column.kind is ColumnKind.RECORD:
                row[f"{column.name}_id"] = self.record(value)[0] if value else None
            elif column.kind is ColumnKind.DATE:
                row |= _date(column.name, value or "")
            elif column.kind is ColumnKind.NUMBER:
                row[column.name] = None if value in (None, "") else Decimal(value)
            elif column.kind is ColumnKind.TERM:
                row[column.name] = value or None
            else:
                row[column.name] = value
        return row


def _date(name: str, edtf: str) -> Row:
    found = parse_edtf(edtf)
    return {f"{name}_edtf": found.edtf, f"{name}_lo": found.lower, f"{name}_hi": found.upper, f"{name}_basis": found.basis}
