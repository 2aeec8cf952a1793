"""Saving in tests, and what is stored afterwards."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import stored
from tests.factories import records
from tests.forms import form_fields
from tests.pages import page
from tracker.record_types import RECORD_TYPES
from tracker.records import services
from tracker.records.documents import read_document
from tracker.records.models import Record, RecordVersion

_, OPERATION, HANDOVER, TRAINING, _ = RECORD_TYPES


def refs_to(app: Flask) -> list[str]:
    """The addresses of all records."""
    with stored(app) as session:
        return [f"/{records.type_of_kind(kind).slug}/{ref}" for ref, kind in session.execute(sa.select(Record.ref, Record.kind))]


def version_numbers(app: Flask) -> list[int]:
    with stored(app) as session:
        return list(session.scalars(sa.select(RecordVersion.version).order_by(RecordVersion.version)))


def only_document(app: Flask) -> dict[str, Any]:
    """The document of the only record, which its last version holds as well."""
    with stored(app) as session:
        record = session.scalars(sa.select(Record)).one()
        record_type = records.type_of_kind(record.kind)
        document = read_document(record, record_type)
        last = session.get_one(RecordVersion, (record.id, record.version))
        assert services.plain_payload(dict(last.payload), record_type) == document
        return document


def changed(client: FlaskClient, address: str, **values: str) -> Any:
    """The form of a record as it stands, with other values."""
    form = form_fields(page(client, f"{address}/edit").html)
    for name, value in (values | {"action": "save"}).items():
        form[name] = value
    return form
