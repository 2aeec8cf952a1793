"""What was acknowledged as kept is there after the server was killed, and after the browser was."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.app import PASSWORD, add_user
from tests.forms import form_fields
from tracker.accounts.models import Role

ROOT = Path(__file__).resolve().parents[3]
NEW = "/handovers/new"
HANG = 60  # seconds; a limit for what hangs, no measurement
SERVER = "import sys; from tracker import create_app; from waitress import serve; serve(create_app(), port=int(sys.argv[1]), threads=4)"


class TestServerKilled:
    @pytest.mark.parametrize("rounds", [1, pytest.param(3, marks=pytest.mark.whole)])
    def test_what_was_acknowledged_is_there_after_kill_9(self, app: Flask, database_url: str, tmp_path: Path, rounds: int) -> None:
        name = add_user(app, Role.OFFICER)
        port = free_port()
        for round_ in range(rounds):
            with running(database_url, port, tmp_path) as (server, person):
                person.sign_in(name)
                stamp = person.form(NEW)
                for number in range(3):
                    stamp["title"] = f"Round {round_}, words {number}"
                    said = person.post(f"/unsaved/?for={NEW}", stamp)
                    acknowledged = re.search(r'"draft":"([^"]+)"', said.replace(" ", ""))
                    assert acknowledged
                    stamp["draft"] = acknowledged[1]
                server.kill()
                server.wait()
            with running(database_url, port, tmp_path) as (_, person):
                person.sign_in(name)
                text = person.get(NEW)
                for past in range(round_ + 1):
                    assert f"Round {past}, words 2" in text


@pytest.mark.browser
class TestBrowserKilled:
    def test_what_the_page_said_is_saved_is_there_in_another_browser(self, app: Flask, live_server: str, browser: Browser) -> None:
        name = add_user(app, Role.OFFICER)
        with browser.new_context() as first:
            page = first.new_page()
            sign_in(page, live_server, name)
            page.goto(f"{live_server}{NEW}")
            page.locator("#title").fill("Typed before the crash")
            page.locator("#place").fill("Vientiane")
            expect(page.locator("[data-draft-said]")).to_contain_text(re.compile(r"Draft saved \d\d:\d\d"))
            stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
            assert "Typed" not in stored, "promises, V14: nothing of a draft in the browser's storage"
            assert "<" not in stored
        with browser.new_context() as second:
            page = second.new_page()
            sign_in(page, live_server, name)
            page.get_by_role("link", name="Typed before the crash").click()
            expect(page.locator("#title")).to_have_value("Typed before the crash")
            expect(page.locator("#place")).to_have_value("Vientiane")
            expect(page.locator(".unsaved")).to_contain_text("You continue what you typed here")


@pytest.mark.browser
class TestThePage:
    def test_without_a_connection_it_says_so_keeps_trying_and_sends_nothing_into_the_void(
        self, app: Flask, live_server: str, browser: Browser
    ) -> None:
        name = add_user(app, Role.OFFICER)
        with browser.new_context() as context:
            page = context.new_page()
            sign_in(page, live_server, name)
            page.goto(f"{live_server}{NEW}")
            context.set_offline(True)
            page.locator("#title").fill("Typed in a tunnel")
            said = page.locator("[data-draft-said]")
            expect(said).to_have_text("Not saved: no connection", timeout=15_000)
            page.get_by_role("button", name="Save draft").click()
            expect(said).to_contain_text("Not sent: no connection. What you typed stays here")
            expect(page.locator("#title")).to_have_value("Typed in a tunnel")
            context.set_offline(False)
            expect(said).to_contain_text("Draft saved", timeout=15_000)
            page.get_by_role("button", name="Save draft").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Typed in a tunnel")
            page.goto(f"{live_server}{NEW}")
            expect(page.locator(".unsaved")).to_have_count(0)

    def test_leaving_with_changes_not_yet_kept_is_asked_and_with_kept_ones_not(
        self, app: Flask, live_server: str, browser_page: Page
    ) -> None:
        page, asked = browser_page, []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        sign_in(page, live_server, add_user(app, Role.OFFICER))
        page.goto(f"{live_server}{NEW}")
        page.locator("#title").press_sequentially("Just typed")
        page.goto(f"{live_server}/help")
        assert asked == ["beforeunload"]
        page.goto(f"{live_server}{NEW}")
        page.locator("#title").press_sequentially("Kept")
        expect(page.locator("[data-draft-said]")).to_contain_text("Draft saved")
        page.goto(f"{live_server}/help")
        assert asked == ["beforeunload"]

    def test_a_page_of_the_sign_in_that_has_ended_says_so(self, app: Flask, live_server: str, browser_page: Page) -> None:
        page = browser_page
        sign_in(page, live_server, add_user(app, Role.OFFICER))
        page.goto(f"{live_server}{NEW}")
        page.context.clear_cookies()
        page.locator("#title").fill("Typed too late")
        expect(page.locator("[data-draft-said]")).to_contain_text("Not saved: your sign-in has ended")

    def test_a_double_click_on_save_makes_one_record(self, app: Flask, live_server: str, browser_page: Page) -> None:
        page = browser_page
        sign_in(page, live_server, add_user(app, Role.OFFICER))
        page.goto(f"{live_server}{NEW}")
        page.locator("#title").fill("Saved once")
        page.get_by_role("button", name="Save draft").dblclick()
        expect(page.get_by_role("heading", level=1)).to_have_text("Saved once")
        page.goto(f"{live_server}/records/?review=draft")
        expect(page.get_by_role("link", name="Saved once")).to_have_count(1)


def sign_in(page: Page, server: str, name: str) -> None:
    page.goto(f"{server}/sign-in")
    page.locator("#username").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("nav.site-nav--wide")).to_be_visible()


class Person:
    """Somebody with a browser of his own, over a real connection."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, url: str) -> str:
        return str(self.opener.open(self.address + url, timeout=HANG).read().decode())

    def post(self, url: str, form: dict[str, str]) -> str:
        return str(self.opener.open(self.address + url, urlencode(form).encode(), timeout=HANG).read().decode())

    def form(self, url: str) -> dict[str, str]:
        return dict(form_fields(self.get(url)).items())

    def sign_in(self, name: str) -> None:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/sign-in"))
        assert token
        self.post("/sign-in", {"username": name, "password": PASSWORD, "csrf_token": token[1], "next": NEW})


@contextmanager
def running(url: str, port: int, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], Person]]:
    """A server process of the product, and a person before it."""
    environ = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": "only-for-tests" * 3, "FILES_PATH": str(folder)}
    environ["PERSONAL_DATA_KEY"] = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        person = Person(f"http://127.0.0.1:{port}")
        until = time.monotonic() + HANG
        while True:
            try:
                person.get("/sign-in")
                break
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < until
                time.sleep(0.1)
        yield server, person
    finally:
        server.kill()
        server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
