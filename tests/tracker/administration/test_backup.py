"""Backups: consistent while others write, whole or not there, and worth something only because they are restored here."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import application, contents, stored
from tests.contract.filled_database import fill
from tests.engines import Databases, SqliteDatabases
from tests.factories import records, users
from tests.factories.handovers import handover
from tracker.accounts.models import SignIn, User
from tracker.administration import backup, restore
from tracker.administration.backup import BackupError
from tracker.audit.models import AuditEvent
from tracker.audit.verification import faults, head_of, stored_events
from tracker.counting.models import Basis
from tracker.database import migrations
from tracker.database.archive import ArchiveError
from tracker.extensions import db
from tracker.records import facts, findable
from tracker.records.models import Record, RecordVersion

STATE = records.REPORTING_STATE
ROOT = Path(__file__).resolve().parents[3]
# made again or ended by a restore, which leaves an event of its own
NOT_COMPARED = {*backup.DERIVED, "audit_event", "audit_head", "sign_in_session"}


class TestPromise:
    @pytest.mark.parametrize("many", [3, pytest.param(20, marks=pytest.mark.whole)])
    def test_promise_20_backups_under_load_each_restored_are_consistent(
        self, app: Flask, databases: Databases, tmp_path: Path, many: int
    ) -> None:
        with stored(app) as session:
            names = [users.user(session).username for _ in range(2)]
        stop = threading.Event()
        writers = [threading.Thread(target=write_until, args=(app, name, stop)) for name in names]
        taken: list[tuple[Path, dict[str, int], dict[str, int]]] = []
        for writer in writers:
            writer.start()
        try:
            for number in range(many):
                file = tmp_path / f"{number}.zip"
                before = counts(app)
                with app.app_context():
                    backup.make(file, tmp_path / "files", STATE)
                taken.append((file, before, counts(app)))
        finally:
            stop.set()
            for writer in writers:
                writer.join(60)
        assert taken[-1][2]["record"] > taken[0][1]["record"], "nobody wrote meanwhile"
        for file, before, after in taken:
            with restored(databases, file, tmp_path / "elsewhere") as copy:
                found = counts(copy)
                for name, count in found.items():
                    assert before[name] <= count <= after[name], (file.name, name)
                assert found["record"] == found["record_version"], "a record without its version"
                assert is_sound(copy)


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


class TestNothingHalf:
    def test_a_backup_that_is_interrupted_leaves_no_file(self, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(backup, "_add_files", interrupted)
        with app.app_context(), pytest.raises(KeyboardInterrupt):
            backup.make(tmp_path / "b.zip", tmp_path / "files", STATE)
        assert list(tmp_path.iterdir()) == []

    def test_a_backup_whose_event_cannot_be_written_leaves_no_file(
        self, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(backup.audit, "write_apart", interrupted)
        with app.app_context(), pytest.raises(KeyboardInterrupt):
            backup.make(tmp_path / "b.zip", tmp_path / "files", STATE)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.once
    def test_a_restore_that_is_interrupted_leaves_the_database_and_the_folder_empty(
        self, app: Flask, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "here").mkdir()
        (tmp_path / "here" / "a").write_bytes(b"a")
        (tmp_path / "here" / "b").write_bytes(b"b")
        with app.app_context():
            backup.make(tmp_path / "b.zip", tmp_path / "here", STATE)
        there = tmp_path / "there"
        real = restore.sync_folder
        for module, name in ((findable, "rebuild"), (facts, "rebuild"), (restore, "sync_folder")):
            with databases.empty() as url, application(url) as empty, monkeypatch.context() as patch, empty.app_context():
                patch.setattr(module, name, interrupted)
                with pytest.raises(KeyboardInterrupt):
                    restore.restore(tmp_path / "b.zip", there, STATE)
                assert sa.inspect(db.engine).get_table_names() == [], name
        assert restore.sync_folder is real
        with restored(databases, tmp_path / "b.zip", there) as copy:  # and the same again succeeds
            assert is_sound(copy)

    def test_a_restore_that_is_killed_leaves_the_database_empty(self, app: Flask, databases: Databases, tmp_path: Path) -> None:
        file = made(app, tmp_path)
        program = (
            "import os, signal; from tracker import create_app; from tracker.records import findable;"
            "findable.rebuild = lambda session: os.kill(os.getpid(), signal.SIGKILL);"
            f"create_app().test_cli_runner().invoke(args=['restore', {str(file)!r}])"
        )
        with databases.empty() as url:
            environment = os.environ | {"DATABASE_URL": url, "SECRET_KEY": "x" * 32, "FILES_PATH": str(tmp_path / "files")}
            done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=False, capture_output=True)
            assert done.returncode == -signal.SIGKILL, done.stderr
            with application(url) as empty, empty.app_context():
                assert sa.inspect(db.engine).get_table_names() == []


@pytest.mark.once
class TestRefusals:
    def test_a_database_that_holds_anything_is_left_alone(self, app: Flask, tmp_path: Path) -> None:
        file = made(app, tmp_path)
        before = contents(app)
        with app.app_context(), pytest.raises(BackupError, match="empty one only"):
            restore.restore(file, tmp_path / "files", STATE)
        assert contents(app) == before

    @pytest.mark.parametrize("spoil", ["byte", "cut", "text", "row", "extra", "revision", "format", "path"])
    def test_a_file_that_is_not_what_was_written_is_refused_before_anything_is_written(
        self, app: Flask, databases: Databases, tmp_path: Path, spoil: str
    ) -> None:
        (tmp_path / "files").mkdir()
        (tmp_path / "files" / "a").write_bytes(b"a")
        file = made(app, tmp_path)
        spoiled(file, spoil)
        with databases.empty() as url, application(url) as empty, empty.app_context():
            with pytest.raises((ArchiveError, BackupError)):
                restore.restore(file, tmp_path / "there", STATE)
            assert sa.inspect(db.engine).get_table_names() == []
        assert not (tmp_path / "there").exists()

    @pytest.mark.once
    def test_files_of_others_are_not_mixed_with_those_of_the_backup(self, app: Flask, databases: Databases, tmp_path: Path) -> None:
        file = made(app, tmp_path)
        (tmp_path / "there").mkdir()
        (tmp_path / "there" / "other").write_bytes(b"x")
        with databases.empty() as url, application(url) as empty, empty.app_context():
            with pytest.raises(BackupError, match="holds others"):
                restore.restore(file, tmp_path / "there", STATE)
            assert sa.inspect(db.engine).get_table_names() == []

    def test_a_backup_replaces_no_other(self, app: Flask, tmp_path: Path) -> None:
        made(app, tmp_path)
        with pytest.raises(BackupError, match="there already"):
            made(app, tmp_path)


@pytest.mark.once
class TestCommands:
    def test_backup_and_verify_say_what_is_in_it_and_that_the_keys_are_not(self, app: Flask, tmp_path: Path) -> None:
        file = str(tmp_path / "b.zip")
        run = app.test_cli_runner().invoke
        wrote = run(args=["backup", file])
        assert wrote.exit_code == 0, wrote.output
        assert "PERSONAL_DATA_KEY" in wrote.output
        assert app.config["SECRET_KEY"].encode() not in b"".join(parts_of(Path(file)).values())
        verified = run(args=["backup", "--verify", file])
        assert verified.exit_code == 0
        digest = next(line for line in wrote.output.splitlines() if line.startswith("SHA-256"))
        assert digest in verified.output
        spoiled(Path(file), "byte")
        assert run(args=["backup", "--verify", file]).exit_code == 1
        with stored(app) as session:
            event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "backed_up")).one()
            assert json.loads(event.detail)["sha256"] in wrote.output

    def test_a_trail_that_was_forged_before_the_backup_is_named(self, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with stored(app) as session:
            users.user(session)
            session.execute(sa.text("UPDATE audit_head SET no = 7"))
        answer = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "b.zip")])
        assert answer.exit_code == 0  # a copy of what is there is better than none
        verified = app.test_cli_runner().invoke(args=["backup", "--verify", str(tmp_path / "b.zip")])
        assert verified.exit_code == 1
        assert "events 1 to 7" in verified.output

    @pytest.mark.once
    def test_restore_says_how_many_rows_of_what(self, app: Flask, databases: Databases, tmp_path: Path) -> None:
        file = made(app, tmp_path)
        with databases.empty() as url, application(url) as empty:
            answer = empty.test_cli_runner().invoke(args=["restore", str(file)])
            assert answer.exit_code == 0, answer.output
            assert "350  party\n" in answer.output
            again = empty.test_cli_runner().invoke(args=["restore", str(file)])
            assert again.exit_code == 1
            assert "Nothing was restored" in again.output


# --- Backups and what came of them ---


def made(app: Flask, folder: Path, name: str = "backup.zip") -> Path:
    with app.app_context():
        backup.make(folder / name, folder / "files", STATE)
    return folder / name


@contextmanager
def restored(databases: Any, file: Path, files: Path) -> Iterator[Flask]:
    """The product on a new database with what was in the backup."""
    with databases.empty() as url, application(url) as copy:
        with copy.app_context():
            restore.restore(file, files, STATE)
        yield copy


def counts(app: Flask) -> dict[str, int]:
    """Rows of what people write; the restore's own event is left out."""
    with stored(app) as session:
        found = {model.__tablename__: count(session, model) for model in (Record, RecordVersion)}
        own = sa.select(sa.func.count()).select_from(AuditEvent).where(AuditEvent.action != "restored")
        return found | {"audit_event": session.scalar(own) or 0}


def count(session: Session, model: Any) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def is_sound(app: Flask) -> bool:
    """Whether database, trail, facts and search text fit together."""
    with stored(app) as session:
        if session.get_bind().dialect.name == "sqlite":
            assert session.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
            assert session.execute(sa.text("PRAGMA foreign_key_check")).all() == []
        assert list(faults(stored_events(session), head_of(session))) == []
        assert [line for basis in Basis for line in facts.check(session, STATE, basis)] == []
        assert session.scalar(sa.text("SELECT count(*) FROM record_search")) == count(session, Record)
    return True


def kept(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: rows for name, rows in found.items() if name not in NOT_COMPARED}


def write_until(app: Flask, name: str, stop: threading.Event) -> None:
    number = 0
    while not stop.wait(0.15):  # SQLite's lock is not fair: people pause between two saves, too
        number += 1
        with stored(app) as session:
            user = session.scalars(sa.select(User).where(User.username == name)).one()
            records.save(session, user, handover(["LAO", "THA"], "2024-03", title=f"{name} {number}"))


def interrupted(*_: Any, **__: Any) -> Any:
    raise KeyboardInterrupt


def parts_of(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def spoiled(file: Path, how: str) -> None:
    """Make another file of it."""
    whole = file.read_bytes()
    if how == "byte":
        middle = len(whole) // 2
        file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        return
    if how == "cut":
        file.write_bytes(whole[: len(whole) * 2 // 3])
        return
    if how == "text":
        file.write_text("no backup at all")
        return
    parts = parts_of(file)
    manifest = json.loads(parts["manifest.json"])
    if how == "row":
        parts["tables/party.jsonl"] = parts["tables/party.jsonl"].rpartition(b"\n[")[0] + b"\n"
    elif how == "extra":
        parts["tables/other.jsonl"] = b'["id"]\n'
    elif how == "path":
        manifest["files"][0]["name"] = "../outside"
        parts["files/../outside"] = parts.pop("files/a")
    else:
        manifest[how] = {"revision": "9999", "format": 2}[how]
    parts["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
