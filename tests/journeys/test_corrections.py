"""Promises about corrections: whoever received what has changed since is told of it, once, by a text without names."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs
from tests.contract.test_round_trips import MOST, trips
from tests.forms import approval
from tests.journeys.test_disclosure import ENTRY, count, due, named, note, retire, told, verify
from tests.journeys.test_personal_data import change
from tests.journeys.test_retention import ASKED
from tests.pages import errors_of, page
from tracker.accounts.models import Role
from tracker.database.columns import utc_now
from tracker.handovers import disclosures
from tracker.records.disclosure_models import CorrectionNotice, Disclosure

pytestmark = pytest.mark.once


class TestCorrections:
    def test_what_is_verified_later_makes_a_correction_due_once_with_its_differences_and_a_notice(
        self, app: Flask, client_as: ClientAs
    ) -> None:
        officer, reviewer = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER, "ben")
        address = named(officer)
        ref = address.rpartition("/")[2]
        note(officer, address)
        verify(reviewer, address, 1)
        assert due(app) == [], "what was given became official as it was"
        change(officer, ref, {"place": "Boten", "subjects-0-name": "Zubeida Tamerlan"})
        assert due(app) == [], "nobody has verified it"
        verify(reviewer, address, 2)
        assert due(app) == [1]
        assert told(app, "ana") == 1
        change(officer, ref, {"place": "Vientiane"})
        verify(reviewer, address, 3)
        assert told(app, "ana") == 1, "told once"
        sheet = page(officer, f"{address}/disclosures").text
        assert "correction due" in sheet
        assert "Vientiane" in sheet
        assert "1 recipient has to be told" in sheet
        assert "Inform those who received it" in page(officer, address).text
        overseen = page(reviewer, "/corrections/").text
        assert ref in overseen
        assert "Corrections due: 1" in page(reviewer, "/retention/").text
        notice = page(officer, f"{address}/disclosures/1/notice").text
        for words in (ref, "Place: “Vientiane” is added.", "spelling 2", ENTRY["authority"], ENTRY["purpose"], "TLP:AMBER"):
            assert words in notice, words
        assert re.search(r"Contact: [^,]+ Cooperation tracker, China", notice), "who sends it, and for whom"
        assert 'data-copy="letter"' in page(officer, f"{address}/disclosures/1/notice").html
        assert f"Names of these persons were corrected; we send them to you apart from this text: {ref}/1." in notice
        assert not re.search("Vossberg|Tamerlan", notice)
        form = {"sent_on": str(utc_now().date()), "channel": "letter", "read": stamp(officer, address)}
        for bad in ({"sent_on": "2199"}, {"channel": ""}, {"sent_on": ""}):
            assert officer.post(f"{address}/disclosures/1/notice", data=form | bad).status_code == 422
        assert officer.post(f"{address}/disclosures/1/notice", data=form).status_code == 303
        assert due(app) == []
        assert told(app, "ana", unread=True) == 0, "settled"
        assert "Notice of correction sent" in page(officer, f"{address}/disclosures").text
        assert "No correction is due" in officer.get(f"{address}/disclosures/1/notice", follow_redirects=True).text
        assert "No correction is due" in officer.post(f"{address}/disclosures/1/notice", data=form, follow_redirects=True).text
        assert count(app, CorrectionNotice) == 1
        change(officer, ref, {"place": "Boten"})
        verify(reviewer, address, 4)
        again = page(officer, f"{address}/disclosures/1/notice").text
        assert "instead of “Vientiane” it is “Boten”" in again, "compared with what was told last"
        assert "spelling" not in again

    def test_a_notice_about_an_older_state_is_not_taken_for_the_newest(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = corrected(officer, reviewer)
        read = stamp(officer, address)
        change(officer, address.rpartition("/")[2], {"place": "Mohan"})
        verify(reviewer, address, 3)
        form = {"sent_on": "2026", "channel": "letter", "read": read}
        refused = officer.post(f"{address}/disclosures/1/notice", data=form)
        assert refused.status_code == 409
        assert "read it again" in errors_of(refused.text)
        assert "Mohan" in refused.text
        assert officer.post(f"{address}/disclosures/1/notice", data=form | {"read": "made up"}).status_code == 409
        assert due(app) == [1]

    def test_its_pages_ask_the_database_as_often_for_three_recipients_as_for_one(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = corrected(officer, reviewer)
        pages = [f"{address}/disclosures", f"{address}/disclosures/1/notice", f"{address}/disclosures/new", "/corrections/"]
        few = {url: trips(app, reviewer, url) for url in pages}
        for version in ("1", "1"):
            note(officer, address, version=version)
        assert due(app) == [1, 2, 3]
        assert {url: trips(app, reviewer, url) for url in pages} == few
        assert {url: count for url, count in few.items() if count > MOST} == {}

    def test_a_difference_that_goes_away_before_anybody_was_told_is_due_no_longer(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER)
        address = corrected(officer, reviewer)
        change(officer, address.rpartition("/")[2], {"place": ""})
        verify(reviewer, address, 3)
        assert due(app) == []
        assert told(app, "ana", unread=True) == 0

    def test_of_pseudonyms_a_corrected_name_is_no_part(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = named(officer)
        note(officer, address, given="pseudonyms")
        note(officer, address)
        change(officer, address.rpartition("/")[2], {"subjects-0-name": "Zubeida Tamerlan"})
        verify(reviewer, address, 2)
        assert due(app) == [2]

    def test_restriction_and_its_lifting_retirement_and_erasure_are_told(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer, other = client_as(Role.OFFICER), client_as(Role.REVIEWER), client_as(Role.REVIEWER, "other")
        address = named(officer)
        note(officer, address)
        assert reviewer.post(f"{address}/restriction", data={"reason": "Contested by the person"}).status_code == 303
        assert send(officer, address, "do not use them until we write again") == 303
        assert reviewer.post(f"{address}/restriction/lift", data={"reason": "The court has decided"}).status_code == 303
        number = re.search(r'name="request" value="(\d+)"', other.get(f"{address}/restriction").text)
        assert number
        assert other.post(f"{address}/restriction/decision", data={"decision": "approve", "request": number[1]}).status_code == 303
        assert send(officer, address, "may be used again") == 303
        assert officer.post(f"{address}/erasure", data=ASKED).status_code == 303
        assert reviewer.post(f"{address}/erasure/decision", data=approval(address)).status_code == 303
        assert send(officer, address, f"erase them, too: {address.rpartition('/')[2]}/1") == 303
        retire(reviewer, address)
        assert send(officer, address, "do not use the data any longer") == 303
        assert due(app) == []
        assert reviewer.post(f"{address}/restore").status_code == 303
        assert due(app) == [], "brought back, but nothing is official yet"
        verify(other, address, 1)
        assert due(app) == [1]

    def test_what_is_noted_while_an_erasure_is_decided_is_told_of_it(
        self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = named(officer)
        assert officer.post(f"{address}/erasure", data=ASKED).status_code == 303
        is_noted, is_decided, look = threading.Event(), threading.Event(), disclosures.look_again

        def look_slowly(*asked: Any) -> None:
            look(*asked)
            is_noted.set()
            is_decided.wait(1)  # longer than a decision takes that waits for nobody

        monkeypatch.setattr(disclosures, "look_again", look_slowly)
        noting = threading.Thread(target=note, args=(officer, address))
        noting.start()
        assert is_noted.wait(30)
        assert reviewer.post(f"{address}/erasure/decision", data=approval(address)).status_code == 303
        is_decided.set()
        noting.join(30)
        assert count(app, Disclosure) == 1
        assert due(app) == [1]

    def test_what_is_noted_late_is_due_at_once(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = named(officer)
        verify(reviewer, address, 1)
        change(officer, address.rpartition("/")[2], {"place": "Boten"})
        verify(reviewer, address, 2)
        note(officer, address, version="1", given_on="2020")
        note(officer, address, version="2")
        assert due(app) == [1]


# --- What the tests need ---


def corrected(officer: FlaskClient, reviewer: FlaskClient) -> str:
    """A handover that was given to somebody, then changed and verified."""
    address = named(officer)
    assert note(officer, address).status_code == 303
    change(officer, address.rpartition("/")[2], {"place": "Boten"})
    verify(reviewer, address, 2)
    return address


def stamp(client: FlaskClient, address: str) -> str:
    found = re.search(r'name="read" value="([^"]+)"', client.get(f"{address}/disclosures/1/notice").text)
    assert found
    return found[1]


def send(client: FlaskClient, address: str, words: str) -> int:
    """Note that the notice, which says `words`, was sent."""
    assert words in page(client, f"{address}/disclosures/1/notice").text
    data = {"sent_on": "2026", "channel": "letter", "read": stamp(client, address)}
    status: int = client.post(f"{address}/disclosures/1/notice", data=data).status_code
    return status
