"""What the page said is kept is there after the browser was killed, and the page tells when it cannot keep anything."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.app import PASSWORD, add_user
from tracker.accounts.models import Role

NEW = "/handovers/new"


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
