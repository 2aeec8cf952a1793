"""Two people, one record: it becomes official when the second has looked, and an edit waits for him again."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.app import ClientAs, add_user, stored
from tests.forms import enter, form_fields, minimal
from tests.journeys.keyboard import sign_in
from tests.pages import errors_of, page
from tracker.accounts.models import Role
from tracker.partial_dates import parse_edtf
from tracker.record_types import RECORD_TYPES
from tracker.records.models import Record
from tracker.records.sources import Source

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")


def official(client: FlaskClient, query: str = "measure=handovers") -> set[str]:
    """The references of the records behind the official total of a measure."""
    return set(re.findall(r"HND-\d{4}-\d{4}", client.get(f"/handovers.csv?basis=official&{query}").text))


def decide(client: FlaskClient, address: str, deed: str, note: str = "") -> Any:
    """Press a button of the page of review, as it was shown."""
    form = form_fields(client.get(f"{address}/review").text, "decision")
    form["note"] = note
    return client.post(f"{address}/{deed}", data=form)


def save_again(client: FlaskClient, address: str, **typed: str) -> Any:
    form = form_fields(client.get(f"{address}/edit").text)
    for name, value in (typed | {"action": "save"}).items():
        form[name] = value
    return client.post(f"{address}/edit", data=form)


def test_official_figures_move_by_exactly_the_record_that_a_second_person_verified(client_as: ClientAs) -> None:
    officer, reviewer, manager = client_as(Role.OFFICER), client_as(Role.REVIEWER), client_as(Role.MANAGER)
    other = enter(officer, HANDOVER, minimal(HANDOVER, 7))
    assert decide(reviewer, other, "verify").status_code == 303
    before = official(manager)

    address = enter(officer, HANDOVER, minimal(HANDOVER))
    ref = address.rpartition("/")[2]
    assert official(manager) == before, "what nobody verified is not official"
    assert decide(reviewer, address, "return", "Which border crossing?").status_code == 303
    assert "Which border crossing?" in page(officer, "/").text
    assert "Which border crossing?" in page(officer, address).text
    assert save_again(officer, address, place="Boten").status_code == 303
    assert "Which border crossing?" not in page(officer, "/").text
    assert official(manager) == before
    assert decide(reviewer, address, "verify").status_code == 303
    assert official(manager) == before | {ref}

    # another officer edits what is official: it stays as it was until somebody verifies it again
    ben = client_as(Role.OFFICER, "ben")
    assert save_again(ben, address, start="2019").status_code == 303
    assert official(manager, "measure=handovers&year=2024") == before | {ref}
    assert official(manager, "measure=handovers&year=2019") == set()
    assert "1 record is not verified as it now stands" in page(manager, "/figures/?measure=handovers").text
    assert decide(reviewer, address, "verify").status_code == 303
    assert official(manager, "measure=handovers&year=2024") == before
    assert official(manager, "measure=handovers&year=2019") == {ref}


def test_the_reviewer_sees_what_is_different_since_the_last_verified_version(client_as: ClientAs) -> None:
    officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
    address = enter(
        officer, HANDOVER, minimal(HANDOVER) | {"place": "Boten", "evidence-0-quote_exact": "at Boten", "evidence-0-target_field": "place"}
    )
    first = page(reviewer, f"{address}/review")
    assert "nobody has verified it before" in first.text
    assert "Boten" in first.text
    decide(reviewer, address, "verify")
    save_again(officer, address, place="Mohan")
    save_again(officer, address, place="Mohan, Yunnan")
    second = page(reviewer, f"{address}/review")
    assert "verified by Reviewer" in second.text
    assert re.search(r"<del>Boten</del>.*<ins>Mohan, Yunnan</ins>", second.html, re.DOTALL)
    assert "at Boten" in second.text, "the evidence stands beside the value"
    assert "<ins>Mohan</ins>" not in second.html, "only the whole difference, not each step"
    assert minimal(HANDOVER)["title"] not in re.sub(r"<h1.*?</h1>|<title>.*?</title>", "", second.html), "what did not change is left out"


def test_the_reviewer_sees_whose_words_it_rests_on_and_what_may_be_the_same(app: Flask, client_as: ClientAs) -> None:
    officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
    typed = minimal(HANDOVER) | {"title": "Handover of ten suspects at Boten", "evidence-0-quote_exact": "ten were handed over"}
    first, second = enter(officer, HANDOVER, typed), enter(officer, HANDOVER, typed | {"seen": "HND-2026-0001", "form_token": ""})
    with stored(app) as session:
        source = session.scalars(sa.select(Source).order_by(Source.id.desc())).first()
        source.publisher, source.published = "Xinhua", parse_edtf("2024-09-10")
        ref, title = source.ref, source.title
    found = page(reviewer, f"{second}/review")
    assert f"/sources/{ref}" in found.links
    assert "Xinhua · 10 September 2024" in found.text
    assert f"→ {ref} ·" not in found.text, "a passage stands under the title of its source"
    assert f"{title} ·" in found.text
    assert "One record may be the same" in found.text
    assert first in found.links
    decide(reviewer, first, "verify")
    assert "One record may be the same" in page(reviewer, f"{second}/review").text
    form = form_fields(reviewer.get(f"{first}/retire").text, "decision")
    form["note"] = "entered twice"
    assert reviewer.post(f"{first}/retire", data=form).status_code in (302, 303)
    assert "may be the same" not in page(reviewer, f"{second}/review").text


class TestRefusals:
    def test_own_work_is_shown_and_not_offered(self, client_as: ClientAs) -> None:
        reviewer = client_as(Role.REVIEWER)
        address = enter(reviewer, HANDOVER, minimal(HANDOVER))
        shown = page(reviewer, f"{address}/review")
        assert "another person must decide" in shown.text
        assert 'action="' + address + "/verify" not in shown.html
        assert "another person verifies it" in page(reviewer, "/review/").text
        answer = reviewer.post(f"{address}/verify", data={"version": "1"})
        assert answer.status_code == 409
        assert "yourself" in errors_of(answer.text)

    def test_a_return_without_a_word_is_asked_for_one(self, client_as: ClientAs) -> None:
        address = enter(client_as(Role.OFFICER), HANDOVER, minimal(HANDOVER))
        answer = decide(client_as(Role.REVIEWER), address, "return")
        assert answer.status_code == 422
        assert "Say why" in errors_of(answer.text)

    def test_whoever_decides_or_mends_reads_why(self, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        first = page(reviewer, f"{address}/review")
        assert "Everything that it says" in first.text
        assert "<del" not in first.html, "nothing stood there before"
        assert "counts officially when somebody else has verified it" in page(officer, f"{address}/edit").text
        decide(reviewer, address, "return", "Which border crossing?")
        assert "Which border crossing?" in page(officer, f"{address}/edit").text
        save_again(officer, address, place="Boten", reason="The letter\x00 names it ")
        assert "Reason for version 2: The letter names it" in page(reviewer, f"{address}/review").text
        assert "Which border crossing?" not in page(officer, f"{address}/edit").text

    def test_the_history_says_what_became_of_each_version(self, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        decide(reviewer, address, "return", "Which border crossing?")
        save_again(officer, address, place="Boten")
        decide(reviewer, address, "verify")
        save_again(officer, address, place="Mohan")
        states = re.findall(
            r'<h2><a href="[^"]*/history/(\d)">.*?<span class="tag[^"]*">([^<]*)</span>', page(officer, f"{address}/history").html
        )
        assert states == [("3", "waits for verification"), ("2", "verified"), ("1", "returned")]

    def test_a_newer_version_is_shown_before_anything_is_decided_and_the_note_stays(self, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        form = form_fields(reviewer.get(f"{address}/review").text, "decision")
        save_again(officer, address, place="Mohan")
        form["note"] = "Where was it?"
        answer = reviewer.post(f"{address}/return", data=form)
        assert answer.status_code == 409
        assert "newer version" in errors_of(answer.text)
        assert "Mohan" in answer.text
        again = form_fields(answer.text, "decision")
        assert (again["note"], again["version"]) == ("Where was it?", "2")

    @pytest.mark.parametrize("version", ["", "0", "x", "99999999999", "-1", "1\x00"])
    def test_a_tampered_version_decides_nothing(self, app: Flask, client_as: ClientAs, version: str) -> None:
        address = enter(client_as(Role.OFFICER), HANDOVER, minimal(HANDOVER))
        answer = client_as(Role.REVIEWER).post(f"{address}/verify", data={"version": version})
        assert answer.status_code in (409, 422)
        with stored(app) as session:
            assert session.scalars(sa.select(Record.verified_version)).one() is None

    @pytest.mark.parametrize("note", ["x" * 2001, "a\x00b", "\x07"])
    def test_a_note_that_cannot_be_kept_is_refused_as_typed(self, client_as: ClientAs, note: str) -> None:
        address = enter(client_as(Role.OFFICER), HANDOVER, minimal(HANDOVER))
        answer = decide(client_as(Role.REVIEWER), address, "return", note)
        assert answer.status_code == 422
        assert errors_of(answer.text)

    def test_what_is_decided_is_decided(self, client_as: ClientAs) -> None:
        address = enter(client_as(Role.OFFICER), HANDOVER, minimal(HANDOVER))
        reviewer = client_as(Role.REVIEWER)
        decide(reviewer, address, "verify")
        answer = client_as(Role.REVIEWER, "second").post(f"{address}/return", data={"version": "1", "note": "late"})
        assert answer.status_code == 409
        assert "decided already" in errors_of(answer.text)


@pytest.mark.browser
def test_by_keyboard_alone_a_reviewer_verifies_one_and_returns_the_next(
    app: Flask, client_as: ClientAs, live_server: str, browser_page: Page
) -> None:
    officer = client_as(Role.OFFICER)
    for number in range(2):
        enter(officer, HANDOVER, minimal(HANDOVER, number))
    browser = browser_page
    sign_in(browser, live_server, add_user(app, Role.REVIEWER))
    browser.keyboard.press("g")
    with browser.expect_navigation():
        browser.keyboard.press("r")
    with browser.expect_navigation():
        browser.keyboard.press("j")
    with browser.expect_navigation():
        browser.keyboard.press("a")
    browser.keyboard.press("r")
    browser.keyboard.type("Which crossing?")
    browser.keyboard.press("Tab")
    with browser.expect_navigation():
        browser.keyboard.press("Enter")
    with stored(app) as session:
        states = session.scalars(sa.select(Record.review_state).order_by(Record.ref)).all()
    assert [state.value for state in states] == ["verified", "returned"]
