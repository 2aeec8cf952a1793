"""Records as programs read them: lines of a list, and one record whole. Names of persons are in neither."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask import Response, url_for
from werkzeug.http import parse_etags

from tracker.api.calls import Call
from tracker.counting.filters import RecordFilter
from tracker.records.documents import Document, references_in
from tracker.records.file_notes import from_outside
from tracker.records.filtering import Reader, measure_of
from tracker.records.json_text import json_value
from tracker.records.models import Record
from tracker.records.paging import Piece
from tracker.records.queries import ListRow, merged_into, newest_document
from tracker.records.record_type import ColumnKind, RecordType
from tracker.records.registry import by_kind
from tracker.records.visibility import visible_refs


def answer(body: Mapping[str, Any], status: int = 200, **headers: str) -> Response:
    """`body` as JSON."""
    return Response(json.dumps(body, ensure_ascii=False), status, headers=headers, mimetype="application/json")


def list_of(call: Call, chosen: RecordFilter, piece: Piece, endpoint: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """One piece of a list: its items, how many there are in all, and the address of the next piece."""
    measure = measure_of(chosen)
    is_quantity = bool(measure and measure.is_quantity)
    args: dict[str, Any] = {name: call.args.getlist(name) for name in call.args if name != "cursor"}
    following = url_for(endpoint, **values, **args, cursor=piece.following) if piece.following else None
    return {
        "items": [_line(row, is_quantity=is_quantity) for row in piece.rows],
        "total": piece.total,
        "next": from_outside(following) if following else None,
    }


def _line(row: ListRow, *, is_quantity: bool) -> dict[str, Any]:
    record_type = by_kind(row.kind)
    line: dict[str, Any] = {
        "ref": row.ref,
        "kind": row.kind,
        "title": row.title,
        "start": row.start_edtf,
        "status": row.status,
        "review_state": row.review_state,
        "marking": row.marking,
        "is_group_entry": row.is_group_entry,
        "parties_complete": row.parties_complete,
        "partners": [{"party": party, "role": role} for party, role in row.partners],
    }
    if is_quantity:
        line |= {"lower": json_value(row.lower), "upper": json_value(row.upper)}
    return line | _addresses(record_type, row.ref)


def _addresses(record_type: RecordType, ref: str) -> dict[str, str]:
    return {
        "address": from_outside(url_for("api.read_record", record_type=record_type, ref=ref)),
        "page": from_outside(url_for("records.show", record_type=record_type, ref=ref)),
    }


def whole(reader: Reader, record: Record, record_type: RecordType) -> dict[str, Any]:
    """One record: what is known of it, and its newest document."""
    kept = merged_into(reader, record)
    return {
        "ref": record.ref,
        "version": record.version,
        "verified_version": record.verified_version,
        "review_state": record.review_state.value,
        "marking": record.effective_marking.value,
        "is_restricted": record.restricted_at is not None,
        "is_discarded": record.discarded_at is not None,
        "merged_into": kept.ref if kept else None,
        "created_at": record.created_at.isoformat(timespec="seconds"),
        "changed_at": record.changed_at.isoformat(timespec="seconds"),
        **_addresses(record_type, record.ref),
        "document": document_of(reader, record, record_type),
    }


def document_of(reader: Reader, record: Record, record_type: RecordType) -> Document:
    """What the record says, without records that the reader may not see and without what only the tracker keeps in a row."""
    document = dict(newest_document(record, record_type))
    named = references_in(document, record_type)
    hidden = named - visible_refs(reader.session, reader.user, named)
    for column in record_type.all_columns:
        if column.kind is ColumnKind.RECORD and document[column.name] in hidden:
            document[column.name] = None
    document["links"] = [row for row in document["links"] if row["to"] not in hidden]
    for child in record_type.all_lists:
        if child.kept:
            document[child.name] = [{name: row[name] for name in row if name not in child.kept} for row in document[child.name]]
    return document


def tag_of(body: Mapping[str, Any]) -> str:
    """The entity tag of a record or source as it is answered: its version, and what may change without a new one."""
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return f"{body['version']}-{digest[:16]}"


def record_answer(call: Call, body: Mapping[str, Any], status: int = 200, **headers: str) -> Response:
    """One record or source with its entity tag; 304 without a body where the program has it already."""
    tag = tag_of(body)
    if status == 200 and call.reads and parse_etags(call.headers.get("If-None-Match")).contains_weak(tag):
        return Response(status=304, headers={"ETag": f'"{tag}"'})
    return answer(body, status, ETag=f'"{tag}"', **headers)
