"""Whom review and restriction concern, and that they are told: in the transaction of what they are told of."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import Role, User
from tracker.accounts.permissions import Permission, may
from tracker.notifications.kinds import Kind
from tracker.notifications.services import notify, settle
from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.models import Record, Review

# What a new version answers, and what a decision answers beside it.
ASKS_OF_AUTHORS = frozenset({Kind.RETURNED, Kind.STALE})
SETTLED_BY: dict[ReviewMove, frozenset[Kind]] = {
    ReviewMove.VERIFY: frozenset({Kind.SUBMITTED}),
    ReviewMove.RETURN: frozenset({Kind.SUBMITTED}),
    ReviewMove.RETIRE: ASKS_OF_AUTHORS | {Kind.SUBMITTED},
    ReviewMove.MERGE: ASKS_OF_AUTHORS | {Kind.SUBMITTED},
}


def tell_reviewers(session: Session, record: Record, authors: Collection[int]) -> None:
    """Reviewers, but for who wrote it himself, learn that a version waits; administrators only see it in the queue.

    What asked for this version is settled by it. A version that is sent again after a return, or brought back, waits anew: it is told anew.
    """
    settle(session, record.ref, ASKS_OF_AUTHORS | {Kind.SUBMITTED})
    moves = Review.move.in_([ReviewMove.SUBMIT, ReviewMove.RESTORE])
    sent = sa.select(sa.func.count()).select_from(Review).where(Review.record_id == record.id, moves)
    times = session.scalar(sent)
    reviewers = sa.select(User.id).where(User.role == Role.REVIEWER, User.is_active, User.id.not_in(authors)).order_by(User.id)
    for user_id in session.scalars(reviewers).all():
        notify(session, user_id, Kind.SUBMITTED, record.ref, {"version": record.version}, step=f"version {record.version} sent {times}")


def tell_authors(session: Session, record: Record, kind: Kind, authors: Collection[int], decided_by: int, move: int) -> None:
    """Whoever wrote what was decided about, and the owner, learn of the decision; `move` tells two of one version apart."""
    for user_id in sorted({*authors, record.owner_id} - {decided_by}):
        notify(session, user_id, kind, record.ref, {"version": record.version}, step=f"move {move}")


def tell_of_restriction(session: Session, record: Record, what: str, by_id: int, step: str) -> None:
    """The owner and whoever may decide about a restriction, but for who just did it; `step` tells two of one record apart.

    A draft is its owner's alone: nobody else could open what he is told of.
    """
    deciding = [role for role in Role if may(role, Permission.PERSONAL_DATA_OVERSEE)]
    others = sa.select(User.id).where(User.role.in_(deciding), User.is_active)
    told = set() if record.review_state is ReviewState.DRAFT else set(session.scalars(others))
    for user_id in sorted({*told, record.owner_id} - {by_id}):
        notify(session, user_id, Kind.RESTRICTED, record.ref, {"what": what}, step=step)
