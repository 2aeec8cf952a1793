"""Sources as a list: which fit the words that were typed, for the page and for programs alike."""

from __future__ import annotations

import sqlalchemy as sa

from tracker.accounts.models import User
from tracker.records.sources import Source
from tracker.records.visibility import sources_visible_to

WORDS_LENGTH = 100


def fitting(user: User, words: str) -> sa.Select[Source]:
    """The sources that `user` may see with every one of `words` in title or publisher, the newest first."""
    statement = sa.select(Source).where(sources_visible_to(user)).order_by(Source.id.desc())
    for word in words.split():
        found = (Source.title.icontains(word, autoescape=True), Source.publisher.icontains(word, autoescape=True))
        statement = statement.where(sa.or_(*found))
    return statement
