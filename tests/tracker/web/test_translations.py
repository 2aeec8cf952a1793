"""The catalogues of translations."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tracker.web import translations
from tracker.web.translations import TRANSLATIONS, compile_catalogues

pytestmark = pytest.mark.engine_free
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


class TestCompile:
    def test_a_catalogue_is_compiled_once_and_again_when_it_is_newer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = tmp_path / "zh" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        source = folder / "messages.po"
        source.write_text(
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Save"\nmsgstr "保存"\n', encoding="utf-8"
        )
        monkeypatch.setattr(translations, "TRANSLATIONS", tmp_path)
        assert [compile_catalogues(), compile_catalogues()] == [1, 0]
        compiled = source.with_suffix(".mo")
        assert "保存".encode() in compiled.read_bytes()
        os.utime(source, ns=(compiled.stat().st_mtime_ns + 10**9,) * 2)
        assert compile_catalogues() == 1


class TestCatalogue:
    def test_every_placeholder_of_a_translation_is_one_of_its_original(self) -> None:
        wrong = []
        for path in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
            with path.open("rb") as file:
                for message in read_po(file):
                    originals = message.id if isinstance(message.id, tuple) else (message.id,)
                    strings = message.string if isinstance(message.string, tuple) else (message.string,)
                    allowed = {found for original in originals for found in PLACEHOLDER.findall(original)}
                    if message.id and any(string and set(PLACEHOLDER.findall(string)) - allowed for string in strings):
                        wrong.append(message.id)
        assert wrong == []
