"""The description of the API as its page shows it: operations by chapter, the fields of documents, the words that may be chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext

_FIRST = "records"  # its list has the parameters of all lists


@dataclass(frozen=True)
class Field:
    """A parameter or a field: what it is called, what it holds, what it means."""

    name: str
    holds: str
    words: str
    is_required: bool = False
    is_in_path: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    fields: tuple[Field, ...]
    headers: tuple[Field, ...]
    body: str  # the name of the shape that is sent
    gives: str
    answers: tuple[tuple[str, str], ...]  # status and what it means
    words: str = ""
    like: str = ""  # the operation that takes the same parameters, and tells them


@dataclass(frozen=True)
class Chapter:
    """Operations that belong together."""

    id: str
    title: str
    operations: tuple[Shown, ...]


@dataclass(frozen=True)
class Shape:
    """What an object holds."""

    id: str
    words: str
    fields: tuple[Field, ...]


def chapters_of(document: Mapping[str, Any]) -> list[Chapter]:
    """The operations by their tags."""
    found: dict[str, list[Shown]] = {}
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            found.setdefault(one["tags"][0], []).append(_shown(document, method, path, one))
    told = {field for one in found.get(_FIRST, ()) for field in one.fields}
    for tag, some in found.items():
        if tag != _FIRST:
            found[tag] = [replace(one, like=_FIRST) if one.fields and told.issuperset(one.fields) else one for one in some]
    return [Chapter(tag["name"], tag["description"], tuple(found.get(tag["name"], ()))) for tag in document["tags"]]


def shapes_of(document: Mapping[str, Any]) -> list[Shape]:
    """The objects that are sent and answered, each with its fields; rows of lists in words."""
    schemas = document["components"]["schemas"]
    plain = {name: one for name, one in schemas.items() if "properties" in one}
    return [Shape(name, one.get("description", ""), tuple(_fields(one))) for name, one in plain.items()]


def lists_of(document: Mapping[str, Any]) -> list[Field]:
    """The controlled lists: the name of each with its codes."""
    schemas = document["components"]["schemas"]
    return [Field(name, ", ".join(one["enum"]), one["description"]) for name, one in schemas.items() if "enum" in one]


def _shown(document: Mapping[str, Any], method: str, path: str, one: Mapping[str, Any]) -> Shown:
    given = [_parameter(parameter) for parameter in one["parameters"] if parameter["in"] != "header"]
    headers = [_parameter(parameter) for parameter in one["parameters"] if parameter["in"] == "header"]
    body = next(iter(one["requestBody"]["content"].values()))["schema"] if "requestBody" in one else {}
    good = next(answer for code, answer in one["responses"].items() if code.startswith("2"))
    gives = good["content"]["application/json"]["schema"]
    answers = [(code, _said(document, answer)) for code, answer in one["responses"].items()]
    return Shown(
        one["operationId"],
        method.upper(),
        path,
        one["summary"],
        tuple(given),
        tuple(headers),
        _name(body),
        _name(gives),
        tuple(answers),
        one.get("description", ""),
    )


def _said(document: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    if "$ref" in answer:
        answer = document["components"]["responses"][_name(answer)]
    return str(answer["description"])


def _parameter(one: Mapping[str, Any]) -> Field:
    schema = one["schema"].get("items", one["schema"])
    must, is_in_path, choices = one.get("required", False), one["in"] == "path", tuple(schema.get("enum", ()))
    return Field(one["name"], _holds(one["schema"]), one["description"], must, is_in_path, choices)


def _fields(schema: Mapping[str, Any]) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, one in schema["properties"].items():
        yield Field(name, _holds(one), one.get("description", ""), name in required)
        for inner, cell in one.get("items", {}).get("properties", {}).items():
            must = inner in one["items"].get("required", ())
            yield Field(f"{name}[].{inner}", _holds(cell), cell.get("description", ""), must)


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference.get("$ref", "")).rpartition("/")[2]


def _holds(schema: Mapping[str, Any]) -> str:
    """What a value is, in few words: `text, at most 300`, `one of exact, about …`."""
    if "$ref" in schema:
        return _name(schema)
    if "anyOf" in schema:
        return _name(schema["anyOf"][0])
    if "const" in schema:
        return f"“{schema['const']}”"
    words = [str(word) for word in schema.get("enum", ()) if word is not None]
    if words:
        return gettext("one of %(words)s", words=", ".join(words[:8]) + (" …" if len(words) > 8 else ""))
    kinds = schema.get("type", "object")
    kind = next(one for one in ([kinds] if isinstance(kinds, str) else kinds) if one != "null")
    if kind == "array":
        items = schema.get("items", {})
        return gettext("list of %(items)s", items=_holds(items) if "properties" not in items else gettext("rows"))
    return _with_limits(kind, schema)


def _with_limits(kind: str, schema: Mapping[str, Any]) -> str:
    if "examples" in schema:
        return gettext("date (EDTF)")
    names = {
        "string": gettext("text"),
        "number": gettext("number"),
        "integer": gettext("whole number"),
        "boolean": gettext("true or false"),
        "object": gettext("object"),
    }
    if "number" in schema.get("type", ()):
        return names["number"]
    most = schema.get("maxLength")
    return gettext("text, at most %(most)s", most=most) if most else names[kind]
