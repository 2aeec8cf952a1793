"""The benchmarks run, so that a promise of speed can be looked at on any day; what they print is nobody's assertion."""

from __future__ import annotations

import runpy
import sys

import pytest


@pytest.mark.whole
@pytest.mark.parametrize(
    ("module", "words", "last"),
    [
        ("benchmarks", ["--records", "40", "--rounds", "1"], "form"),
        ("benchmarks.backup", ["--records", "40"], "memory at its highest"),
        ("benchmarks.exports", ["--records", "40"], "dump"),
        ("benchmarks.imports", ["--rows", "40"], "share"),
        ("benchmarks.trail", ["--events", "200", "--rounds", "1"], "verify"),
    ],
)
def test_it_measures_everything(
    module: str, words: list[str], last: str, cheap_passwords: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [module, *words])
    runpy.run_module(module, run_name="__main__")
    said = capsys.readouterr().out
    assert last in said.splitlines()[-1]
    assert "answered" not in said, "a page was refused"
