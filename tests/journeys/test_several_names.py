"""Several partners typed or pasted at once become as many names, each with its own button to remove it."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.app import PASSWORD, add_user
from tracker.accounts.models import Role

pytestmark = pytest.mark.browser

BOX = "#parties-0-names-ts-control"
CHIPS = ".field--names .ts-control .item"


@pytest.fixture
def form(app: Flask, live_server: str, browser_page: Page) -> Page:
    """The form of a new operation."""
    add_user(app, Role.OFFICER)
    browser_page.goto(f"{live_server}/sign-in?next=/operations/new")
    browser_page.fill("#username", "officer")
    browser_page.fill("#password", PASSWORD)
    browser_page.keyboard.press("Enter")
    expect(browser_page.locator(BOX)).to_be_visible()
    return browser_page


def chips(page: Page) -> list[str]:
    return [text.removesuffix("×").strip() for text in page.locator(CHIPS).all_inner_texts()]


def paste(page: Page, text: str) -> None:
    """Cut `text` out of the title and paste it into the box of partners."""
    page.fill("#title", text)
    page.press("#title", "Control+a")
    page.press("#title", "Control+x")
    page.focus(BOX)
    page.keyboard.press("Control+v")


def test_a_pasted_list_with_commas_and_semicolons_is_as_many_names(form: Page) -> None:
    paste(form, "Laos, Thailand; ROK")
    expect(form.locator(CHIPS)).to_have_count(3)
    assert chips(form) == ["Laos", "Thailand", "ROK"]
    assert form.input_value("#parties-0-names") == "Laos;Thailand;ROK"


@pytest.mark.parametrize("end", ["Enter", *(pytest.param(key, marks=pytest.mark.whole) for key in ("Tab", "Escape"))])
def test_a_typed_list_is_taken_apart_when_it_is_finished(form: Page, end: str) -> None:
    form.focus(BOX)
    form.keyboard.type("Laos, Thailand; ROK and Viet Nam")
    form.keyboard.press(end)
    expect(form.locator(CHIPS)).to_have_count(4)
    assert chips(form) == ["Laos", "Thailand", "ROK", "Viet Nam"]


def test_a_comma_inside_a_name_parts_nothing(form: Page) -> None:
    form.focus(BOX)
    with form.expect_response("**/suggest/names*"):
        form.keyboard.type("Korea, Republic of;")
    with form.expect_response("**/suggest/names*"):
        form.keyboard.type("Laos, Atlantis;")
    form.keyboard.type("Bosnia and Herzegovina, Serbia;")
    expect(form.locator(CHIPS)).to_have_count(4)
    expect(form.locator(f"{CHIPS}.is-unknown")).to_have_count(1)
    assert chips(form) == ["Korea, Republic of", "Laos, Atlantis\nnot known", "Bosnia and Herzegovina", "Serbia"]


def test_a_name_that_nobody_has_looks_different_at_once_and_still_after_the_refusal(form: Page) -> None:
    unknown = form.locator(f"{CHIPS}.is-unknown")
    form.focus(BOX)
    form.keyboard.type("Atlantis;Burma;")
    expect(unknown).to_have_text(["Atlantisnot known×"])
    expect(form.locator(".field--names [role=status]")).to_have_text("Atlantis: not known")
    form.keyboard.press("Control+Enter")
    expect(form.locator(".error-summary")).to_contain_text('"Atlantis" is not known')
    expect(unknown).to_have_text(["Atlantisnot known×"])
    expect(form.locator(CHIPS)).to_have_count(2)


def test_what_is_typed_on_meanwhile_stays_and_comes_after(form: Page) -> None:
    form.route("**/suggest/names*", lambda route: (form.wait_for_timeout(300), route.continue_()))
    form.focus(BOX)
    form.keyboard.type("Laos, Thailand;Rus")
    expect(form.locator(CHIPS)).to_have_count(2)
    assert form.input_value(BOX) == "Rus"
    form.keyboard.type("sia")
    form.keyboard.press("Tab")
    expect(form.locator(CHIPS)).to_have_count(3)
    assert chips(form) == ["Laos", "Thailand", "Russia"]


def test_a_form_sent_before_the_answer_is_saved_all_the_same(form: Page) -> None:
    form.route("**/suggest/names*", lambda route: route.abort())
    form.fill("#title", "Operation Wide River")
    form.focus(BOX)
    form.keyboard.type("Laos, Thailand")
    form.fill("#evidence-0-source", "Letter of the desk")
    form.keyboard.press("Control+Enter")
    expect(form.get_by_role("heading", level=1)).to_have_text("Operation Wide River")
    for name in ("Laos", "Thailand"):
        expect(form.get_by_role("link", name=name).first).to_be_visible()
