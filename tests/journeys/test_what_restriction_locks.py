"""Promises about a restricted record: nobody changes it by any way, no page offers it, and every refusal says why."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.app import ClientAs, add_user, contents
from tests.forms import approval, enter, form_fields, minimal
from tests.journeys.test_restriction import change, is_restricted, kept, restrict
from tests.pages import errors_of, inspected, page, read_page
from tests.tracker.files.samples import gif, pdf, png
from tests.tracker.files.test_corpus import upload
from tracker.accounts.models import Role
from tracker.record_types import RECORD_TYPES

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
SAID = "is restricted: it is kept as it is"


class TestWhatElseIsLocked:
    def test_recipients_are_removed_and_only_who_may_decide_is_added(self, app: Flask, client_as: ClientAs) -> None:
        rita = client_as(Role.REVIEWER, "rita")
        address = enter(rita, HANDOVER, minimal(HANDOVER) | {"marking": "RED"})
        for name in ("ben", "eva"):
            add_user(app, Role.OFFICER, name)
        assert rita.post(f"{address}/recipients", data={"add": "ben"}).status_code == 303
        assert rita.post(f"{address}/restriction", data={"reason": "The court doubts it"}).status_code == 303
        before = kept(app)
        rita.post(f"{address}/recipients", data={"add": "eva"})
        assert kept(app) == before
        add_user(app, Role.REVIEWER, "otto")
        shown = page(rita, address)
        assert "only those who may decide about lifting that can be added" in shown.text
        assert 'value="otto"' in shown.html
        assert 'value="eva"' not in shown.html
        assert rita.post(f"{address}/recipients", data={"add": "otto"}).status_code == 303
        assert client_as(Role.REVIEWER, "otto").get(address).status_code == 200, "so that a second person can lift it"
        assert rita.post(f"{address}/recipients", data={"remove": "otto"}).status_code == 303
        assert rita.post(f"{address}/recipients", data={"remove": "ben"}).status_code == 303
        assert contents(app)["record_recipient"] == []

    def test_the_review_date_stays_and_erasure_is_still_asked(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        named = {"subjects-0-kind": "suspect", "subjects-0-name": "Zubeida Vossberg"}
        address = enter(officer, HANDOVER, minimal(HANDOVER) | named)
        day = form_fields(page(officer, f"{address}/retention").html, "review-date")["review_on"]
        restrict(client_as, address)
        before = contents(app)["retention"]
        earlier = day.replace(day[:4], str(int(day[:4]) - 1))
        assert SAID in inspected(officer.post(f"{address}/retention", data={"review_on": earlier, "reason": "Too long"}), 409).text
        assert contents(app)["retention"] == before
        shown = page(officer, f"{address}/retention")
        assert "its review date stays as it is" in shown.text
        assert 'name="review_on"' not in shown.html
        assert officer.post(f"{address}/erasure", data={"ground": "unlawful", "nos": "1"}).status_code == 303
        assert client_as(Role.REVIEWER).post(f"{address}/erasure/decision", data=approval(address)).status_code == 303
        assert "name erased on" in page(officer, f"{address}/retention").text

    def test_it_is_handed_over_with_the_rest(self, app: Flask, client_as: ClientAs) -> None:
        officer, ben = client_as(Role.OFFICER), client_as(Role.OFFICER, "ben")
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        restrict(client_as, address)
        moved = client_as(Role.ADMINISTRATOR).post("/desks/hand-over", data={"giver": "officer", "taker": "ben", "reason": "left"})
        assert moved.status_code == 303
        assert "Owner: Ben" in page(ben, address).text
        assert is_restricted(app, address.rpartition("/")[2])


class TestOlderVersions:
    def test_none_is_restored_and_none_is_offered(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        change(officer, address, place="Boten")
        assert f"{address}/history/1/restore" in page(officer, f"{address}/history/1").html
        restrict(client_as, address)
        before = kept(app)
        assert SAID in inspected(officer.post(f"{address}/history/1/restore", data={"version": "2"}), 409).text
        assert kept(app) == before
        assert f"{address}/history/1/restore" not in page(officer, f"{address}/history/1").html


class TestMerging:
    @pytest.mark.parametrize("restricted", [0, 1], ids=["the one that goes", "the one that stays"])
    def test_neither_side_may_be_restricted(self, app: Flask, client_as: ClientAs, restricted: int) -> None:
        officer = client_as(Role.OFFICER)
        both = [enter(officer, HANDOVER, minimal(HANDOVER, number)) for number in (1, 2)]
        goes, stays = both[0], both[1].rpartition("/")[2]
        form = form_fields(page(officer, f"{goes}/merge?into={stays}").html)
        restrict(client_as, both[restricted])
        before = kept(app)
        refused = officer.get(f"{goes}/merge?into={stays}")
        assert refused.status_code == (422 if restricted else 409)
        assert SAID in (errors_of(refused.text) or inspected(refused, refused.status_code).text)
        assert SAID in inspected(officer.post(f"{goes}/merge/{stays}", data=form), 409).text
        assert kept(app) == before


class TestReview:
    @pytest.mark.parametrize("deed", ["verify", "return"])
    def test_nothing_is_decided_and_no_decision_is_offered(self, app: Flask, client_as: ClientAs, deed: str) -> None:
        reviewer, address = client_as(Role.REVIEWER), enter(client_as(Role.OFFICER), HANDOVER, minimal(HANDOVER))
        form = form_fields(page(reviewer, f"{address}/review").html, "decision")
        restrict(client_as, address)
        before = kept(app)
        assert SAID in inspected(reviewer.post(f"{address}/{deed}", data=form | {"note": "Which crossing?"}), 409).text
        assert kept(app) == before
        shown = page(reviewer, f"{address}/review")
        assert "The court doubts it" in shown.text
        assert not form_fields(shown.html, "decision")
        assert not [link for link in page(reviewer, address).links if link.endswith(("/review", "/merge", "/retire", "/edit"))]

    def test_it_stands_in_no_queue_and_is_not_verified_among_several(self, app: Flask, client_as: ClientAs) -> None:
        reviewer, address = client_as(Role.REVIEWER), enter(client_as(Role.OFFICER), HANDOVER, minimal(HANDOVER))
        ref = address.rpartition("/")[2]
        page(reviewer, f"{address}/review")
        assert ref in page(reviewer, "/review/").text
        restrict(client_as, address)
        assert ref not in page(reviewer, "/review/").text
        asked = read_page(200, reviewer.post("/review/verify", data={"chosen": f"{ref}:1", "action": "confirm"}).text).text
        assert f"{ref} restricted" in asked


class TestBin:
    def test_it_is_not_retired(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        restrict(client_as, address)
        before = kept(app)
        assert SAID in page(officer, f"{address}/retire", 409).text
        assert officer.post(f"{address}/retire", data={"version": "1", "note": "Entered twice"}).status_code == 409
        assert kept(app) == before

    def test_what_lies_there_is_not_brought_back(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        assert officer.post(f"{address}/retire", data={"version": "1", "note": "Entered twice"}).status_code == 303
        restrict(client_as, address)
        before = kept(app)
        assert SAID in inspected(officer.post(f"{address}/restore"), 409).text
        assert kept(app) == before
        for url in ("/bin/", address):
            assert "Bring back</button>" not in page(officer, url).html

    @pytest.mark.parametrize("deed", ["discard", "take-back"])
    def test_a_draft_stays_where_it_lies(self, app: Flask, client_as: ClientAs, deed: str) -> None:
        admin = client_as(Role.ADMINISTRATOR)
        address = enter(admin, HANDOVER, minimal(HANDOVER) | {"action": "draft"})
        if deed == "take-back":
            assert admin.post(f"{address}/discard").status_code == 303
        assert f"{address}/{deed}" in page(admin, address).html
        assert admin.post(f"{address}/restriction", data={"reason": "The court doubts it"}).status_code == 303
        before = kept(app)
        assert SAID in inspected(admin.post(f"{address}/{deed}"), 409).text
        assert kept(app) == before
        assert f"{address}/{deed}" not in page(admin, address).html


class TestFiles:
    def test_none_is_added_removed_or_restored_and_the_page_offers_only_to_read(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        upload(officer, address, ("stays.pdf", pdf()), ("goes.png", png()))
        assert officer.post(f"{address}/files/2/remove").status_code == 303
        restrict(client_as, address)
        before = kept(app)
        assert SAID in inspected(upload(officer, address, ("new.gif", gif())), 409).text
        for deed in ("1/remove", "2/restore"):
            assert SAID in inspected(officer.post(f"{address}/files/{deed}"), 409).text
        assert kept(app) == before
        shown = page(officer, address)
        assert f"{address}/files/1" in shown.links
        assert not [value for tag, name, value in shown.attributes if (tag, name) == ("form", "action") and "/files" in value]
