"""Saved views through pages: kept under a name, opened by others, pinned, renamed in two tabs, and old ones that ask for what is gone."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, stored
from tests.contract.test_round_trips import MOST, trips
from tests.factories.users import user
from tests.forms import enter, form_fields, minimal
from tests.pages import errors_of, inspected, page
from tests.tracker.accounts.conftest import user_of
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.record_types import RECORD_TYPES
from tracker.saved import services
from tracker.saved.models import MOST_PINNED, NAME_LENGTH, SavedView

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
TABLE = "/figures/?measure=handovers&basis=working&columns=period&since=2024&until=2024&other_since=2023-01-01&other_until=2023-12-31"


def saved(client: object, name: str, of: str, **more: str) -> str:
    """The address of a view that `client` saves."""
    answer = client.post("/views/new", data={"name": name, "of": of} | more)  # type: ignore[attr-defined]
    assert answer.status_code == 303, errors_of(answer.text)
    return str(answer.headers["Location"])


class TestAView:
    def test_holds_the_whole_state_and_says_its_name(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        offered = page(officer, f"{TABLE}&page=2")
        (link,) = [link for link in offered.links if link.startswith("/views/new")]
        form = form_fields(officer.get(link).text)
        form["name"] = "Two years"
        answer = officer.post("/views/new", data=form)
        opened = officer.get(answer.headers["Location"])
        target = opened.headers["Location"]
        assert "columns=period" in target
        assert "other_since=2023-01-01" in target
        found = page(officer, target)
        assert "Saved view : Two years" in found.text or "Saved view: Two years" in found.text
        other = page(officer, f"{target}&sort=total")
        assert other.headings == found.headings
        assert "Two years" not in other.text

    def test_of_a_list_of_one_type_is_that_list(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = saved(officer, "Handed over by Laos", "/handovers/?partner=LAO&sort=title&page=3")
        target = officer.get(address).headers["Location"]
        assert target.startswith("/handovers/?partner=LAO&sort=title&view=")
        assert page(officer, target).headings == ["Handovers"]

    def test_is_its_owners_until_it_is_shared(self, client_as: ClientAs) -> None:
        officer, viewer = client_as(Role.OFFICER), client_as(Role.VIEWER)
        address = saved(officer, "Mine <b>alone</b>", "/figures/?measure=handovers")
        assert viewer.get(address).status_code == 404
        assert "Mine" not in page(viewer, f"/figures/?view={address.rpartition('/')[2]}").text
        form = form_fields(officer.get(f"{address}/edit").text)
        form["is_shared"] = "y"
        assert officer.post(f"{address}/edit", data=form).status_code == 303
        assert viewer.get(address).status_code == 302
        listed = page(viewer, "/views/")
        assert "Shared by others" in listed.text
        assert "Mine <b>alone</b>" in listed.text
        for deed in ("edit", "pin", "up", "unpin", "delete"):
            assert viewer.post(f"{address}/{deed}", data={"name": "Taken"}).status_code == 404

    def test_has_a_name_of_its_own(self, client_as: ClientAs) -> None:
        officer, viewer = client_as(Role.OFFICER), client_as(Role.VIEWER)
        saved(officer, "Laos", "/records/?partner=LAO")
        twice = officer.post("/views/new", data={"name": "Laos", "of": "/records/?partner=THA"})
        assert "You have a view of this name already" in errors_of(inspected(twice, 422).html)
        assert form_fields(twice.text)["of"] == "/records/?partner=THA"
        other = saved(officer, "Thailand", "/records/?partner=THA")
        form = form_fields(officer.get(f"{other}/edit").text)
        form["name"] = "Laos"
        assert "of this name already" in errors_of(inspected(officer.post(f"{other}/edit", data=form), 422).html)
        saved(viewer, "Laos", "/records/?partner=LAO")

    @pytest.mark.parametrize(("name", "status"), [("x" * NAME_LENGTH, 303), ("x" * (NAME_LENGTH + 1), 422), ("  ", 422), ("", 422)])
    def test_has_a_name_of_some_length(self, client_as: ClientAs, name: str, status: int) -> None:
        officer = client_as(Role.OFFICER)
        assert officer.post("/views/new", data={"name": name, "of": "/records/"}).status_code == status
        page(officer, "/views/")

    @pytest.mark.parametrize(
        "of", ["https://evil.example/figures/", "//evil.example/", "/account", "javascript:alert(1)", "/no/such", "x" * 9000]
    )
    def test_is_of_nothing_but_a_table_or_a_list(self, app: Flask, client_as: ClientAs, of: str) -> None:
        officer = client_as(Role.OFFICER)
        for answer in (officer.get("/views/new", query_string={"of": of}), officer.post("/views/new", data={"name": "A", "of": of})):
            assert answer.headers["Location"] == "/views/"
        with stored(app) as session:
            assert not session.scalars(sa.select(SavedView)).all()

    def test_in_two_tabs_is_not_overwritten_without_a_word(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = saved(officer, "First", "/records/")
        one, other = (form_fields(officer.get(f"{address}/edit").text) for _ in range(2))
        one["name"], other["name"] = "Second", "Third"
        assert officer.post(f"{address}/edit", data=one).status_code == 303
        refused = inspected(officer.post(f"{address}/edit", data=other), 409)
        assert "it is now called “Second”" in refused.text
        assert form_fields(refused.html)["name"] == "Third"
        assert officer.post(f"{address}/edit", data=form_fields(refused.html)).status_code == 303
        assert officer.post(f"{address}/delete").status_code == 303
        for again in (officer.post(f"{address}/delete"), officer.post(f"{address}/edit", data=other), officer.get(address)):
            inspected(again, 404)


class TestAnOldView:
    @pytest.mark.parametrize(
        ("endpoint", "query", "said"),
        [
            ("summaries.matrix", "measure=visits", "visits"),
            ("summaries.matrix", "measure=handovers&rows=colour", "colour"),
            ("summaries.matrix", "measure=handovers&colour=red", "colour"),
            ("records.index_all", "crime=witchcraft", "witchcraft"),
            ("records.index", "record_type=visits&partner=LAO", "visits"),
            ("records.index", "record_type=handovers&colour=red", "colour"),
        ],
    )
    def test_says_what_is_no_longer_there(self, app: Flask, client_as: ClientAs, endpoint: str, query: str, said: str) -> None:
        officer = client_as(Role.OFFICER)
        with stored(app) as session:
            view = services.save_view(user_of(session, "officer"), session, "Old", endpoint, query)
            services.pin_view(user_of(session, "officer"), session, view)
            number = view.id
        answer = officer.get(f"/views/{number}", follow_redirects=True)
        assert said in inspected(answer, answer.status_code).text
        assert answer.status_code in (200, 400)
        assert said in page(officer, "/views/").text
        page(officer, "/")


class TestTheFirstPage:
    def test_shows_what_was_pinned_with_its_number_in_its_order(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        for number in range(3):
            enter(officer, HANDOVER, minimal(HANDOVER, number))
        views = {
            "Table": "/figures/?measure=handovers&basis=working",
            "List": "/handovers/?q=handover",
            "Compared": "/figures/?measure=handovers&basis=working&columns=before&since=2024&until=2024",
            "Stock": "/figures/?measure=agreements_in_force&basis=working",
        }
        places = {name: saved(officer, name, of) for name, of in views.items()}
        for place in places.values():
            assert officer.post(f"{place}/pin").status_code == 303
        officer.post(f"{places['List']}/up")
        officer.post(f"{places['Stock']}/unpin")
        html = page(officer, "/").html
        shown = re.findall(r'aria-label="(Table|List|Compared|Stock): ([^"]*)"', html)
        assert [name for name, _ in shown] == ["List", "Table", "Compared"]
        assert dict(shown)["Table"] == "3"
        assert "Pinned views" not in page(client_as(Role.VIEWER), "/").text
        with stored(app) as session:
            said = [event for event in session.scalars(sa.select(AuditEvent)) if event.action.startswith("view_")]
            assert len(said) == 4 + 4 + 1 + 1
            assert not any("Table" in event.detail or "Compared" in event.detail for event in said)

    def test_has_room_for_some_and_asks_little_for_them(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        bare = trips(app, officer, "/")
        for number in range(MOST_PINNED + 1):
            of = ("/figures/?measure=agreements_in_force", "/records/?partner=LAO", TABLE)[number % 3]
            place = saved(officer, f"View {number}", of)
            officer.post(f"{place}/pin")
        assert "room for" in page(officer, "/views/").text
        assert "View 7" in page(officer, "/").text
        assert "View 8" not in page(officer, "/").text
        assert trips(app, officer, "/") <= bare + 1
        assert trips(app, officer, "/views/") <= MOST

    def test_of_somebody_else_shows_what_he_may_see(self, app: Flask, client_as: ClientAs) -> None:
        """Everybody sees by his own clearance."""
        officer, viewer = client_as(Role.OFFICER), client_as(Role.VIEWER)
        enter(officer, HANDOVER, minimal(HANDOVER) | {"marking": "RED"})
        address = saved(officer, "All", "/handovers/", is_shared="y")
        counts = [re.search(r"(\d+) records?\b|No record", client.get(address, follow_redirects=True).text) for client in (officer, viewer)]
        assert [found[0] if found else "" for found in counts][1] in ("No record", "0 records")


def test_nobody_keeps_more_than_there_is_room_for(app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = client_as(Role.OFFICER)
    monkeypatch.setattr(services, "MOST", 1)
    with stored(app) as session:
        services.save_view(user(session), session, "Of somebody else", "records.index_all", "")
    saved(officer, "One", "/records/")
    assert officer.post("/views/new", data={"name": "Two", "of": "/records/"}).status_code == 422
