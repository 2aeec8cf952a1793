"""Restoring: what was backed up is there again, in either engine, with its guards, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import application, stored
from tests.contract.filled_database import fill
from tests.engines import Databases, SqliteDatabases
from tests.factories import records, users
from tests.factories.handovers import handover
from tests.tracker.administration.backups import STATE, is_sound, made, restored
from tracker.accounts.models import SignIn, User
from tracker.administration import backup
from tracker.audit.models import AuditEvent
from tracker.database import migrations
from tracker.database.base import Base
from tracker.extensions import db
from tracker.records.models import Record, RecordVersion

# made again or ended by a restore, which leaves an event of its own
NOT_COMPARED = {*backup.DERIVED, "audit_event", "audit_head", "sign_in_session"}


def contents(app: Flask) -> dict[str, list[str]]:
    """Every row of every table as Python has it: drivers of two engines give a day each in its way."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: sorted(str(tuple(row)) for row in connection.execute(sa.select(table))) for table in Base.metadata.sorted_tables
        }


class TestRestore:
    def test_a_backup_of_one_engine_is_restored_into_the_other_and_back(
        self, database_url: str, databases: Databases, tmp_path: Path
    ) -> None:
        fill(database_url)
        with application(database_url) as app:
            before = contents(app)
            file = made(app, tmp_path)
        # the other engine, where there is one: PostgreSQL's half of the run has both
        other = SqliteDatabases(tmp_path)
        with restored(other, file, tmp_path / "files") as there:
            assert kept(contents(there)) == kept(before)
            assert is_sound(there)
            again = made(there, tmp_path, "again.zip")
        with restored(databases, again, tmp_path / "files") as back:
            assert kept(contents(back)) == kept(before)
            assert is_sound(back)

    def test_what_comes_after_a_restore_gets_keys_and_references_of_its_own(self, app: Flask, databases: Databases, tmp_path: Path) -> None:
        with stored(app) as session:
            first = records.save(session, users.user(session, username="ana"), handover(["LAO"], "2024")).ref
        with restored(databases, made(app, tmp_path), tmp_path / "files") as copy, stored(copy) as session:
            ana = session.scalars(sa.select(User).where(User.username == "ana")).one()
            second = records.save(session, ana, handover(["THA"], "2025"))
            assert second.ref != first
            users.user(session, username="ben")

    def test_guards_and_references_are_back(self, app: Flask, databases: Databases, tmp_path: Path) -> None:
        with stored(app) as session:
            records.save(session, users.user(session), handover(["LAO"], "2024"))
        with restored(databases, made(app, tmp_path), tmp_path / "files") as copy, copy.app_context():
            for statement in (
                sa.update(RecordVersion).values(reason="forged"),
                sa.delete(AuditEvent),
                sa.update(Record).values(owner_id=999),
                sa.update(Record).values(parent_id=999),
            ):
                with pytest.raises(sa.exc.DBAPIError):
                    db.session.execute(statement)
                db.session.rollback()

    @pytest.mark.once
    def test_nobody_stays_signed_in_and_the_restore_stands_in_the_trail(self, app: Flask, databases: Databases, tmp_path: Path) -> None:
        from tests.app import signed_in
        from tracker.accounts.models import Role

        signed_in(app, Role.OFFICER)
        with restored(databases, made(app, tmp_path), tmp_path / "files") as copy, stored(copy) as session:
            assert session.scalars(sa.select(SignIn.ended_at)).one() is not None
            assert session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.no.desc())).first() == "restored"

    def test_an_older_backup_is_restored_as_it_was_and_then_upgraded(
        self, database_url: str, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(database_url)
        with application(database_url) as app, stored(app) as session:
            head = session.scalar(sa.text("SELECT version_num FROM alembic_version"))
        migrations.downgrade(database_url, "0007")
        with application(database_url) as app:
            monkeypatch.setattr(migrations, "pending", lambda *_: False)  # as the program of that day saw it
            file = made(app, tmp_path)
        monkeypatch.undo()
        with restored(databases, file, tmp_path / "files") as copy:
            with stored(copy) as session:
                assert session.scalar(sa.text("SELECT version_num FROM alembic_version")) == head
            assert is_sound(copy)

    @pytest.mark.once
    def test_files_come_back_byte_for_byte(self, app: Flask, databases: Databases, tmp_path: Path) -> None:
        files = tmp_path / "here"
        (files / "ab").mkdir(parents=True)
        (files / "ab" / "abcdef").write_bytes(bytes(range(256)) * 5000)
        (files / "empty").write_bytes(b"")
        with app.app_context():
            backup.make(tmp_path / "b.zip", files, STATE)
        there = tmp_path / "there"
        with restored(databases, tmp_path / "b.zip", there):
            assert {path.relative_to(there).as_posix(): path.read_bytes() for path in there.rglob("*") if path.is_file()} == {
                "ab/abcdef": bytes(range(256)) * 5000,
                "empty": b"",
            }


def kept(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: rows for name, rows in found.items() if name not in NOT_COMPARED}
