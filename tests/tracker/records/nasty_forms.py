"""Forms that are filled with anything, and how a form must answer."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.app import stored
from tests.factories import users
from tests.forms import form_fields, minimal
from tests.pages import errors_of
from tracker.database.columns import utc_now
from tracker.record_types import RECORD_TYPES
from tracker.records.documents import Document, read_document
from tracker.records.form_context import FormContext
from tracker.records.models import Record, RecordVersion
from tracker.records.record_type import RecordType
from tracker.records.sources import Source

# on both engines the type with most texts: the others are stored in the same tables and one like its own
every_type = pytest.mark.parametrize(
    "record_type", [pytest.param(one, id=one.kind, marks=() if one.kind == "handover" else pytest.mark.once) for one in RECORD_TYPES]
)
AGREEMENT = next(record_type for record_type in RECORD_TYPES if record_type.kind == "agreement")
HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
TRAINING = next(record_type for record_type in RECORD_TYPES if record_type.kind == "training")
TEXT_TYPES = ("Text", "LongText", "WebAddress")
ROWS = ("parties", "figures", "evidence", "links", "aliases", "identifiers", "actions", "participants")


def every_field(app: Flask, record_type: RecordType) -> dict[str, Any]:
    """Each field that people fill in, by the name it is sent under, with its type; one row of each list."""
    with app.test_request_context(), stored(app) as session:
        blank = MultiDict({f"{name}-0-{key}": "" for name in ROWS for key in ("no", "names", "number")})
        form = record_type.form(record_type, FormContext(session, "en", "CHN", utc_now().date(), users.user(session)), formdata=blank)
        return dict(_leaves(form))


def _leaves(form: Any) -> Any:
    for field in form:
        if field.type == "FieldList":
            for entry in field.entries:
                yield from _leaves(entry.form)
        elif field.short_name not in ("csrf_token", "version", "token", "seen"):
            yield field.name, field


def names_of(fields: dict[str, Any], *types: str) -> list[str]:
    return [name for name, field in fields.items() if field.type in types]


def stored_text(value: str) -> str:
    """How an accepted text comes back."""
    return unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip()


def counts(app: Flask) -> tuple[int, ...]:
    with stored(app) as session:
        return tuple(session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in (Record, RecordVersion, Source))


def answer_of(app: Flask, client: FlaskClient, record_type: RecordType, data: Any, url: str = "") -> Document | None:
    """Send a form. Accepted: the stored document. Refused: None, and it was explained, nothing stored and nothing typed lost."""
    before = counts(app)
    answer = client.post(url or f"/{record_type.slug}/new", data=data)
    assert answer.status_code in (303, 422), f"{answer.status_code} to {shortened(data)}"
    if answer.status_code == 422:
        assert errors_of(answer.text), f"refused without a reason: {shortened(data)}"
        assert counts(app) == before
        assert lost(data, answer.text) == {}, "typed values are gone from the screen"
        return None
    with stored(app) as session:
        record = session.scalars(sa.select(Record).where(Record.ref == answer.headers["Location"].rpartition("/")[2])).one()
        return read_document(record, record_type)


def lost(data: Any, html: str) -> dict[str, tuple[str, list[str]]]:
    """Fields whose typed value the form no longer shows."""
    shown = form_fields(html)
    sent = MultiDict(data)
    values = {name: value for name, value in sent.items() if name not in ("action", "token", "version", "seen", "csrf_token")}
    return {
        name: (value[:80], [one[:80] for one in shown.getlist(name)])
        for name, value in values.items()
        if on_screen(value) not in map(on_screen, shown.getlist(name)) and not (value == "" and name not in shown)
    }


def on_screen(value: str) -> str:
    """Text as a browser keeps it: NUL cannot be written into a page, ends of lines are of one kind."""
    return stored_text(value.replace("\x00", "").replace("\ufffd", "")).replace("\r", "\n").strip()


def shortened(data: Any) -> dict[str, str]:
    return {name: value[:40] for name, value in dict(data).items()}


def valid(record_type: RecordType, number: int, **more: str) -> dict[str, str]:
    """A form that would be accepted; each number has a year of its own, so that none is a twin of another."""
    return minimal(record_type, number) | {"start": str(1900 + number), "token": f"{record_type.kind}-{number}"} | more
