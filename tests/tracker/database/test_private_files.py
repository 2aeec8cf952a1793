"""What a database of SQLite holds in plain is for its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tracker.database import migrations

pytestmark = pytest.mark.engine_free


def test_a_new_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        migrations.upgrade(f"sqlite:///{tmp_path / 'own.sqlite3'}", "0001")
    finally:
        os.umask(old)
    assert {path.name: path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {"own.sqlite3": 0}


def test_a_file_that_is_there_keeps_what_its_owner_gave(tmp_path: Path) -> None:
    file = tmp_path / "shared.sqlite3"
    file.touch(mode=0o660)
    file.chmod(0o660)
    migrations.upgrade(f"sqlite:///{file}", "0001")
    assert file.stat().st_mode & 0o777 == 0o660
