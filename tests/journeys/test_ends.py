"""What ends soon, from home to the records: tiles, lists, deadlines of a desk, the page of a country, saved views, wrong addresses."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import add_user, application, signed_in, stored
from tests.contract.figures_shown import linked
from tests.engines import Databases
from tests.factories import records, users
from tests.factories.agreements import agreement
from tests.factories.desks import desk
from tests.factories.handovers import handover
from tests.forms import form_fields
from tests.pages import errors_of, page
from tracker.accounts.models import Role, User
from tracker.database.columns import utc_now
from tracker.partial_dates import describe, parse_edtf
from tracker.personal_data.models import Retention

pytestmark = pytest.mark.once

BEGUN = ("entered_into_force", "2020-05-01")


def in_days(days: int) -> str:
    day: date = utc_now().date() + timedelta(days=days)
    return day.isoformat()


@pytest.fixture(scope="module")
def app(databases: Databases, cheap_passwords: None) -> Iterator[Flask]:
    """Agreements with Thailand and one with Laos, an official who sits at the desk for Laos; tests only read, or save views."""
    with databases.fresh() as url, application(url) as app:
        name = add_user(app, Role.OFFICER, "at-laos", at_a_desk=False)
        with app.test_request_context(), stored(app) as session:
            author = users.user(session, username="author")
            desk(session, "Mekong", ["LAO"], [session.scalars(sa.select(User).where(User.username == name)).one()])
            for title, expires_on, *more in (
                ("In 40 days", in_days(40)),
                ("In 200 days", in_days(200)),
                ("Gone by", in_days(-40)),
                ("Without end", ""),
                ("Later", "2190"),
                ("Over", "", ("terminated", in_days(-20))),
                ("Long over", "", ("terminated", in_days(-800))),
                ("In force again", "", ("suspended", in_days(-200)), ("resumed", in_days(-100))),
            ):
                document = agreement(["THA"], "2019", actions=[BEGUN, *more], expires_on=expires_on, notice_days="90")
                records.save(session, author, document | {"title": title})
            laos = agreement(["LAO"], "2019", actions=[BEGUN, ("terminated", in_days(30))])
            records.save(session, author, laos | {"title": "With Laos", "marking": "AMBER+STRICT"})
            records.save(session, author, handover(["THA"], "2024-02", "3") | {"title": "Newest handover"})
            records.save(session, author, handover(["THA"], "2023-02", "several") | {"title": "Earlier handover"})
        yield app


@pytest.fixture(scope="module")
def manager(app: Flask) -> FlaskClient:
    return signed_in(app, Role.MANAGER)


def behind(client: FlaskClient, url: str) -> dict[str, list[str]]:
    """By the end that it asks for, the titles of each list that `url` leads to."""
    found = {}
    for one in linked(url, client.get(url).text):
        if ends := re.search(r"ends=(\w+)", one.query):
            listed = client.get(f"/records.json?{one.query}").get_json()["records"]
            assert len(listed) == one.upper
            found[ends[1]] = sorted(row["title"] for row in listed)
    return found


class TestTiles:
    def test_home_says_what_ends_and_each_number_opens_it(self, manager: FlaskClient) -> None:
        assert behind(manager, "/?basis=working") == {
            "90": ["In 40 days", "With Laos"],
            "365": ["In 200 days", "In 40 days", "With Laos"],
            "past": ["Gone by"],
            "not_stated": ["In force again", "Without end"],
        }

    def test_the_page_of_a_country_says_it_of_its_own(self, manager: FlaskClient) -> None:
        found = behind(manager, "/partners/THA?basis=working")
        assert (found["90"], found["past"]) == (["In 40 days"], ["Gone by"])
        assert behind(manager, "/partners/THA") == {}  # nothing is verified

    def test_what_was_in_force_until_lately_is_a_list(self, manager: FlaskClient) -> None:
        shown = manager.get("/partners/THA?basis=working").text
        (query,) = re.findall(r'href="/records/\?([^"]*ends=lately[^"]*)"', shown)
        query = html.unescape(query)
        listed = page(manager, f"/records/?{query}")
        assert re.findall(r'data-label="No longer in force since">([^<]*)<', listed.html) == [describe(parse_edtf(in_days(-20)))]
        for file in ("/records.json?", "/agreements.json?", "/records.json?sort=ends&", "/records.json?measure=agreements_in_force&"):
            assert [row["title"] for row in manager.get(file + query).get_json()["records"]] == ["Over"], file
        for other in ("partner=LAO", "partner=THA&basis=official", "region=035&until=2018"):
            assert manager.get(f"/records.json?ends=lately&{other}").get_json()["records"] == []


class TestReviews:
    def test_an_officer_sees_which_of_his_records_are_to_be_looked_at(self, databases: Databases) -> None:
        with databases.fresh() as url, application(url) as own:
            name = add_user(own, Role.OFFICER)
            with own.test_request_context(), stored(own) as session:
                me, other = session.scalars(sa.select(User).where(User.username == name)).one(), users.user(session, username="other")
                for who, title, days in ((me, "Over", -1), (me, "Soon", 60), (me, "Later", 120), (other, "Another's", 1)):
                    made = records.save(session, who, handover(["LAO"], "2024-02", "3") | {"title": title, "marking": "AMBER+STRICT"})
                    session.get_one(Retention, made.id).review_on = utc_now().date() + timedelta(days=days)
            found = page(signed_in(own, Role.OFFICER, name), "/")
            shown = found.html.partition('id="deadlines-title"')[2].partition("</section>")[0]
            assert re.findall(r'dir="auto">([^<]*)</a>', shown) == ["Over", "Soon"]
            assert shown.count("past its date") == 1
            assert "TLP:AMBER+STRICT" in found.text


class TestLists:
    def test_a_list_says_when_each_record_ends(self, manager: FlaskClient) -> None:
        found = page(manager, "/agreements/?ends=365")
        assert "ends within a year, by" in found.text
        assert [title for title in ("In 40 days", "In 200 days", "Gone by", "Without end", "Later", "Over") if title in found.text] == [
            "In 40 days",
            "In 200 days",
        ]
        assert found.html.count('data-label="Ends"') == 3

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("/records/?ends=soon", "“soon” says no end"),
            ("/records/?ends=²", "says no end"),
            ("/records/?measure=handovers&ends=90", "count “Agreements in force”"),
            ("/figures/?measure=handovers&ends=90", "count “Agreements in force”"),
            ("/figures/?measure=agreements_in_force&ends=lately", "see the list of records"),
        ],
    )
    def test_what_cannot_be_asked_is_said(self, manager: FlaskClient, url: str, said: str) -> None:
        assert said in page(manager, url, 400).text

    def test_a_saved_view_follows_the_day_of_its_reader(self, manager: FlaskClient) -> None:
        form = form_fields(manager.get("/views/new?of=/agreements/?ends=90").text).to_dict() | {"name": "Runs out"}
        answer = manager.post("/views/new", data=form)
        assert answer.status_code == 303, errors_of(answer.text)
        assert "ends within 90 days" in page(manager, "/views/").text


class TestDeadlines:
    def test_are_those_of_the_partners_of_ones_desk(self, app: Flask) -> None:
        text = page(signed_in(app, Role.OFFICER, "at-laos"), "/").text
        assert "Skip to the content TLP:AMBER+STRICT" in text  # nothing else on this page is marked so high
        deadlines = text[text.index("Deadlines") : text.index("My drafts")]
        assert "With Laos" in deadlines
        assert "In 40 days" not in deadlines
        everything = page(signed_in(app, Role.OFFICER), "/").text  # at a desk that is in charge of all
        assert "In 40 days" in everything[: everything.index("My drafts")]


class TestTheCountry:
    def test_is_told_as_for_a_visit(self, manager: FlaskClient) -> None:
        text = page(manager, "/partners/THA?basis=working").text
        order = [text.index(title) for title in ("Gone by", "In 40 days", "In 200 days", "Later", "Without end")]
        assert order == sorted(order)
        assert text.index("No longer in force since") < text.index("Over")
        assert "Notice of denunciation, days: 90" in text
        last = text[text.index("Last of each type") : text.index("Timeline")]
        assert "Newest handover" in last
        assert "Earlier handover" not in last
        unknown = text[text.index("What the desk does not know") :]
        assert "Persons handed over: said in words only" in unknown
        assert "South-eastern Asia: its partners side by side" in text
