"""What is typed is kept while it is typed, offered again, and gone when it is saved."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, contents, signed_in, stored
from tests.forms import enter, form_fields, minimal
from tests.pages import page
from tracker.accounts.models import Role
from tracker.database.columns import utc_now
from tracker.record_types import RECORD_TYPES
from tracker.unsaved import services
from tracker.unsaved.models import Draft

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
every_type = pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.kind)
NEW = "/handovers/new"


def filled(form: Any, changes: dict[str, str]) -> Any:
    """The form with other words in some of its fields."""
    copy = form.copy()
    for name, value in changes.items():
        copy[name] = value
    return copy


def keep(client: FlaskClient, address: str, /, form: Any, **changes: str) -> dict[str, Any]:
    """As the script of the page does it: the whole form with what was typed last. The form takes its new stamp."""
    for name, value in changes.items():
        form[name] = value
    answer = client.post(f"/unsaved/?for={address}", data=form)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.get_json()
    form["draft"] = said["draft"]
    return said


def keys(client: FlaskClient, url: str = NEW) -> list[str]:
    """The drafts that the form at `url` offers."""
    return re.findall(rf'href="{re.escape(url)}\?draft=([0-9a-f]+)"', client.get(url).text)


class TestAutosave:
    @every_type
    def test_a_new_record_half_typed_comes_back_whole(self, client_as: ClientAs, record_type: Any) -> None:
        client, place = client_as(Role.OFFICER), f"/{record_type.slug}/new"
        form = form_fields(client.get(place).text)
        typed = minimal(record_type) | {"evidence-0-quote_exact": 'He said: "12 < 13" & left\r\n\tearly', "place": "İstanbul, می‌خواهم"}
        typed |= {"parties-1-names": "Peru", "parties-1-role": record_type.roles[0], "parties-1-note": "second row"}
        typed.pop("action")
        said = keep(client, place, form, **typed)
        assert re.fullmatch(r"Draft saved \d\d:\d\d", said["said"])
        (key,) = keys(client, place)
        back = form_fields(client.get(f"{place}?draft={key}").text)
        for name, value in typed.items():
            assert back[name] == value.replace("\r\n", "\n"), name
        assert back["token"] == form["token"]

    def test_nothing_counts_or_is_a_record_before_it_is_saved(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        before = contents(app)
        keep(client, NEW, form_fields(client.get(NEW).text), title="Only typed")
        assert [name for name, rows in contents(app).items() if rows != before[name]] == ["draft"]

    def test_the_database_holds_no_word_of_it(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        keep(client, NEW, form_fields(client.get(NEW).text), title="Planted Name")
        with stored(app) as session:
            (row,) = session.scalars(sa.select(Draft))
            assert b"Planted" not in row.body
        assert not [rows for rows in contents(app).values() if "Planted" in repr(rows)]

    def test_the_form_offers_it_to_be_continued_or_thrown_away(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        keep(client, NEW, form_fields(client.get(NEW).text), title="Half a handover")
        found = page(client, NEW)
        assert re.search(r"You typed something here at \d\d:\d\d that was not saved. “Half a handover”", found.text)
        (key,) = keys(client)
        assert page(client, f"{NEW}?draft={key}").text.count("You continue what you typed here") == 1
        gone = client.post(f"/unsaved/{key}/throw-away", data={"next": NEW})
        assert (gone.status_code, gone.headers["Location"]) == (303, NEW)
        assert keys(client) == []
        assert "nothing unsaved of yours here any more" in client.get(f"{NEW}?draft={key}").text

    def test_home_lists_it_under_continue_with_its_age(self, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
        client = client_as(Role.OFFICER)
        assert "Begun and not saved" not in client.get("/").text
        keep(client, NEW, form_fields(client.get(NEW).text), title="Half a handover")
        later = utc_now() + timedelta(hours=3)
        monkeypatch.setattr("tracker.records.unsaved_work.utc_now", lambda: later)
        found = page(client, "/")
        assert "Half a handover" in found.text
        assert "3 hours ago" in found.text
        (link,) = [link for link in found.links if link.startswith("/unsaved/")]
        assert client.get(link).headers["Location"] == f"{NEW}?draft={keys(client)[0]}"

    def test_a_save_ends_it_in_the_same_transaction(self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
        client = client_as(Role.OFFICER)
        form = form_fields(client.get(NEW).text)
        keep(client, NEW, form, **{name: value for name, value in minimal(HANDOVER).items() if name != "action"})
        with monkeypatch.context() as patch:
            patch.setattr("tracker.records.entry_views.flash", _broken)
            with pytest.raises(RuntimeError):
                client.post(NEW, data=form | {"action": "save"})
        assert len(keys(client)) == 1
        enter(client, HANDOVER, form | {"action": "save"})
        assert keys(client) == []
        with stored(app) as session:
            assert [row.body for row in session.scalars(sa.select(Draft))] == [b""]

    def test_a_request_that_comes_after_the_save_does_not_bring_it_back(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        form = form_fields(client.get(NEW).text)
        early = form.copy()
        enter(client, HANDOVER, filled(form, minimal(HANDOVER)))
        late = client.post(f"/unsaved/?for={NEW}", data=filled(early, {"title": "Too late"}))
        assert (late.status_code, late.get_json()["closed"]) == (409, True)
        assert keys(client) == []

    def test_the_source_form_is_kept_too(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        enter(client, HANDOVER, minimal(HANDOVER))
        place = next(link for link in page(client, "/sources/").links if link.startswith("/sources/SRC")) + "/edit"
        form = form_fields(client.get(place).text)
        keep(client, place, form, title="A better title", is_translation="y")
        (key,) = keys(client, place)
        back = form_fields(client.get(f"{place}?draft={key}").text)
        assert (back["title"], back["is_translation"]) == ("A better title", "y")
        assert client.post(place, data=back | {"action": "save"}).status_code == 303
        assert keys(client, place) == []

    @pytest.mark.parametrize(
        "place", ["", "/", "/records/", "//evil.example/", "/handovers/new?x=1", "/sign-out", "/unicorns/new", "x" * 5000]
    )
    def test_only_entry_forms_are_kept(self, app: Flask, client_as: ClientAs, place: str) -> None:
        client = client_as(Role.OFFICER)
        assert client.post("/unsaved/", query_string={"for": place}, data={"title": "x"}).status_code == 404
        with stored(app) as session:
            assert not session.scalars(sa.select(Draft)).all()

    def test_nobody_keeps_a_form_that_his_role_cannot_send(self, client_as: ClientAs) -> None:
        assert client_as(Role.VIEWER).post(f"/unsaved/?for={NEW}", data={"title": "x"}).status_code == 404

    def test_others_never_see_it(self, client_as: ClientAs) -> None:
        owner, other = client_as(Role.OFFICER, "owner"), client_as(Role.ADMINISTRATOR, "other")
        keep(owner, NEW, form_fields(owner.get(NEW).text), title="Zebra crossing")
        (key,) = keys(owner)
        for url in (NEW, f"{NEW}?draft={key}", "/"):
            assert "Zebra" not in other.get(url).text, url
        assert other.get(f"/unsaved/{key}").status_code == 404
        assert other.post(f"/unsaved/{key}/throw-away").status_code == 404
        assert len(keys(owner)) == 1

    def test_there_is_a_limit_and_it_is_said(self, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MOST", 2)
        client = client_as(Role.OFFICER)
        for _ in range(2):
            keep(client, NEW, form_fields(client.get(NEW).text), title="x")
        full = client.post(f"/unsaved/?for={NEW}", data=form_fields(client.get(NEW).text))
        assert full.status_code == 409
        assert "too much of yours is unsaved" in full.get_json()["said"]


class TestTwoTabs:
    def test_the_newer_does_not_destroy_the_older(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        place = f"{address}/edit"
        first, second = (form_fields(client.get(place).text) for _ in range(2))
        keep(client, place, first, title="Typed in the first tab")
        keep(client, place, second, title="Typed in the second tab")
        titles = [form_fields(client.get(f"{place}?draft={key}").text)["title"] for key in keys(client, place)]
        assert titles == ["Typed in the second tab", "Typed in the first tab"]

    def test_a_draft_continued_in_another_tab_is_not_overwritten_by_the_first(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        first = form_fields(client.get(NEW).text)
        keep(client, NEW, first, title="First")
        (key,) = keys(client)
        second = form_fields(client.get(f"{NEW}?draft={key}").text)
        keep(client, NEW, second, title="Continued in the second")
        keep(client, NEW, first, title="Typed on in the first")
        keep(client, NEW, second, title="And on in the second")
        keep(client, NEW, first, title="And on in the first")
        titles = {form_fields(client.get(f"{NEW}?draft={one}").text)["title"] for one in keys(client)}
        assert titles == {"And on in the second", "And on in the first"}

    def test_a_lost_answer_makes_no_second_draft(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        form = form_fields(client.get(NEW).text)
        stale = form["draft"]
        keep(client, NEW, form, title="First")
        form["draft"] = stale  # the answer never came
        keep(client, NEW, form, title="Second")
        assert len(keys(client)) == 1

    def test_two_requests_at_once_keep_one_draft_or_both_texts(self, app: Flask) -> None:
        client = signed_in(app, Role.OFFICER)
        form = form_fields(client.get(NEW).text)
        clients = [signed_in(app, Role.OFFICER) for _ in range(8)]
        start = threading.Barrier(8)
        codes: list[int] = []

        def send(one: FlaskClient, number: int) -> None:
            start.wait()
            codes.append(one.post(f"/unsaved/?for={NEW}", data=filled(form, {"title": f"Text {number}"})).status_code)

        threads = [threading.Thread(target=send, args=(one, number)) for number, one in enumerate(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert codes == [200] * 8
        assert len(keys(client)) == 1


def _broken(*_: Any) -> None:
    raise RuntimeError("after everything was written")
