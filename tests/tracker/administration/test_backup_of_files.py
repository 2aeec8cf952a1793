"""Files in backups: sealed as they lie, open wherever the key is; what lay in plain comes back in plain."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.app import application, stored
from tests.engines import Databases
from tests.factories import records, users
from tests.factories.handovers import handover, subject
from tests.tracker.administration.backups import parts_of
from tracker.administration import backup
from tracker.database import migrations
from tracker.files.models import TextState
from tracker.files.reading import Text
from tracker.files.services import Owner, Prepared, add
from tracker.files.store import store_of

LETTER = b"A letter of the embassy"


class TestSealedFiles:
    def test_they_are_sealed_in_the_backup_and_open_elsewhere_with_the_key(
        self, app: Flask, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        attached(app)
        file = made_by_command(app, tmp_path)
        assert LETTER not in b"".join(parts_of(file).values())
        for key, said in ((b"k", ""), (b"w", "Note: 1 files do not open with PERSONAL_DATA_KEY")):
            elsewhere = {"files_path": str(tmp_path / key.decode()), "personal_data_keys": (key * 32,)}
            with databases.empty() as url, application(url, **elsewhere) as copy:
                answer = copy.test_cli_runner().invoke(args=["restore", str(file)])
                assert answer.exit_code == 0, answer.output
                assert said in answer.output
                assert ("Note:" in answer.output) is bool(said)
                checked = copy.test_cli_runner().invoke(args=["files", "check"])
                assert checked.output.startswith("locked: " if said else "1 files, 0 missing or damaged")

    @pytest.mark.once
    def test_names_of_another_key_stop_a_restore_with_a_word_and_nothing_is_there(
        self, app: Flask, databases: Databases, tmp_path: Path
    ) -> None:
        with stored(app) as session:
            records.save(session, users.user(session), handover(["LAO"], "2024", subjects=[subject(1, "Ben Planted")]))
        file = made_by_command(app, tmp_path)
        for key, code in ((b"w", 1), (b"k", 0)):
            elsewhere = {"files_path": str(tmp_path / "there"), "personal_data_keys": (key * 32,)}
            with databases.empty() as url, application(url, **elsewhere) as copy:
                answer = copy.test_cli_runner().invoke(args=["restore", str(file)])
                assert answer.exit_code == code, answer.output
                assert ("The names in the backup do not open with PERSONAL_DATA_KEY" in answer.output) is bool(code)

    @pytest.mark.once
    def test_a_backup_from_before_files_were_sealed_is_restored_and_then_sealed(
        self, app: Flask, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        attached(app)
        run = app.test_cli_runner().invoke
        run(args=["files", "unseal", "--yes"])
        migrations.downgrade(app.config["SETTINGS"].database_url, "0014")
        monkeypatch.setattr(migrations, "pending", lambda *_: False)  # as the program of that day saw it
        file = made_by_command(app, tmp_path)
        monkeypatch.undo()
        with databases.empty() as url, application(url, files_path=str(tmp_path / "there")) as copy:
            answer = copy.test_cli_runner().invoke(args=["restore", str(file)])
            assert "Note: 1 files lie in plain" in answer.output
            assert copy.test_cli_runner().invoke(args=["files", "seal"]).output.startswith("1 files sealed")
            assert "0 in plain" in copy.test_cli_runner().invoke(args=["files", "check"]).output

    @pytest.mark.once
    @pytest.mark.parametrize("deed", [["files", "seal"], ["files", "unseal", "--yes"]], ids=["seal", "unseal"])
    def test_a_backup_during_which_files_moved_is_refused_and_says_so(
        self, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: list[str]
    ) -> None:
        attached(app)
        if deed[1] == "seal":
            app.test_cli_runner().invoke(args=["files", "unseal", "--yes"])
        real = backup._add_files

        def late(*given: Any) -> None:
            moving = threading.Thread(target=app.test_cli_runner().invoke, kwargs={"args": deed})
            moving.start()
            moving.join()
            real(*given)

        with monkeypatch.context() as patch:
            patch.setattr(backup, "_add_files", late)
            refused = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "b.zip")])
        assert (refused.exit_code, "make the backup again" in refused.output) == (1, True)
        assert list(tmp_path.glob("*.zip")) == []
        made_by_command(app, tmp_path)

    def test_a_file_that_is_missing_anyway_or_erased_meanwhile_stops_no_backup(self, app: Flask, tmp_path: Path) -> None:
        attached(app)
        for path in store_of(app.config["SETTINGS"]).every():
            path.unlink()
        made_by_command(app, tmp_path)


def attached(app: Flask) -> None:
    store = store_of(app.config["SETTINGS"])
    with stored(app) as session:
        file = Prepared("letter.pdf", "pdf", Text(TextState.NONE), store.put(LETTER))
        add(users.user(session), session, store, Owner("record", "HND-2026-0001"), [file], "", 1)


def made_by_command(app: Flask, folder: Path) -> Path:
    done = app.test_cli_runner().invoke(args=["backup", str(folder / "b.zip")])
    assert done.exit_code == 0, done.output
    return folder / "b.zip"
