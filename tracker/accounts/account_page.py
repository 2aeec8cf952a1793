"""What the account page shows."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from flask import g, render_template
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts import api_tokens, passkeys, policy, second_factors, sign_ins
from tracker.accounts.forms import LanguageForm, PasskeyForm, PasswordForm
from tracker.accounts.models import SignIn, User
from tracker.accounts.site import passkeys_at, site_here
from tracker.accounts.words import EVENT_WORDS, METHOD_WORDS, ROLE_WORDS, SCOPE_WORDS, STEP_WORDS, browser_words
from tracker.audit.actions import Action
from tracker.audit.models import AuditEvent
from tracker.database.columns import utc_now
from tracker.web.formatters import moment

_EVENTS = 12


def render(session: Session, language: LanguageForm, password: PasswordForm) -> str:
    """The page, with two forms that may hold errors."""
    user: User = g.user
    return render_template(
        "accounts/account.html",
        form=password if password.errors else language,
        language_form=language,
        password_form=password,
        passkey_form=PasskeyForm(formdata=None),
        user=user,
        role=ROLE_WORDS[user.role],
        found=second_factors.factors_of(session, user),
        passkeys=passkeys.of_user(session, user),
        is_possible=site_here().is_possible,
        passkeys_at=passkeys_at(),
        is_required=policy.settings().require_second_factor,
        sign_ins=sign_in_rows(session, user, g.sign_in),
        tokens=token_rows(session, user),
        idle_minutes=policy.settings().idle_minutes,
        session_hours=policy.settings().session_hours,
        events=recent_events(session, user),
    )


def sign_in_rows(session: Session, user: User, present: SignIn | None) -> list[dict[str, Any]]:
    """The open sign-ins of `user` as the page lists them."""
    return [
        {
            "id": row.id,
            "started": moment(row.started_at),
            "seen": moment(row.last_seen_at),
            "address": row.address or gettext("unknown"),
            "browser": browser_words(row.browser),
            "method": METHOD_WORDS[row.method],
            "is_present": present is not None and row.id == present.id,
        }
        for row in sign_ins.open_of(session, user)
    ]


def token_rows(session: Session, user: User) -> list[dict[str, Any]]:
    """The tokens of the user's programs as the page lists them."""
    return [
        {
            "id": row.id,
            "name": row.name,
            "scope": SCOPE_WORDS[row.scope],
            "made": moment(row.created_at),
            "ends": moment(row.expires_at),
            "used": moment(row.last_used_at) if row.last_used_at else gettext("never"),
        }
        for row in api_tokens.open_of(session, user)
    ]


def recent_events(session: Session, user: User) -> list[dict[str, Any]]:
    """What the trail says of the account of `user`, newest first: the notice of what others may have done to it."""
    asked = sa.select(AuditEvent).where(AuditEvent.target == sign_ins.target_of(user), AuditEvent.action.in_([*EVENT_WORDS]))
    return [
        {
            "when": moment(event.at),
            "title": EVENT_WORDS[Action(event.action)],
            "text": _by(event, user),
            "tone": "warn" if event.action in (Action.SIGN_IN_FAILED, Action.SIGN_IN_BLOCKED) else "",
        }
        for event in session.scalars(asked.order_by(AuditEvent.no.desc()).limit(_EVENTS))
    ]


def seconds_left(sign_in: SignIn) -> int:
    """How long the sign-in lasts at most."""
    return max(0, int((sign_in.ends_at - utc_now()).total_seconds()))


def product() -> str:
    """What apps and devices call the tracker."""
    return policy.settings().product_name or gettext("Cooperation tracker")


def _by(event: AuditEvent, user: User) -> str:
    """From where, and by whom when it was somebody else."""
    step = json.loads(event.detail).get("step", "")
    parts = [event.address, str(STEP_WORDS.get(step, step)) if event.action == Action.SIGN_IN_FAILED else ""]
    if event.actor and event.actor != user.username:
        parts.append(gettext("by %(name)s", name=event.actor))
    return " · ".join(part for part in parts if part)
