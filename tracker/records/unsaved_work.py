"""The reader's unsaved work in words: which form it was begun in, what it says, and where it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import format_timedelta, gettext
from werkzeug.exceptions import HTTPException

from tracker.database.columns import utc_now
from tracker.records.filtering import Reader
from tracker.unsaved.queries import Unsaved, newest
from tracker.unsaved.view_context import clock, sealer

MOST = 10


@dataclass(frozen=True)
class UnsavedLine:
    """One begun form in a line, as the timeline component shows it."""

    when: str
    title: str
    url: str
    text: str


def unsaved_lines(reader: Reader) -> list[UnsavedLine]:
    """What the reader has begun and not saved, the newest first."""
    return [_line(one) for one in newest(reader.session, sealer(), reader.user, MOST)]


def _line(one: Unsaved) -> UnsavedLine:
    age = format_timedelta(one.saved_at - utc_now(), add_direction=True)
    form = _form_at(one.place) if one.is_form else gettext("Not sent, since your sign-in had ended")
    title = one.title or (gettext("Untitled") if one.is_form else one.place)
    return UnsavedLine(f"{clock(one.saved_at)} · {age}", title, url_for("unsaved.show", key=one.key), form)


def _form_at(place: str) -> str:
    try:
        endpoint, values = current_app.url_map.bind("localhost").match(place, method="POST")
    except HTTPException:  # of a part of the product that is gone
        return ""
    return _words(endpoint, values)


def _words(endpoint: str, values: Any) -> str:
    if endpoint == "records.create":
        return str(values["record_type"].label_new)
    return gettext("Change of %(ref)s", ref=values.get("ref", ""))
