"""Sources for programs: what records cite. A new one is made before the record that cites it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response, url_for
from flask_babel import gettext

from tracker.accounts.clearance import Marking
from tracker.api.calls import Call
from tracker.api.models import ApiCall
from tracker.api.resources import record_answer, tag_of
from tracker.api.source_schemas import COLUMNS
from tracker.api.writing import reason_of, require_match, require_sound
from tracker.records.checking import Problem as Wrong
from tracker.records.documents import Document
from tracker.records.file_notes import from_outside
from tracker.records.filtering import Reader
from tracker.records.known import Known
from tracker.records.list_columns import length_in
from tracker.records.numbers import small_number
from tracker.records.rights import marking_problem, require_correction
from tracker.records.services import ConflictError
from tracker.records.source_documents import TEXTS, read_source, whole_document
from tracker.records.source_lists import fitting
from tracker.records.source_refusals import marked_lower, named, naming
from tracker.records.source_services import NamedError, SourceMarkingError, add_source, change_source
from tracker.records.sources import REASON_LENGTH, Source
from tracker.records.values import Reading, ValueProblem
from tracker.records.visibility import sources_visible_to
from tracker.web.problems import Problem


def whole(source: Source) -> dict[str, Any]:
    """One source."""
    address = from_outside(url_for("api.read_source", ref=source.ref))
    page = from_outside(url_for("sources.show", ref=source.ref))
    return {"ref": source.ref, "version": source.version, "address": address, "page": page} | read_source(source)


def find(reader: Reader, ref: str, *, to_change: bool = False) -> Source | None:
    """The source, when the reader may see it; locked `to_change` it."""
    asked = sa.select(Source).where(Source.ref == ref, sources_visible_to(reader.user))
    return reader.session.scalar(asked.with_for_update(of=Source) if to_change else asked)


def piece(call: Call, reader: Reader, size: int) -> dict[str, Any]:
    """At most `size` of the sources that fit, behind the one whose key is the cursor, how many there are, and where it goes on.

    Raises Problem.
    """
    fits = fitting(reader.user, call.args.get("q", ""))
    behind = call.args.get("cursor", "")
    if behind and small_number(behind, 9) is None:
        raise Problem(400, gettext("The address cannot be read."), [("?cursor", gettext("No answer of this list gave this."))])
    total = reader.session.scalar(sa.select(sa.func.count()).select_from(fits.order_by(None).subquery())) or 0
    found = reader.session.scalars((fits.where(Source.id < int(behind)) if behind else fits).limit(size + 1)).all()
    args: dict[str, Any] = {name: call.args.getlist(name) for name in call.args if name != "cursor"}
    following = url_for("api.list_sources", **args, cursor=found[size - 1].id) if len(found) > size else None
    return {"items": [whole(one) for one in found[:size]], "total": total, "next": from_outside(following) if following else None}


def created(call: Call, reader: Reader, given: Document, kept: ApiCall | None) -> Response:
    """A new source of the writer. Raises Problem."""
    if kept and kept.ref:
        return _answered_again(call, reader, kept)
    document = _checked(reader, given, {}, None)
    return _done(call, reader, add_source(reader.user, reader.session, document), kept, 201)


def changed(call: Call, reader: Reader, source: Source, given: Document, kept: ApiCall | None) -> Response:
    """The next version of a source, for everybody who may correct it. Raises Problem and RightsError."""
    if kept and kept.ref:
        return _answered_again(call, reader, kept)
    require_correction(reader.user, reader.session, source, reader.reporting_state)
    require_match(call, tag_of(whole(source)))
    reason = reason_of(given, REASON_LENGTH)
    before = read_source(source)
    document = _checked(reader, given, before if call.method == "PATCH" else {}, source)
    state, version = reader.reporting_state, source.version
    try:
        change_source(reader.user, reader.session, source, document, state, expected_version=version, reason=reason)
    except ConflictError as error:
        raise Problem(412, gettext("It was changed in this moment: read it again.")) from error
    except NamedError as error:
        texts = {name: document[name] for name in TEXTS} | {"reason": reason}
        require_sound([Wrong(name, named()) for name in naming(reader.session, source, texts)])
        raise Problem(409, named()) from error
    except SourceMarkingError as error:
        raise Problem(409, gettext("What was sent cannot be stored."), [("/marking", marked_lower(error))]) from error
    return _done(call, reader, source, kept, 200)


def _answered_again(call: Call, reader: Reader, kept: ApiCall) -> Response:
    """The answer to a call that was done before: the source as it is now, if the writer may still see it."""
    found = find(reader, kept.ref)
    if found is None:
        raise Problem(404, gettext("This call was done before; you may not read the source any more."))
    return _answer(call, found, kept.status, {"Idempotency-Replayed": "true"})


def _done(call: Call, reader: Reader, source: Source, kept: ApiCall | None, status: int) -> Response:
    if kept:
        kept.ref, kept.status = source.ref, status
    reader.session.flush()
    return _answer(call, source, status, {})


def _answer(call: Call, source: Source, status: int, told: dict[str, str]) -> Response:
    location = {"Location": url_for("api.read_source", ref=source.ref)} if status == 201 else {}
    return record_answer(call, whole(source), status, **{**told, **location})


def _checked(reader: Reader, given: Document, before: Document, source: Source | None) -> Document:
    """`given` on top of `before`, whole. The marking of a `source` that is there already stays unless another is given."""
    document: Document = {}
    problems = []
    for name, value in given.items():
        if name not in COLUMNS:
            problems.append(Wrong(name[:60], gettext("There is no such field."), fits=False))
        elif name in before and value == before[name] and type(value) is type(before[name]):
            document[name] = value  # also a term that can no longer be chosen
        else:
            try:
                document[name] = Reading(COLUMNS[name], length_in(Source, name), Known(reader.session, reader.user)).stored(value)
            except ValueProblem as problem:
                problems.append(Wrong(name, str(problem), problem.fits))
    marking = source.marking if source else Marking.AMBER
    whole_one = whole_document(before | document, marking)
    problems += _rules(reader, whole_one, given, source) if not problems else []
    require_sound(problems)
    return whole_one


def _rules(reader: Reader, document: Document, given: Document, source: Source | None) -> list[Wrong]:
    """As the form has them: a title, a whole address, a marking that the writer may give."""
    found = []
    if not document["title"]:
        found.append(Wrong("title", gettext("Give the source a title."), fits=bool(given.get("title"))))
    if document["url"] and not document["url"].lower().startswith(("http://", "https://")):
        found.append(Wrong("url", gettext("Write the whole address, beginning with https:// or http://."), fits=False))
    marking, is_owner = (source.marking, source.created_by_id == reader.user.id) if source else (Marking.AMBER, True)
    problem = marking_problem(reader.user, marking, document["marking"], is_owner=is_owner)
    return [*found, Wrong("marking", problem)] if problem else found
