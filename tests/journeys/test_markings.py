"""Markings through pages: what is red stays with whom it names, and no source is marked above the record that cites it."""

from __future__ import annotations

import re
import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, add_user, contents, signed_in
from tests.forms import enter, form_fields, minimal
from tests.pages import errors_of, page
from tracker.accounts.models import Role
from tracker.record_types import RECORD_TYPES

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")


class TestRed:
    def test_only_the_owner_says_who_else_reads_it(self, app: Flask, client_as: ClientAs) -> None:
        ana, admin, viewer = client_as(Role.OFFICER, "ana"), client_as(Role.ADMINISTRATOR), client_as(Role.VIEWER)
        address = enter(ana, HANDOVER, minimal(HANDOVER) | {"marking": "RED"})
        assert "Nobody has been named." in page(ana, address).text
        assert [client.get(address).status_code for client in (admin, viewer)] == [404, 404]
        assert ana.post(f"{address}/recipients", data={"add": "viewer"}).status_code == 303
        found = page(viewer, address)
        assert "Viewer" in found.text
        assert "TLP:RED" in found.text
        assert 'name="add"' not in found.html
        assert "<strong>1</strong>" in viewer.get("/records/?measure=handovers").text
        assert "and the TLP:RED records of Viewer" in viewer.get("/figures/").text
        ben = client_as(Role.OFFICER, "ben")
        ana.post(f"{address}/recipients", data={"add": "ben"})
        before = contents(app)["record_recipient"]
        assert ben.post(f"{address}/recipients", data={"add": "administrator"}).status_code == 403
        assert admin.post(f"{address}/recipients", data={"add": "administrator"}).status_code == 404
        assert contents(app)["record_recipient"] == before
        assert ana.post(f"{address}/recipients", data={"remove": "viewer"}).status_code == 303
        assert viewer.get(address).status_code == 404

    def test_who_reads_it_as_a_recipient_cannot_lower_it_and_its_owner_can(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER) | {"marking": "RED"})
        ana.post(f"{address}/recipients", data={"add": "ben"})
        form = form_fields(ben.get(f"{address}/edit").text)
        form["marking"], form["action"] = "AMBER", "save"
        assert "Only the owner" in errors_of(ben.post(f"{address}/edit", data=form).text)
        assert ana.post(f"{address}/edit", data=form).status_code == 303

    def test_a_version_that_was_red_stays_with_whom_it_named(self, app: Flask, client_as: ClientAs) -> None:
        ana, reviewer = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER)
        address = enter(ana, HANDOVER, minimal(HANDOVER) | {"marking": "RED", "summary": "Zebra told us"})
        form = form_fields(ana.get(f"{address}/edit").text)
        form["marking"], form["summary"], form["action"] = "AMBER", "Somebody told us", "save"
        assert ana.post(f"{address}/edit", data=form).status_code == 303
        for url in (address, f"{address}/history", f"{address}/history/2"):
            assert "Zebra" not in page(reviewer, url).html
        assert reviewer.get(f"{address}/history/1").status_code == 404
        assert "Zebra told us" in page(ana, f"{address}/history/1").text
        assert "TLP:RED" in page(ana, f"{address}/history").text

    def test_who_changed_it_only_while_it_was_marked_lower_reads_nothing_red_of_it(self, app: Flask, client_as: ClientAs) -> None:
        ana, reviewer = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER)
        address = enter(ana, HANDOVER, minimal(HANDOVER) | {"marking": "RED", "summary": "Zebra told us"})
        change(ana, address, marking="AMBER", summary="Somebody told us")
        change(reviewer, address, place="Boten")
        for url in (address, f"{address}/history", f"{address}/history/3"):
            assert "Zebra" not in page(reviewer, url).html
        assert reviewer.get(f"{address}/history/1").status_code == 404
        assert reviewer.post(f"{address}/history/1/restore", data={"version": "3"}).status_code == 404
        change(ana, address, marking="RED")
        assert reviewer.get(address).status_code == 404
        assert "<strong>0</strong>" in reviewer.get("/records/?measure=handovers&basis=working").text
        assert 'value="reviewer"' in page(ana, address).html, "its owner can name him"
        assert ana.post(f"{address}/recipients", data={"add": "reviewer"}).status_code == 303
        assert "Zebra told us" in page(reviewer, f"{address}/history/1").text

    def test_who_wrote_a_version_that_was_red_goes_on_reading_it(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER) | {"marking": "RED"})
        ana.post(f"{address}/recipients", data={"add": "ben"})
        change(ben, address, place="Zebra crossing")
        ana.post(f"{address}/recipients", data={"remove": "ben"})
        assert 'value="ben"' not in page(ana, address).html, "he reads it already"
        change(ana, address, marking="AMBER", place="")
        assert "Zebra crossing" in page(ben, f"{address}/history/2").text

    @pytest.mark.parametrize(
        "sent", [{"action": "save"}, {"add": "parties"}, {"action": "save", "title": ""}], ids=["save", "row", "wrong"]
    )
    def test_a_version_that_was_red_is_not_told_by_the_form(self, app: Flask, client_as: ClientAs, sent: dict[str, str]) -> None:
        ana, reviewer = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER)
        red = {"marking": "RED", "summary": "Zebra told us", "aliases-0-name": "Quagga", "place": "Okapi"}
        address = enter(ana, HANDOVER, minimal(HANDOVER) | red)
        form = form_fields(ana.get(f"{address}/edit").text)
        for name, value in {"marking": "AMBER", "summary": "Told", "aliases-0-name": "", "place": "", "action": "save"}.items():
            form[name] = value
        assert ana.post(f"{address}/edit", data=form).status_code == 303
        opened = form_fields(reviewer.get(f"{address}/edit").text)
        for typed in (dict(opened) | {"place": "Boten"} | sent, sent):
            answer = reviewer.post(f"{address}/edit", data=typed | {"version": "1"})
            assert answer.status_code != 303
            assert [word for word in ("Zebra", "Quagga", "Okapi") if word in answer.text] == []
        before = contents(app)["record_version"]
        assert reviewer.post(f"{address}/history/1/restore", data={"version": "2"}).status_code == 404
        assert contents(app)["record_version"] == before
        assert ana.post(f"{address}/history/1/restore", data={"version": "2"}).status_code == 303


class TestSourcesAboveTheirRecord:
    def test_the_message_stands_at_the_marking_and_names_the_source(self, app: Flask, client_as: ClientAs) -> None:
        ana = client_as(Role.OFFICER, "ana")
        strict = {"evidence-0-source": "Quagga diary", "evidence-0-marking": "AMBER+STRICT"}
        new = ana.post("/handovers/new", data=minimal(HANDOVER) | strict)
        assert re.search(r'id="marking-error".*?Quagga diary \(TLP:AMBER\+STRICT\)', new.text, re.DOTALL)
        enter(ana, HANDOVER, minimal(HANDOVER) | strict | {"marking": "AMBER+STRICT"})
        known = ana.post("/handovers/new", data=minimal(HANDOVER, 2) | {"evidence-0-source": "SRC-2026-0001"})
        assert re.search(r'id="marking-error".*?SRC-2026-0001 · Quagga diary', known.text, re.DOTALL)

    def test_raising_a_source_is_refused_with_the_records_that_cite_it(self, app: Flask, client_as: ClientAs) -> None:
        ana = client_as(Role.OFFICER, "ana")
        ref = enter(ana, HANDOVER, minimal(HANDOVER)).rpartition("/")[2]
        form = form_fields(ana.get("/sources/SRC-2026-0001/edit").text)
        form["marking"] = "RED"
        refused = ana.post("/sources/SRC-2026-0001/edit", data=form)
        assert refused.status_code == 422
        assert f"These records cite it and are marked lower: {ref}" in errors_of(refused.text)
        assert "TLP:AMBER" in page(ana, "/sources/SRC-2026-0001").text

    def test_in_the_same_moment_one_of_the_two_gives_way(self, app: Flask) -> None:
        """A source is raised while a record that cites it is saved: never are both stored."""
        names = [add_user(app, Role.OFFICER, name) for name in ("ana", "ben")]
        ana, ben = (signed_in(app, Role.OFFICER, name) for name in names)
        for turn in range(5):
            enter(ana, HANDOVER, minimal(HANDOVER, 10 * turn) | {"evidence-0-source": f"Letter {turn}", "marking": "AMBER+STRICT"})
            source = f"SRC-2026-{turn + 1:04d}"
            form = form_fields(ana.get(f"/sources/{source}/edit").text) | {}
            form["marking"] = "AMBER+STRICT"
            gate = threading.Barrier(2)
            status: dict[str, int] = {}

            def send(who: str, client, url: str, data, gate=gate, status=status) -> None:
                gate.wait()
                status[who] = client.post(url, data=data).status_code

            record = minimal(HANDOVER, 10 * turn + 1) | {"evidence-0-source": source}
            threads = [
                threading.Thread(target=send, args=("source", ana, f"/sources/{source}/edit", form)),
                threading.Thread(target=send, args=("record", ben, "/handovers/new", record)),
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert min(status.values()) == 303, status
            assert (status["source"], status["record"]) != (303, 303), turn
            assert set(status.values()) <= {303, 422, 403}, status


def change(client: FlaskClient, address: str, **typed: str) -> None:
    form = form_fields(client.get(f"{address}/edit").text)
    for name, value in (typed | {"action": "save"}).items():
        form[name] = value
    assert client.post(f"{address}/edit", data=form).status_code == 303
