"""Words for roles, ways to sign in, reasons, and waiting."""

from __future__ import annotations

import re
from datetime import timedelta
from math import ceil

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from tracker.accounts.models import Method, Role, Scope
from tracker.audit.actions import Action

ROLE_WORDS = {
    Role.VIEWER: _l("Viewer"),
    Role.OFFICER: _l("Desk officer"),
    Role.REVIEWER: _l("Reviewer"),
    Role.MANAGER: _l("Manager"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
METHOD_WORDS = {
    Method.PASSWORD: _l("password"),
    Method.PASSKEY: _l("passkey"),
    Method.SINGLE_SIGN_ON: _l("single sign-on"),
}
SCOPE_WORDS = {Scope.READ: _l("read"), Scope.WRITE: _l("read and write")}
# At what a sign-in failed, by the stored word.
STEP_WORDS = {
    "password": _l("the password"),
    "second factor": _l("the second factor"),
    "passkey": _l("the passkey"),
    "confirmation": _l("the confirmation"),
    "single sign-on": _l("single sign-on"),
}
# What the account page tells its owner of the trail.
EVENT_WORDS = {
    Action.SIGNED_IN: _l("Signed in"),
    Action.SIGN_IN_FAILED: _l("A sign-in failed"),
    Action.SIGN_IN_BLOCKED: _l("Sign-ins were blocked after too many failures"),
    Action.SIGNED_OUT: _l("Signed out"),
    Action.SESSION_ENDED: _l("A sign-in was ended"),
    Action.IDENTITY_CONFIRMED: _l("Identity confirmed"),
    Action.USER_ADDED: _l("Account made"),
    Action.USER_INVITED: _l("A link to set a password was made"),
    Action.INVITATION_USED: _l("A link to set a password was used"),
    Action.USER_CHANGED: _l("Account changed"),
    Action.PASSWORD_CHANGED: _l("Password changed"),
    Action.SECOND_FACTOR_CHANGED: _l("Second factor changed"),
    Action.FEED_OPENED: _l("An address of a feed was made"),
    Action.FEED_CLOSED: _l("An address of a feed was closed"),
    Action.TOKEN_MADE: _l("A token for a program was made"),
    Action.TOKEN_REVOKED: _l("A token of a program was revoked"),
}
# The token of the program in a User-Agent header and what people call it; the first that is there counts.
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS")),
    *(("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")),
)


def blocked_words(wait: timedelta) -> str:
    """What somebody is told who tried too often."""
    minutes = max(1, ceil(wait.total_seconds() / 60))
    return ngettext("Too many wrong tries. Try again in %(num)s minute.", "Too many wrong tries. Try again in %(num)s minutes.", minutes)


def browser_words(user_agent: str) -> str:
    """`Firefox, Linux` from a User-Agent header; its first word when it is none we know."""
    names = [next((name for sign, name in known if sign in user_agent), "") for known in (_BROWSERS, _SYSTEMS)]
    first = re.split(r"[\s/]", user_agent, maxsplit=1)[0][:30]
    return ", ".join(name for name in names if name) or first or gettext("unknown")
