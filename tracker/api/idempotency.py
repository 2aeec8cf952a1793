"""A call under an Idempotency-Key changes something once, however often it is sent, and whoever sends it twice at the same moment."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.accounts.sealing import keyed_hash
from tracker.api.calls import Call
from tracker.api.models import KEY_LENGTH, ApiCall
from tracker.database.columns import utc_now
from tracker.web.problems import Problem

HEADER = "Idempotency-Key"
_KEPT = timedelta(days=7)


def begin(call: Call, session: Session, user_id: int) -> ApiCall | None:
    """The row of this call: one with a `ref` was done before and is only answered again. None where no key was sent. Raises Problem."""
    key = call.headers.get(HEADER)
    if key is None:
        return None
    key = key.strip().strip('"')
    if not 1 <= len(key) <= KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise Problem(400, gettext("An Idempotency-Key has 1 to %(most)s signs of ASCII.", most=KEY_LENGTH))
    asked = _asked(call)
    found = _find(session, user_id, key) or _add(session, user_id, key, asked)
    if found.asked_hash != asked:
        raise Problem(422, gettext("This Idempotency-Key was sent with another call before: make a new one for each call."))
    return found


def _find(session: Session, user_id: int, key: str) -> ApiCall | None:
    return session.scalar(sa.select(ApiCall).where(ApiCall.user_id == user_id, ApiCall.key == key, ApiCall.at > utc_now() - _KEPT))


def _add(session: Session, user_id: int, key: str, asked: str) -> ApiCall:
    """A new row; where the same key comes twice at one moment, the second waits here for the first and finds its row."""
    session.execute(sa.delete(ApiCall).where(ApiCall.user_id == user_id, ApiCall.at <= utc_now() - _KEPT))
    made = ApiCall(user_id=user_id, key=key, asked_hash=asked)
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        found = _find(session, user_id, key)
        if found is None:
            raise
        return found
    return made


def _asked(call: Call) -> str:
    """What was asked, as a hash that tells nothing of it."""
    body = call.body().hex()
    return keyed_hash("api calls", call.method, call.address, call.headers.get("If-Match", ""), body)
