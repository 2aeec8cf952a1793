"""The description of the API (OpenAPI 3.1), made of the declarations of the record types and of the parameters that are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext

from tracker.api import answers, schemas, source_schemas
from tracker.api.operations import Operation, operations
from tracker.api.parameters import REFERENCE, Parameter
from tracker.records import registry
from tracker.records.file_notes import from_outside
from tracker.records.filtering import Reader

VERSION = "1.0.0"


def document(reader: Reader) -> dict[str, Any]:
    """The whole description, in the language of the reader, with the words of the vocabulary in force."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": gettext("Cooperation tracker"),
            "version": VERSION,
            "description": gettext(
                "Records of international police cooperation and figures about them. A token of the account page is sent as a header; "
                "it acts as its person, who sees and counts here what he sees and counts on the pages."
            ),
        },
        "servers": [{"url": from_outside("/api/v1")}],
        "security": [{"token": []}],
        "tags": [{"name": name, "description": words} for name, words in _tags()],
        "paths": _paths(reader),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": gettext("A token of the account page.")}},
            "schemas": dict(_schemas(reader)),
            "responses": answers.responses(),
            "headers": answers.headers(),
        },
    }


def _tags() -> Iterator[tuple[str, str]]:
    yield "records", gettext("Records of all types")
    for record_type in registry.every_type():
        yield record_type.slug, str(record_type.label_plural)
    yield "sources", gettext("Sources that records cite")
    yield "figures", gettext("Figures, with their bounds and rules")
    yield "description", gettext("This description")


def _paths(reader: Reader) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for one in operations(reader):
        paths.setdefault(one.path, {})[one.method] = _operation(one)
    return paths


def _operation(one: Operation) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": one.name,
        "tags": [one.tag],
        "summary": str(one.summary),
        "parameters": [*map(_path_parameter, one.in_path), *map(_query_parameter, one.parameters), *one.headers],
        "responses": answers.of(one),
    }
    if one.words:
        said["description"] = one.words
    if one.body:
        content = {media: {"schema": schemas.ref(one.body)} for media in one.media}
        said["requestBody"] = {"required": True, "content": content}
    return said


def _path_parameter(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": REFERENCE},
        "description": gettext("Reference, such as HND-2024-0003"),
    }


def _query_parameter(one: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = dict(one.schema)
    if one.is_several:
        schema = {"type": "array", "items": schema}
    return {"name": one.name, "in": "query", "schema": schema, "description": str(one.words)}


def _schemas(reader: Reader) -> Iterator[tuple[str, Any]]:
    for record_type in registry.every_type():
        name = schemas.type_name(record_type)
        yield f"{name}Written", schemas.written(record_type)
        yield f"{name}Changed", schemas.changed(record_type)
        yield f"{name}Document", schemas.read(record_type)
        yield name, answers.record_schema(f"{name}Document")
    yield "Source", source_schemas.read()
    yield "SourceWritten", source_schemas.made()
    yield "SourceReplaced", source_schemas.replaced()
    yield "SourceChanged", source_schemas.changed()
    yield from answers.common_schemas()
    yield from schemas.vocabularies(reader)
