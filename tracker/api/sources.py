"""Sources for programs: what records cite. A new one is made before the record that cites it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response, url_for
from flask_babel import gettext

from tracker.accounts.clearance import Marking
from tracker.api.models import ApiCall
from tracker.api.resources import answer
from tracker.api.schemas import Schema, column_schema
from tracker.api.writing import require_sound
from tracker.records.checking import Problem as Wrong
from tracker.records.documents import Document
from tracker.records.file_notes import from_outside
from tracker.records.filtering import Reader
from tracker.records.known import Known
from tracker.records.list_columns import length_in
from tracker.records.record_type import ColumnKind
from tracker.records.rights import marking_problem
from tracker.records.source_documents import SOURCE, read_source, whole_document
from tracker.records.source_services import add_source
from tracker.records.sources import Source
from tracker.records.values import Reading, ValueProblem
from tracker.records.visibility import sources_visible_to
from tracker.web.problems import Problem

_COLUMNS = {column.name: column for column in SOURCE.all_columns}
WEB = "^(|[Hh][Tt][Tt][Pp][Ss]?://[^\\u0000-\\u001f\\u007f-\\u009f]*)$"


def written_schema() -> Schema:
    """A source as programs write it."""
    properties = {name: column_schema(column, length_in(Source, name)) for name, column in _COLUMNS.items()}
    properties["url"] |= {"pattern": WEB}
    properties["title"] = properties["title"] | {"type": "string", "minLength": 1}
    return {"type": "object", "properties": properties, "required": ["title"], "additionalProperties": False}


def read_schema() -> Schema:
    """A source as programs read it."""
    flag, text = {"type": "boolean"}, {"type": ["string", "null"]}
    values = {name: flag if column.kind is ColumnKind.FLAG else text for name, column in _COLUMNS.items()}
    own: Schema = {"ref": {"type": "string"}, "version": {"type": "integer"}, "page": {"type": "string", "format": "uri"}}
    return {"type": "object", "properties": own | values, "required": [*own, *values]}


def whole(source: Source) -> dict[str, Any]:
    """One source."""
    page = from_outside(url_for("sources.show", ref=source.ref))
    return {"ref": source.ref, "version": source.version, "page": page} | read_source(source)


def find(reader: Reader, ref: str) -> Source | None:
    """The source, when the reader may see it."""
    return reader.session.scalar(sa.select(Source).where(Source.ref == ref, sources_visible_to(reader.user)))


def created(reader: Reader, given: Document, kept: ApiCall | None) -> Response:
    """A new source of the writer. Raises Problem."""
    if kept and kept.ref:
        found = find(reader, kept.ref)
        if found is None:
            raise Problem(404, gettext("This call was done before; you may not read the source any more."))
        return _answer(found, {"Idempotency-Replayed": "true"})
    document = _checked(reader, given)
    source = add_source(reader.user, reader.session, document)
    if kept:
        kept.ref, kept.status = source.ref, 201
    reader.session.flush()
    return _answer(source, {})


def _answer(source: Source, told: dict[str, str]) -> Response:
    location = url_for("api.read_source", ref=source.ref)
    return answer(whole(source), 201, **{"Location": location, **told})


def _checked(reader: Reader, given: Document) -> Document:
    document: Document = {}
    problems = []
    for name, value in given.items():
        if name not in _COLUMNS:
            problems.append(Wrong(name[:60], gettext("There is no such field."), fits=False))
            continue
        try:
            document[name] = Reading(_COLUMNS[name], length_in(Source, name), Known(reader.session, reader.user)).stored(value)
        except ValueProblem as problem:
            problems.append(Wrong(name, str(problem), problem.fits))
    whole_one = whole_document(document, Marking.AMBER)
    problems += _rules(reader, whole_one, given) if not problems else []
    require_sound(problems)
    return whole_one


def _rules(reader: Reader, document: Document, given: Document) -> list[Wrong]:
    """As the form has them: a title, a whole address, a marking that the writer may give."""
    found = []
    if not document["title"]:
        found.append(Wrong("title", gettext("Give the source a title."), fits=bool(given.get("title"))))
    if document["url"] and not document["url"].lower().startswith(("http://", "https://")):
        found.append(Wrong("url", gettext("Write the whole address, beginning with https:// or http://."), fits=False))
    problem = marking_problem(reader.user, Marking.AMBER.value, document["marking"], is_owner=True)
    return [*found, Wrong("marking", problem)] if problem else found
