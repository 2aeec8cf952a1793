"""The warning before a sign-in ends, in a browser whose clock is moved."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page

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


def shown(page: Page, after: int = 1500) -> str:
    """What the dialog says after a moment, for it looks at the clock every second; '' while it is closed."""
    page.wait_for_timeout(after)
    return str(page.evaluate("() => { const one = document.getElementById('time-out'); return one.open ? one.innerText : ''; }"))


@pytest.mark.browser
class TestWarning:
    def test_it_comes_five_minutes_before_and_can_be_answered(self, at_home: Page) -> None:
        move(at_home, 24)
        assert shown(at_home) == ""
        move(at_home, 1.5)
        assert "Without use you are signed out in five minutes" in shown(at_home)
        at_home.get_by_role("button", name="Stay signed in").click()
        assert shown(at_home) == ""
        move(at_home, 24)
        assert shown(at_home) == ""
        assert at_home.input_value("#old") == "half typed"

    def test_afterwards_the_page_says_so_and_keeps_what_was_typed(self, at_home: Page) -> None:
        move(at_home, 31)
        assert "You were signed out" in shown(at_home)
        at_home.locator("#time-out form:not([hidden]) button").click()
        assert shown(at_home, after=300) == ""
        assert at_home.input_value("#old") == "half typed"
