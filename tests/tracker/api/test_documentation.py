"""The example of the documentation runs as it stands."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask

from tests.app import add_user, stored
from tests.factories import records, users
from tests.tracker.api.conftest import token_of
from tracker.accounts.models import Role

ROOT = Path(__file__).resolve().parents[3]


class Frame(list[Any]):
    """As much of a pandas table as the example uses, where pandas is not installed."""

    def __init__(self, rows: Any) -> None:
        super().__init__(rows)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, Frame):
            return Frame(row for row, is_in in zip(self, key, strict=True) if is_in)
        if isinstance(key, list):
            return Frame({name: row[name] for name in key} for row in self)
        return Frame(row[key] for row in self) if isinstance(key, str) else super().__getitem__(key)

    def __gt__(self, other: Any) -> Any:
        return Frame(value > other for value in self)


@pytest.mark.once
def test_the_example_with_pandas_runs(app: Flask, live_server: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    add_user(app, Role.VIEWER)
    with stored(app) as session:
        officer = users.user(session)
        for country in ("LAO", "THA", "THA"):
            records.save(session, officer, records.document("handover", [country], "2024-05"))
    if not pandas_is_installed():
        stand_in = ModuleType("pandas")
        stand_in.DataFrame = Frame  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "pandas", stand_in)
    monkeypatch.setenv("TRACKER", live_server)
    monkeypatch.setenv("TRACKER_TOKEN", token_of(app, "viewer"))
    found = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found
    exec(compile(found[1], "docs/api.md", "exec"), {})
    said = capsys.readouterr().out
    assert said.startswith("3 handovers; in the year of: day of the physical handover C2, C3")
    assert "Thailand" in said


def pandas_is_installed() -> bool:
    from importlib.util import find_spec

    return find_spec("pandas") is not None
