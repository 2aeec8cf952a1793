"""The record of processing activities (LED art. 24), made from the configuration and the code that runs: it cannot be out of date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from tracker.accounts.models import Role
from tracker.accounts.permissions import Permission, may
from tracker.accounts.words import ROLE_WORDS
from tracker.files.models import SealedContent
from tracker.files.queries import places
from tracker.personal_data.models import Retention, SubjectKey
from tracker.personal_data.retention import MOST_MONTHS, REMINDER_MONTHS
from tracker.records import registry
from tracker.records.naming import has_persons
from tracker.records.reading import LOGGED_MARKINGS
from tracker.vocabularies.terms import terms

Facts = list[tuple[str, str]]
DEEDS = (
    (Permission.RECORD_READ, _l("read records under pseudonyms")),
    (Permission.RECORD_WRITE, _l("enter and change persons")),
    (Permission.SUBJECT_READ, _l("open names for a stated purpose")),
    (Permission.PERSONAL_DATA_OVERSEE, _l("decide on erasure, restrict records, see who has read what")),
)


@dataclass(frozen=True)
class ProcessingPage:
    """The headings of art. 24 with what holds here."""

    parts: list[tuple[str, Facts]]
    roles: list[tuple[str, list[bool]]]
    deeds: list[str]


def processing_page(session: Session, locale: str) -> ProcessingPage:
    """Gather the page."""
    parts: list[tuple[str, Callable[[], Facts]]] = [
        (gettext("Purposes and categories"), _data),
        (gettext("Retention"), lambda: _retention(session, locale)),
        (gettext("Keys"), lambda: _keys(session)),
        (gettext("Logging"), _logging),
    ]
    roles = [(str(ROLE_WORDS[role]), [may(role, permission) for permission, _ in DEEDS]) for role in Role]
    return ProcessingPage([(title, make()) for title, make in parts], roles, [str(words) for _, words in DEEDS])


def _data() -> Facts:
    about = ", ".join(str(one.label_plural) for one in registry.every_type() if has_persons(one))
    return [
        (gettext("Controller"), current_app.config["SETTINGS"].reporting_state),
        (gettext("Purpose"), gettext("Recording and counting police cooperation with other states; following up single handovers.")),
        (gettext("Records about persons"), about),
        (gettext("Kinds of persons"), gettext("suspects, convicted persons, victims, witnesses, others (kept apart, art. 6)")),
        (gettext("Data of a person"), gettext("name and other spellings (sealed), legal status, nationality, alleged crime")),
        (gettext("Special categories"), gettext("no field; hints ask to leave them out (art. 10)")),
        (
            gettext("Recipients"),
            gettext("users of this installation; files carry pseudonyms only; no transfer to third countries by the program"),
        ),
        (gettext("Profiling"), gettext("none")),
    ]


def _retention(session: Session, locale: str) -> Facts:
    labels = {code: term.label(locale) for code, term in terms(session, "person_status").items()}
    periods = dict(current_app.config["SETTINGS"].retention_months)
    facts = [
        (labels.get(status, gettext("any other legal status")), gettext("%(months)s months until review", months=months))
        for status, months in periods.items()
    ]
    count = session.scalar(sa.select(sa.func.count()).select_from(Retention)) or 0
    return [
        *facts,
        (gettext("At most"), gettext("%(months)s months after entry", months=MOST_MONTHS)),
        (gettext("Reminder"), gettext("%(months)s months before", months=REMINDER_MONTHS)),
        (gettext("Erasure"), gettext("one person asks, another decides; the key is destroyed, a stub stays")),
        (gettext("Records with a review date"), str(count)),
    ]


def _keys(session: Session) -> Facts:
    live = session.scalar(sa.select(sa.func.count()).where(SubjectKey.wrapped.is_not(None))) or 0
    erased = session.scalar(sa.select(sa.func.count()).where(SubjectKey.wrapped.is_(None))) or 0
    in_plain = sum(digest == place for digest, place in places(session).items())
    given = len(current_app.config["SETTINGS"].personal_data_keys)
    return [
        (gettext("Sealing"), gettext("AES-256-GCM, a key for each person and each file, sealed under the master key of the installation")),
        (gettext("Master keys in use"), gettext("2: a rotation is under way") if given > 1 else str(given)),
        (gettext("Keys of persons"), str(live)),
        (gettext("Destroyed"), str(erased)),
        (gettext("Keys of files"), str(session.scalar(sa.select(sa.func.count()).select_from(SealedContent)) or 0)),
        (gettext("Files that still lie in plain"), str(in_plain)),
    ]


def _logging() -> Facts:
    types = ", ".join(str(one.label_plural) for one in registry.every_type() if one.reads_are_logged)
    return [
        (gettext("Every read of"), types),
        (gettext("Every read of what is marked"), ", ".join(f"TLP:{marking}" for marking in LOGGED_MARKINGS)),
        (
            gettext("Opening of names"),
            gettext("who, when, which pseudonyms, for what purpose; no name is shown when it cannot be written down"),
        ),
        (gettext("Files about persons"), gettext("who, when, for what purpose, for whom, which records; asked for each file")),
        (
            gettext("What is given to somebody outside"),
            gettext("to whom, when, by which way, for what purpose, which version; recipients are told of corrections; kept after erasure"),
        ),
    ]
