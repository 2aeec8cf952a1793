"""What the pages about people show."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from tracker.accounts import second_factors
from tracker.accounts.account_page import sign_in_rows
from tracker.accounts.models import Role, User
from tracker.accounts.words import EVENT_WORDS, ROLE_WORDS
from tracker.administration import people_queries
from tracker.administration.people_forms import ReasonForm
from tracker.audit.actions import Action
from tracker.desks.queries import officers_without_desk
from tracker.web.formatters import moment, yes_no

STATE_WORDS = {
    "active": (_l("active"), "good"),
    "invited": (_l("invited"), "accent"),
    "expired": (_l("invitation expired"), "warn"),
    "disabled": (_l("closed"), "bad"),
}
FACTOR_WORDS = {"app": _l("app"), "passkey": _l("passkey")}
FIELD_WORDS = {
    "role": _l("Role"),
    "active": _l("May sign in"),
    "display_name": _l("Name"),
    "email": _l("E-mail"),
    "sso_subject": _l("Subject at the identity provider"),
    "language": _l("Language"),
}


def rows(session: Session, words: str) -> list[dict[str, Any]]:
    """The list of people, in words."""
    return [
        {
            "name": one.display_name,
            "username": one.username,
            "email": one.email,
            "url": url_for("people.show", username=one.username),
            "role": ROLE_WORDS[one.role],
            "state": STATE_WORDS[one.state],
            "last": moment(one.last_sign_in_at) if one.last_sign_in_at else gettext("never"),
            "factors": ", ".join(str(FACTOR_WORDS[factor]) for factor in one.factors) or gettext("none"),
            "open": one.open_sign_ins,
        }
        for one in people_queries.find_people(session, words)
    ]


def person(session: Session, user: User, deed: str, form: ReasonForm | None) -> dict[str, Any]:
    """What the page of one person shows; `deed` is the one whose form comes back with errors."""
    found = second_factors.factors_of(session, user)
    state = people_queries.state_of(user, people_queries.has_link(session, user))
    return {
        "user": user,
        "role": ROLE_WORDS[user.role],
        "state": STATE_WORDS[state],
        "owned": owned_words(session, user),
        "is_idle": works_at_no_desk(session, user),
        "found": found,
        "sign_ins": sign_in_rows(session, user, g.sign_in),
        "changes": [_event(*one) for one in people_queries.find_changes(session, user)],
        "deeds": _with_forms(_deeds(user, state, found.any, is_own=user.id == g.user.id), deed, form),
        "form": form,
    }


def works_at_no_desk(session: Session, user: User) -> bool:
    """Whether the person is an officer for whom nothing but drafts is possible yet."""
    return user.id in {one.id for one in officers_without_desk(session)}


def owned_words(session: Session, user: User) -> str:
    """How many records the person owns, in words; '' when there are none."""
    owned = people_queries.count_records(session, user)
    return ngettext("%(num)s record is owned by this person.", "%(num)s records are owned by this person.", owned) if owned else ""


def _with_forms(deeds: list[dict[str, Any]], deed: str, form: ReasonForm | None) -> list[dict[str, Any]]:
    """Each deed with a form of its own: the one that comes back with errors, or an empty one."""
    for one in deeds:
        one["is_open"] = form is not None and one["key"] == deed
        one["form"] = form if one["is_open"] else ReasonForm(formdata=None)
        one["form"].reason.id = f"{one['key']}-reason"
    return deeds


def _deeds(user: User, state: str, has_factor: bool, *, is_own: bool) -> list[dict[str, Any]]:
    """What may be done to this person now; nobody does the grave ones to the own account."""
    found: list[tuple[str, str, LazyString, LazyString, LazyString, str]] = []
    if user.is_active:
        title = _l("Send a new link") if state != "active" else _l("Send a link to set a new password")
        text = _l("The old password and open sign-ins go on until the link is used.")
        found.append(("link", "people.renew_link", title, text, _l("Make the link"), ""))
    if user.is_active and not is_own:
        text = _l("Open sign-ins end at once; the person may sign in again.")
        found.append(("end_sign_ins", "people.end_sign_ins", _l("Sign out everywhere"), text, _l("Sign out"), ""))
    if has_factor and not is_own:
        text = _l("For a lost or stolen phone or key: all second factors are forgotten and open sign-ins end.")
        found.append(("factor", "people.require_new_factor", _l("Ask for a new second factor"), text, _l("Forget the old one"), "danger"))
    if user.is_active and not is_own:
        text = _l("The person can no longer sign in and is signed out at once. What they wrote stays theirs.")
        found.append(("disable", "people.disable", _l("Close the account"), text, _l("Close"), "danger"))
    if not user.is_active:
        found.append(("enable", "people.enable", _l("Open the account again"), _l("With the password from before."), _l("Open"), ""))
    return [
        {"key": key, "url": url_for(endpoint, username=user.username), "title": title, "text": text, "label": label, "tone": tone}
        for key, endpoint, title, text, label, tone in found
    ]


def _event(event: Any, detail: dict[str, Any]) -> dict[str, Any]:
    """One line of what was done: who, why, and before and after where they are kept."""
    before, after = detail.get("before", {}), detail.get("after", {})
    names = [name for name in before if name in after]
    pairs = [f"{FIELD_WORDS.get(name, name)}: {_value(name, before[name])} → {_value(name, after[name])}" for name in names]
    others = [str(FIELD_WORDS.get(name, name)) for name in detail.get("changed", []) if name not in before]
    by = gettext("by %(name)s", name=event.actor) if event.actor else gettext("from the command line or before signing in")
    why = gettext("Reason: %(reason)s", reason=event.purpose) if event.purpose else ""
    text = " · ".join(part for part in (by, *pairs, ", ".join(others), why) if part)
    return {"when": moment(event.at), "title": EVENT_WORDS[Action(event.action)], "text": text}


def _value(name: str, value: Any) -> str:
    if name == "role" and value in list(Role):
        return str(ROLE_WORDS[Role(value)])
    return yes_no(value) if isinstance(value, bool) else str(value) or "–"
