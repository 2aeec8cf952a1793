"""Backups: consistent while others write, whole or not there, and worth something only because they are restored here."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import application, contents, stored
from tests.engines import Databases
from tests.factories import records, users
from tests.factories.handovers import handover
from tests.tracker.administration.backups import STATE, count, interrupted, is_sound, made, parts_of, restored, spoiled
from tracker.accounts.models import User
from tracker.administration import backup, restore
from tracker.administration.backup import BackupError
from tracker.audit.models import AuditEvent
from tracker.database.archive import ArchiveError
from tracker.extensions import db
from tracker.records import facts, findable
from tracker.records.models import Record, RecordVersion

ROOT = Path(__file__).resolve().parents[3]


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


def counts(app: Flask) -> dict[str, int]:
    """Rows of what people write; the restore's own event is left out."""
    with stored(app) as session:
        found = {model.__tablename__: count(session, model) for model in (Record, RecordVersion)}
        own = sa.select(sa.func.count()).select_from(AuditEvent).where(AuditEvent.action != "restored")
        return found | {"audit_event": session.scalar(own) or 0}


def write_until(app: Flask, name: str, stop: threading.Event) -> None:
    number = 0
    while not stop.wait(0.15):  # SQLite's lock is not fair: people pause between two saves, too
        number += 1
        with stored(app) as session:
            user = session.scalars(sa.select(User).where(User.username == name)).one()
            records.save(session, user, handover(["LAO", "THA"], "2024-03", title=f"{name} {number}"))
