"""Contents at rest: sealed under keys of their own, which erasure destroys; those from before open and are sealed by a command."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.forms import enter, minimal
from tests.tracker.files.samples import docx, pdf, png
from tests.tracker.files.test_attachments import HANDOVER, events
from tests.tracker.files.test_corpus import rows_of, upload
from tests.tracker.files.test_folder import file_of
from tracker.accounts.models import Role, User
from tracker.extensions import db
from tracker.files import services
from tracker.files.models import SealedContent
from tracker.files.queries import of_owner
from tracker.files.services import Owner
from tracker.files.store import Store, store_of

OLD, NEW = b"k" * 32, b"n" * 32
LETTER = pdf("A letter of the embassy")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["files", *words])


def use_keys(app: Flask, *values: bytes) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], personal_data_keys=values)


def store(app: Flask) -> Store:
    return store_of(app.config["SETTINGS"])


def on_disk(app: Flask) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(app.config["SETTINGS"].files_path).rglob("*") if path.is_file()}


def sealed_rows(app: Flask) -> dict[str, str]:
    with stored(app) as session:
        return {row.sha256: row.place for row in session.scalars(sa.select(SealedContent))}


def with_file(client: FlaskClient, number: int = 1, data: bytes = LETTER) -> str:
    address = enter(client, HANDOVER, minimal(HANDOVER, number))
    assert upload(client, address, ("letter.pdf", data)).status_code == 303
    return address


def erase(app: Flask, address: str) -> None:
    with app.app_context():
        actor = db.session.scalars(sa.select(User)).first()
        assert actor is not None
        services.erase(actor, db.session, store(app), of_owner(db.session, Owner("record", address.rpartition("/")[2])))
        db.session.commit()


class TestOnTheDisk:
    def test_nothing_of_a_content_lies_readable_and_the_hash_stays_its_identity(self, app: Flask, client_as: ClientAs) -> None:
        data = pdf("Zubeida Vossberg")
        address = with_file(client_as(Role.OFFICER), data=data)
        found = on_disk(app)
        assert len(found) == 1
        assert b"Vossberg" not in b"".join(found.values())
        assert hashlib.sha256(data).hexdigest() not in found, "the name of the file tells nothing either"
        assert [row.sha256 for row in rows_of(app)] == [hashlib.sha256(data).hexdigest()]
        answer = client_as(Role.OFFICER).get(f"{address}/files/1")
        assert (answer.data, answer.content_length) == (data, len(data))

    def test_no_key_lies_in_the_database_in_clear(self, app: Flask, client_as: ClientAs) -> None:
        with_file(client_as(Role.OFFICER))
        with stored(app) as session:
            row = session.scalars(sa.select(SealedContent)).one()
            assert store(app).key_of(row) not in row.wrapped

    def test_a_file_of_several_blocks_comes_back(self, app: Flask, client_as: ClientAs) -> None:
        from tests.tracker.files.samples import chunk

        client, data = client_as(Role.OFFICER), png(more=chunk(b"prVt", os.urandom(3_500_000)))
        address = enter(client, HANDOVER, minimal(HANDOVER))
        upload(client, address, ("scan.png", data))
        assert client.get(f"{address}/files/1").data == data

    def test_no_file_is_written_in_plain_while_its_text_is_read(
        self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, seen = services.text_of, []
        monkeypatch.setattr(services, "text_of", lambda *given: (seen.append(on_disk(app)), real(*given))[1])
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        upload(client, address, ("a.docx", docx("Quagga diary")))
        assert seen == [{}]
        assert address.rpartition("/")[2] in client.get("/records/?q=quagga").text


class TestSharing:
    def test_two_records_share_content_and_key_and_the_last_erasure_destroys_both(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        first, second = (with_file(client, number) for number in (1, 2))
        assert (len(rows_of(app)), len(sealed_rows(app)), len(on_disk(app))) == (2, 1, 1)
        erase(app, first)
        assert client.get(f"{second}/files/1").status_code == 200
        erase(app, second)
        assert (sealed_rows(app), on_disk(app)) == ({}, {})

    @pytest.mark.races
    def test_an_upload_while_the_same_content_is_erased_is_whole_or_the_only_one(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        for number in range(0, 12, 2):
            first = with_file(client, number + 1)
            second = enter(client, HANDOVER, minimal(HANDOVER, number + 2))
            together(
                lambda first=first: erase(app, first),
                lambda second=second: upload(client, second, ("b.pdf", LETTER)),
            )
            assert client.get(f"{second}/files/1").data == LETTER
            erase(app, second)
        assert (sealed_rows(app), on_disk(app)) == ({}, {})

    @pytest.mark.races
    def test_eight_uploads_of_one_content_at_the_same_moment_keep_one_file(self, app: Flask, client_as: ClientAs) -> None:
        clients = [client_as(Role.OFFICER, f"officer{number}") for number in range(8)]
        addresses = [enter(client, HANDOVER, minimal(HANDOVER, number)) for number, client in enumerate(clients)]
        together(*(lambda c=client, a=address: upload(c, a, ("a.pdf", pdf())) for client, address in zip(clients, addresses, strict=True)))
        assert (len(rows_of(app)), len(sealed_rows(app)), len(on_disk(app))) == (8, 1, 1)
        for client, address in zip(clients, addresses, strict=True):
            assert client.get(f"{address}/files/1").data == pdf()

    def test_what_finds_no_room_leaves_neither_key_nor_file(self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
        client = client_as(Role.OFFICER)
        address = with_file(client)
        monkeypatch.setattr(services, "MOST_FILES", 1)
        assert upload(client, address, ("b.pdf", pdf("b"))).status_code == 422
        assert (len(sealed_rows(app)), len(on_disk(app))) == (1, 1)


@pytest.mark.once
class TestWhatDoesNotOpen:
    def test_another_master_key_is_said_and_nothing_is_lost(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = with_file(client)
        before = (on_disk(app), sealed_rows(app))
        use_keys(app, NEW)
        answer = client.get(f"{address}/files/1", follow_redirects=True)
        assert answer.status_code == 200
        assert "This file is locked" in answer.text
        checked = run(app, "check")
        assert checked.exit_code == 1
        assert f"locked: {rows_of(app)[0].sha256}" in checked.output
        assert "1 files are locked. PERSONAL_DATA_KEY does not open them" in checked.output
        assert [event[0] for event in events(app)] == ["file_added"], "nothing was read"
        use_keys(app, OLD)
        assert (on_disk(app), sealed_rows(app)) == before
        assert client.get(f"{address}/files/1").status_code == 200

    def test_work_goes_on_under_the_other_key_and_the_same_content_sent_again_opens(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        first = with_file(client)
        use_keys(app, NEW)
        second = with_file(client, 2)
        for address in (first, second):
            assert client.get(f"{address}/files/1").status_code == 200
        assert len(on_disk(app)) == 1

    @pytest.mark.parametrize("spoil", ["byte", "cut"])
    def test_a_damaged_file_is_said_and_nothing_of_it_is_given(self, app: Flask, client_as: ClientAs, spoil: str) -> None:
        client = client_as(Role.OFFICER)
        address = with_file(client)
        path = file_of(app, rows_of(app)[0].sha256)
        body = path.read_bytes()
        path.write_bytes(body[:-1] if spoil == "cut" else body[:40] + bytes([body[40] ^ 1]) + body[41:])
        assert "This file is damaged on the disk" in client.get(f"{address}/files/1", follow_redirects=True).text
        assert run(app, "check").output.startswith("damaged: ")
        assert [event[0] for event in events(app)] == ["file_added"]

    @pytest.mark.parametrize("same_record", [True, False])
    def test_a_missing_file_is_whole_again_when_it_is_sent_again(self, app: Flask, client_as: ClientAs, same_record: bool) -> None:
        client = client_as(Role.OFFICER)
        address = with_file(client)
        file_of(app, rows_of(app)[0].sha256).unlink()
        assert client.get(f"{address}/files/1").status_code == 404
        again = address if same_record else enter(client, HANDOVER, minimal(HANDOVER, 2))
        assert upload(client, again, ("letter.pdf", LETTER)).status_code == (422 if same_record else 303)
        assert client.get(f"{address}/files/1").status_code == 200

    def test_a_key_moved_to_another_content_does_not_open(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = with_file(client)
        with_file(client, 2, pdf("Another letter"))
        with stored(app) as session:
            first, second = session.scalars(sa.select(SealedContent).order_by(SealedContent.sealed_at))
            first.wrapped = second.wrapped
        assert "This file is locked" in client.get(f"{address}/files/1", follow_redirects=True).text


@pytest.mark.once
class TestRotation:
    def test_keys_are_sealed_anew_and_no_content_is_touched(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        addresses = [with_file(client, number, pdf(str(number))) for number in range(3)]
        bodies = on_disk(app)
        use_keys(app, NEW, OLD)
        done = app.test_cli_runner().invoke(args=["personal-data", "rotate-key"])
        assert "3 keys of files" in done.output
        assert on_disk(app) == bodies
        use_keys(app, NEW)
        assert [client.get(f"{address}/files/1").data for address in addresses] == [pdf(str(number)) for number in range(3)]
        use_keys(app, OLD)
        assert "This file is locked" in client.get(f"{addresses[0]}/files/1", follow_redirects=True).text

    def test_with_a_wrong_old_key_nothing_is_changed(self, app: Flask, client_as: ClientAs) -> None:
        address = with_file(client_as(Role.OFFICER))
        use_keys(app, NEW, b"w" * 32)
        done = app.test_cli_runner().invoke(args=["personal-data", "rotate-key"])
        assert done.exit_code == 1
        assert "Nothing was changed" in done.output
        use_keys(app, OLD)
        assert client_as(Role.OFFICER).get(f"{address}/files/1").status_code == 200


def together(*deeds: Callable[[], Any]) -> None:
    """Do them at the same moment."""
    start = threading.Barrier(len(deeds))

    def begin(deed: Callable[[], Any]) -> None:
        start.wait()
        deed()

    threads = [threading.Thread(target=begin, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
