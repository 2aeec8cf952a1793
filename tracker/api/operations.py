"""Everything that can be asked of the API, one declaration for each operation: the description and its page are made of these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString, gettext

from tracker.api.bodies import JSON, MERGE_PATCH
from tracker.api.figure_parameters import figure_parameters
from tracker.api.parameters import Parameter, filter_parameters, paging_parameters, source_parameters, writing_parameters
from tracker.api.schemas import type_name
from tracker.records import registry
from tracker.records.filtering import Reader
from tracker.records.record_type import RecordType


@dataclass(frozen=True)
class Operation:
    """One thing that a program can ask."""

    method: str  # in small letters
    path: str  # below /api/v1
    name: str
    tag: str
    summary: LazyString | str
    gives: str  # the schema of the answer
    parameters: tuple[Parameter, ...] = ()
    in_path: tuple[str, ...] = ()
    headers: tuple[dict[str, Any], ...] = ()
    body: str = ""  # the schema of what is sent
    media: tuple[str, ...] = ()
    status: int = 200
    fails: tuple[int, ...] = ()  # besides what every operation may answer
    words: str = ""  # what else there is to say
    has_tag: bool = False  # whether the answer has an entity tag


def operations(reader: Reader) -> Iterator[Operation]:
    """All of them, in the order of the documentation."""
    paging = paging_parameters()
    yield Operation("get", "/", "get_index", "description", gettext("What there is to ask for"), "Index")
    yield Operation(
        *("get", "/records", "list_records", "records", gettext("List records of all types"), "List"),
        parameters=(*filter_parameters(reader, None), *paging),
    )
    for record_type in registry.every_type():
        filters = (*filter_parameters(reader, record_type), *paging)
        yield from _reading(record_type, filters)
        yield from _writing(record_type)
    yield from _of_sources()
    yield Operation("get", "/measures", "list_measures", "figures", gettext("What can be counted, and in which rows"), "Measures")
    yield Operation(
        *("get", "/figures", "get_figures", "figures", gettext("A table of figures: rows by columns of time"), "Figures"),
        parameters=figure_parameters(reader),
    )
    yield Operation("get", "/openapi.json", "get_description", "description", gettext("This description"), "Description")


def _of_sources() -> Iterator[Operation]:
    yield Operation(
        *("get", "/sources", "list_sources", "sources", gettext("List sources, the newest first"), "SourceList"),
        parameters=source_parameters(),
    )
    yield Operation(
        *("post", "/sources", "create_source", "sources", gettext("Make a source, for records that cite it"), "Source"),
        words=_once(),
        body="SourceWritten",
        media=(JSON,),
        status=201,
        fails=(413, 415, 422),
        has_tag=True,
    )
    yield Operation(
        *("get", "/sources/{ref}", "read_source", "sources", gettext("Read one source"), "Source"),
        in_path=("ref",),
        headers=(_none_match(),),
        fails=(404,),
        has_tag=True,
    )
    for method, verb, media, words in (
        ("put", "replace", (JSON,), gettext("Write a source anew: what is not given is not known, but its marking stays")),
        ("patch", "change", (MERGE_PATCH, JSON), gettext("Change fields of a source: what is not given stays")),
    ):
        yield Operation(
            *(method, "/sources/{ref}", f"{verb}_source", "sources", words, "Source"),
            in_path=("ref",),
            headers=(_match(),),
            words=_once(),
            body="SourceReplaced" if method == "put" else "SourceChanged",
            media=media,
            fails=(404, 412, 413, 415, 422, 428),
            has_tag=True,
        )


def _none_match() -> dict[str, Any]:
    return _header("If-None-Match", gettext("The entity tag that the program has: 304 when it is still that"))


def _match() -> dict[str, Any]:
    return _header("If-Match", gettext("The entity tag of what the program has read"), is_required=True)


def _once() -> str:
    return gettext(
        "With the header Idempotency-Key, a word of the program's own for this call, the same call sent again changes nothing and is "
        "answered again. The same word with another call is refused with 422."
    )


def _twins() -> str:
    return gettext(
        "What is sent to review for the first time and may be in the tracker already is refused with 409, and “twins” names those records. "
        "Sent again with each of them as “seen”, it is taken."
    )


def _reading(record_type: RecordType, filters: tuple[Parameter, ...]) -> Iterator[Operation]:
    slug, kind, label = record_type.slug, record_type.kind, str(record_type.label_plural)
    yield Operation(
        *("get", f"/{slug}", f"list_{slug}", slug, gettext("List: %(label)s", label=label), "List"),
        parameters=filters,
    )
    yield Operation(
        *("get", f"/{slug}/{{ref}}", f"read_{kind}", slug, gettext("Read one record"), type_name(record_type)),
        in_path=("ref",),
        headers=(_none_match(),),
        fails=(404,),
        has_tag=True,
    )


def _writing(record_type: RecordType) -> Iterator[Operation]:
    slug, kind, name = record_type.slug, record_type.kind, type_name(record_type)
    yield Operation(
        *("post", f"/{slug}", f"create_{kind}", slug, gettext("Make a record"), name),
        parameters=writing_parameters(),
        words=f"{_twins()} {_once()}",
        body=f"{name}Written",
        media=(JSON,),
        status=201,
        fails=(409, 413, 415, 422),
        has_tag=True,
    )
    for method, verb, media, words in (
        ("put", "replace", (JSON,), gettext("Write a record anew: what is not given is not known")),
        ("patch", "change", (MERGE_PATCH, JSON), gettext("Change fields of a record: what is not given stays; a list is given whole")),
    ):
        yield Operation(
            *(method, f"/{slug}/{{ref}}", f"{verb}_{kind}", slug, words, name),
            parameters=writing_parameters(),
            in_path=("ref",),
            headers=(_match(),),
            words=f"{_twins()} {_once()}",
            body=f"{name}Changed",
            media=media,
            fails=(404, 409, 412, 413, 415, 422, 428),
            has_tag=True,
        )


def _header(name: str, words: str, *, is_required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": is_required, "schema": {"type": "string"}, "description": words}
