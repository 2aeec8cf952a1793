"""Promises about a restricted record: nobody changes it by any way, no page offers it, and every refusal says why."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, add_user, approval, contents, enter, errors_of, form_fields, inspected, minimal, page, read_page, stored
from tests.tracker.files.samples import gif, pdf, png
from tests.tracker.files.test_corpus import upload
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.counting.models import Basis
from tracker.record_types import RECORD_TYPES
from tracker.records import facts
from tracker.records.models import LiftRequest, Record

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
SAID = "is restricted: it is kept as it is"


class TestFigures:
    def test_a_restricted_record_is_visible_locked_out_of_counts_and_marked_in_exports(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        data = minimal(HANDOVER) | {"title": "Zebra crossing", "persons": "3"}
        address = enter(officer, HANDOVER, data)
        ref, figure = address.rpartition("/")[2], '<p class="list-figure"><strong>%s</strong>'
        assert figure % 1 in officer.get("/records/?measure=handovers").text
        assert figure % 3 in officer.get("/records/?measure=persons_handed_over").text
        form = form_fields(officer.get(f"{address}/edit").text)
        assert officer.get(f"{address}/restriction").status_code == 403
        assert reviewer.post(f"{address}/restriction", data={"reason": ""}).status_code == 422
        assert reviewer.post(f"{address}/restriction", data={"reason": "The court doubts it"}).status_code == 303
        for measure in ("handovers", "activities", "records"):
            assert figure % 0 in officer.get(f"/records/?measure={measure}").text, measure
        assert figure % 3 not in officer.get("/records/?measure=persons_handed_over").text
        shown = page(officer, address).text
        assert "The court doubts it" in shown
        assert "Outside the count: restricted" in shown
        assert ref in page(officer, "/handovers/").text
        rows = list(csv.DictReader(io.StringIO(officer.get("/handovers.csv").get_data(as_text=True).lstrip("\ufeff"))))
        assert "restricted" in rows[0]["Review"]
        assert officer.get(f"{address}/edit").status_code == 409
        form["place"], form["action"] = "Boten", "save"
        late = officer.post(f"{address}/edit", data=form)
        assert late.status_code == 409
        assert 'value="Boten"' in late.text, "what was typed stays"
        with stored(app) as session:
            assert facts.check(session, "CHN", Basis.WORKING) == []
            facts.rebuild(session, "CHN")
            assert facts.check(session, "CHN", Basis.WORKING) == []
        assert figure % 0 in officer.get("/records/?measure=handovers").text
        lift(app, client_as, address)
        assert figure % 1 in officer.get("/records/?measure=handovers").text
        assert officer.post(f"{address}/edit", data=form).status_code == 303
        with stored(app) as session:
            actions = session.scalars(sa.select(AuditEvent.action).where(AuditEvent.target == ref).order_by(AuditEvent.no)).all()
            assert [action for action in actions if "restric" in action or "lift" in action] == [
                *("record_restricted", "lift_asked", "restriction_lifted")
            ]

    def test_figures_say_how_many_are_left_out_and_lead_to_them(self, app: Flask, client_as: ClientAs) -> None:
        reviewer, officer = client_as(Role.REVIEWER), client_as(Role.OFFICER)
        for number in range(2):
            address = enter(officer, HANDOVER, minimal(HANDOVER, number))
            form = form_fields(page(reviewer, f"{address}/review").html, "decision")
            assert reviewer.post(f"{address}/verify", data=form).status_code == 303
        for url in ("/", "/figures/", "/figures/?measure=handovers", "/years/"):
            assert "restricted record" not in page(officer, url).text, url
        restrict(client_as, address)
        for url in ("/", "/figures/", "/figures/?measure=handovers", "/figures/?measure=persons_handed_over", "/years/"):
            found = page(officer, url)
            assert "1 restricted record is left out" in found.text, url
            (link,) = {link for link in found.links if "standing=restricted" in link and "measure" not in link and "rows" not in link}
            assert address.rpartition("/")[2] in page(officer, link).text
        assert "restricted record" not in page(officer, "/figures/?measure=trainings_started").text


class TestLifting:
    def test_one_asks_another_decides_and_until_then_it_stays(self, app: Flask, client_as: ClientAs) -> None:
        ana, rita, admin = client_as(Role.OFFICER), client_as(Role.REVIEWER, "rita"), client_as(Role.ADMINISTRATOR)
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        ref = address.rpartition("/")[2]
        assert rita.post(f"{address}/restriction", data={"reason": "The court doubts it"}).status_code == 303
        assert rita.post(f"{address}/restriction/lift", data={"reason": ""}).status_code == 422
        assert rita.post(f"{address}/restriction/lift", data={"reason": "The court has decided"}).status_code == 303
        assert is_restricted(app, ref)
        before = kept(app)
        assert rita.post(f"{address}/restriction/decision", data=approving(app)).status_code == 403
        assert ana.post(f"{address}/restriction/decision", data=approving(app)).status_code == 403
        assert admin.post(f"{address}/restriction/lift", data={"reason": "Asked once more"}).status_code == 303
        assert kept(app) == before
        assert "You asked: somebody else decides." in page(rita, f"{address}/restriction").text
        assert "rita asks to lift the restriction" in page(ana, address).text.lower()
        for client, own in ((rita, True), (admin, False)):
            queue = page(client, "/review/").text
            assert ref in queue
            assert ("yours: another person decides" in queue) is own
        assert admin.post(f"{address}/restriction/decision", data=approving(app)).status_code == 303
        assert not is_restricted(app, ref)
        assert "Asked to be restricted no longer" not in page(admin, "/review/").text
        assert admin.post(f"{address}/restriction/decision", data=approving(app)).status_code == 303, "said once more"

    @pytest.mark.parametrize(("word", "status"), [("refuse", 303), ("perhaps", 422), ("", 422), (None, 422)])
    def test_refused_or_not_understood_it_stays_restricted(self, app: Flask, client_as: ClientAs, word: str | None, status: int) -> None:
        address = enter(client_as(Role.OFFICER), HANDOVER, minimal(HANDOVER))
        restrict(client_as, address)
        ask(client_as, address)
        before = kept(app)
        answer = client_as(Role.REVIEWER).post(
            f"{address}/restriction/decision", data=approving(app) | {"decision": word} if word is not None else {}
        )
        assert answer.status_code == status
        assert is_restricted(app, address.rpartition("/")[2])
        assert (kept(app) == before) is (status == 422)
        with stored(app) as session:
            decisions = session.scalars(sa.select(LiftRequest.decision)).all()
            assert decisions == ["refused" if status == 303 else None]

    def test_a_request_that_was_replaced_meanwhile_is_not_decided_unread(self, app: Flask, client_as: ClientAs) -> None:
        address = enter(client_as(Role.OFFICER), HANDOVER, minimal(HANDOVER))
        restrict(client_as, address)
        ask(client_as, address)
        read, other = approving(app), client_as(Role.REVIEWER, "second")
        assert other.post(f"{address}/restriction/decision", data=read | {"decision": "refuse"}).status_code == 303
        ask(client_as, address, "Another reason")
        for sent in (read, read | {"request": ""}, read | {"request": "x" * 40}):
            assert other.post(f"{address}/restriction/decision", data=sent).status_code == 303
            assert is_restricted(app, address.rpartition("/")[2])

    def test_a_new_restriction_needs_a_new_request(self, app: Flask, client_as: ClientAs) -> None:
        address = enter(client_as(Role.OFFICER), HANDOVER, minimal(HANDOVER))
        restrict(client_as, address)
        lift(app, client_as, address)
        restrict(client_as, address)
        with stored(app) as session, pytest.raises(sa.exc.IntegrityError, match="two persons"), session.begin_nested():
            session.execute(sa.text("UPDATE record SET restricted_at = NULL"))

    def test_an_own_draft_is_lifted_at_once(self, app: Flask, client_as: ClientAs) -> None:
        admin = client_as(Role.ADMINISTRATOR)
        address = enter(admin, HANDOVER, minimal(HANDOVER) | {"action": "draft"})
        for deed in ("restriction", "restriction/lift"):
            assert admin.post(f"{address}/{deed}", data={"reason": "The court doubts it"}).status_code == 303
        assert not is_restricted(app, address.rpartition("/")[2])

    def test_owner_and_all_who_may_decide_are_told_but_who_did_it(self, app: Flask, client_as: ClientAs) -> None:
        ana, rita, admin = client_as(Role.OFFICER), client_as(Role.REVIEWER, "rita"), client_as(Role.ADMINISTRATOR)
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        ref = address.rpartition("/")[2]
        restrict(client_as, address)
        ask(client_as, address)
        assert admin.post(f"{address}/restriction/decision", data=approving(app)).status_code == 303
        told = {name: page(client, "/notifications/").text for name, client in (("ana", ana), ("rita", rita), ("admin", admin))}
        for name in ("ana", "rita"):
            assert f"{ref} was restricted" in told[name]
            assert f"{ref}: somebody asks to lift" in told[name]
            assert f"{ref} is restricted no longer" in told[name]
        assert f"{ref} is restricted no longer" not in told["admin"]

    def test_a_name_in_the_reason_is_masked_once_it_is_known_to_be_one(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        restrict(client_as, address)
        ask(client_as, address, "Zubeida Vossberg has appealed")
        assert client_as(Role.REVIEWER).post(f"{address}/restriction/decision", data=approving(app)).status_code == 303
        change(officer, address, **{"subjects-0-kind": "suspect", "subjects-0-name": "Zubeida Vossberg"})
        with stored(app) as session:
            reason = session.scalars(sa.select(LiftRequest.reason)).one()
        assert "Vossberg" not in reason
        assert reason.endswith("has appealed")


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


# --- What the tests need ---


def restrict(client_as: ClientAs, address: str) -> None:
    answer = client_as(Role.REVIEWER, "watcher").post(f"{address}/restriction", data={"reason": "The court doubts it"})
    assert answer.status_code == 303


def ask(client_as: ClientAs, address: str, reason: str = "The court has decided") -> None:
    assert client_as(Role.REVIEWER, "watcher").post(f"{address}/restriction/lift", data={"reason": reason}).status_code == 303


def approving(app: Flask) -> dict[str, str]:
    """The form that approves the newest request."""
    with stored(app) as session:
        return {"decision": "approve", "request": str(session.scalar(sa.select(sa.func.max(LiftRequest.id))))}


def lift(app: Flask, client_as: ClientAs, address: str) -> None:
    """One asks, another decides."""
    ask(client_as, address)
    answer = client_as(Role.REVIEWER, "second").post(f"{address}/restriction/decision", data=approving(app))
    assert answer.status_code == 303


def is_restricted(app: Flask, ref: str) -> bool:
    with stored(app) as session:
        return session.scalars(sa.select(Record.restricted_at).where(Record.ref == ref)).one() is not None


def change(client: FlaskClient, address: str, **typed: str) -> None:
    form = form_fields(client.get(f"{address}/edit").text)
    for name, value in (typed | {"action": "save"}).items():
        form[name] = value
    assert client.post(f"{address}/edit", data=form).status_code == 303


def kept(app: Flask) -> dict[str, Any]:
    """What is stored of records, their files and requests about them."""
    return {name: rows for name, rows in contents(app).items() if name.startswith(("record", "review", "attachment", "lift"))}
