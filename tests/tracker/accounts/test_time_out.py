"""The warning before a sign-in ends, in a browser whose clock is moved."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.app import PASSWORD, add_user
from tracker.accounts.models import Role


@pytest.fixture
def at_home(app: Flask, live_server: str, browser_page: Page) -> Page:
    """Somebody signed in, in front of a form."""
    add_user(app, Role.OFFICER)
    browser_page.clock.install()
    browser_page.goto(f"{live_server}/sign-in")
    browser_page.fill("#username", "officer")
    browser_page.fill("#password", PASSWORD)
    browser_page.get_by_role("button", name="Sign in", exact=True).click()
    browser_page.wait_for_url(f"{live_server}/")
    browser_page.goto(f"{live_server}/account")
    return browser_page


@pytest.mark.browser
class TestWarning:
    def test_it_comes_five_minutes_before_and_can_be_answered(self, at_home: Page) -> None:
        dialog = at_home.locator("#time-out")
        at_home.fill("#old", "Half typed")
        at_home.clock.fast_forward("24:00")
        expect(dialog).not_to_be_visible()
        at_home.clock.fast_forward("01:30")
        expect(dialog).to_be_visible()
        expect(dialog).to_contain_text("Without use you are signed out in five minutes")
        with at_home.expect_response("**/account/stay") as answer:
            dialog.get_by_role("button", name="Stay signed in").click()
        assert answer.value.json()["left"] > 0
        expect(dialog).not_to_be_visible()
        at_home.clock.fast_forward("24:00")
        expect(dialog).not_to_be_visible()
        assert at_home.input_value("#old") == "Half typed"

    def test_afterwards_the_page_says_so_and_keeps_what_was_typed(self, at_home: Page) -> None:
        at_home.fill("#old", "Half typed")
        at_home.clock.fast_forward("31:00")
        dialog = at_home.locator("#time-out")
        expect(dialog).to_contain_text("You were signed out")
        dialog.get_by_role("button", name="Close").click()
        assert at_home.input_value("#old") == "Half typed"

    def test_the_end_of_a_whole_sign_in_is_told_too(self, at_home: Page) -> None:
        dialog = at_home.locator("#time-out")
        at_home.evaluate("document.getElementById('time-out').dataset.idle = '999999'")
        at_home.clock.fast_forward("29:00")
        expect(dialog).to_contain_text("signed out in five minutes")
