"""The language of the interface, and ways back that stay on the site."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.app import ClientAs
from tests.pages import page
from tracker.accounts.models import Role
from tracker.web.language import safe_path

pytestmark = pytest.mark.once


@pytest.mark.engine_free
class TestSafePath:
    @pytest.mark.parametrize(
        "target", ["/", "/records/", "/records/?q=a%20b&x=1#top", "/handovers/?next=//x", "/%2F%2Fexample.org", "/path//twice"]
    )
    def test_a_path_of_this_site_is_taken(self, target: str) -> None:
        assert safe_path(target) == target

    @pytest.mark.parametrize(
        "target",
        [
            None,
            "",
            "records",
            "//example.org",
            "/\\example.org",
            "\\/example.org",
            "https://example.org",
            "HTTPS:example.org",
            "javascript:x",
            "/\texample",
            "/a\nb",
            "/a\rb",
            "/\x00",
            " /records/",
            "///example.org",
            "/\t/example.org",
        ],
    )
    def test_anything_else_leads_home(self, target: str | None) -> None:
        assert safe_path(target) == "/"

    def test_home_may_be_elsewhere(self) -> None:
        assert safe_path("//x", "/sign-in") == "/sign-in"


class TestLanguage:
    def test_the_chosen_language_stays_and_the_reader_comes_back(self, client_as: ClientAs) -> None:
        client = client_as(Role.VIEWER)
        answer = client.post("/language", data={"language": "zh", "next": "/records/?q=x"})
        assert answer.headers["Location"] == "/records/?q=x"
        assert page(client, "/records/").lang == "zh"
        client.post("/language", data={"language": "en"})
        assert page(client, "/records/").lang == "en"

    @pytest.mark.parametrize("language", ["", "xx", "zh_CN", "../en", "\x00", "x" * 3000])
    def test_an_unknown_language_changes_nothing(self, anonymous: FlaskClient, language: str) -> None:
        anonymous.post("/language", data={"language": language})
        assert page(anonymous, "/sign-in").lang == "en"

    def test_it_is_never_guessed_from_the_browser(self, anonymous: FlaskClient) -> None:
        assert 'lang="en"' in anonymous.get("/sign-in", headers={"Accept-Language": "zh"}).text

    @pytest.mark.parametrize(
        "url",
        [
            "/",
            "/records/",
            "/handovers/",
            "/handovers/new",
            "/figures/",
            "/partners/",
            "/partners/LAO",
            "/years/",
            "/years/2024",
            "/help",
            "/how-we-count",
            "/sources/",
            "/records/new",
        ],
    )
    def test_every_page_exists_in_chinese(self, client_as: ClientAs, url: str) -> None:
        client = client_as(Role.OFFICER)
        client.post("/language", data={"language": "zh"})
        found = page(client, url)
        assert found.lang == "zh"
        assert len([char for char in found.text if "\u4e00" <= char <= "\u9fff"]) > 50, found.text
