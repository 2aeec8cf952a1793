"""An officer enters one record of each type by keyboard alone; a manager finds it in the figures, lists, search and files."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.app import add_user
from tests.journeys.keyboard import Keyboard, sign_in
from tracker.accounts.models import Role

pytestmark = pytest.mark.browser


def agreement(keys: Keyboard) -> None:
    keys.type_into("title", "Memorandum on joint border patrols")
    keys.pick("parties-0-names", "Serbia", "Croatia")
    keys.type_into("start", "10.7.2024")
    keys.type_into("evidence-0-source", "Treaty text of the memorandum")


def operation(keys: Keyboard) -> None:
    keys.type_into("title", "Operation Quiet River")
    keys.pick("parties-0-names", "Lao", "Thailand")
    keys.type_into("start", "March 2024")
    keys.choose("status", "completed")
    keys.type_into("evidence-0-source", "Report of the river police")


def handover(keys: Keyboard) -> None:
    keys.type_into("title", "Seven suspects from Mandalay")
    keys.pick("parties-0-names", "Burma")
    keys.type_into("start", "2023")
    keys.choose("direction", "inward")
    keys.type_into("persons", "at least 7")
    keys.type_into("evidence-0-source", "Press statement of the embassy")


def training(keys: Keyboard) -> None:
    keys.type_into("title", "Course on digital traces")
    keys.pick("parties-0-names", "Côte d'Ivoire")
    keys.type_into("start", "2024-09")
    keys.type_into("days", "5")
    keys.type_into("participants-0-number", "12")
    keys.type_into("evidence-0-source", "Letter of the academy")


# key after `n` on the page of types is not needed: its links are reached by Tab
ENTRIES: dict[str, tuple[str, Callable[[Keyboard], None], str, str, str, str]] = {
    "agreements": ("Agreement", agreement, "Memorandum on joint border patrols", "agreements_signed", "Serbia", "2024"),
    "operations": ("Joint operation", operation, "Operation Quiet River", "operations_started", "Laos", "2024"),
    "handovers": ("Handover", handover, "Seven suspects from Mandalay", "handovers", "Myanmar (Burma)", "2023"),
    "trainings": ("Training", training, "Course on digital traces", "trainings_started", "Côte d’Ivoire", "2024"),
}


# the types of one form with most and with fewest kinds of boxes; all of them with `make everything`
SLUGS = [pytest.param(slug, marks=() if slug in ("handovers", "trainings") else pytest.mark.whole) for slug in ENTRIES]


@pytest.mark.parametrize("slug", SLUGS)
def test_what_an_officer_enters_by_keyboard_is_found_everywhere(slug: str, app: Flask, live_server: str, browser_page: Page) -> None:
    label, fill_in, title, measure, country, year = ENTRIES[slug]
    for role in (Role.OFFICER, Role.MANAGER):
        add_user(app, role)
    keys = sign_in(browser_page, live_server, "officer")
    browser_page.keyboard.press("n")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("New record")
    keys.press_button(label)
    expect(browser_page.locator("#title")).to_be_visible()
    fill_in(keys)
    browser_page.keyboard.press("Control+Enter")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text(title)
    sign_out_and_in_as_manager(browser_page, live_server)
    found_in_figures(browser_page, live_server, measure, country, year, title)
    browser_page.goto(f"{live_server}/{slug}/")
    expect(browser_page.get_by_role("link", name=title)).to_be_visible()
    browser_page.keyboard.press("/")
    browser_page.keyboard.type(title.split()[-1])
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_role("link", name=title)).to_be_visible()
    assert title in browser_page.request.get(f"{live_server}/{slug}.csv").text()


def sign_out_and_in_as_manager(page: Page, server: str) -> None:
    page.context.clear_cookies()
    sign_in(page, server, "manager")


def found_in_figures(page: Page, server: str, measure: str, country: str, year: str, title: str) -> None:
    """The cell of country and year is 1, and opens a list of exactly this record."""
    page.goto(f"{server}/figures/?measure={measure}&basis=working")
    row = page.get_by_role("row", name=country)
    heads = page.locator("table.matrix thead th").all_inner_texts()
    column = next(place for place, text in enumerate(heads) if text.split()[:1] == [year])  # a sign to sort by stands beside it
    cell = row.locator("th, td").nth(column)
    expect(cell).to_have_text("1")
    cell.get_by_role("link").click()
    expect(page.get_by_role("link", name=title)).to_be_visible()
    expect(page.locator("table.records tbody tr")).to_have_count(1)
