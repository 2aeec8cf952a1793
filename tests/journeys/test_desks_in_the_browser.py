"""Pages of desks and the recipients of a record: nothing that axe can see, nothing wider than the window, partners as chips."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser

from tests.app import stored
from tests.factories import records
from tests.journeys.test_accessibility import violations
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.accounts.models import User
from tracker.demo.loading import load as load_demo
from tracker.records.documents import read_document
from tracker.records.models import Record

pytestmark = pytest.mark.browser

PAGES = (
    ("administrator", ("/desks/", "/desks/new", "/desks/2", "/desks/hand-over", "/desks/without")),
    ("officer", ("/handovers/{red}", "/handovers/")),
    ("officer-mekong", ("/operations/{other}", "/operations/{other}/edit", "/handovers/")),
)


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_no_violation_on_pages_of_desks(theme: str, width: int, app: Flask, live_server: str, browser: Browser) -> None:
    with stored(app) as session:
        load_demo(session, "CHN")
        kinds = {kind: session.scalars(sa.select(Record).where(Record.kind == kind)).first() for kind in ("handover", "operation")}
        red = kinds["handover"]
        document = read_document(red, records.type_of_kind("handover")) | {"marking": "RED"}
        owner = session.get_one(User, red.owner_id)
        records.change(session, owner, red, document)
        known = {"red": red.ref, "other": kinds["operation"].ref}
    found = []
    for username, addresses in PAGES:
        with browser.new_context(color_scheme=theme, viewport={"width": width, "height": 900}) as context:
            page, axe = context.new_page(), Axe()
            page.goto(f"{live_server}/sign-in")
            page.fill("#username", username)
            page.fill("#password", DEMO_PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{live_server}/")
            for address in addresses:
                page.goto(live_server + address.format(**known))
                found += [f"{address}: {line}" for line in violations(axe, page)]
                if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    found.append(f"{address}: wider than the window")
    assert found == []


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
