"""The folder of attached files: row and file stay together, whatever happens in between."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, add_user, stored
from tests.forms import enter, minimal
from tests.tracker.files.samples import pdf
from tests.tracker.files.test_corpus import rows_of, upload
from tests.tracker.files.uploader import upload_until_killed
from tracker.accounts.models import Role
from tracker.files.models import Attachment
from tracker.files.queries import places
from tracker.files.store import store_of
from tracker.record_types import RECORD_TYPES

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
TWO_DAYS = 2 * 24 * 60 * 60


@pytest.mark.once
class TestTheFolder:
    """File and row are stored together: no orphan of either kind after a crash."""

    def test_check_finds_what_is_missing_damaged_or_not_named(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        upload(client, address, *((f"{number}.pdf", pdf(str(number))) for number in range(3)))
        store, run = store_of(app.config["SETTINGS"]), app.test_cli_runner()
        clean = run.invoke(args=["files", "check"])
        assert (clean.exit_code, clean.output) == (0, "3 files, 0 missing or damaged, 0 that no row names, 0 in plain.\n")
        first, second, _ = [row.sha256 for row in rows_of(app)]
        file_of(app, first).unlink()
        file_of(app, second).write_bytes(b"changed")
        loose = store.put(b"nobody's").place
        found = run.invoke(args=["files", "check"])
        ref = address.rpartition("/")[2]
        assert found.exit_code == 1
        assert {f"missing: {first} of {ref}", f"damaged: {second} of {ref}", f"not named: {loose}"} <= set(found.output.splitlines())
        assert client.get(f"{address}/files/1").status_code == 404

    def test_sweep_takes_what_no_row_names_and_is_older_than_a_day(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        upload(client, address, ("a.pdf", pdf()))
        client.post(f"{address}/files/1/remove")
        store = store_of(app.config["SETTINGS"])
        old, young = store.put(b"old").place, store.put(b"young").place
        left = store.folder / "incoming" / "left"
        left.write_bytes(b"half")
        named = file_of(app, rows_of(app)[0].sha256)
        for path in (store.path_of(old), named, left):
            os.utime(path, (time.time() - TWO_DAYS,) * 2)
        assert app.test_cli_runner().invoke(args=["files", "sweep"]).output == "2 files swept.\n"
        assert {path.name for path in store.every()} == {young, named.name}

    def test_an_upload_that_fails_after_the_file_leaves_no_row(
        self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))

        def broken(*_: Any) -> None:
            raise RuntimeError("after the row")

        with monkeypatch.context() as patch:
            patch.setattr("tracker.records.file_views.make_findable", broken)
            with pytest.raises(RuntimeError):
                upload(client, address, ("a.pdf", pdf()))
        assert rows_of(app) == []
        assert "1 that no row names" in app.test_cli_runner().invoke(args=["files", "check"]).output
        assert upload(client, address, ("a.pdf", pdf())).status_code == 303

    @pytest.mark.once
    @pytest.mark.parametrize("kills", [5, pytest.param(20, marks=pytest.mark.whole)])
    def test_20_kills_during_uploads_leave_no_row_without_its_file(self, app: Flask, database_url: str, kills: int) -> None:
        add_user(app, Role.OFFICER)
        folder, chance = app.config["SETTINGS"].files_path, random.Random(20)
        acknowledged: list[str] = []
        processes = multiprocessing.get_context("forkserver")  # one process that has loaded the product, forked for each uploader
        processes.set_forkserver_preload(["tests.tracker.files.uploader"])
        for seed in range(kills):
            heard, said = processes.Pipe(duplex=False)
            uploader = processes.Process(target=upload_until_killed, args=(database_url, folder, seed, said))
            uploader.start()
            said.close()
            assert heard.recv() == "ready"
            time.sleep(chance.uniform(0.02, 0.5))
            uploader.kill()
            uploader.join()
            with suppress(EOFError):
                while True:
                    acknowledged.append(heard.recv())
        assert acknowledged, "no upload was acknowledged before a kill"
        found = app.test_cli_runner().invoke(args=["files", "check"])
        assert found.exit_code == 0, found.output
        assert " 0 missing or damaged" in found.output
        with stored(app) as session:
            named = set(session.scalars(sa.select(Attachment.sha256)))
        assert set(acknowledged) <= named


def file_of(app: Flask, digest: str) -> Path:
    """Where the content with this hash lies."""
    with stored(app) as session:
        return store_of(app.config["SETTINGS"]).path_of(places(session)[digest])
