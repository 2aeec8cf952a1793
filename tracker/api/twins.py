"""Records that may be the same as one that goes to review: named once, as by the form; what becomes of it then is the writer's word."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext

from tracker.api.calls import Call
from tracker.partial_dates import parse_edtf
from tracker.records.documents import Document
from tracker.records.file_notes import from_outside
from tracker.records.filtering import Reader
from tracker.records.record_type import RecordType
from tracker.records.twins import Twin, likely_twins
from tracker.web.problems import Problem


def require_seen(call: Call, reader: Reader, record_type: RecordType, document: Document, own_ref: str | None = None) -> None:
    """Raise Problem with the likely twins of `document` unless the call says of each that it was seen."""
    parties = [row["party"] for row in document["parties"]]
    found = likely_twins(reader, record_type.kind, document["title"], parse_edtf(document["start"]), parties, own_ref)
    seen = call.args.getlist("seen")
    if all(twin.ref in seen for twin in found):
        return
    raise Problem(
        409,
        gettext("This may be in the tracker already: look at “twins”, and send it again with each as “seen” when it is none of them."),
        [("?seen", gettext("Not seen: %(refs)s.", refs=", ".join(twin.ref for twin in found if twin.ref not in seen)))],
        more={"twins": [_told(twin, record_type) for twin in found]},
    )


def _told(twin: Twin, record_type: RecordType) -> dict[str, Any]:
    """One of them, all of which the reader may see."""
    return {
        "ref": twin.ref,
        "title": twin.title,
        "start": twin.start_edtf,
        "marking": twin.marking,
        "likeness": twin.likeness,
        "address": from_outside(url_for("api.read_record", record_type=record_type, ref=twin.ref)),
        "page": from_outside(url_for("records.show", record_type=record_type, ref=twin.ref)),
    }
