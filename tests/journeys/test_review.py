"""Two people, one record: it becomes official when the second has looked, and an edit waits for him again."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.app import ClientAs, add_user, enter, errors_of, form_fields, minimal, page, stored
from tests.journeys.keyboard import sign_in
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.partial_dates import parse_edtf
from tracker.record_types import RECORD_TYPES
from tracker.records.models import Record
from tracker.records.record_type import RecordType
from tracker.records.sources import Source

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
OPERATION = next(record_type for record_type in RECORD_TYPES if record_type.kind == "operation")


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


def test_the_queue_offers_a_choice_only_where_there_is_one(client_as: ClientAs) -> None:
    officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
    address = enter(officer, HANDOVER, minimal(HANDOVER))
    enter(officer, OPERATION, minimal(OPERATION, 3))
    assert ">Choose<" not in reviewer.get("/review/").text
    reviewer.get(f"{address}/review")
    shown = reviewer.get("/review/").text
    assert ">Choose<" in shown
    assert "not opened" in shown


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


class TestTheQueue:
    def test_the_longest_waiting_comes_first_and_after_a_decision_the_next(self, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        addresses = [enter(officer, HANDOVER, minimal(HANDOVER, number)) for number in range(3)]
        queue = page(reviewer, "/review/")
        assert [link for link in queue.links if link.endswith("/review")] == [f"{address}/review" for address in addresses]
        answer = decide(reviewer, addresses[0], "verify")
        assert answer.headers["Location"] == f"{addresses[1]}/review"
        answer = decide(reviewer, addresses[2], "verify")
        assert answer.headers["Location"] == "/review/"

    def test_several_are_verified_together_only_when_each_was_opened(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        addresses = [enter(officer, HANDOVER, minimal(HANDOVER, number)) for number in range(3)]
        own = enter(reviewer, HANDOVER, minimal(HANDOVER, 9))
        keys = [f"{address.rpartition('/')[2]}:1" for address in [*addresses, own]]
        for address in [*addresses[:2], own]:
            page(reviewer, f"{address}/review")
        asked = reviewer.post("/review/verify", data={"chosen": keys})
        assert asked.status_code == 200
        assert "Verify 2 records" in asked.text
        assert "you have not opened it" in asked.text
        assert "you wrote or submitted it" in asked.text
        with stored(app) as session:
            assert session.scalars(sa.select(Record.verified_version)).all() == [None] * 4, "asking verifies nothing"
        done = reviewer.post("/review/verify", data={"chosen": keys, "action": "confirm"})
        assert done.status_code == 303
        with stored(app) as session:
            verified = session.scalars(sa.select(Record.ref).where(Record.verified_version == 1).order_by(Record.ref)).all()
        assert verified == [address.rpartition("/")[2] for address in addresses[:2]]

    def test_what_changed_since_it_was_opened_is_left_out(self, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        page(reviewer, f"{address}/review")
        save_again(officer, address, place="Mohan")
        answer = reviewer.post("/review/verify", data={"chosen": [f"{address.rpartition('/')[2]}:1"], "action": "confirm"})
        assert "changed or decided meanwhile" in answer.text

    @pytest.mark.parametrize("chosen", [[], ["x"], ["HND-2026-0001"], ["HND-2026-0001:x"], [":"], ["HND-2026-0001:1:1"], ["\x00:1"]])
    def test_no_choice_breaks_it(self, client_as: ClientAs, chosen: list[str]) -> None:
        enter(client_as(Role.OFFICER), HANDOVER, minimal(HANDOVER))
        answer = client_as(Role.REVIEWER).post("/review/verify", data={"chosen": chosen, "action": "confirm"})
        assert answer.status_code == 200
        assert "None of the chosen records" in answer.text

    @pytest.mark.parametrize("record_type", [OPERATION, HANDOVER], ids=["operation", "handover"])
    def test_opening_a_record_for_review_leaves_one_event(self, app: Flask, client_as: ClientAs, record_type: RecordType) -> None:
        """Handovers, whose reads are all written down, are no exception."""
        address, reviewer = enter(client_as(Role.OFFICER), record_type, minimal(record_type)), client_as(Role.REVIEWER)
        page(reviewer, f"{address}/review")
        with stored(app) as session:
            reads = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "record_read", AuditEvent.actor == "reviewer"))
            assert [event.detail for event in reads] == ['{"for":"review","version":1}']
        assert "its page of review" in page(reviewer, f"{address}/readers").text

    def test_own_work_ends_with_the_version_verified_before_also_after_the_bin(self, app: Flask, client_as: ClientAs) -> None:
        """What the queue calls own is what four eyes call so: not the version that was verified long before the newest."""
        rita, other, officer = client_as(Role.REVIEWER, "rita"), client_as(Role.REVIEWER, "other"), client_as(Role.OFFICER)
        address = enter(rita, HANDOVER, minimal(HANDOVER))
        assert decide(other, address, "verify").status_code == 303
        form = form_fields(officer.get(f"{address}/edit").text)
        form["place"], form["action"] = "Boten", "save"
        assert officer.post(f"{address}/edit", data=form).status_code == 303
        assert decide(other, address, "verify").status_code == 303
        assert other.post(f"{address}/retire", data={"version": "2", "note": "Entered twice"}).status_code == 303
        assert other.post(f"{address}/restore").status_code == 303
        assert "yours" not in page(rita, "/review/").text
        assert "yours" in page(other, "/review/").text
        page(rita, f"{address}/review")
        chosen = {"chosen": f"{address.rpartition('/')[2]}:2", "action": "confirm"}
        assert rita.post("/review/verify", data=chosen).status_code == 303


class TestTheBin:
    def test_a_retired_record_leaves_every_list_and_comes_back(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        title = minimal(HANDOVER)["title"]
        form = form_fields(officer.get(f"{address}/retire").text, "decision")
        assert "Say why" in errors_of(officer.post(f"{address}/retire", data=form).text)
        form["note"] = "Typed twice"
        assert officer.post(f"{address}/retire", data=form).status_code == 303
        assert title not in page(officer, "/records/").text
        assert "retired" in page(officer, address).text
        lying = page(officer, f"/bin/?q={title.split()[0]}")
        assert title in lying.text
        assert "Typed twice" in lying.text
        assert officer.post(f"{address}/restore").status_code == 303
        assert title in page(officer, "/records/").text
        assert title not in page(officer, "/bin/").text

    def test_a_discarded_draft_is_its_owners_alone(self, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = enter(officer, HANDOVER, minimal(HANDOVER) | {"action": "draft"})
        title = minimal(HANDOVER)["title"]
        assert officer.post(f"{address}/discard").status_code == 303
        assert title not in page(officer, "/records/?review=draft").text
        assert title not in page(officer, "/").text
        assert title in page(officer, "/bin/").text
        assert title not in page(reviewer, "/bin/").text
        assert reviewer.get(address).status_code == 404
        assert officer.post(f"{address}/take-back").status_code == 303
        assert title in page(officer, "/records/?review=draft").text

    def test_what_cannot_be_done_is_said_and_changes_nothing(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        for deed in ("restore", "discard", "take-back"):
            assert officer.post(f"{address}/{deed}").status_code == 303
            assert "decided already" in page(officer, address).text

    def test_an_edit_of_what_was_retired_meanwhile_keeps_what_was_typed(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        form = form_fields(officer.get(f"{address}/edit").text)
        officer.post(f"{address}/retire", data={"note": "twice", "version": "1"})
        form["place"], form["action"] = "Half a novel", "save"
        answer = officer.post(f"{address}/edit", data=form)
        assert answer.status_code == 409
        assert "retired" in errors_of(answer.text)
        assert "Half a novel" in answer.text


class TestMerging:
    def test_two_records_become_one_and_both_references_stay(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        first = enter(officer, HANDOVER, minimal(HANDOVER, 1) | {"place": "Boten", "parties-0-names": "Laos"})
        second = enter(officer, HANDOVER, minimal(HANDOVER, 2) | {"parties-0-names": "Thailand", "summary": "What the other did not know"})
        kept, merged = first.rpartition("/")[2], second.rpartition("/")[2]
        compared = page(officer, f"{second}/merge?into={kept}")
        assert f"Merge {merged} into {kept}" in compared.text
        form = form_fields(compared.html)
        form["action"] = "save"
        answer = officer.post(f"{second}/merge/{kept}", data=form)
        assert answer.status_code == 303, errors_of(answer.text)
        assert answer.headers["Location"] == first
        shown = page(officer, first)
        for said in ("Boten", "Laos", "Thailand", "What the other did not know", minimal(HANDOVER, 2)["title"], merged):
            assert said in shown.text
        led = officer.get(second)
        assert (led.status_code, led.headers["Location"]) == (302, first)
        assert minimal(HANDOVER, 2)["title"] in page(officer, f"{second}?stay=1").text
        with stored(app) as session:
            states = dict(session.execute(sa.select(Record.ref, Record.review_state)).all())
        assert {ref: state.value for ref, state in states.items()} == {kept: "submitted", merged: "retired"}

    @pytest.mark.parametrize("into", ["x", "HND-2099-0001", "·", "TRN-2026-0001", "%00"])
    def test_what_cannot_be_merged_is_named_at_the_field(self, client_as: ClientAs, into: str) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        answer = officer.get(f"{address}/merge?into={into}")
        assert answer.status_code in (400, 422)

    def test_a_record_is_not_merged_into_itself(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        assert officer.get(f"{address}/merge?into={address.rpartition('/')[2]}").status_code == 422

    def test_a_change_of_either_meanwhile_merges_nothing_and_keeps_the_form(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        first, second = (enter(officer, HANDOVER, minimal(HANDOVER, number)) for number in (1, 2))
        for changed in (first, second):
            form = form_fields(officer.get(f"{second}/merge?into={first.rpartition('/')[2]}").text)
            form["summary"], form["action"] = "Typed here", "save"
            save_again(officer, changed, place=f"Elsewhere than {changed}")
            answer = officer.post(f"{second}/merge/{first.rpartition('/')[2]}", data=form)
            assert answer.status_code == 409
            assert "Typed here" in answer.text
        with stored(app) as session:
            assert session.scalars(sa.select(Record.merged_into_id)).all() == [None, None]


class TestVersions:
    def test_any_version_can_be_the_newest_again(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER) | {"place": "Boten"})
        save_again(officer, address, place="Mohan")
        old = page(officer, f"{address}/history/1")
        assert "Restore this version" in old.text
        assert officer.post(f"{address}/history/1/restore", data={"version": "2"}).status_code == 303
        assert "Boten" in page(officer, address).text
        assert "as it was in version 1" in page(officer, f"{address}/history").text
        assert officer.post(f"{address}/history/1/restore", data={"version": "1"}).status_code == 303
        assert "changed or retired meanwhile" in page(officer, address).text

    def test_how_it_read_on_a_day(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        answer = officer.get(f"{address}/history?on=31.12.2099")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{address}/history/1")
        assert "did not exist yet" in page(officer, f"{address}/history?on=1999", 400).text
        assert page(officer, f"{address}/history?on=the other day", 400)


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
