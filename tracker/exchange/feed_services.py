"""Addresses of feeds: made with a key that nobody can guess, replaced and closed by their person."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.accounts.sealing import token_hash
from tracker.accounts.sign_ins import target_of
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now
from tracker.exchange.feed_models import Feed, FeedAddress

_BYTES = 32


def open_feed(actor: User, session: Session, feed: Feed) -> str:
    """The key of a new address; one from before stops working."""
    token = secrets.token_urlsafe(_BYTES)
    address = session.get(FeedAddress, (actor.id, feed))
    if address is None:
        session.add(FeedAddress(user_id=actor.id, feed=feed, token_hash=token_hash(token)))
    else:
        address.token_hash, address.created_at = token_hash(token), utc_now()
    audit.write(actor, session, Action.FEED_OPENED, target_of(actor), detail={"feed": feed.value})
    return token


def close_feed(actor: User, session: Session, feed: Feed) -> bool:
    """Take the address away; False when there is none."""
    address = session.get(FeedAddress, (actor.id, feed))
    if address is None:
        return False
    session.delete(address)
    audit.write(actor, session, Action.FEED_CLOSED, target_of(actor), detail={"feed": feed.value})
    return True


def open_feeds(session: Session, user: User) -> Mapping[Feed, datetime]:
    """The feeds that have an address, with when that was made."""
    return {row.feed: row.created_at for row in session.scalars(sa.select(FeedAddress).where(FeedAddress.user_id == user.id))}


def reader_of(session: Session, feed: Feed, token: str) -> User | None:
    """For whom an address works; nobody when it was replaced or closed, or its person may not sign in any more."""
    found = session.scalar(sa.select(FeedAddress).where(FeedAddress.feed == feed, FeedAddress.token_hash == token_hash(token)))
    return found.user if found and found.user.is_active else None
