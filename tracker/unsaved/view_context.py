"""What entry forms need of the request to lose nothing: the draft that is continued, those that wait, and its end."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, flash, request, url_for
from flask_babel import format_datetime, gettext
from werkzeug.exceptions import HTTPException

from tracker.accounts.guards import current_user
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, may
from tracker.database.columns import utc_now
from tracker.database.sealing import Sealer
from tracker.extensions import db
from tracker.unsaved import queries, services
from tracker.unsaved.models import PLACE_LENGTH
from tracker.unsaved.queries import Unsaved
from tracker.unsaved.stamps import KEY, Stamp
from tracker.web.access import permission_of
from tracker.web.formatters import moment
from tracker.web.resending import is_entry_form, may_be_sent_again, sent_fields

_OFFERED = re.compile(r"\b([0-9a-f]{32})\.([0-9]{1,9})\b", re.ASCII)


def sealer() -> Sealer:
    """Seals and opens under the keys of this installation."""
    return Sealer(current_app.config["SETTINGS"].personal_data_keys)


def continued() -> Unsaved | None:
    """The reader's unsaved work that this address (`?draft=`) opens again."""
    key = request.args.get("draft", "")
    found = queries.find(db.session, sealer(), current_user(), key) if KEY.fullmatch(key) else None
    if found and found.place == request.path:
        return found
    if key:
        flash(gettext("There is nothing unsaved of yours here any more: it was saved or thrown away meanwhile."), "warning")
    return None


def draft_frame(opened: Unsaved | None = None) -> dict[str, Any]:
    """What the page of an entry form shows: its stamp, what it continues, and what else waits at this address."""
    frame: dict[str, Any] = {"continued": opened, "unsaved": [], "offered": ""}
    if request.method == "POST":
        return frame | {"draft": str(Stamp.read(request.form.get("draft", ""))), "offered": request.form.get("offered", "")}
    if opened:
        return frame | {"draft": str(Stamp.new(opened.key, opened.revision))}
    waiting = queries.of_place(db.session, sealer(), current_user(), request.path)
    # where a form makes something new, what waits beside it is something else
    offered = " ".join(f"{one.key}.{one.revision}" for one in waiting) if "ref" in (request.view_args or {}) else ""
    return frame | {"draft": str(Stamp.new()), "unsaved": waiting, "offered": offered}


def close_draft() -> None:
    """The form that was sent is saved: in the same transaction its draft ends, and what the page offered to continue and was left lying."""
    text = request.form.get("draft", "")
    if text:
        services.close(current_user(), db.session, Stamp.read(text).key)
    services.forget_offered(current_user(), db.session, request.path, _OFFERED.findall(request.form.get("offered", "")))


def hold_form(user: User) -> str | None:
    """Keep what `user` has just sent although the sign-in had ended; where it is found again, or None when nothing is kept."""
    is_form = is_entry_form(request.endpoint)
    if not may_be_sent_again() or request.blueprint == "unsaved" or (not is_form and "HX-Request" in request.headers):
        return None
    pairs, stamp = sent_fields(typed_only=is_form), Stamp.read(request.form.get("draft", ""))
    place = request.path if is_form else request.full_path.rstrip("?")
    if len(place) > PLACE_LENGTH:
        return None
    try:
        key = services.hold(user, db.session, sealer(), stamp, place, pairs, is_form=is_form)
    except services.TooManyError:
        return None
    db.session.commit()
    flash(gettext("Your sign-in has ended. What you typed is kept: sign in again with the same account and go on."), "warning")
    return f"{request.path}?draft={key}" if is_form else url_for("unsaved.show", key=key)


def is_place(place: str) -> bool:
    """Whether an entry form that the reader may send lives at `place`."""
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(place, method="POST")
    except HTTPException:
        return False
    permission = permission_of(current_app.view_functions[endpoint])
    return is_entry_form(endpoint) and permission is not None and may(current_user().role, Permission(permission))


def clock(value: datetime) -> str:
    """`10:42` for a moment of today, with its date for an older one."""
    zone = ZoneInfo(current_app.config["TIME_ZONE"])
    is_today = value.astimezone(zone).date() == utc_now().astimezone(zone).date()
    return str(format_datetime(value, "HH:mm")) if is_today else moment(value)
