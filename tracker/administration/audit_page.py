"""The trail as a page shows it: words for codes, before and after, links where the reader may go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext

from tracker.accounts.services import usernames
from tracker.administration.audit_details import Detail, Details
from tracker.administration.audit_filter import NOBODY, Asked
from tracker.administration.audit_targets import Target, Targets
from tracker.audit.models import AuditEvent
from tracker.audit.queries import EventPage, detail_of, page_of_events
from tracker.audit.words import action_word
from tracker.records.filtering import Reader
from tracker.web.formatters import moment_exact


@dataclass(frozen=True)
class EventLine:
    """One event for people."""

    no: int
    at: datetime
    person: str
    person_url: str
    action: str
    target: Target  # in words, with its page where the reader may open it
    trail_url: str  # everything else about it
    purpose: str
    details: tuple[Detail, ...]
    origin: str


@dataclass(frozen=True)
class AuditPage:
    """A page of the trail with the ways on from it."""

    lines: tuple[EventLine, ...]
    newer_url: str
    older_url: str
    newest_url: str
    file_url: str
    csv_url: str


def audit_page(reader: Reader, asked: Asked, before: int | None, after: int | None) -> AuditPage:
    """The events of `asked`, just older than `before` or just newer than `after`."""
    page = EventPage([], False, False) if asked.problems else page_of_events(reader.session, asked.chosen, before=before, after=after)
    people = usernames(reader.session)
    targets, details = Targets(reader, (event.target for event in page.events)), Details(reader)
    lines = tuple(_line(event, details, people, targets.of(event.target)) for event in page.events)
    return AuditPage(
        lines,
        url_for("audit.index", **asked.args, after=lines[0].no) if page.has_newer and lines else "",
        url_for("audit.index", **asked.args, before=lines[-1].no) if page.has_older and lines else "",
        url_for("audit.index", **asked.args),
        url_for("audit.export", **asked.args),
        url_for("audit.export_csv", **asked.args),
    )


def _line(event: AuditEvent, details: Details, people: Mapping[str, str], target: Target) -> EventLine:
    return EventLine(
        event.no,
        event.at,
        _person(event, people),
        url_for("audit.index", person=event.actor or NOBODY),
        action_word(event.action),
        target,
        url_for("audit.index", about=event.target) if event.target else "",
        event.purpose,
        details.of(event.action, detail_of(event)),
        " · ".join(part for part in (event.address, event.request) if part),
    )


def _person(event: AuditEvent, people: Mapping[str, str]) -> str:
    return people.get(event.actor, event.actor) or gettext("nobody signed in, or the command line")


def csv_rows(reader: Reader, events: Iterable[AuditEvent]) -> Iterator[Sequence[object]]:
    """The rows of the file for spreadsheets: what the page shows, with the stored words of action and target and the hash of the event."""
    people, details, targets = usernames(reader.session), Details(reader), Targets(reader)
    yield (
        *(gettext("No."), gettext("When"), gettext("Person"), gettext("User name"), gettext("Action"), gettext("Action (code)")),
        *(gettext("About"), gettext("About (code)"), gettext("Reason or purpose"), gettext("Detail"), gettext("From")),
        *(gettext("Request"), gettext("Hash")),
    )
    for event in events:
        said = "\n".join(map(str, details.of(event.action, detail_of(event))))
        yield (
            *(event.no, moment_exact(event.at), _person(event, people), event.actor, action_word(event.action), event.action),
            *(targets.of(event.target).label, event.target, event.purpose, said, event.address, event.request, event.hash),
        )
