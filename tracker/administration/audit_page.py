"""The trail as a page shows it: words for codes, before and after, links where the reader may go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from tracker.accounts.services import usernames
from tracker.administration.audit_filter import NOBODY, Asked
from tracker.audit.models import AuditEvent
from tracker.audit.queries import EventPage, detail_of, page_of_events
from tracker.audit.words import action_word, detail_word
from tracker.records.filtering import Reader
from tracker.records.lookup import look_up

_LONGEST = 200


@dataclass(frozen=True)
class EventLine:
    """One event for people. `details`: (what, before, after); without a before the value stands alone."""

    no: int
    at: datetime
    person: str
    person_url: str
    action: str
    target: str
    target_url: str  # the record itself, where the reader may see it
    trail_url: str  # everything else about it
    purpose: str
    details: tuple[tuple[str, str, str], ...]
    origin: str


@dataclass(frozen=True)
class AuditPage:
    """A page of the trail with the ways on from it."""

    lines: tuple[EventLine, ...]
    newer_url: str
    older_url: str
    newest_url: str
    file_url: str


def audit_page(reader: Reader, asked: Asked, before: int | None, after: int | None) -> AuditPage:
    """The events of `asked`, just older than `before` or just newer than `after`."""
    page = EventPage([], False, False) if asked.problems else page_of_events(reader.session, asked.chosen, before=before, after=after)
    people = usernames(reader.session)
    found = look_up(reader, (event.target for event in page.events))
    lines = tuple(_line(event, people, found[event.target].url if event.target in found else "") for event in page.events)
    return AuditPage(
        lines,
        url_for("audit.index", **asked.args, after=lines[0].no) if page.has_newer and lines else "",
        url_for("audit.index", **asked.args, before=lines[-1].no) if page.has_older and lines else "",
        url_for("audit.index", **asked.args),
        url_for("audit.export", **asked.args),
    )


def _line(event: AuditEvent, people: Mapping[str, str], target_url: str) -> EventLine:
    person = people.get(event.actor, event.actor) or gettext("nobody signed in, or the command line")
    return EventLine(
        event.no,
        event.at,
        person,
        url_for("audit.index", person=event.actor or NOBODY),
        action_word(event.action),
        event.target,
        target_url,
        url_for("audit.index", about=event.target) if event.target else "",
        event.purpose,
        tuple(_details(detail_of(event))),
        " · ".join(part for part in (event.address, event.request) if part),
    )


def _details(said: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """`changed` holds pairs of before and after; everything else is a value."""
    for name, value in said.items():
        if name == "changed" and isinstance(value, dict):
            for field, pair in value.items():
                before, after = pair if isinstance(pair, list) and len(pair) == 2 else ("", pair)
                yield detail_word(field), _plain(before), _plain(after)
        elif name == "after" and isinstance(value, dict):
            yield from ((detail_word(field), "", _plain(one)) for field, one in value.items() if one not in ("", None, False))
        elif isinstance(value, dict):
            inner = "; ".join(f"{detail_word(field)}: {_plain(one)}" for field, one in value.items())
            if inner:
                yield detail_word(name), "", inner
        else:
            yield detail_word(name), "", _plain(value)


def _plain(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    text = ", ".join(map(_plain, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
