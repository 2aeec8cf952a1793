"""The first part of an address as a record type: an unknown one is a 404 before any view runs."""

from __future__ import annotations

from werkzeug.routing import BaseConverter, ValidationError

from tracker.records import registry
from tracker.records.record_type import RecordType


class RecordTypeConverter(BaseConverter):
    """`/handovers/...` -> the declaration of handovers."""

    regex = "[a-z][a-z0-9-]*"

    def to_python(self, value: str) -> RecordType:
        found = registry.by_slug(value)
        if found is None:
            raise ValidationError
        return found

    def to_url(self, value: RecordType | str) -> str:
        return value if isinstance(value, str) else value.slug
