"""What can be told, how it may be delivered, and both in words."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from tracker.partial_dates import describe, parse_edtf


class Kind(StrEnum):
    RETURNED = "returned"
    VERIFIED = "verified"
    SUBMITTED = "submitted"
    EXPIRING = "expiring"
    STALE = "stale"
    RETENTION_DUE = "retention_due"
    RESTRICTED = "restricted"
    CORRECTION_DUE = "correction_due"
    ACCOUNT = "account"


class Choice(StrEnum):
    """What somebody wants of one kind. Everything but `off` stands in the app as well."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    IN_APP = "in_app"
    OFF = "off"


# what somebody must act on comes at once, the rest once a day
DEFAULTS: dict[Kind, Choice] = {
    Kind.RETURNED: Choice.AT_ONCE,
    Kind.VERIFIED: Choice.DIGEST,
    Kind.SUBMITTED: Choice.DIGEST,
    Kind.EXPIRING: Choice.AT_ONCE,
    Kind.STALE: Choice.DIGEST,
    Kind.RETENTION_DUE: Choice.AT_ONCE,
    Kind.RESTRICTED: Choice.AT_ONCE,
    Kind.CORRECTION_DUE: Choice.AT_ONCE,
    Kind.ACCOUNT: Choice.AT_ONCE,
}
# whoever takes over an account must not be able to silence what tells its owner of it
CHOOSABLE = tuple(kind for kind in Kind if kind is not Kind.ACCOUNT)
# kinds whose target is no record, so that nothing has to be asked before they are shown
ABOUT_NO_RECORD = frozenset({Kind.ACCOUNT})
# what a decision about an import as a whole is about: `import:12`
OF_IMPORT = "import:"

KIND_WORDS: dict[Kind, LazyString] = {
    Kind.RETURNED: _l("A record is returned to me"),
    Kind.VERIFIED: _l("A record of mine is verified"),
    Kind.SUBMITTED: _l("A record waits in my queue"),
    Kind.EXPIRING: _l("An agreement of mine expires in 90 or 30 days"),
    Kind.STALE: _l("An ongoing record of mine has not been touched for long"),
    Kind.RETENTION_DUE: _l("A retention period ends"),
    Kind.RESTRICTED: _l("A record is restricted, or is to be so no longer"),
    Kind.CORRECTION_DUE: _l("Recipients of a record of mine have to be told of a change"),
    Kind.ACCOUNT: _l("Something about my account"),
}
CHOICE_WORDS: dict[Choice, LazyString] = {
    Choice.AT_ONCE: _l("by e-mail at once"),
    Choice.DIGEST: _l("in the daily e-mail"),
    Choice.IN_APP: _l("only here"),
    Choice.OFF: _l("not at all"),
}


def sentence(kind: Kind, target: str, detail: Mapping[str, Any]) -> str:
    """What is told, in one line: the reference, never a title or a name."""
    if target.startswith(OF_IMPORT):
        return _of_import(kind, int(target.removeprefix(OF_IMPORT)), int(detail.get("records", 0)))
    if kind is Kind.RETURNED:
        return gettext("%(ref)s was returned to you.", ref=target)
    if kind is Kind.VERIFIED:
        return gettext("%(ref)s was verified.", ref=target)
    if kind is Kind.SUBMITTED:
        return gettext("%(ref)s waits for review.", ref=target)
    if kind is Kind.EXPIRING:
        days = int(detail.get("days", 0))
        return ngettext("%(ref)s expires in %(num)s day, on %(day)s.", "%(ref)s expires in %(num)s days, on %(day)s.", days,
                        ref=target, day=_day(detail.get("on")))  # fmt: skip
    if kind is Kind.STALE:
        return gettext(
            "%(ref)s is ongoing and has not been changed since %(day)s: is it still so?", ref=target, day=_day(detail.get("since"))
        )
    if kind is Kind.RETENTION_DUE:
        day = _day(detail.get("on"))
        return gettext("%(ref)s is to be reviewed by %(day)s: decide what becomes of its personal data.", ref=target, day=day)
    if kind is Kind.RESTRICTED:
        return _of_restriction(str(detail.get("what", "")), target)
    if kind is Kind.CORRECTION_DUE:
        return gettext("%(ref)s has changed since it was given to somebody: tell the recipients.", ref=target)
    return _of_account(str(detail.get("what", "")))


def import_of(target: str, detail: Mapping[str, Any]) -> int | None:
    """The number of the import that is told of, for its importer, who may open it; others own records of it and are only told."""
    return int(target.removeprefix(OF_IMPORT)) if target.startswith(OF_IMPORT) and detail.get("own") else None


def _of_import(kind: Kind, number: int, records: int) -> str:
    if kind is Kind.RETURNED:
        return ngettext("%(num)s record of import %(number)s was returned.", "%(num)s records of import %(number)s were returned.",
                        records, number=number)  # fmt: skip
    return ngettext("%(num)s record of import %(number)s was verified.", "%(num)s records of import %(number)s were verified.",
                    records, number=number)  # fmt: skip


def _of_restriction(what: str, ref: str) -> str:
    if what == "lift_asked":
        return gettext("%(ref)s: somebody asks to lift the restriction. Another person decides.", ref=ref)
    if what == "lift_refused":
        return gettext("%(ref)s stays restricted: lifting it was refused.", ref=ref)
    if what == "lifted":
        return gettext("%(ref)s is restricted no longer: it counts as before.", ref=ref)
    return gettext("%(ref)s was restricted: nobody can change it, and it counts nowhere.", ref=ref)


def _of_account(what: str) -> str:
    said = {
        "invitation": gettext("You were invited to the tracker."),
        "password": gettext("Your password was changed. If it was not you, tell an administrator."),
        "second_factor": gettext("Your second factor was changed. If it was not you, tell an administrator."),
        "role": gettext("Your role was changed."),
        "token": gettext("A token for a program was made. If it was not you, revoke it on your account page and tell an administrator."),
    }
    return said.get(what) or gettext("Your account was changed. If it was not you, tell an administrator.")


def _day(value: Any) -> str:
    return describe(parse_edtf(str(value))) if value else "–"
