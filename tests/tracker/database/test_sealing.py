"""Sealed bytes open under their key and in their place only."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from tracker import config
from tracker.config import Settings
from tracker.database.sealing import Sealer, SealError

OLD, NEW = b"o" * 32, b"n" * 32

pytestmark = pytest.mark.engine_free


class TestSealer:
    def test_what_was_sealed_opens_again_and_shows_nothing_of_it(self) -> None:
        sealed = Sealer([NEW]).seal("Zubeida 移交".encode(), "subject 1")
        assert Sealer([NEW]).unseal(sealed, "subject 1").decode() == "Zubeida 移交"
        assert b"Zubeida" not in sealed
        assert Sealer([NEW]).seal(b"same", "x") != Sealer([NEW]).seal(b"same", "x")

    def test_it_opens_under_any_of_the_keys_and_seals_under_the_first(self) -> None:
        sealed = Sealer([OLD]).seal(b"name", "x")
        assert Sealer([NEW, OLD]).unseal(sealed, "x") == b"name"
        with pytest.raises(SealError):
            Sealer([OLD]).unseal(Sealer([NEW, OLD]).seal(b"name", "x"), "x")

    @pytest.mark.parametrize("place", range(0, 40, 3))
    def test_a_changed_bit_or_another_place_does_not_open(self, place: int) -> None:
        sealed = Sealer([NEW]).seal(b"a name of some length", "subject 1")
        broken = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        for wrong, context in ((broken, "subject 1"), (sealed, "subject 2"), (sealed[:place], "subject 1")):
            with pytest.raises(SealError):
                Sealer([NEW]).unseal(wrong, context)

    def test_without_a_key_or_with_a_short_one_nothing_is_sealed(self) -> None:
        with pytest.raises(SealError):
            Sealer([]).seal(b"name", "x")
        with pytest.raises(SealError):
            Sealer([b"short"])


class TestSettings:
    def test_the_keys_come_from_the_environment_the_new_one_first(self) -> None:
        environ = {"PERSONAL_DATA_KEY": coded(NEW), "PERSONAL_DATA_KEY_OLD": coded(OLD), "DATABASE_URL": "sqlite://", "SECRET_KEY": "x"}
        assert Settings.from_environment(environ).personal_data_keys == (NEW, OLD)

    @pytest.mark.parametrize("bad", ["x", "c2hvcnQ=", "####"])
    def test_a_key_that_is_none_is_named(self, bad: str) -> None:
        with pytest.raises(ValueError, match="PERSONAL_DATA_KEY_OLD"):
            config.personal_data_keys({"PERSONAL_DATA_KEY": coded(NEW), "PERSONAL_DATA_KEY_OLD": bad})

    def test_without_one_a_key_is_made_once_and_kept_for_its_owner_alone(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(config, "INSTANCE", tmp_path)
        first = config.personal_data_keys({})
        assert config.personal_data_keys({}) == first
        assert len(first[0]) == 32
        assert stat.S_IMODE((tmp_path / "personal_data_key").stat().st_mode) == 0o600

    def test_retention_is_read_in_months_and_at_most_five_years(self) -> None:
        assert dict(config.retention_months("convicted=60, victim=6")) == {"default": 36, "convicted": 60, "victim": 6}
        for bad in ("convicted=61", "convicted=0", "convicted", "convicted=x", "=3"):
            with pytest.raises(ValueError, match="RETENTION_MONTHS"):
                config.retention_months(bad)


def coded(key: bytes) -> str:
    return base64.b64encode(key).decode()
