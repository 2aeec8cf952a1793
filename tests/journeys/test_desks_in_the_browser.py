"""Pages of desks in a browser: partners as chips, found while typing."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.app import stored
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.demo.loading import load as load_demo

pytestmark = pytest.mark.browser


def test_an_administrator_finds_a_partner_while_typing(app: Flask, live_server: str, browser: Browser) -> None:
    with stored(app) as session:
        load_demo(session, "CHN")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{live_server}/sign-in")
        page.fill("#username", "administrator")
        page.fill("#password", DEMO_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{live_server}/")
        page.goto(f"{live_server}/desks/new")
        page.fill("#name", "Steppe desk")
        page.click("#partners + .ts-wrapper .ts-control, #partners-ts-control")
        page.keyboard.type("Kazakh")
        page.wait_for_selector(".ts-dropdown .option")
        page.keyboard.press("Enter")
        page.click("button[value=save].button--primary")
        page.wait_for_url(f"{live_server}/desks/")
        assert "Kazakhstan" in page.inner_text("main")
