"""Promises about files whose rows say something of single persons: asked for with purpose and recipient, each time."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, stored
from tests.forms import enter, minimal
from tests.journeys.test_disclosure import NAME, events, named
from tests.journeys.test_personal_data import HANDOVER
from tests.pages import page
from tracker.accounts.models import Role, User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.session import write_if_free
from tracker.exchange import views
from tracker.extensions import db
from tracker.personal_data import books

pytestmark = pytest.mark.once


class TestFilesAboutPersons:
    def test_a_list_about_persons_asks_for_purpose_and_recipient_each_time_and_the_readers_page_says_so(
        self, app: Flask, client_as: ClientAs
    ) -> None:
        officer = client_as(Role.OFFICER)
        address, other = named(officer), enter(officer, HANDOVER, minimal(HANDOVER, 1))
        ref, bare = (one.rpartition("/")[2] for one in (address, other))
        viewer = client_as(Role.VIEWER, "vic")
        place = viewer.get("/handovers.csv?partner=LAO&sort=title").headers["Location"]
        assert place.startswith("/handovers/export?")
        before = len(events(app, "list"))
        asked = page(viewer, place).html
        assert "partner=LAO" in asked
        good = {"purpose": "Report to the ministry", "recipient": "Department of statistics"}
        blank = [good | {field: sign * 12} for field in good for sign in (" ", "\t", "\u3000")]
        for bad in ({}, {"purpose": "short", "recipient": "me"}, {"purpose": f"Report about {NAME}", "recipient": f"{NAME}"}, *blank):
            refused = viewer.post(place, data=bad)
            assert refused.status_code == 422
            assert ref not in refused.text
        assert len(events(app, "list")) == before, "the question opens nothing and leaves no event"
        for _ in range(2):
            answer = viewer.post(place, data=good)
            assert answer.mimetype == "text/csv"
            assert {ref, bare} <= set(re.findall(r"HND-\d{4}-\d{4}", answer.text))
            assert NAME not in answer.text
            assert viewer.get("/handovers.csv").status_code == 302, "asked again for the next file"
        event = events(app, "list")[-1]
        assert (event.actor, event.purpose) == ("vic", good["purpose"])
        assert f'"records":["{ref}"]' in event.detail
        assert "Department of statistics" in event.detail
        assert "Department of statistics" in page(officer, f"{address}/readers").text
        assert "Department of statistics" not in page(officer, f"{other}/readers").text

    def test_while_it_is_looked_for_names_others_write_and_every_key_is_opened_once(
        self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        officer, made = client_as(Role.OFFICER), []
        named(officer)

        def finder_of(*asked: Any) -> Any:
            made.append(write_if_free(db.engine, sa.update(User).where(sa.false()).values(is_active=True)))
            return books.finder_of(*asked)

        monkeypatch.setattr(views, "finder_of", finder_of)
        data = {"purpose": "Report to the ministry", "recipient": "Department of statistics"}
        assert officer.post("/handovers/export", data=data).mimetype == "text/csv"
        assert made == [True]

    def test_only_its_own_list_of_records_makes_a_file_a_read_of_a_record(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = named(officer)
        ref = address.rpartition("/")[2]
        with stored(app) as session:
            for target in ("audit", "list:handovers"):
                audit.write(None, session, Action.EXPORTED, target, detail={"rows": 1, "filter": {"about": ref}})
            session.commit()
        assert "a file of" not in page(officer, f"{address}/readers").text

    def test_every_other_file_goes_out_as_before(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        enter(officer, HANDOVER, minimal(HANDOVER))
        assert officer.get("/handovers.csv").mimetype == "text/csv"
        named(officer)
        for address in ("/records.csv", "/figures.csv?measure=handovers", "/agreements.csv", "/handovers.csv?year=1999"):
            assert officer.get(address).mimetype == "text/csv", address
        for address in ("/agreements/export", "/handovers/export?year=1999"):
            assert officer.get(address).status_code == 303
            assert officer.post(address, data={}).status_code == 303
        for strange in ("_external=1&_anchor=x&_scheme=javascript", "record_type=x&ref=y&endpoint=z", "sort=1%00", "kind=training"):
            assert officer.get(f"/handovers.csv?{strange}").status_code < 500, strange
        assert officer.get("/handovers/export?year=never").status_code == 400
