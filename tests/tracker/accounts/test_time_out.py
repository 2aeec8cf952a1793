"""The warning before a sign-in ends, in a browser whose clock is moved."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.app import PASSWORD, add_user
from tracker.accounts.models import Role

CLOCK = "() => { const real = Date.now.bind(Date); window.ahead = 0; Date.now = () => real() + window.ahead * 60000; }"


@pytest.fixture
def at_home(app: Flask, live_server: str, browser_page: Page) -> Page:
    """Somebody signed in, in front of a form."""
    add_user(app, Role.OFFICER)
    browser_page.goto(f"{live_server}/sign-in")
    browser_page.fill("#username", "officer")
    browser_page.fill("#password", PASSWORD)
    browser_page.get_by_role("button", name="Sign in", exact=True).click()
    browser_page.wait_for_url(f"{live_server}/")
    browser_page.goto(f"{live_server}/account")
    browser_page.evaluate(CLOCK)
    browser_page.fill("#old", "half typed")
    return browser_page


def move(page: Page, minutes: float) -> None:
    page.evaluate("minutes => { window.ahead += minutes; }", minutes)


@pytest.mark.browser
class TestWarning:
    def test_it_comes_five_minutes_before_and_can_be_answered(self, at_home: Page) -> None:
        dialog = at_home.locator("#time-out")
        move(at_home, 24)
        at_home.wait_for_timeout(1500)  # it looks at the clock every second
        expect(dialog).not_to_be_visible()
        move(at_home, 1.5)
        expect(dialog).to_be_visible()
        expect(dialog.locator("form:visible")).to_contain_text("Without use you are signed out in five minutes")
        with at_home.expect_response("**/account/stay") as answer:
            dialog.get_by_role("button", name="Stay signed in").click()
        assert answer.value.json()["left"] > 0
        expect(dialog).not_to_be_visible()
        move(at_home, 24)
        at_home.wait_for_timeout(1500)
        expect(dialog).not_to_be_visible()
        assert at_home.input_value("#old") == "half typed"

    def test_afterwards_the_page_says_so_and_keeps_what_was_typed(self, at_home: Page) -> None:
        move(at_home, 31)
        dialog = at_home.locator("#time-out")
        expect(dialog.locator("form:visible")).to_contain_text("You were signed out")
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).not_to_be_visible()
        assert at_home.input_value("#old") == "half typed"
