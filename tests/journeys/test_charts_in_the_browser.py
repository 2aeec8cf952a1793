"""Marks of charts and maps from the keyboard: one stop of the Tab key each, arrow keys between them, Enter opens the records."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.app import stored
from tests.factories import agreements, handovers, records
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.accounts.models import User
from tracker.demo.loading import load as load_demo

pytestmark = pytest.mark.browser


@pytest.fixture
def page(app: Flask, live_server: str, browser_page: Page) -> Page:
    """A manager's browser; the tracker knows what is drawn of one partner."""
    with stored(app) as session:
        load_demo(session, "CHN")
        officer = session.query(User).filter(User.username == "officer").one()
        for document in (
            agreements.agreement(["FJI"], "2019", actions=[("entered_into_force", "2020-05-01")]),
            handovers.handover(["FJI"], "2021-03", "3", direction="inward"),
            handovers.handover(["FJI"], "2023-03", "at least 2", direction="inward"),
            handovers.handover(["FJI"], "2023-05", "1", direction="outward"),
        ):
            records.save(session, officer, document)
    browser_page.goto(f"{live_server}/sign-in")
    browser_page.fill("#username", "manager")
    browser_page.fill("#password", DEMO_PASSWORD)
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_url(f"{live_server}/")
    return browser_page


def said(page: Page) -> str:
    """What the mark with the focus says, to a screen reader and in sight."""
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    shown = page.locator("[data-said]:visible")
    assert shown.count() == 1
    assert shown.inner_text().startswith(f"{label} – Arrow keys")
    return str(label)


def test_a_chart_is_one_stop_and_arrow_keys_move_in_it(page: Page, live_server: str) -> None:
    page.goto(f"{live_server}/partners/FJI?basis=working")
    stops = "[...document.querySelectorAll('[data-marks]')].map((one) => one.querySelectorAll('[tabindex=\"0\"]').length)"
    assert page.evaluate(stops) == [1, 1, 1]
    page.get_by_text("How this is counted").focus()
    page.keyboard.press("Tab")
    assert said(page) == "2019, Agreements: 1"
    page.keyboard.press("Tab")
    assert said(page).startswith("Agreements in force, end of 2020: 1")
    page.keyboard.press("ArrowRight")
    assert said(page).startswith("Agreements in force, end of 2021: 1")
    page.keyboard.press("Tab")  # the table of this chart
    assert page.evaluate("document.activeElement.textContent") == "Table of this chart"
    page.keyboard.press("Tab")
    at_least = "2023, inward (to us): ≥ 2 (at least; the sources give no upper bound)"
    walk = {"ArrowRight": at_least, "ArrowDown": "2023, outward (by us): 1", "ArrowUp": at_least, "Home": "2021, inward (to us): 3"}
    assert said(page) == walk["Home"]
    for key, label in walk.items():
        page.keyboard.press(key)
        assert said(page) == label
    assert page.evaluate("getComputedStyle(document.activeElement.querySelector('.bar')).strokeWidth") == "3px"
    page.keyboard.press("Enter")
    page.wait_for_url("**/records/?measure=persons_handed_over&partner=FJI&year=2021&direction=inward")


def test_a_map_is_one_stop_too_and_leads_to_its_table(page: Page, live_server: str) -> None:
    page.goto(f"{live_server}/?basis=working")
    first = page.locator(".map [data-mark][tabindex='0']")
    assert first.count() == 1
    first.focus()
    names = [said(page)]
    page.keyboard.press("ArrowRight")
    names.append(said(page))
    page.keyboard.press("End")
    names.append(said(page))
    assert names == sorted(names)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/figures/?measure=activities&basis=working")
