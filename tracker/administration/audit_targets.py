"""What events are about, as a reader knows it: the name of a desk or a person for its code, a reference as it is, and where it opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from flask import url_for
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from tracker.accounts.permissions import Permission, may
from tracker.accounts.services import usernames
from tracker.desks.models import TARGET
from tracker.desks.queries import names_by_target
from tracker.records import registry
from tracker.records.filtering import Reader
from tracker.records.lookup import look_up
from tracker.saved.models import TARGET as VIEW

_USER, _DESK = "user:", TARGET.format("")
_VIEW = VIEW.format("")
_DOCUMENTS = {
    "brief:": _l("Brief: %(subject)s"),
    "report:": _l("Annual report: %(subject)s"),
    "partner:": _l("Figures: %(subject)s"),
    "year:": _l("Figures: %(subject)s"),
    "import:": _l("Import %(subject)s"),
}
_PARTS: dict[str, LazyString] = {
    "feed:ics": _l("Calendar"),
    "feed:atom": _l("Verified records"),
    "audit": _l("Trail"),
    "dump": _l("Dump for analysts"),
    "figures": _l("Figures"),
    "personal-data": _l("Keys of personal data"),
    "records": _l("All records"),
    "years": _l("Years"),
}


@dataclass(frozen=True)
class Target:
    """What the page calls it, and its page where the reader may open it."""

    label: str
    url: str = ""


class Targets:
    """Puts codes of targets into words. What it needs is read once, desks when one is met; only `linked` references get an address."""

    def __init__(self, reader: Reader, linked: Iterable[str] = ()) -> None:
        self._session, self._role = reader.session, reader.user.role
        self._people = usernames(reader.session)
        refs = set(linked)
        self._found = look_up(reader, refs) if refs else {}
        self._parts = _PARTS | {one.slug: one.label_plural for one in registry.every_type()}

    def of(self, code: str) -> Target:
        """One target; what nothing knows stays as it is stored."""
        if code.startswith(_USER):
            return self._person(code.removeprefix(_USER))
        if code.startswith(_DESK) and code in self._desks:
            number = int(code.rpartition(":")[2])
            return Target(self._desks[code], url_for("desks.edit", number=number) if may(self._role, Permission.DESK_MANAGE) else "")
        if code.startswith(_VIEW):
            return Target(gettext("Saved view %(number)s", number=code.removeprefix(_VIEW)))
        if code in self._found:
            return Target(code, self._found[code].url)
        for start, words in _DOCUMENTS.items():
            if code.startswith(start):
                return Target(str(words) % {"subject": code.removeprefix(start)})
        return Target(str(self._parts.get(code, code)))

    @cached_property
    def _desks(self) -> dict[str, str]:
        return names_by_target(self._session)

    def _person(self, username: str) -> Target:
        shown = self._people.get(username)
        if shown is None:
            return Target(username)
        label = username if shown == username else f"{shown} ({username})"
        return Target(label, url_for("people.show", username=username) if may(self._role, Permission.PEOPLE_MANAGE) else "")
