"""Full text by record: FTS5 on SQLite, tsvector on PostgreSQL, the same folded words in both.

Words are compared from their beginning (`coop` finds `cooperation`); text in Han characters is found at any place,
because `fold` makes each character a word. The tables are made by a migration, since neither is plain SQL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from tracker.database.folding import fold
from tracker.database.session import dialect_of

_sqlite = sa.table("record_search", sa.column("rowid", sa.Integer), sa.column("body", sa.Text), sa.column("plain", sa.Text))
_postgresql = sa.table("record_search", sa.column("record_id", sa.Integer), sa.column("body", sa.Text), sa.column("plain", sa.Text))


def hold(session: Session, record_ids: Collection[int]) -> bool:
    """Until this transaction ends nobody else says what these records are found by; whether others may have done so before.

    On SQLite a writing transaction is alone anyway. To be asked for before it is read what they are found by, in one order, and after
    every other lock.
    """
    table, key = _table(session)
    if dialect_of(session) != "postgresql":
        return False
    session.execute(sa.select(key).select_from(table).where(key.in_(record_ids)).order_by(key).with_for_update())
    return True


def index(session: Session, found_by: Collection[tuple[int, Iterable[str]]]) -> None:
    """Make records findable, each by its parts and by nothing else."""
    if not found_by:
        return
    table, key = _table(session)
    if dialect_of(session) == "postgresql":  # the row stays the same row: others wait for it
        said = postgresql.insert(table)
        said = said.on_conflict_do_update(index_elements=[key], set_={name: said.excluded[name] for name in ("body", "plain")})
        session.execute(said, _rows(key.name, found_by))
        return
    session.execute(sa.delete(table).where(key.in_([record_id for record_id, _ in found_by])))
    index_new(session, found_by)


def index_new(session: Session, found_by: Iterable[tuple[int, Iterable[str]]]) -> None:
    """Make records findable, each by its parts, that nothing has made findable yet."""
    table, key = _table(session)
    rows = _rows(key.name, found_by)
    if rows:
        session.execute(sa.insert(table), rows)


def forget(session: Session, record_ids: Collection[int]) -> None:
    """These records are found no more."""
    table, key = _table(session)
    session.execute(sa.delete(table).where(key.in_(record_ids)))


def forget_all(session: Session) -> None:
    """Nothing is findable."""
    session.execute(sa.delete(_table(session)[0]))


def forget_deleted(session: Session) -> None:
    """Take the words of texts that were replaced out of the files of the index, where they stay marked as deleted otherwise."""
    if dialect_of(session) == "sqlite":
        session.execute(sa.text("INSERT INTO record_search (record_search) VALUES ('optimize')"))


def matching(session: Session, record_id: Any, typed: str) -> sa.ColumnElement[bool]:
    """That the record holds every word of `typed`, each from its beginning; signs (`%`, `_`) stand for themselves."""
    table, key = _table(session)
    words = typed.split()
    phrases = [phrase for phrase in map(fold, words) if phrase]
    signs = [word for word in words if not fold(word) or any(sign in word for sign in "%_\\")]
    found: list[sa.ColumnElement[bool]] = [table.c.plain.contains(word.lower(), autoescape=True) for word in signs]
    if phrases and dialect_of(session) == "sqlite":
        query = " AND ".join(f'"{phrase}" *' for phrase in phrases)
        found.append(sa.text("record_search MATCH :search_words").bindparams(search_words=query))  # type: ignore[arg-type]
    elif phrases:
        query = " & ".join("(" + " <-> ".join(f"'{word}'" for word in phrase.split()) + ":*)" for phrase in phrases)
        found.append(sa.text("words @@ to_tsquery('simple', :search_words)").bindparams(search_words=query))  # type: ignore[arg-type]
    return record_id.in_(sa.select(key).where(*found))


def _rows(key: str, found_by: Iterable[tuple[int, Iterable[str]]]) -> list[dict[str, Any]]:
    """Rows of the index; many records have the same partners and sources, whose words are folded once."""
    folded, rows = dict[str, str](), []
    for record_id, parts in found_by:
        texts = [part for part in parts if part]
        folded |= {text: fold(text) for text in texts if text not in folded}
        body = " ".join(words for text in texts if (words := folded[text]))
        rows.append({key: record_id, "body": body, "plain": "\n".join(texts).lower()})
    return rows


def _table(session: Session) -> tuple[sa.TableClause, sa.ColumnClause[int]]:
    if dialect_of(session) == "sqlite":
        return _sqlite, _sqlite.c.rowid
    return _postgresql, _postgresql.c.record_id
