"""Taking erased bytes out of SQLite's files: what was overwritten waits in the write-ahead log otherwise."""

from __future__ import annotations

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from tracker.database.session import dialect_of, once_committed


def empty_log_after_commit(session: Session) -> None:
    """Once the transaction of `session` is stored, copy the log into the database and cut it to nothing.

    `secure_delete` has overwritten the old bytes there. Readers in other threads may hold the log for a moment: then it is
    overwritten by what is written next. PostgreSQL frees old rows by its own vacuum.
    """
    if dialect_of(session) != "sqlite":
        return
    engine = session.get_bind()

    def empty() -> None:
        assert isinstance(engine, Engine)
        raw = engine.raw_connection()
        try:
            for pragma in ("busy_timeout=1000", "wal_checkpoint(TRUNCATE)", "busy_timeout=10000"):
                raw.cursor().execute(f"PRAGMA {pragma}").fetchall()
        finally:
            raw.close()

    once_committed(session, empty)
