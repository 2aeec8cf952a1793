"""Static files: their addresses, and the files that set-up makes."""

from __future__ import annotations

import pytest
from flask import Flask

from tracker.web import assets
from tracker.web.assets import STATIC, asset, missing_assets


class TestAsset:
    def test_the_address_changes_with_the_content(
        self, app: Flask, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path_factory.mktemp("static")
        monkeypatch.setattr(assets, "STATIC", folder)
        addresses = []
        for content in ("one", "two, longer"):
            (folder / "a.css").write_text(content)
            with app.test_request_context():
                addresses.append(asset("a.css"))
        assert len(set(addresses)) == 2
        assert all(address.startswith("/static/a.css?v=") for address in addresses)

    def test_a_missing_file_has_an_address_that_says_so(self, app: Flask) -> None:
        with app.test_request_context():
            assert asset("nothing.css").endswith("v=missing")


@pytest.mark.engine_free
def test_built_files_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path_factory.mktemp("static"))
    assert missing_assets() == list(assets.BUILT)


@pytest.mark.engine_free
def test_no_script_or_style_sheet_of_ours_names_another_site() -> None:
    for path in [*(STATIC / "css").glob("*.css"), *(STATIC / "js").glob("*.js")]:
        text = path.read_text(encoding="utf-8")
        assert "@import" not in text, path.name
        assert "https://" not in text, path.name
        assert "http://" not in text.replace("http://www.w3.org/", ""), path.name
        assert "eval(" not in text, path.name
        assert "innerHTML" not in text, path.name
