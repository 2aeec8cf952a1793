"""Desks through pages: an officer without one, one that is given, a record that goes out of reach, somebody who leaves."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, add_user, contents, signed_in, stored
from tests.factories import desks
from tests.forms import enter, form_fields, minimal
from tests.pages import errors_of, inspected, page
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent
from tracker.desks.models import Desk
from tracker.record_types import RECORD_TYPES

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")


class TestOfficer:
    def test_without_a_desk_he_saves_drafts_and_is_told_so_at_the_partners(self, app: Flask) -> None:
        add_user(app, Role.OFFICER, "ana", at_a_desk=False)
        ana = signed_in(app, Role.OFFICER, "ana")
        answer = ana.post("/handovers/new", data=minimal(HANDOVER))
        found = inspected(answer, 422)
        assert "You work at no desk yet" in errors_of(found.html)
        assert re.search(r'id="parties-0-names-error".*?You work at no desk yet', found.html, re.DOTALL)
        assert form_fields(found.html)["title"] == minimal(HANDOVER)["title"]
        address = enter(ana, HANDOVER, minimal(HANDOVER) | {"action": "draft"})
        assert "/edit" in page(ana, address).html

    def test_at_a_desk_he_records_its_partners_and_is_told_the_names_of_his_desks(self, app: Flask) -> None:
        ana = at_desk(app, "ana", "Mekong desk", ["LAO"])
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        answer = ana.post("/handovers/new", data=minimal(HANDOVER, 2) | {"parties-0-names": "Kazakhstan"})
        assert "None of your desks (Mekong desk) is in charge of these partners" in errors_of(answer.text)
        form = form_fields(ana.get(f"{address}/edit").text)
        form["parties-0-names"], form["action"] = "Kazakhstan", "save"
        assert "None of your desks" in errors_of(ana.post(f"{address}/edit", data=form).text)
        form["parties-0-names"] = "Laos; Kazakhstan"
        assert ana.post(f"{address}/edit", data=form).status_code == 303

    def test_a_record_of_another_desk_is_read_and_the_refusal_says_whose_it_is(self, app: Flask) -> None:
        ana, ben = at_desk(app, "ana", "Mekong desk", ["LAO"]), at_desk(app, "ben", "Steppe desk", ["KAZ"])
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        assert "/edit" not in page(ben, address).html
        refused = inspected(ben.get(f"{address}/edit"), 403)
        assert "is kept by: Mekong desk" in refused.text
        with stored(app) as session:
            event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "refused")).one()
            assert (event.actor, event.target) == ("ben", address.rpartition("/")[2])

    def test_a_hidden_parent_and_relation_are_kept_by_who_does_not_see_them(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        operation = next(one for one in RECORD_TYPES if one.kind == "operation")
        red = enter(ana, operation, minimal(operation) | {"marking": "RED"}).rpartition("/")[2]
        linked = {"parent": red, "links-0-to": red, "links-0-type": "related"}
        address = enter(ana, operation, minimal(operation, 2) | linked)
        shown = ben.get(f"{address}/edit").text
        assert red not in shown
        form = form_fields(shown)
        form["place"], form["action"] = "Vientiane", "save"
        assert ben.post(f"{address}/edit", data=form).status_code == 303
        assert ana.get(address).text.count(f">{red}</span>") == 2
        assert red not in ben.get(address).text
        assert red not in ben.get(f"{address}/history").text

    def test_what_he_may_not_see_he_cannot_name_nor_cite_nor_meet_as_a_twin(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        data = minimal(HANDOVER) | {"title": "Zebra crossing the border", "evidence-0-source": "Quagga diary", "marking": "RED"}
        data |= {
            "evidence-0-publisher": "Okapi press",
            "evidence-0-marking": "RED",
            "identifiers-0-scheme": "desk_file",
            "identifiers-0-value": "A 1",
        }
        ref = enter(ana, HANDOVER, data).rpartition("/")[2]
        for number, field in enumerate(("parent", "links-0-to"), 2):
            texts = []
            for named in (ref, "HND-1999-0001"):
                answer = ben.post("/handovers/new", data=minimal(HANDOVER, number) | {field: named, "links-0-type": "related"})
                assert answer.status_code == 422
                texts.append(errors_of(answer.text).replace(named, ""))
            assert texts[0] == texts[1]
        for cited in ("SRC-2026-0001", "Quagga diary"):
            address = enter(ben, HANDOVER, minimal(HANDOVER, 10 + len(cited)) | {"evidence-0-source": cited})
            assert "Okapi" not in ben.get(address).text
        taken = ben.post("/handovers/new", data=minimal(HANDOVER, 5) | {"identifiers-0-scheme": "desk_file", "identifiers-0-value": "A 1"})
        assert "Another record has this number already" in errors_of(taken.text)
        assert ref not in taken.text
        assert "Zebra" not in ben.post("/handovers/twins", data={"title": "Zebra crossing the borders", "start": "2024"}).text


class TestAdministrator:
    def test_makes_renames_closes_and_opens_a_desk(self, app: Flask, client_as: ClientAs) -> None:
        admin = client_as(Role.ADMINISTRATOR)
        add_user(app, Role.OFFICER, "ana", at_a_desk=False)
        found = page(admin, "/desks/")
        assert "No desk yet" in found.text
        assert "Officers without a desk, who can only save drafts: Ana" in found.text
        empty = inspected(admin.post("/desks/new", data={"name": " "}), 422)
        assert "Give the desk a name." in errors_of(empty.html)
        assert "Name at least one partner" in errors_of(empty.html)
        made = admin.post("/desks/new", data={"name": "Mekong", "partners": "Laos; Burma", "people": ["ana"]})
        assert made.status_code == 303
        twice = inspected(admin.post("/desks/new", data={"name": "Mekong", "covers_all": "y"}), 422)
        assert "There is a desk of this name already" in errors_of(twice.html)
        number = desk_number(app, "Mekong")
        form = form_fields(admin.get(f"/desks/{number}").text)
        assert form["partners"] == "Laos; Myanmar (Burma)"
        form["name"] = "Mekong desk"
        assert admin.post(f"/desks/{number}", data=form).status_code == 303
        late = inspected(admin.post(f"/desks/{number}", data=form | {"name": "Late"}), 409)
        assert "it is now called “Mekong desk”" in errors_of(late.html)
        text = page(admin, "/desks/").text
        assert "Mekong desk" in text
        assert "Officers without a desk" not in text
        for verb, word in (("close", "closed"), ("open", "Close Mekong desk")):
            assert admin.post(f"/desks/{number}/{verb}").status_code == 303
            assert word in page(admin, "/desks/").text

    def test_records_that_no_desk_is_in_charge_of_are_listed(self, app: Flask, client_as: ClientAs) -> None:
        admin = client_as(Role.ADMINISTRATOR)
        ana = at_desk(app, "ana", "Mekong desk", ["LAO"])
        held = enter(ana, HANDOVER, minimal(HANDOVER)).rpartition("/")[2]
        free = enter(admin, HANDOVER, minimal(HANDOVER, 2) | {"parties-0-names": "Brazil"}).rpartition("/")[2]
        assert "No desk is in charge of 1 record" in page(admin, "/desks/").text
        found = page(admin, "/desks/without").text
        assert free in found
        assert held not in found

    def test_hands_everything_of_one_person_to_another(self, app: Flask, client_as: ClientAs) -> None:
        admin, ana, ben = client_as(Role.ADMINISTRATOR), client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        draft = enter(ana, HANDOVER, minimal(HANDOVER) | {"action": "draft"})
        enter(ana, HANDOVER, minimal(HANDOVER, 2))
        assert ben.get(draft).status_code == 404
        offered = page(admin, "/desks/hand-over")
        assert "Ana (2 records, 1 of them a draft)" in offered.html
        lacking = inspected(admin.post("/desks/hand-over", data={"giver": "ana", "taker": "ana"}), 422)
        assert "Say why, for the trail" in errors_of(lacking.html)
        assert "same person" in errors_of(lacking.html)
        done = admin.post("/desks/hand-over", data={"giver": "ana", "taker": "ben", "reason": "left"}, follow_redirects=True)
        assert "2 records of Ana are now Ben" in done.get_data(as_text=True)
        assert ben.get(draft).status_code == 200
        assert ana.get(draft).status_code == 404
        assert "administrator" not in [value for _, name, value in offered.attributes if name == "value"]

    @pytest.mark.parametrize("attempt", [{"giver": "nobody", "taker": "ben"}, {"giver": "ana", "taker": "viewer"}, {}])
    def test_hands_nothing_to_whom_the_form_does_not_offer(self, app: Flask, client_as: ClientAs, attempt: dict[str, str]) -> None:
        admin, ana = client_as(Role.ADMINISTRATOR), client_as(Role.OFFICER, "ana")
        for role, name in ((Role.OFFICER, "ben"), (Role.VIEWER, "viewer")):
            add_user(app, role, name)
        enter(ana, HANDOVER, minimal(HANDOVER))
        before = contents(app)["record"]
        assert admin.post("/desks/hand-over", data=attempt | {"reason": "why"}).status_code == 422
        assert contents(app)["record"] == before


def at_desk(app: Flask, username: str, name: str, codes: list[str]):
    """A browser of an officer at a new desk."""
    add_user(app, Role.OFFICER, username, at_a_desk=False)
    with stored(app) as session:
        desks.desk(session, name, codes, [session.scalars(sa.select(User).where(User.username == username)).one()])
    return signed_in(app, Role.OFFICER, username)


def desk_number(app: Flask, name: str) -> int:
    with stored(app) as session:
        return session.scalars(sa.select(Desk.id).where(Desk.name == name)).one()
