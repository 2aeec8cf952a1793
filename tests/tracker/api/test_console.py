"""The console on the page of the API asks what was typed or pasted, and nobody else."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.app import PASSWORD, add_user
from tests.tracker.api.conftest import token_of
from tracker.accounts.models import Role

pytestmark = pytest.mark.browser


def test_it_starts_with_an_address_that_works_and_takes_pasted_ones(app: Flask, live_server: str, browser_page: Page) -> None:
    name = add_user(app, Role.VIEWER)
    token = token_of(app, name)
    browser_page.goto(f"{live_server}/sign-in")
    browser_page.fill("#username", name)
    browser_page.fill("#password", PASSWORD)
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_url(f"{live_server}/")
    browser_page.goto(f"{live_server}/help/api")
    box, ask = browser_page.get_by_label("Address to read"), browser_page.get_by_role("button", name="Ask")
    said, shown, token_box = (
        browser_page.locator("[data-api-said]"),
        browser_page.locator("[data-api-answer]"),
        browser_page.locator("#api-token"),
    )
    token_box.fill(token)
    ask.click()
    expect(said).to_contain_text("200")
    expect(shown).to_contain_text('"total": 0')
    pasted = ("/api/v1/handovers?limit=1", f"{live_server}/api/v1/trainings?limit=1", "records", "/api/v1", " /measures ")
    for address in pasted:
        box.fill(address)
        said.evaluate("said => said.textContent = ''")
        ask.click()
        expect(said).to_contain_text("200")
    for address in ("https://elsewhere.example/api/v1/records", f"{live_server}/handovers/", "http://["):
        box.fill(address)
        ask.click()
        expect(said).to_contain_text("no address of the API on this server")
        expect(shown).to_be_hidden()
