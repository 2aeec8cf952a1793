"""`flask files seal`: what lies in plain from before opens, and is sealed beside a running server without losing anything."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import pytest
from flask import Flask

from tests.app import ClientAs, stored
from tests.tracker.files.samples import pdf
from tests.tracker.files.test_attachments import events
from tests.tracker.files.test_corpus import rows_of
from tests.tracker.files.test_folder import TWO_DAYS
from tests.tracker.files.test_sealed_files import LETTER, erase, on_disk, run, sealed_rows, store, with_file
from tracker.accounts.models import Role
from tracker.files import keys
from tracker.files.models import SealedContent
from tracker.files.store import Store

pytestmark = pytest.mark.once


def put_in_plain(app: Flask) -> None:
    """As it was before files were sealed."""
    assert run(app, "unseal", "--yes").exit_code == 0
    assert sealed_rows(app) == {}


class TestFromBefore:
    def test_a_file_in_plain_opens_is_counted_and_is_sealed_by_the_command(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = with_file(client)
        put_in_plain(app)
        digest = rows_of(app)[0].sha256
        assert on_disk(app) == {digest: LETTER}
        assert client.get(f"{address}/files/1").data == LETTER
        assert "0 missing or damaged, 0 that no row names, 1 in plain." in run(app, "check").output
        assert run(app, "seal").output == "1 files sealed, 0 left as they were.\n"
        assert digest not in on_disk(app)
        assert client.get(f"{address}/files/1").data == LETTER
        assert run(app, "seal").output == "0 files sealed, 0 left as they were.\n"
        assert run(app, "check").output == "1 files, 0 missing or damaged, 0 that no row names, 0 in plain.\n"
        assert [event[0] for event in events(app) if "sealed" in event[0]] == ["file_unsealed", "file_sealed"]

    def test_the_same_content_sent_again_seals_it(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        with_file(client)
        put_in_plain(app)
        with_file(client, 2)
        assert set(on_disk(app)) == set(sealed_rows(app).values())

    @pytest.mark.parametrize("step", ["tracker.files.keys.settle", "tracker.files.keys.audit.write", "tracker.files.store.Store.discard"])
    def test_stopped_at_any_moment_it_loses_nothing_and_goes_on(
        self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        client = client_as(Role.OFFICER)
        addresses = [with_file(client, number, pdf(str(number))) for number in range(3)]
        put_in_plain(app)

        def killed(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(step, killed)
            run(app, "seal")
        assert [client.get(f"{address}/files/1").data for address in addresses] == [pdf(str(number)) for number in range(3)]
        assert run(app, "check").exit_code == 0
        assert run(app, "seal").exit_code == 0
        for path in store(app).every():
            os.utime(path, (time.time() - TWO_DAYS,) * 2)
        run(app, "sweep")
        assert set(on_disk(app)) == set(sealed_rows(app).values())
        assert len(on_disk(app)) == 3

    def test_a_damaged_one_is_left_as_it_is_and_said(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        for number in range(2):
            with_file(client, number, pdf(str(number)))
        put_in_plain(app)
        digest = rows_of(app)[0].sha256
        store(app).path_of(digest).write_bytes(b"changed")
        done = run(app, "seal")
        assert (done.exit_code, f"not sealed: {digest}: it is damaged" in done.output) == (1, True)
        assert on_disk(app)[digest] == b"changed"
        assert "1 files sealed, 1 left as they were." in done.output

    def test_it_is_read_while_it_is_sealed(self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
        """The row was read before, the file is opened after it was sealed: the row is read once more."""
        client = client_as(Role.OFFICER)
        address = with_file(client)
        put_in_plain(app)
        real, first = Store.open, []

        def late(self: Store, digest: str, sealed: SealedContent | None) -> Any:
            if not first:
                first.append(True)
                sealing = threading.Thread(target=run, args=(app, "seal"))
                sealing.start()
                sealing.join()
            return real(self, digest, sealed)

        monkeypatch.setattr(Store, "open", late)
        assert client.get(f"{address}/files/1").data == LETTER
        assert len(sealed_rows(app)) == 1

    def test_erased_in_the_same_moment_it_is_gone(self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
        address = with_file(client_as(Role.OFFICER))
        put_in_plain(app)
        real = Store.put

        def put(self: Store, data: bytes) -> Any:
            erasing = threading.Thread(target=erase, args=(app, address))
            erasing.start()
            erasing.join()
            return real(self, data)

        monkeypatch.setattr(Store, "put", put)
        assert run(app, "seal").output == "0 files sealed, 0 left as they were.\n"
        assert (sealed_rows(app), on_disk(app)) == ({}, {})

    def test_putting_back_in_plain_twice_at_a_time_loses_nothing(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = with_file(client)
        with stored(app) as session:
            digest = rows_of(app)[0].sha256
            store(app).put_plain(keys.find(session, digest))  # type: ignore[arg-type]
            assert keys.unseal(None, session, store(app), digest)
        with stored(app) as session:
            assert not keys.unseal(None, session, store(app), digest)
        assert client.get(f"{address}/files/1").status_code == 200
