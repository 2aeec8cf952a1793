"""What the API answers, as its description says it: schemas, failures and headers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext

from tracker.api.operations import Operation
from tracker.api.schemas import Schema, ref
from tracker.web.problems import MIMETYPE

_TEXT, _WHOLE, _FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
_ADDRESS = {"type": "string", "format": "uri"}
_NUMBER = {"type": ["number", "null"]}
_LIMITS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
ALWAYS = (400, 401, 403, 405, 409, 429, 503)


def of(one: Operation) -> dict[str, Any]:
    """The answers of an operation."""
    own: tuple[str, ...] = ("Location",) if one.status == 201 else ()
    own += ("Idempotency-Replayed",) if one.body else ()
    told = {name: {"$ref": f"#/components/headers/{name}"} for name in (*_LIMITS, *(("ETag",) if one.has_tag else ()), *own)}
    found: dict[str, Any] = {
        str(one.status): {
            "description": str(one.summary),
            "headers": told,
            "content": {"application/json": {"schema": ref(one.gives)}},
        }
    }
    if one.has_tag and one.method == "get":
        found["304"] = {"description": gettext("Not changed"), "headers": {"ETag": told["ETag"]}}
    return found | {str(code): {"$ref": f"#/components/responses/Problem{code}"} for code in sorted({*ALWAYS, *one.fails})}


def responses() -> dict[str, Any]:
    """Every failure, each as problem details (RFC 9457)."""
    words = {
        400: gettext("The address or the body cannot be read."),
        401: gettext("There is no token, or none that is worth something."),
        403: gettext("The role, the desk or the scope of the token does not include this."),
        404: gettext("There is no such record or source for the reader."),
        405: gettext("The address takes other methods: see Allow."),
        409: gettext(
            "It can be read, but does not fit together, or not with what is stored; “errors” says where and why, “twins” which records may "
            "be the same."
        ),
        412: gettext("It was changed since: read it again."),
        413: gettext("The body is too large."),
        415: gettext("The body is of another type than this takes."),
        422: gettext("A field is unknown, or cannot hold what was sent; “errors” says where and why."),
        428: gettext("A change says with If-Match on which version it is based."),
        429: gettext("Too many calls: see Retry-After."),
        503: gettext("The database does not answer."),
    }
    content = {MIMETYPE: {"schema": ref("Problem")}}
    return {f"Problem{code}": {"description": said, "content": content} for code, said in words.items()}


def headers() -> dict[str, Any]:
    """Headers of answers."""
    words = {
        "RateLimit-Limit": gettext("Calls of this token in a minute"),
        "RateLimit-Remaining": gettext("How many of them are left"),
        "RateLimit-Reset": gettext("Seconds until there is room for more"),
        "ETag": gettext("The version of the record or source as it was answered"),
        "Location": gettext("The address of what was made"),
        "Idempotency-Replayed": gettext("“true” where the same call was answered before and changed nothing now"),
    }
    return {name: {"description": said, "schema": _TEXT} for name, said in words.items()}


def record_schema(document: str) -> Schema:
    """One record: what the tracker knows of it, and its document."""
    return _object(
        {
            "ref": _TEXT,
            "version": _WHOLE,
            "verified_version": {"type": ["integer", "null"]},
            "review_state": _TEXT,
            "marking": _TEXT,
            "is_restricted": _FLAG,
            "is_discarded": _FLAG,
            "merged_into": {"type": ["string", "null"]},
            "created_at": {"type": "string", "format": "date-time"},
            "changed_at": {"type": "string", "format": "date-time"},
            "address": _ADDRESS,
            "page": _ADDRESS,
            "document": ref(document),
        }
    )


def common_schemas() -> Iterator[tuple[str, Schema]]:
    """What is the same for all types."""
    yield "Problem", _problem()
    yield "List", _object({"items": _array(ref("Line")), "total": _WHOLE, "next": {"type": ["string", "null"], "format": "uri"}})
    yield "Line", _line()
    yield "SourceList", _object({"items": _array(ref("Source")), "total": _WHOLE, "next": {"type": ["string", "null"], "format": "uri"}})
    yield "Measures", _object({"items": _array(ref("Measure"))})
    yield "Measure", _measure()
    yield "Figures", _figures()
    yield "Row", _object({"code": _TEXT, "label": _TEXT, "section": _TEXT, "cells": _array(ref("Cell"))})
    yield "Cell", _cell()
    yield "Index", _index()
    yield "Description", {"type": "object", "required": ["openapi", "info", "paths"]}


def _problem() -> Schema:
    where = _object({"message": _TEXT}) | {"description": gettext("“pointer” into the body (RFC 6901), or “parameter” of the address")}
    where["properties"] |= {"pointer": _TEXT, "parameter": _TEXT}
    schema = _object({"type": _TEXT, "title": _TEXT, "status": _WHOLE, "detail": _TEXT})
    schema["properties"]["errors"] = _array(where)
    twin = _object(dict.fromkeys(("ref", "title", "start", "marking"), _TEXT) | {"likeness": _WHOLE, "address": _ADDRESS, "page": _ADDRESS})
    schema["properties"]["twins"] = _array(twin)
    return schema


def _line() -> Schema:
    names = ("ref", "kind", "title", "start", "status", "review_state", "marking")
    schema = _object(
        dict.fromkeys(names, _TEXT)
        | {
            "is_group_entry": _FLAG,
            "parties_complete": _FLAG,
            "partners": _array(_object({"party": _TEXT, "role": _TEXT})),
            "address": _ADDRESS,
            "page": _ADDRESS,
        }
    )
    schema["properties"] |= {"lower": _NUMBER, "upper": _NUMBER}
    return schema


def _measure() -> Schema:
    words = dict.fromkeys(("code", "label", "unit", "mode", "date"), _TEXT)
    return _object({**words, "kind": {"type": ["string", "null"]}, "is_quantity": _FLAG, "rows": _array(_TEXT), "rules": _array(_TEXT)})


def _figures() -> Schema:
    words = dict.fromkeys(("as_of", "basis", "clearance", "rule_version", "marking", "reporting_state", "rows_are", "when"), _TEXT)
    return _object(
        {
            "measure": ref("Measure"),
            "filter": {"type": "object"},
            "filter_words": _TEXT,
            "rules": _array(_TEXT),
            "vocabulary_version": _WHOLE,
            **words,
            "columns": _array(_object({"code": _TEXT, "label": _TEXT})),
            "rows": _array(ref("Row")),
            "total": ref("Row"),
            "page": _ADDRESS,
        }
    )


def _index() -> Schema:
    resource = _object({"name": _TEXT, "summary": _TEXT, "address": _ADDRESS, "methods": _array(_TEXT)})
    return _object({"name": _TEXT, "version": _TEXT, "description": _ADDRESS, "documentation": _ADDRESS, "resources": _array(resource)})


def _cell() -> Schema:
    counts = dict.fromkeys(("records", "unquantified", "missing", "inferred"), _WHOLE)
    schema = _object({"column": _TEXT, "text": _TEXT, "lower": _NUMBER, "upper": _NUMBER, **counts, "about": _FLAG, "open_list": _FLAG})
    address = {"type": ["string", "null"], "format": "uri"}
    schema["properties"] |= {"list": address, "page": address}
    schema["required"] += ["list", "page"]
    schema["description"] = gettext(
        "“lower” and “upper” are null where no number is known; “upper” alone is null where the sources give no upper bound."
    )
    return schema


def _object(properties: dict[str, Any]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}
