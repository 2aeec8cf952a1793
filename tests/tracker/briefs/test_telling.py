"""A file that tells how far it is: steps as they are done, then the file; nothing for whoever may not have it or does not wait."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from tests.app import ClientAs, add_user, stored
from tests.journeys.keyboard import sign_in
from tests.tracker.briefs.test_briefs import plant
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.briefs import telling, views
from tracker.briefs.steps import STEPS_OF_BRIEF, STEPS_OF_REPORT
from tracker.briefs.word import TemplateError

pytestmark = pytest.mark.once

TOLD = {"Accept": telling.LINES}
BRIEF, REPORT = "/partners/LAO/brief.docx?basis=working", "/years/2024/report.pdf?basis=working"


def exported(app: Flask) -> int:
    """How many files have left their event."""
    with stored(app) as session:
        return session.query(AuditEvent).where(AuditEvent.action == "exported").count()


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_each_step_is_told_and_then_comes_the_file(app: Flask, client_as: ClientAs) -> None:
    with stored(app) as session:
        plant(session)
    client = client_as(Role.VIEWER)
    for count, (address, steps, begin) in enumerate(((BRIEF, STEPS_OF_BRIEF, b"PK"), (REPORT, STEPS_OF_REPORT, b"%PDF")), start=1):
        answer = client.get(address, headers=TOLD)
        assert (answer.mimetype, answer.headers["X-Accel-Buffering"]) == (telling.LINES, "no")
        *told, file = lines(answer.text)
        assert [(one["done"], one["of"]) for one in told] == [(number, len(steps)) for number in range(len(steps))]
        assert told[-1]["said"] == f"Step {len(steps)} of {len(steps)}: writing the file"
        plain = client.get(address)
        assert plain.headers["Content-Disposition"] == f'attachment; filename="{file["name"]}"'
        assert (file["type"], b64decode(file["data"])[:4][: len(begin)]) == (plain.mimetype, begin)
        assert exported(app) == 2 * count


def test_what_is_not_to_be_had_is_answered_as_without_the_script(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.VIEWER)
    assert client.get("/partners/Nowhere/brief.pdf", headers=TOLD).status_code == 404
    assert client.get(f"{BRIEF}&marking=RED", headers=TOLD).status_code == 400
    assert app.test_client().get(BRIEF, headers=TOLD).headers["Location"].startswith("/sign-in")
    assert exported(app) == 0


def test_what_fails_on_the_way_is_said_and_leaves_no_event(
    app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_as(Role.VIEWER)
    spoilt = TemplateError("spoilt"), "The template of briefs cannot be used. Take the PDF"
    for error, said in (spoilt, (KeyError("x"), "the reason is in the log")):
        with monkeypatch.context() as patched:

            def broken(*_: Any, error: Exception = error) -> bytes:
                raise error

            patched.setattr(views, "docx_of", broken)
            *told, last = lines(client.get(BRIEF, headers=TOLD).text)
        assert len(told) == len(STEPS_OF_BRIEF)
        assert said in last["failed"]
    assert "A brief was not made" in caplog.text
    assert exported(app) == 0


def test_work_stops_when_nobody_waits_for_it(app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(views, "docx_of", lambda *_: written.append("a file") or b"")
    answer = client_as(Role.VIEWER).get(BRIEF, headers=TOLD, buffered=False)
    assert json.loads(next(answer.response))["done"] == 0
    answer.close()
    assert (written, exported(app)) == ([], 0)


@pytest.mark.browser
def test_the_page_shows_the_steps_and_saves_the_file(app: Flask, live_server: str, browser_page: Page) -> None:
    with stored(app) as session:
        plant(session)
    sign_in(browser_page, live_server, add_user(app, Role.VIEWER))
    browser_page.clock.install()
    browser_page.goto(f"{live_server}/partners/LAO?basis=working")
    browser_page.get_by_text("Brief for a visit").click()
    said, bar = browser_page.locator("#brief-said"), browser_page.locator("[data-told]")
    with browser_page.expect_download() as download:
        browser_page.get_by_role("button", name="Word").click()
    assert (download.value.suggested_filename[:10], download.value.path().read_bytes()[:2]) == ("brief-LAO-", b"PK")
    expect(said).to_have_text("The file is made; your browser saves it.")
    waiting: list[Route] = []
    browser_page.route("**/brief.pdf*", lambda route: waiting.append(route))  # noqa: PLW0108  Playwright writes into the function
    for body, end in (('{"failed": "No font."}\n', "No font."), ('{"done": 0, "of": 5, "said": "Step 1"}\n', "The connection broke")):
        for _ in range(2):  # the second click asks for nothing
            browser_page.get_by_role("button", name="PDF").click()
        expect(said).to_have_text("The file is being made.")
        expect(bar).to_be_hidden()
        browser_page.clock.fast_forward(1000)
        expect(bar).to_be_visible()
        assert len(waiting) == 1
        waiting.pop().fulfill(content_type=telling.LINES, body=body)
        expect(said).to_contain_text(end)
        expect(bar).to_be_hidden()
    browser_page.unroute("**/brief.pdf*")
    browser_page.context.clear_cookies()
    browser_page.get_by_role("button", name="PDF").click()
    browser_page.wait_for_url("**/sign-in?**")
