"""No page has a violation that axe can see, on a desk in the light or on a telephone in the dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from tests.app import stored
from tests.factories import imports, records
from tests.factories.handovers import handover, subject
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.accounts.models import User
from tracker.demo.loading import load as load_demo
from tracker.handovers.disclosures import Entry, disclose
from tracker.handovers.models import Handover
from tracker.notifications.kinds import Kind
from tracker.notifications.services import notify
from tracker.partial_dates import parse_edtf
from tracker.records.disclosure_models import Channel, Given
from tracker.records.enums import ReviewState
from tracker.records.models import Record
from tracker.records.queries import newest_document

pytestmark = pytest.mark.browser

# pages of a kind that stands above in another shape: with `make everything`
VARIANTS_OF_ROLE = {
    "administrator": ("/audit/?action=all-accounts", "/audit/?since=soon", "/administration/people/officer", "/desks/without"),
    "reviewer": (
        "/",
        "/review/?state=returned",
        "/operations/{waiting}",
        "/operations/{waiting}/merge",
        "/handovers/{given}/disclosures/1/notice",
        "/handovers/{given}/disclosures/1/withdraw",
        "/corrections/",
    ),
    "officer": (
        "/records/?q=nothing-like-it",
        "/handovers/{handover}/history/1",
        "/sources/{source}/history/1",
        "/partners/",
        "/years/",
        "/imports/{import}/table",
        "/notifications/",
        "/records/?year=never",
        "/agreements/new",
        "/operations/new",
        "/trainings/new",
        "/operations/{operation}",
        "/figures/?measure=persons_handed_over&rows=region",
        "/figures/?measure=persons_handed_over&columns=period&since=2024&until=2024&other_since=2023",
        "/views/new?of=/figures/",
        "/views/",
        "/partners/INTERPOL",
        "/partners/FJI",
    ),
}
PAGES = (
    "/",
    "/records/",
    "/handovers/?measure=persons_handed_over",
    "/records/new",
    "/handovers/new",
    "/handovers/{handover}",
    "/handovers/{handover}/edit",
    "/handovers/{handover}/history",
    "/sources/",
    "/sources/{source}",
    "/sources/{source}/edit",
    "/imports/",
    "/imports/{import}/columns",
    "/imports/{import}/meanings",
    "/imports/{import}/rows",
    "/imports/{import}/confirm",
    "/feeds/",
    "/codebook/handovers",
    "/help/api",
    "/figures/?measure=handovers&columns=month&sort=2024",
    "/figures/?measure=operations_active",
    "/partners/THA",
    "/years/2024",
    "/help",
    "/how-we-count",
    "/notifications/preferences",
    "/account",
    "/account/second-factor",
    "/confirm",
    "/no/such/page",
)
OF_ROLE = {
    "administrator": (
        "/audit/",
        "/administration/people/",
        "/administration/people/officer/edit",
        "/administration/people/invite",
        "/desks/",
        "/desks/new",
        "/desks/1",
        "/desks/hand-over",
    ),
    "reviewer": (
        "/review/",
        "/operations/{waiting}/review",
        "/imports/{done}/review",
        "/imports/{done}/totals",
        "/operations/{waiting}/retire",
        "/operations/{waiting}/merge?into={operation}",
        "/bin/",
        "/handovers/{handover}/names",
        "/handovers/{handover}/retention",
        "/handovers/{handover}/readers",
        "/handovers/{handover}/restriction",
        "/handovers/{given}/disclosures",
        "/handovers/{given}/disclosures/new",
        "/handovers/export",
        "/retention/",
        "/processing",
    ),
    "officer": PAGES,
}

LOOKS = (("light", 1280), ("dark", 390))


@pytest.mark.parametrize("looks", [1, pytest.param(2, marks=pytest.mark.whole)], ids=["each page one way", "both ways"])
@pytest.mark.parametrize(
    "walk", [OF_ROLE, pytest.param(VARIANTS_OF_ROLE, marks=pytest.mark.whole)], ids=["every kind of page", "pages in another shape"]
)
def test_axe_finds_no_violation_on_any_page(
    walk: dict[str, tuple[str, ...]], looks: int, app: Flask, live_server: str, browser: Browser
) -> None:
    known, found = demo(app), list[str]()
    for role, pages in walk.items():
        found += wrong_as(role, pages, looks, known, live_server, browser)
    assert found == []


def wrong_as(role: str, pages: tuple[str, ...], looks: int, known: dict[str, str], live_server: str, browser: Browser) -> list[str]:
    """What is wrong with these pages where somebody of this role is signed in."""
    found = []
    with browser.new_context() as context:
        context.add_init_script(Axe().axe_script)  # once for all pages: it is half a megabyte
        page = context.new_page()
        page.goto(f"{live_server}/sign-in")
        found += [f"/sign-in: {line}" for line in seen(page, looks, 0)]
        page.fill("#username", role)
        page.fill("#password", DEMO_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{live_server}/")
        for turn, address in enumerate(pages):
            answer = page.goto(live_server + address.format(**known))
            if answer and answer.status in (403, 500):
                found.append(f"{address}: {answer.status}")
            found += [f"{address}: {line}" for line in seen(page, looks, turn)]
        if pages == PAGES:
            page.goto(f"{live_server}/handovers/new")
            page.keyboard.press("Control+Enter")
            page.wait_for_selector(".error-summary")
            found += [f"form with errors: {line}" for line in seen(page, looks, 1)]
            page.goto(f"{live_server}/handovers/{known['handover']}")
            page.get_by_text("More", exact=True).press("Enter")
            found += [f"opened menu: {line}" for line in seen(page, looks, 1)]
            page.keyboard.press("Escape")
            assert page.locator(".page-head__actions details[open]").count() == 0
            page.goto(f"{live_server}/figures/?measure=persons_handed_over")
            page.get_by_text("How this is counted").press("Enter")
            page.get_by_role("link", name="1 record, year not stated").focus()  # only what is seen can be focused
            found += [f"opened details: {line}" for line in seen(page, looks, 1)]
    return found


def demo(app: Flask) -> dict[str, str]:
    """Load the demo data and something to be told about; the references that addresses need."""
    with stored(app) as session:
        load_demo(session, "CHN")
        officer = session.query(User).filter(User.username == "officer").one()
        given = given_away(session, officer)
        notify(session, officer.id, Kind.ACCOUNT, "user:officer", {"what": "password"})
        known = {
            kind: session.query(Record.ref).filter(Record.kind == kind).order_by(Record.id).first()[0] for kind in ("handover", "operation")
        }
        known["waiting"] = session.query(Record.ref).filter(Record.review_state == ReviewState.SUBMITTED).one()[0]
        author = officer.id
    with app.test_request_context(), stored(app) as session:
        writer = session.get_one(User, author)
        asked, done = (imports.batch(session, writer, imports.courses(3), name=name) for name in ("courses.csv", "done.csv"))
        session.flush()
        known |= {"import": str(asked.id), "done": str(done.id)}
    imports.checked(app, author, int(known["import"]))
    imports.loaded(app, author, int(known["done"]), 2)
    return known | {"source": f"SRC-{known['handover'][4:8]}-0001", "given": given}


def given_away(session: Session, officer: User) -> str:
    """A handover with a person that was given to somebody and has been corrected since; its reference."""
    reviewer = session.query(User).filter(User.username == "reviewer").one()
    record = records.save(session, officer, handover(["LAO"], "2024", subjects=[subject(1, "Ada Planted")]))
    records.verify(session, reviewer, record)
    entry = Entry("LAO", "Ministry of Justice", parse_edtf("2024-05"), Channel.LETTER, "Request for a visit", Given.NAMES, 1, "Police only")
    assert isinstance(record, Handover)
    disclose(officer, session, record, entry)
    records.change(session, officer, record, newest_document(record, records.type_of_kind("handover")) | {"place": "Boten"})
    records.verify(session, reviewer, record)
    return record.ref


def seen(page: Page, looks: int, turn: int) -> list[str]:
    """What is wrong with the page on a desk in the light and on a telephone in the dark; with one of two `looks` in turn.

    Colours and rules are those of the whole house, so a mistake shows on many pages; each is measured for its width both ways.
    """
    found = []
    for number, (scheme, width) in enumerate(LOOKS):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        if looks == len(LOOKS) or turn % len(LOOKS) == number:
            found += [f"{line} ({scheme}, {width})" for line in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"wider than the window ({scheme}, {width})")
    return found


def violations(page: Page) -> list[str]:
    """What axe complains about; only that comes back from the browser, not what it found in order."""
    found: list[str] = page.evaluate(
        """() => axe.run({resultTypes: ["violations"], preload: false})
            .then((found) => found.violations.map((rule) => `${rule.id} at ${rule.nodes[0].target}`))"""
    )
    return found
