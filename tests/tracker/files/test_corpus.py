"""Promise (Files): an allow-list of types by content and name. 56 files: 0 bad ones stored, 0 inline, 0 changed bytes."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from tests.app import ClientAs, stored
from tests.forms import enter, minimal
from tests.pages import errors_of, inspected
from tests.tracker.files.samples import BAD, GOOD, docx, pdf
from tracker.accounts.models import Role
from tracker.files.models import Attachment
from tracker.record_types import RECORD_TYPES

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")


def upload(client: Any, address: str, *files: tuple[str, bytes], note: str = "") -> Any:
    data: MultiDict[str, Any] = MultiDict([("note", note)])
    for name, content in files:
        data.add("files", FileStorage(io.BytesIO(content), name))
    boundary, body = encode_multipart(data)
    return client.post(f"{address}/files", data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def rows_of(app: Flask) -> list[Attachment]:
    with stored(app) as session:
        found = list(session.scalars(sa.select(Attachment).order_by(Attachment.no)))
        session.expunge_all()
    return found


def test_there_are_56_of_them() -> None:
    assert len(BAD) == 56
    assert len({bad.name for bad in BAD}) == 56


@pytest.mark.once
def test_no_bad_file_is_stored_and_each_is_refused_at_the_field_with_what_was_typed_kept(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = enter(client, HANDOVER, minimal(HANDOVER))
    wrong = []
    for bad in BAD:
        answer = upload(client, address, (bad.name, bad.make()), note="What was typed beside it")
        if answer.status_code != 422:
            wrong.append((bad.name, str(answer.status_code)))
            continue
        found = inspected(answer, 422)
        said = errors_of(answer.text)
        if bad.says not in said or "What was typed beside it" not in answer.text or "was not taken" not in found.text:
            wrong.append((bad.name, said))
    assert wrong == []
    assert rows_of(app) == []


def test_of_several_the_good_ones_are_taken_and_the_bad_ones_named(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = enter(client, HANDOVER, minimal(HANDOVER))
    answer = upload(client, address, ("a.pdf", pdf("A")), ("b.exe", b"MZ"), ("c.docx", docx("C")))
    assert answer.status_code == 422
    assert "“b.exe” was not taken" in errors_of(answer.text)
    assert "2 files added." in answer.text
    assert [row.name for row in rows_of(app)] == ["a.pdf", "c.docx"]


@pytest.mark.once
def test_good_files_come_back_unchanged_and_never_inline(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = enter(client, HANDOVER, minimal(HANDOVER))
    kept = {name: data for data, name in {data: name for name, data in GOOD.items()}.items()}
    assert len(kept) == len(GOOD), "two samples are the same file"
    for name, data in kept.items():
        answer = upload(client, address, (name, data))
        assert answer.status_code == 303, (name, errors_of(answer.text))
    rows = rows_of(app)
    assert [row.name for row in rows] == [unicodedata.normalize("NFC", name) for name in kept]
    for row, data in zip(rows, kept.values(), strict=True):
        answer = client.get(f"{address}/files/{row.no}")
        assert answer.status_code == 200
        assert answer.data == data, row.name
        assert row.sha256 == hashlib.sha256(data).hexdigest()
        assert answer.headers["Content-Disposition"].startswith("attachment;"), row.name
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert not answer.headers["Content-Type"].startswith("text/")
    folder = Path(app.config["SETTINGS"].files_path)
    found = [path for path in folder.rglob("*") if path.is_file()]
    assert len(found) == len(rows)
    for path in found:  # no given name is ever part of a path
        assert re.fullmatch("[0-9a-f]{32}", path.name)
        assert path.parent == folder / path.name[:2]


def test_names_reach_the_browser_as_rfc_6266_says(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = enter(client, HANDOVER, minimal(HANDOVER))
    upload(client, address, ("会谈纪要 2024.pdf", pdf()), ("it's 50% #1 & more; v=2.pdf", pdf("x")))
    first, second = (client.get(f"{address}/files/{number}").headers["Content-Disposition"] for number in (1, 2))
    assert "filename*=UTF-8''%E4%BC%9A%E8%B0%88%E7%BA%AA%E8%A6%81%202024.pdf" in first
    assert "\n" not in first + second
    assert 'filename="it\'s 50% #1 & more; v=2.pdf"' in second


@pytest.mark.once
@pytest.mark.parametrize("name", list(GOOD))
def test_what_is_good_is_good_alone(app: Flask, client_as: ClientAs, name: str) -> None:
    client = client_as(Role.OFFICER)
    address = enter(client, HANDOVER, minimal(HANDOVER))
    assert upload(client, address, (name, GOOD[name])).status_code == 303
