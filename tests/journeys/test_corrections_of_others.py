"""Promises about corrections where another record, another reader or another owner comes in."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.factories import records
from tests.factories.handovers import handover, subject
from tests.forms import approval, enter, form_fields, minimal
from tests.journeys.test_corrections import corrected, send, stamp
from tests.journeys.test_disclosure import NAME, count, due, named, note, told, verify
from tests.journeys.test_personal_data import HANDOVER, change
from tests.journeys.test_retention import ASKED
from tests.pages import errors_of, page
from tracker.accounts.models import Role, User
from tracker.extensions import db
from tracker.records.disclosure_models import CorrectionNotice, Disclosure
from tracker.records.handing_over import hand_over

pytestmark = pytest.mark.once

TWO = {f"subjects-{at}-{field}": value for at in (0, 1) for field, value in (("no", str(at + 1)), ("kind", "suspect"))}


class TestPersonsNotGiven:
    def test_nobody_hears_of_the_erasure_of_a_person_of_whom_he_never_heard(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = named(officer)
        ref = address.rpartition("/")[2]
        note(officer, address)
        change(officer, ref, TWO | {"subjects-0-name": NAME, "subjects-1-name": "Bertrand Quillfeather"})
        note(officer, address, version="2")
        erase(officer, reviewer, address, "2")
        assert due(app) == [2]
        assert f"erase them, too: {ref}/2." in page(officer, f"{address}/disclosures/2/notice").text
        erase(officer, reviewer, address, "1")
        assert due(app) == [1, 2]
        said = page(officer, f"{address}/disclosures/1/notice").text
        assert f"erase them, too: {ref}/1." in said
        assert f"{ref}/2" not in said


class TestMerged:
    def test_recipients_are_told_the_other_reference_and_of_its_later_corrections(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER)
        address, kept = named(officer), enter(officer, HANDOVER, minimal(HANDOVER, 3))
        ref, kept_ref = (one.rpartition("/")[2] for one in (address, kept))
        note(officer, address)
        merge(officer, address, kept_ref)
        assert (due(app), told(app, "ana")) == ([1], 1)
        assert f"/handovers/{ref}/disclosures" in page(officer, "/notifications/").links
        assert officer.get(f"/records/{ref}?about=correction_due").headers["Location"].endswith(f"/{ref}/disclosures")
        assert f"{address}/disclosures" in page(officer, kept).links
        notice = page(officer, f"{address}/disclosures/1/notice").text
        assert "erase them" not in notice
        assert send(officer, address, f"continued under our reference {kept_ref}") == 303
        assert due(app) == []
        change(officer, kept_ref, {"place": "Boten"})
        assert due(app) == [], "nobody has verified it"
        verify(reviewer, kept, 3)
        assert due(app) == [1]
        assert send(officer, address, "Place: “Boten” is added.") == 303
        assert due(app) == []
        change(officer, kept_ref, {"place": "Mohan"})
        verify(reviewer, kept, 4)
        assert send(officer, address, "instead of “Boten” it is “Mohan”") == 303
        assert reviewer.post(f"{kept}/restriction", data={"reason": "Contested by the person"}).status_code == 303
        assert due(app) == [1]

    def test_whoever_may_not_see_the_other_record_does_not_learn_its_reference(self, app: Flask, client_as: ClientAs) -> None:
        officer, other = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "other")
        address, kept = named(officer), enter(other, HANDOVER, minimal(HANDOVER, 3))
        kept_ref = kept.rpartition("/")[2]
        note(officer, address)
        merge(other, address, kept_ref)
        change(other, kept_ref, {"marking": "RED"})
        said = page(officer, f"{address}/disclosures/1/notice")
        assert "continued under another reference" in said.text
        assert kept_ref not in said.html
        assert 'name="sent_on"' not in said.html
        assert count(app, CorrectionNotice) == 0


class TestWhatMayNotBeRead:
    def test_a_notice_whose_differences_are_hidden_says_so_and_settles_nothing(
        self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = corrected(officer, reviewer)
        read = stamp(officer, address)
        monkeypatch.setattr("tracker.handovers.disclosure_page.may_read_version", lambda *_: False)
        said = page(officer, f"{address}/disclosures/1/notice")
        assert "said below" not in said.text
        assert "shown to those who may read both versions" in said.text
        assert "Boten" not in said.text
        data = {"sent_on": "2026", "channel": "letter", "read": read}
        assert officer.post(f"{address}/disclosures/1/notice", data=data).status_code == 403
        assert (due(app), count(app, CorrectionNotice)) == ([1], 0)


class TestWhenAndWho:
    def test_a_draft_is_given_to_nobody(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER) | {"action": "draft"})
        assert f"{address}/disclosures/new" not in page(officer, f"{address}/disclosures").links
        for answer in (officer.get(f"{address}/disclosures/new"), note(officer, address)):
            assert answer.headers["Location"].endswith("/disclosures")
        assert "This is a draft" in officer.get(f"{address}/disclosures").text
        assert count(app, Disclosure) == 0

    def test_no_notice_was_sent_before_there_was_anything_to_correct(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = corrected(officer, reviewer)
        for day in ("2019-05-03", "2026-03-30", "2025"):
            data = {"sent_on": day, "channel": "letter", "read": stamp(officer, address)}
            refused = officer.post(f"{address}/disclosures/1/notice", data=data)
            assert refused.status_code == 422, day
            assert "lies before" in errors_of(refused.text)
            assert f'value="{day}"' in refused.text
        assert due(app) == [1]

    def test_whoever_takes_records_over_is_told_of_open_corrections(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER)
        client_as(Role.OFFICER, "taker")
        corrected(officer, reviewer)
        with app.test_request_context():
            users = {user.username: user for user in db.session.scalars(sa.select(User))}
            hand_over(next(user for user in users.values() if user.role is Role.REVIEWER), db.session, users["ana"], users["taker"], "left")
            db.session.commit()
        assert (told(app, "taker", unread=True), told(app, "ana", unread=True)) == (1, 0)

    def test_the_file_says_how_it_is_marked_who_withdrew_and_who_noted_each_notice(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER)
        address = corrected(officer, reviewer)
        assert send(officer, address, "Boten") == 303
        note(officer, address)
        assert officer.post(f"{address}/disclosures/2/withdraw", data={"reason": "It never went out"}).status_code == 303
        rows = list(csv.DictReader(io.StringIO(officer.get(f"{address}/disclosures.csv").text.lstrip("\ufeff"))))
        assert [row["Handling"] for row in rows] == ["TLP:AMBER", "TLP:AMBER"]
        assert (rows[0]["Withdrawn"], rows[0]["Withdrawn by"]) == ("It never went out", "Ana")
        assert rows[0]["Withdrawn at"].startswith("20")
        assert rows[1]["Notices of correction"] == "2026, letter, Ana"

    def test_200_persons_are_erased_and_their_recipients_told(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        people = [subject(no, f"Zubeida {chr(65 + no % 26)}{chr(97 + no // 26)}nossov") for no in range(1, 201)]
        with app.test_request_context():
            owner = db.session.scalars(sa.select(User).where(User.role == Role.OFFICER)).one()
            record = records.save(db.session, owner, handover(["LAO"], "2024") | {"subjects": people})
            address = f"/handovers/{record.ref}"
            db.session.commit()
        note(officer, address)
        erase(officer, reviewer, address, *(str(no) for no in range(1, 201)))
        assert due(app) == [1]
        assert send(officer, address, f"{address.rpartition('/')[2]}/200") == 303
        with stored(app) as session:
            assert len(session.scalars(sa.select(CorrectionNotice)).one().erased.split(",")) == 200


# --- What the tests need ---


def erase(officer: FlaskClient, reviewer: FlaskClient, address: str, *nos: str) -> None:
    assert officer.post(f"{address}/erasure", data=ASKED | {"nos": list(nos)}).status_code == 303
    assert reviewer.post(f"{address}/erasure/decision", data=approval(address)).status_code == 303


def merge(client: FlaskClient, address: str, kept: str) -> None:
    form = form_fields(page(client, f"{address}/merge?into={kept}").html) | {"action": "save"}
    answer = client.post(f"{address}/merge/{kept}", data=form)
    assert answer.status_code == 303, errors_of(answer.text)
