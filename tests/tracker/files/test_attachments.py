"""Attachments: how they are added and removed, what is written down of it, where they are found."""

from __future__ import annotations

import random
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, signed_in, stored
from tests.forms import enter, form_fields, minimal
from tests.pages import errors_of, page
from tests.tracker.files.samples import docx, gif, jpeg, pdf, png
from tests.tracker.files.test_corpus import rows_of, upload
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.extensions import db
from tracker.files import services
from tracker.files.store import store_of
from tracker.record_types import RECORD_TYPES

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")


def events(app: Flask) -> list[tuple[str, str, str]]:
    with stored(app) as session:
        rows = session.execute(sa.select(AuditEvent.action, AuditEvent.target, AuditEvent.detail).order_by(AuditEvent.no))
        return [(row.action, row.target, row.detail) for row in rows if row.action.startswith("file_")]


def source_of(client: FlaskClient) -> str:
    return next(link for link in page(client, "/sources/").links if link.startswith("/sources/SRC"))


class TestAdding:
    @pytest.mark.parametrize("of_source", [False, True], ids=["record", "source"])
    def test_it_is_listed_with_size_kind_person_and_what_it_is(self, app: Flask, client_as: ClientAs, of_source: bool) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        address = source_of(client) if of_source else address
        assert upload(client, address, ("letter.pdf", pdf()), note="Answer of the embassy").status_code == 303
        found = page(client, address)
        assert "letter.pdf PDF, 1 KB ·" in found.text
        assert "Officer Remove Answer of the embassy" in found.text
        assert client.get(f"{address}/files/1").data == pdf()

    @pytest.mark.once
    def test_several_at_once_are_numbered(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        upload(client, address, ("a.png", png()), ("b.jpg", jpeg()), ("c.gif", gif()))
        assert [(row.no, row.name) for row in rows_of(app)] == [(1, "a.png"), (2, "b.jpg"), (3, "c.gif")]

    def test_the_same_file_sent_again_is_attached_once_and_two_records_share_it(self, app: Flask, client_as: ClientAs) -> None:
        """Promise: a double click or resend makes one."""
        client = client_as(Role.OFFICER)
        first, second = (enter(client, HANDOVER, minimal(HANDOVER, number)) for number in (1, 2))
        upload(client, first, ("a.pdf", pdf()))
        again = upload(client, first, ("b.pdf", pdf()))
        assert "“b.pdf” was not taken: the same file is attached already" in errors_of(again.text)
        upload(client, second, ("a.pdf", pdf()))
        assert len(rows_of(app)) == 2
        assert len(list(store_of(app.config["SETTINGS"]).every())) == 1

    @pytest.mark.races
    def test_sixteen_at_the_same_moment_attach_it_once(self, app: Flask) -> None:
        client = signed_in(app, Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        clients = [signed_in(app, Role.OFFICER) for _ in range(16)]
        start = threading.Barrier(16)
        codes: list[int] = []

        def send(one: FlaskClient) -> None:
            start.wait()
            codes.append(upload(one, address, ("a.png", png())).status_code)

        threads = [threading.Thread(target=send, args=(one,)) for one in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(codes) == [303] + [422] * 15
        assert [row.no for row in rows_of(app)] == [1]

    @pytest.mark.once
    def test_nothing_chosen_and_too_many_are_said_at_the_field(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        assert "Choose a file." in errors_of(upload(client, address, note="typed").text)
        many = upload(client, address, *((f"{number}.pdf", pdf(str(number))) for number in range(11)))
        assert "At most 10 files at once." in errors_of(many.text)

    @pytest.mark.once
    def test_a_note_or_name_of_a_source_file_that_names_somebody_is_refused_and_its_text_is_masked_for_search(
        self, app: Flask, client_as: ClientAs
    ) -> None:
        client, name = client_as(Role.OFFICER), "Zubeida Vossberg"
        enter(client, HANDOVER, minimal(HANDOVER) | {"subjects-0-kind": "suspect", "subjects-0-name": name})
        source = source_of(client)
        for file, note in ((f"{name}.pdf", ""), ("letter.pdf", f"About VOSSBERG, Zubeida {name}")):
            assert "leave the name out" in errors_of(upload(client, source, (file, pdf()), note=note).text)
        assert rows_of(app) == []
        assert upload(client, source, ("letter.pdf", pdf(f"The embassy writes about {name}"))).status_code == 303
        with stored(app) as session:
            words = session.scalars(sa.text("SELECT body FROM record_search")).all()
        assert ["embassy" in one and "vossberg" not in one for one in words] == [True]

    @pytest.mark.once
    def test_a_note_that_is_too_long_stores_nothing_and_stays(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        answer = upload(client, address, ("a.pdf", pdf()), note="n" * 300)
        assert answer.status_code == 422
        assert "n" * 300 in answer.text
        assert rows_of(app) == []

    def test_size_number_and_room_have_limits(self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        large = upload(client, address, ("large.pdf", b"%PDF-1.4" + bytes(21 * 1024 * 1024)))
        assert "“large.pdf” was not taken: it is larger than the tracker takes." in errors_of(large.text)
        monkeypatch.setattr(services, "MOST_FILES", 2)
        full = upload(client, address, *((f"{number}.pdf", pdf(str(number))) for number in range(3)))
        assert "“2.pdf” was not taken: there are as many files here" in errors_of(full.text)
        assert [row.name for row in rows_of(app)] == ["0.pdf", "1.pdf"]

    @pytest.mark.once
    def test_the_quota_is_the_users_own(self, app: Flask, client_as: ClientAs) -> None:
        from dataclasses import replace

        app.config["SETTINGS"] = replace(app.config["SETTINGS"], file_quota_mb=1)
        client, other = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(client, HANDOVER, minimal(HANDOVER))
        big = [png(more=b"" or _noise(600_000, number)) for number in range(2)]
        assert upload(client, address, ("a.png", big[0])).status_code == 303
        assert "your files together are as large" in errors_of(upload(client, address, ("b.png", big[1])).text)
        assert upload(other, address, ("b.png", big[1])).status_code == 303

    @pytest.mark.once
    def test_only_uploads_may_be_large(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        assert client.post(f"{address}/edit", data={"title": "x" * 2_200_000}).status_code == 413
        assert upload(client, address, ("large.png", png(more=_noise(3_000_000, 1)))).status_code == 303
        assert (
            client.post(f"{address}/files", data=b"x" * (62 * 1024 * 1024), content_type="multipart/form-data; boundary=a").status_code
            == 413
        )

    def test_no_transaction_is_open_while_a_file_is_read(self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
        """Promises, learned by running, 1: one file that takes long must not stop everybody's writing."""
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        real, seen = services.prepare, []

        def looking(*given: Any) -> Any:
            seen.append(db.session.in_transaction())
            return real(*given)

        monkeypatch.setattr(services, "prepare", looking)
        assert upload(client, address, ("a.pdf", pdf())).status_code == 303
        assert seen == [False]


class TestRemoving:
    def test_it_leaves_the_list_and_nothing_vanishes(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        upload(client, address, ("letter.pdf", pdf()))
        assert client.post(f"{address}/files/1/remove").status_code == 303
        found = page(client, address)
        assert "1 removed file" in found.text
        assert "letter.pdf removed by Officer on" in found.text
        assert client.get(f"{address}/files/1").status_code == 404
        assert len(list(store_of(app.config["SETTINGS"]).every())) == 1
        assert client.post(f"{address}/files/1/restore").status_code == 303
        assert client.get(f"{address}/files/1").data == pdf()

    def test_done_twice_it_is_done_once(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        upload(client, address, ("letter.pdf", pdf()))
        for _ in range(2):
            client.post(f"{address}/files/1/remove")
        assert [event[0] for event in events(app)] == ["file_added", "file_removed"]

    def test_a_file_is_not_restored_beside_itself(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        upload(client, address, ("a.pdf", pdf()))
        client.post(f"{address}/files/1/remove")
        upload(client, address, ("b.pdf", pdf()))
        assert "The same file is attached already." in client.post(f"{address}/files/1/restore", follow_redirects=True).text
        assert [row.is_removed for row in rows_of(app)] == [True, False]

    @pytest.mark.once
    def test_what_is_not_there_is_not_removed(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        for verb in ("remove", "restore"):
            assert client.post(f"{address}/files/7/{verb}").status_code == 404


class TestTrail:
    def test_adding_removing_restoring_and_reading_are_written_down_without_names(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        upload(client, address, ("Planted Name.pdf", pdf("Planted Name")), note="Planted Name")
        client.get(f"{address}/files/1")
        client.post(f"{address}/files/1/remove")
        client.post(f"{address}/files/1/restore")
        found = events(app)
        assert [event[0] for event in found] == ["file_added", "file_read", "file_removed", "file_added"]
        assert {event[1] for event in found} == {address.rpartition("/")[2]}
        assert "Planted" not in repr(found)

    def test_a_read_that_cannot_be_written_down_is_no_read(self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        upload(client, address, ("a.pdf", pdf()))

        def full(*_: Any, **__: Any) -> None:
            raise sa.exc.OperationalError("INSERT", {}, Exception("disk full"))

        monkeypatch.setattr("tracker.files.services.audit.write_apart", full)
        assert client.get(f"{address}/files/1").status_code == 503


class TestSearch:
    def test_a_record_is_found_by_the_words_of_its_files_and_of_its_sources_files(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        ref = address.rpartition("/")[2]
        upload(client, address, ("a.pdf", pdf("Quagga diary")))
        upload(client, source_of(client), ("b.docx", docx("Dodo ledger")))
        for words in ("quagga", "dodo"):
            assert ref in client.get(f"/records/?q={words}").text, words
        form = form_fields(client.get(f"{address}/edit").text)
        form["place"], form["action"] = "Vientiane", "save"
        client.post(f"{address}/edit", data=form)
        assert ref in client.get("/records/?q=quagga").text, "still after a save"
        client.post(f"{address}/files/1/remove")
        assert ref not in client.get("/records/?q=quagga").text
        client.post(f"{address}/files/1/restore")
        assert ref in client.get("/records/?q=quagga").text


def _noise(size: int, seed: int) -> bytes:
    from tests.tracker.files.samples import chunk

    return chunk(b"prVt", random.Random(seed).randbytes(size))
