"""Backups in tests, what comes of them when they are restored, and how a file of one is spoiled."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import application, stored
from tests.factories import records
from tracker.administration import backup, restore
from tracker.audit.verification import faults, head_of, stored_events
from tracker.counting.models import Basis
from tracker.records import facts
from tracker.records.models import Record

STATE = records.REPORTING_STATE


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
