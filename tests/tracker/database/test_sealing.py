"""Bytes that only this installation reads back."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from tracker import config
from tracker.config import Settings
from tracker.database.sealing import Sealer, SealError

pytestmark = pytest.mark.engine_free

OLD, NEW = b"o" * 32, b"n" * 32
NAME = b"Planted Name"


class TestSealer:
    def test_what_is_sealed_is_read_back_in_its_context_only(self) -> None:
        sealer = Sealer([NEW])
        sealed = sealer.seal(NAME, "draft:1:a")
        assert sealer.unseal(sealed, "draft:1:a") == NAME
        with pytest.raises(SealError):
            sealer.unseal(sealed, "draft:2:a")

    def test_neither_the_text_nor_equality_shows(self) -> None:
        sealer = Sealer([NEW])
        first, second = sealer.seal(NAME, "x"), sealer.seal(NAME, "x")
        assert first != second
        assert b"Planted" not in first

    def test_a_rotated_key_still_opens_and_the_new_one_seals(self) -> None:
        sealed = Sealer([OLD]).seal(NAME, "x")
        both = Sealer([NEW, OLD])
        assert both.unseal(sealed, "x") == NAME
        assert Sealer([NEW]).unseal(both.seal(NAME, "x"), "x") == NAME
        with pytest.raises(SealError):
            Sealer([NEW]).unseal(sealed, "x")

    @pytest.mark.parametrize("place", [0, 5, 20, -1])
    def test_a_changed_byte_is_noticed(self, place: int) -> None:
        sealed = bytearray(Sealer([NEW]).seal(NAME, "x"))
        sealed[place] ^= 1
        with pytest.raises(SealError):
            Sealer([NEW]).unseal(bytes(sealed), "x")

    @pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 13, b"plain text", b"\x01" * 40])
    def test_what_was_never_sealed_is_refused(self, sealed: bytes) -> None:
        with pytest.raises(SealError):
            Sealer([NEW]).unseal(sealed, "x")

    @pytest.mark.parametrize("keys", [[], [b"short"], [NEW, b"short"]])
    def test_a_sealer_has_whole_keys(self, keys: list[bytes]) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            Sealer(keys)


class TestKeys:
    def test_the_environment_gives_the_key_in_use_and_the_one_before(self) -> None:
        environ = {
            "PERSONAL_DATA_KEY": base64.b64encode(NEW).decode(),
            "PERSONAL_DATA_KEY_OLD": base64.b64encode(OLD).decode(),
            "SECRET_KEY": "x",
            "DATABASE_URL": "sqlite://",
        }
        assert Settings.from_environment(environ).personal_data_keys == (NEW, OLD)

    @pytest.mark.parametrize("text", ["short", "not base64 !", base64.b64encode(b"x" * 31).decode()])
    def test_a_key_that_is_none_is_named(self, text: str) -> None:
        with pytest.raises(ValueError, match="PERSONAL_DATA_KEY must be base64 of 32 bytes"):
            Settings.from_environment({"PERSONAL_DATA_KEY": text, "SECRET_KEY": "x", "DATABASE_URL": "sqlite://"})

    def test_without_one_a_key_is_made_once_and_kept_for_the_owner_only(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(config, "INSTANCE", tmp_path)
        environ = {"SECRET_KEY": "x", "DATABASE_URL": "sqlite://"}
        first, again = Settings.from_environment(environ), Settings.from_environment(environ)
        assert first.personal_data_keys == again.personal_data_keys
        assert len(first.personal_data_keys[0]) == 32
        kept = tmp_path / "personal_data_key"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert [path.name for path in tmp_path.iterdir()] == ["personal_data_key"]
