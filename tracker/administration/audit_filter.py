"""What an address asks of the trail, and the form it is asked with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import Form, SelectChoice, SelectField, StringField

from tracker.accounts.services import usernames
from tracker.audit.actions import Action
from tracker.audit.queries import EventFilter
from tracker.audit.words import GROUPS, action_word
from tracker.desks.queries import names_by_target
from tracker.partial_dates import DateError, parse_typed

NOBODY = "-"  # the command line, and whoever was not signed in
FIELDS = ("person", "action", "about", "since", "until", "purpose")
_LONGEST = 100


class AuditForm(Form):
    """Sent by GET, so that the address holds what was asked."""

    person = SelectField(_l("Person"), validate_choice=False)
    action = SelectField(_l("Action"), validate_choice=False)
    about = StringField(_l("About"), description=_l("For example HND-2026-0001, ana, the name of a desk, or figures"))
    since = StringField(_l("From"))
    until = StringField(_l("To"))
    purpose = StringField(_l("Words of the reason or purpose"), render_kw={"type": "search"})


@dataclass(frozen=True)
class Asked:
    """An address read: the filter, what of it is wrong, the form to ask again, and the parameters that mean the same."""

    chosen: EventFilter
    problems: dict[str, str]
    form: AuditForm
    args: dict[str, Any]


def read_asked(session: Session, args: Mapping[str, Any], locale: str, zone: ZoneInfo) -> Asked:
    """Read an address. A value that nothing could have is a problem, not another question."""
    typed = {name: str(args.get(name, "")).strip()[:_LONGEST] for name in FIELDS}
    people, actions = usernames(session), {code: words for code, _, words in GROUPS} | {one.value: (one.value,) for one in Action}
    problems: dict[str, str] = {}
    if typed["person"] not in ("", NOBODY, *people):
        problems["person"] = gettext("There is no user “%(name)s”.", name=typed["person"])
    if typed["action"] and typed["action"] not in actions:
        problems["action"] = gettext("There is no action “%(name)s”.", name=typed["action"])
    since, until = (_day(typed[name], locale, name, problems) for name in ("since", "until"))
    if since and until and since > until:
        problems["until"] = gettext("The last day comes before the first.")
    chosen = EventFilter(
        actor=None if not typed["person"] else "" if typed["person"] == NOBODY else typed["person"],
        actions=actions.get(typed["action"], ()),
        targets=_targets(session, typed["about"]),
        purpose=typed["purpose"],
        since=datetime.combine(since, time(), zone) if since else None,
        until=datetime.combine(until + timedelta(days=1), time(), zone) if until and until < date.max else None,
    )
    return Asked(chosen, problems, _form(typed, people, problems), {name: value for name, value in typed.items() if value})


def said_of(asked: Asked) -> dict[str, Any]:
    """The filter as an event may hold it: that something was typed, but not what."""
    return {name: True if name in ("purpose", "about") else value for name, value in asked.args.items()}


def _targets(session: Session, typed: str) -> tuple[str, ...]:
    """References are written in capitals, users under `user:`, desks under their number: all are found as people write them."""
    if not typed:
        return ()
    desks = {code for code, name in names_by_target(session).items() if name.casefold() == typed.casefold()}
    return tuple(sorted({typed, typed.upper(), typed.casefold(), f"user:{typed.casefold()}"} | desks))


def _day(typed: str, locale: str, name: str, problems: dict[str, str]) -> date | None:
    if not typed:
        return None
    try:
        found = parse_typed(typed, locale)
    except DateError as error:
        problems[name] = str(error)
        return None
    day = found.upper if name == "until" else found.lower
    if day is None:
        problems[name] = gettext("“%(typed)s” names no day to begin or end with.", typed=typed)
    return day


def _form(typed: dict[str, str], people: Mapping[str, str], problems: Mapping[str, str]) -> AuditForm:
    form = AuditForm(data=typed)
    form.person.choices = [
        SelectChoice("", _l("all")),
        *(SelectChoice(name, f"{shown} ({name})" if shown != name else name) for name, shown in people.items()),
        SelectChoice(NOBODY, _l("nobody signed in, or the command line")),
    ]
    form.action.choices = [
        SelectChoice("", _l("all")),
        *(SelectChoice(code, label) for code, label, _ in GROUPS),
        *(SelectChoice(action.value, action_word(action.value)) for action in Action),
    ]
    for field in (form.person, form.action):
        if field.name in problems:  # what the list does not hold is shown as it was asked
            field.choices.append(SelectChoice(field.data, field.data))
    for name, problem in problems.items():
        form[name].errors = [problem]
    return form
