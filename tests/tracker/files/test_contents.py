"""What a file is taken for, without any page."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from tests.tracker.files import samples
from tests.tracker.files.samples import docx, jpeg, pdf, png, webp, xlsx
from tracker.database.sealing import Sealer
from tracker.files import reading, services
from tracker.files.contents import MOST_PIXELS, RefusedError, look_at
from tracker.files.images import size_of
from tracker.files.models import TextState
from tracker.files.names import NameProblem, checked_name
from tracker.files.services import prepare
from tracker.files.store import Store

pytestmark = pytest.mark.engine_free


@pytest.fixture(autouse=True)
def read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried here is the reading itself, so nothing is remembered of it."""
    monkeypatch.setattr(services, "text_of", reading.text_of)


class TestNames:
    @pytest.mark.parametrize("name", ["a.pdf", "Протокол № 5.docx", "می\u200cخواهم.pdf", "report v1.2 final.xlsx", "x.tar.pdf"])
    def test_plain_names_are_kept(self, name: str) -> None:
        assert checked_name(name) == name

    def test_letters_with_their_accents_apart_are_composed(self) -> None:
        assert checked_name("Re\u0301sume\u0301.pdf") == "Résumé.pdf"

    @pytest.mark.parametrize(
        "name", [" a.pdf", "a.pdf ", "a/b.pdf", "a\u2028b.pdf", "a\u202eb.pdf", "a\x7f.pdf", "\ud800.pdf", "a:b.pdf", ".a.pdf"]
    )
    def test_disguised_ones_are_not(self, name: str) -> None:
        with pytest.raises(NameProblem, match="signs"):
            checked_name(name)


class TestPictures:
    def test_the_size_stands_in_the_header(self) -> None:
        assert size_of("png", png(320, 200)) == (320, 200)
        assert size_of("jpg", jpeg(320, 200)) == (320, 200)
        assert size_of("gif", samples.gif()) == (1, 1)
        assert size_of("webp", webp(320, 200)) == (320, 200)

    def test_the_other_two_kinds_of_webp(self) -> None:
        lossy = b"WEBPVP8 " + struct.pack("<I", 10) + b"\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 320, 200)
        extended = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + (319).to_bytes(3, "little") + (199).to_bytes(3, "little")
        for body in (lossy, extended):
            assert size_of("webp", b"RIFF" + struct.pack("<I", len(body)) + body) == (320, 200)

    def test_the_limit_is_by_pixels(self) -> None:
        assert look_at("a.png", png(10_000, MOST_PIXELS // 10_000)).kind == "png"
        with pytest.raises(RefusedError, match="pixels"):
            look_at("a.png", png(10_000, MOST_PIXELS // 10_000 + 1))

    @pytest.mark.parametrize("make", [png, jpeg, samples.gif, webp])
    def test_no_cut_or_changed_picture_breaks_the_check(self, make: object) -> None:
        data = make()  # type: ignore[operator]
        kind = {"\x89": "png", "\xff": "jpg", "G": "gif", "R": "webp"}[chr(data[0])]
        for length in range(len(data)):
            with pytest.raises(RefusedError):
                look_at(f"a.{kind}", data[:length])
        for place in range(len(data)):
            changed = bytearray(data)
            changed[place] ^= 0xFF
            try:
                look_at(f"a.{kind}", bytes(changed))
            except RefusedError:
                continue

    def test_a_jpeg_of_50000_restarts_is_read_quickly_enough(self) -> None:
        body = jpeg().removesuffix(b"\xff\xd9") + b"\xff\xd0\x00" * 50_000 + b"\xff\xd9"
        assert size_of("jpg", body) == (1, 1)


class TestText:
    def test_words_of_documents_are_read_for_search(self, tmp_path: Path) -> None:
        store = Store(tmp_path / "files", Sealer([b"k" * 32]))
        found = {
            name: prepare(store, name, data, 20).text.text
            for name, data in (("a.pdf", pdf("Ambassador of Laos")), ("b.docx", docx("Протокол")), ("c.xlsx", xlsx("Vientiane")))
        }
        assert {name: sorted(text.split()) for name, text in found.items()} == {
            "a.pdf": ["Ambassador", "Laos", "of"],
            "b.docx": ["Протокол"],
            "c.xlsx": ["4711", "Vientiane"],
        }

    def test_a_picture_has_none_and_starts_no_process(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading.subprocess, "run", None)
        assert reading.text_of("png", b"").state is TextState.NONE

    def test_a_scan_without_text_says_so(self, tmp_path: Path) -> None:
        assert prepare(Store(tmp_path / "files", Sealer([b"k" * 32])), "a.pdf", pdf(""), 20).text.state is TextState.NONE

    def test_a_long_text_is_cut_and_says_so(self, tmp_path: Path) -> None:
        text = prepare(Store(tmp_path / "files", Sealer([b"k" * 32])), "a.docx", docx("word " * 40_000), 20).text
        assert (text.state, len(text.text)) == (TextState.CUT, 100_000)

    def test_what_takes_too_long_is_stored_without_text(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        slow = tmp_path / "slow.py"
        slow.write_text("import time\ntime.sleep(60)")
        monkeypatch.setattr(reading, "_READER", slow)
        monkeypatch.setattr(reading, "SECONDS", 0.5)
        assert prepare(Store(tmp_path / "files", Sealer([b"k" * 32])), "a.pdf", pdf(), 20).text.state is TextState.TOO_MUCH

    def test_what_runs_openly_is_refused_even_when_the_rest_takes_too_long(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "SECONDS", 0.01)
        data = pdf(catalog="/OpenAction 6 0 R", objects=("<< /S /JavaScript /JS (x) >>",))
        with pytest.raises(RefusedError, match="active"):
            prepare(Store(tmp_path / "files", Sealer([b"k" * 32])), "a.pdf", data, 20)

    def test_what_runs_hidden_in_an_escaped_name_is_found_by_the_reader(self, tmp_path: Path) -> None:
        data = pdf(catalog="/OpenAction 6 0 R", objects=("<< /S /Java#53cript /J#53 (x) >>",))
        with pytest.raises(RefusedError, match="active"):
            prepare(Store(tmp_path / "files", Sealer([b"k" * 32])), "a.pdf", data, 20)

    def test_what_takes_too_much_memory_is_stored_without_text(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        greedy = tmp_path / "greedy.py"
        greedy.write_text(reading._READER.read_text().replace("answer = json", "bytes(2 * 1024**3)\n    answer = json"))
        monkeypatch.setattr(reading, "_READER", greedy)
        assert prepare(Store(tmp_path / "files", Sealer([b"k" * 32])), "a.pdf", pdf(), 20).text.state is TextState.TOO_MUCH

    def test_a_cell_at_the_end_of_the_sheet_costs_nothing(self, tmp_path: Path) -> None:
        """Promises, learned by running, 1: a workbook of 5 KB with a cell at XFD1048576."""
        text = prepare(Store(tmp_path / "files", Sealer([b"k" * 32])), "a.xlsx", xlsx("Far away", cell="XFD1048576"), 20).text
        assert (text.state, "Far away" in text.text) == (TextState.READ, True)

    def test_a_pdf_behind_a_password_is_stored_without_text(self, tmp_path: Path) -> None:
        import io

        from pypdf import PdfReader, PdfWriter

        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
        writer.encrypt("secret", algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)
        assert prepare(Store(tmp_path / "files", Sealer([b"k" * 32])), "a.pdf", out.getvalue(), 20).text.state is TextState.LOCKED

    @pytest.mark.parametrize("action", ["/S /Launch /F (cmd.exe)", "/Type /EmbeddedFile", "/S /JavaScript /JS (x)"])
    def test_what_runs_is_found_however_deep(self, tmp_path: Path, action: str) -> None:
        data = pdf(catalog="/Names 6 0 R", objects=("<< /A [7 0 R] >>", "<< /B << /C [8 0 R] >> >>", f"<< {action} >>"))
        with pytest.raises(RefusedError, match="active"):
            prepare(Store(tmp_path / "files", Sealer([b"k" * 32])), "a.pdf", data, 20)

    def test_entities_in_another_encoding_are_found(self, tmp_path: Path) -> None:
        part = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16")
        with pytest.raises(RefusedError, match="xml"):
            prepare(Store(tmp_path / "files", Sealer([b"k" * 32])), "a.docx", docx(more={"word/styles.xml": part}), 20)


class TestBombs:
    """Promise: zip bombs, XXE, billion laughs, sparse sheets: each refused, with little time and memory."""

    @pytest.mark.parametrize("name", ["bomb.docx", "lying.docx", "entries.docx", "laughs.docx", "outside.docx"])
    def test_each_is_refused_and_nothing_of_it_is_kept_in_memory(self, tmp_path: Path, name: str) -> None:
        import tracemalloc

        data = next(bad for bad in samples.BAD if bad.name == name).make()
        tracemalloc.start()
        with pytest.raises(RefusedError):
            prepare(Store(tmp_path / "files", Sealer([b"k" * 32])), name, data, 20)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 100 * 1024 * 1024

    def test_a_deep_compression_that_is_real_is_no_bomb(self) -> None:
        part = zlib.compress(bytes(1000))
        assert look_at("a.docx", docx("x" * 100_000, {"word/media/a.png": part})).kind == "docx"


class TestStore:
    def test_the_same_content_has_one_hash_and_never_looks_the_same(self, tmp_path: Path) -> None:
        store = Store(tmp_path / "files", Sealer([b"k" * 32]))
        first, second = store.put(b"same"), store.put(b"same")
        assert first.sha256 == second.sha256
        assert len({path.read_bytes() for path in store.every()}) == 2
        assert list(store.leftovers()) == []

    def test_only_a_hash_is_a_path(self, tmp_path: Path) -> None:
        for digest in ("../../etc/passwd", "a" * 63, "A" * 64, ""):
            with pytest.raises(ValueError, match="SHA-256"):
                Store(tmp_path, Sealer([b"k" * 32])).path_of(digest)

    def test_file_and_folder_are_synced_before_it_is_said(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        import os

        synced: list[bool] = []
        real = os.fsync
        monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(True), real(handle)))
        Store(tmp_path / "files", Sealer([b"k" * 32])).put(b"x")
        assert len(synced) == 4

    def test_a_full_disk_leaves_nothing_half_done(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        import os

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        store = Store(tmp_path / "files", Sealer([b"k" * 32]))
        with pytest.raises(OSError, match="No space"):
            store.put(b"x")
        assert list(store.every()) == []
        assert list(store.leftovers()) == []
