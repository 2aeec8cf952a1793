"""Writing records for programs: the same checks, services and rights as by the form, with what is wrong at its place in the body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Response, url_for
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from werkzeug.http import parse_etags

from tracker.api.calls import Call
from tracker.api.models import ApiCall
from tracker.api.resources import record_answer, tag_of, whole
from tracker.api.twins import require_seen
from tracker.records import services
from tracker.records.checking import Checked, Checker
from tracker.records.checking import Problem as Wrong
from tracker.records.documents import Document, empty_document
from tracker.records.enums import ReviewState
from tracker.records.fields import has_forbidden
from tracker.records.filtering import Reader
from tracker.records.models import SHORT_LENGTH, Record
from tracker.records.queries import get, newest_document
from tracker.records.record_type import RecordType
from tracker.records.restriction import require_unrestricted
from tracker.records.rights import require_hold
from tracker.records.services import ConflictError, OutOfReachError
from tracker.web.problems import Problem

DRAFT, SUBMITTED = "draft", "submitted"
STATES = (DRAFT, SUBMITTED)


def created(call: Call, reader: Reader, record_type: RecordType, given: Document, kept: ApiCall | None) -> Response:
    """A new record of the writer, a draft unless `?state=submitted` says otherwise. Raises Problem and what the service raises."""
    if kept and kept.ref:
        return answered_again(call, reader, record_type, kept)
    draft = call.args.get("state", DRAFT) == DRAFT
    checker = Checker(reader.session, reader.user, reader.reporting_state, reader.today)
    checker.prepare([given], record_type)
    document = _sound(checker.check(given, record_type, draft=draft))
    if not draft:
        require_seen(call, reader, record_type, document)
    try:
        record = services.create(reader.user, reader.session, record_type, document, reader.reporting_state, draft=draft)
    except IntegrityError as error:
        raise _clash() from error
    return _done(call, reader, record_type, record.ref, kept, 201)


def changed(call: Call, reader: Reader, record: Record, record_type: RecordType, given: Document, kept: ApiCall | None) -> Response:
    """The next version of a record: a draft stays one unless `?state=submitted`; anything else waits for review. Raises as above."""
    if kept and kept.ref:
        return answered_again(call, reader, record_type, kept)
    require_hold(reader.user, reader.session, record, reader.reporting_state)
    require_unrestricted(record)
    require_match(call, tag_of(whole(reader, record, record_type)))
    reason = reason_of(given, SHORT_LENGTH)
    was_draft = record.review_state is ReviewState.DRAFT
    draft = was_draft and call.args.get("state", DRAFT) == DRAFT
    before = newest_document(record, record_type)
    if call.method == "PUT":  # what is not given is not known
        given = {name: value for name, value in empty_document(record_type).items() if name != "kind"} | given
    checker = Checker(reader.session, reader.user, reader.reporting_state, reader.today)
    checker.prepare([given], record_type)
    document = _sound(checker.check(given, record_type, draft=draft, base=before, own_ref=record.ref, owner_id=record.owner_id))
    if was_draft and not draft:
        require_seen(call, reader, record_type, document, record.ref)
    try:
        services.update(
            *(reader.user, reader.session, record, record_type, document, reader.reporting_state),
            expected_version=record.version,
            draft=draft,
            reason=reason,
        )
    except ConflictError as error:
        raise Problem(412, gettext("The record was changed in this moment: read it again.")) from error
    except OutOfReachError as error:
        raise Problem(409, gettext("This record is retired or in the bin: it is brought back first, on its page.")) from error
    except IntegrityError as error:
        raise _clash() from error
    return _done(call, reader, record_type, record.ref, kept, 200)


def answered_again(call: Call, reader: Reader, record_type: RecordType, kept: ApiCall) -> Response:
    """The answer to a call that was done before: the record as it is now, if the writer may still see it."""
    record = get(reader.session, reader, kept.ref, record_type.kind)
    if record is None:
        raise Problem(404, gettext("This call was done before; you may not read the record any more."))
    return _answer(call, reader, record, record_type, kept.status, {"Idempotency-Replayed": "true"})


def pointers(problems: Iterable[Wrong]) -> list[tuple[str, str]]:
    """What is wrong, as pairs of JSON pointer (RFC 6901) and words."""
    return [(_pointer(problem.path), problem.message) for problem in problems]


def _pointer(path: str) -> str:
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in path.split(".")) if path else ""


def require_sound(problems: Sequence[Wrong]) -> None:
    """Raise Problem when there are any: what is of the right form fails for what it says together, or for what is stored."""
    if problems:
        status = 409 if all(problem.fits for problem in problems) else 422
        raise Problem(status, gettext("What was sent cannot be stored."), pointers(problems))


def _sound(checked: Checked) -> Document:
    require_sound(checked.problems)
    return checked.document


def _done(call: Call, reader: Reader, record_type: RecordType, ref: str, kept: ApiCall | None, status: int) -> Response:
    if kept:
        kept.ref, kept.status = ref, status
    reader.session.flush()
    record = get(reader.session, reader, ref, record_type.kind)
    if record is None:
        raise Problem(409, gettext("You could not read the record any more: nothing was stored."))
    return _answer(call, reader, record, record_type, status, {})


def _answer(call: Call, reader: Reader, record: Record, record_type: RecordType, status: int, told: Mapping[str, str]) -> Response:
    location = {"Location": url_for("api.read_record", record_type=record_type, ref=record.ref)} if status == 201 else {}
    return record_answer(call, whole(reader, record, record_type), status, **{**told, **location})


def require_match(call: Call, tag: str) -> None:
    """Raise Problem unless the program says which state of a record or source it read (RFC 9110, 13.1.1), and it is still that."""
    wanted = call.headers.get("If-Match")
    if wanted is None:
        raise Problem(428, gettext("Say with If-Match which version you have read: its ETag."))
    if not parse_etags(wanted).contains(tag):
        raise Problem(412, gettext("It was changed since: read it again."), headers={"ETag": f'"{tag}"'})


def reason_of(given: Document, most: int) -> str:
    """Take the reason of the change, of at most `most` characters, out of what was sent. Raises Problem."""
    reason: Any = given.pop("reason", "")
    if not isinstance(reason, str) or len(reason) > most or has_forbidden(reason):
        said = gettext("The reason is text of at most %(most)s characters.", most=most)
        raise Problem(422, gettext("What was sent cannot be stored."), [("/reason", said)])
    return reason.strip()


def _clash() -> Problem:
    """Somebody else took the same file number in the same moment."""
    return Problem(409, gettext("Somebody saved something that clashes with this in the same moment: send it again."))
