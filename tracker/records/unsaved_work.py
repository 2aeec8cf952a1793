"""The reader's unsaved work in words: which form it was begun in, what it says, where it goes on, and whether it is out of date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for
from flask_babel import format_timedelta, gettext
from werkzeug.exceptions import HTTPException

from tracker.accounts.services import names_of_users
from tracker.database.columns import utc_now
from tracker.records.filtering import Reader
from tracker.records.models import Record, RecordVersion
from tracker.records.numbers import small_number
from tracker.records.sources import Source, SourceVersion
from tracker.records.visibility import sources_visible_to, visible_to
from tracker.unsaved.queries import Unsaved, newest
from tracker.unsaved.view_context import clock, sealer

MOST = 10
SOURCE_FORM = "sources.update"
Versions = Mapping[str, tuple[int, str]]  # by reference: the newest version and who wrote it


@dataclass(frozen=True)
class UnsavedLine:
    """One begun form in a line, as the timeline component shows it."""

    when: str
    title: str
    url: str
    text: str


def unsaved_lines(reader: Reader) -> list[UnsavedLine]:
    """What the reader has begun and not saved, the newest first."""
    begun = [(one, _form_at(one.place) if one.is_form else None) for one in newest(reader.session, sealer(), reader.user, MOST)]
    forms = [form for _, form in begun if form]
    versions = {
        **_newest_versions(reader, [values["ref"] for endpoint, values in forms if endpoint == "records.update"]),
        **_newest_of_sources(reader, [values["ref"] for endpoint, values in forms if endpoint == SOURCE_FORM]),
    }
    return [_line(one, form, versions) for one, form in begun]


def _line(one: Unsaved, form: tuple[str, Any] | None, versions: Versions) -> UnsavedLine:
    age = format_timedelta(one.saved_at - utc_now(), add_direction=True)
    said = (_words(*form) if form else "") if one.is_form else gettext("Not sent, since your sign-in had ended")
    title = one.title or (gettext("Untitled") if one.is_form else one.place)
    changed = _changed_since(one, *form, versions) if form else ""
    return UnsavedLine(
        f"{clock(one.saved_at)} · {age}", title, url_for("unsaved.show", key=one.key), " · ".join(filter(None, (said, changed)))
    )


def _newest_versions(reader: Reader, refs: Sequence[str]) -> Versions:
    """Of those of the records that the reader may still see."""
    if not refs:
        return {}
    names = names_of_users(reader.session)
    joined = sa.and_(RecordVersion.record_id == Record.id, RecordVersion.version == Record.version)
    newest_one = sa.select(Record.ref, Record.version, RecordVersion.by_id).join(RecordVersion, joined)
    rows = reader.session.execute(newest_one.where(Record.ref.in_(refs), visible_to(reader.user)))
    return {ref: (number, names.get(by_id, "")) for ref, number, by_id in rows}


def _newest_of_sources(reader: Reader, refs: Sequence[str]) -> Versions:
    """The same of sources."""
    if not refs:
        return {}
    names = names_of_users(reader.session)
    joined = sa.and_(SourceVersion.source_id == Source.id, SourceVersion.version == Source.version)
    newest_one = sa.select(Source.ref, Source.version, SourceVersion.by_id).join(SourceVersion, joined)
    rows = reader.session.execute(newest_one.where(Source.ref.in_(refs), sources_visible_to(reader.user)))
    return {ref: (number, names.get(by_id, "")) for ref, number, by_id in rows}


def _changed_since(one: Unsaved, endpoint: str, values: Mapping[str, Any], versions: Versions) -> str:
    """That the record or source has a newer version than the one that the form was opened on; '' when it has none."""
    number, by = versions.get(values.get("ref", ""), (0, ""))
    base = small_number(one.fields.get("version"), 9) or number
    if number <= base:
        return ""
    if endpoint == SOURCE_FORM:
        return gettext("the source was changed since (version %(no)s by %(name)s)", no=number, name=by)
    return gettext("the record was changed since (version %(no)s by %(name)s)", no=number, name=by)


def _form_at(place: str) -> tuple[str, Any] | None:
    """The endpoint of the form at `place` and the parts of its address; None for a part of the product that is gone."""
    try:
        return current_app.url_map.bind("localhost").match(place, method="POST")
    except HTTPException:
        return None


def _words(endpoint: str, values: Any) -> str:
    if endpoint == "records.create":
        return str(values["record_type"].label_new)
    return gettext("Change of %(ref)s", ref=values.get("ref", ""))
