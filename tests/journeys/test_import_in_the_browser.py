"""Pages of an import in a browser: what is typed there and not sent is not lost without a question."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.app import PASSWORD, ClientAs
from tests.journeys.test_import import MESSY, checked, go_on, upload
from tracker.accounts.models import Role

pytestmark = pytest.mark.browser


def test_who_leaves_a_page_with_something_typed_is_asked(app: Flask, client_as: ClientAs, live_server: str, browser_page: Page) -> None:
    client, page, asked = client_as(Role.OFFICER), browser_page, list[str]()
    address = upload(client, MESSY, encoding="cp1252")
    for step in ("table", "columns", "meanings"):
        go_on(client, f"{address}/{step}", code0="-", code1="-", code2="-")
    checked(client, address)
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{live_server}/sign-in")
    page.fill("#username", "officer")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server}/")
    # the rows: by a tab, which asks; by its own button, which does not; and nothing is asked where nothing was typed
    page.goto(f"{live_server}{address}/rows")
    page.get_by_role("link", name="New records").click()
    page.wait_for_url("**/rows?state=new")
    assert asked == []
    page.go_back()
    page.locator(".field--error input").first.press_sequentially("mended")
    page.get_by_role("link", name="New records").click()
    page.wait_for_url("**/rows?state=new")
    assert asked == ["beforeunload"]
    page.goto(f"{live_server}{address}/rows")
    page.locator(".field--error input").first.press_sequentially("mended")
    page.get_by_role("button", name="Save and check these rows").click()
    page.wait_for_url("**/rows?state=wrong*")
    assert asked == ["beforeunload"]
    # columns and words, where a choice is a change, too
    for step, choose in (("columns", "#apart2"), ("meanings", "#code0")):
        asked.clear()
        page.goto(f"{live_server}{address}/{step}")
        if step == "meanings":
            page.locator("#decided > summary").click()
        page.locator(choose).press("ArrowUp")
        page.locator(f'a[href="{address}/rows"]').first.click()
        page.wait_for_url("**/rows*")
        assert asked == ["beforeunload"], step
        page.goto(f"{live_server}{address}/{step}")
        page.get_by_role("button", name="Go on" if step == "columns" else "Check the rows").click()
        page.wait_for_url("**/meanings" if step == "columns" else "**/rows*")
        assert asked == ["beforeunload"], step
    # what was refused stands there as typed, and is not sent yet
    page.goto(f"{live_server}{address}/columns")
    page.fill("#field0", "no such field")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_selector("#field0-error")
    asked.clear()
    page.locator(f'a[href="{address}/rows"]').first.click()
    page.wait_for_url("**/rows*")
    assert asked == ["beforeunload"]
