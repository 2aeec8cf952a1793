"""Two officers at one record: both versions are seen, and neither loses a word."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.forms import enter, form_fields, minimal
from tests.pages import errors_of, inspected, page, read_page
from tests.tracker.records.saving import HANDOVER, changed, only_document
from tracker.accounts.models import Role
from tracker.records.sources import Source


class TestConflicts:
    def test_the_second_officer_sees_both_versions_and_keeps_his_words(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER) | {"place": "As opened"})
        theirs, mine = (
            changed(ana, address, place="Ana's place", title="Ana's title"),
            changed(ben, address, place="Ben's place", summary="Ben's\nsummary"),
        )
        assert ana.post(f"{address}/edit", data=theirs).status_code == 303
        conflict = inspected(ben.post(f"{address}/edit", data=mine), 409)
        assert "Ana changed this record" in conflict.text
        table = re.search(r'<table class="clash-table.*?</table>', conflict.html, re.DOTALL)
        assert table
        seen = read_page(409, table[0]).text
        for words in ("As opened", "Ana's place", "Ben's place", "Ana's title"):
            assert words in seen
        form = form_fields(conflict.html)
        assert (form["place"], form["title"], form["summary"]) == ("Ben's place", "Ana's title", "Ben's\nsummary")
        form["action"] = "save"
        assert ben.post(f"{address}/edit", data=form).status_code == 303
        shown = page(ben, address).text
        assert all(words in shown for words in ("Ben's place", "Ana's title", "Ben's summary"))
        assert "Ana's place" in page(ben, f"{address}/history").text

    def test_different_fields_of_two_officers_are_both_kept(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        theirs, mine = (
            changed(ana, address, status="completed", start="March 2023"),
            changed(ben, address, persons="12", legal_basis="deportation"),
        )
        save_in_turn(address, (ana, theirs), (ben, mine))
        document = only_document(app)
        assert (document["status"], document["start"], document["legal_basis"]) == ("completed", "2023-03", "deportation")
        assert document["figures"][0]["value_lo"] == "12"

    @pytest.mark.once
    def test_rows_that_two_officers_added_are_both_kept(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        rows = [
            {f"parties-1-{name}": value for name, value in (("names", country), ("role", "observer"))}
            | {"aliases-0-name": f"Name for {country}", "figures-0-metric": "other", "figures-0-number": number}
            | {"evidence-1-source": f"Letter of {country}", "evidence-1-quote_exact": f"{number} persons"}
            for country, number in (("Thailand", "20"), ("Cambodia", "30"))
        ]
        save_in_turn(address, (ana, changed(ana, address, **rows[0])), (ben, changed(ben, address, **rows[1])))
        document = only_document(app)
        assert {row["party"] for row in document["parties"]} == {"LAO", "THA", "KHM"}
        assert {row["name"] for row in document["aliases"]} == {"Name for Thailand", "Name for Cambodia"}
        assert sorted(row["value_lo"] for row in document["figures"]) == ["20", "30"]
        assert {row["quote_exact"] for row in document["evidence"]} == {"", "20 persons", "30 persons"}

    @pytest.mark.once
    def test_a_source_typed_into_a_refused_form_stays_on_it_and_is_not_stored(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        source = {
            "source": "Letter of Ben",
            "publisher": "The embassy",
            "published": "March 2024",
            "url": "https://example.org/letter",
            "quote_exact": "12 persons",
        }
        mine = changed(ben, address, **{f"evidence-1-{name}": value for name, value in source.items()})
        theirs = changed(ana, address, **{"evidence-1-source": "Letter of Ana"})
        assert ana.post(f"{address}/edit", data=theirs).status_code == 303
        conflict = inspected(ben.post(f"{address}/edit", data=mine), 409)
        with stored(app) as session:
            assert set(session.scalars(sa.select(Source.title))) == {"Letter of the desk", "Letter of Ana"}
        assert "Letter of Ben" in conflict.text  # in the table of both versions
        assert "new:" not in conflict.html
        form = form_fields(conflict.html)
        assert {name: form[f"evidence-2-{name}"] for name in source} == source
        form["action"] = "save"
        assert ben.post(f"{address}/edit", data=form).status_code == 303
        with stored(app) as session:
            (made,) = session.scalars(sa.select(Source).where(Source.title == "Letter of Ben"))
            assert (made.publisher, made.published.edtf, made.url) == ("The embassy", "2024-03", "https://example.org/letter")
        assert [row["quote_exact"] for row in only_document(app)["evidence"]] == ["", "", "12 persons"]

    @pytest.mark.once
    def test_what_supports_a_figure_still_does_when_the_figure_gets_another_number(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        forms = []
        for client, number in ((ana, "20"), (ben, "30")):
            form = form_fields(inspected(client.post(f"{address}/edit", data=changed(client, address, add="figures"))).html)
            supports = f"figure:{form['figures-0-no']}"
            for name, value in {
                "figures-0-metric": "other",
                "figures-0-number": number,
                "evidence-1-source": f"Letter of {number}",
                "evidence-1-target_field": supports,
                "action": "save",
            }.items():
                form[name] = value
            forms.append((client, form))
        save_in_turn(address, *forms)
        document = only_document(app)
        figures = {f"figure:{row['no']}": row["value_lo"] for row in document["figures"]}
        with stored(app) as session:
            titles = dict(session.execute(sa.select(Source.ref, Source.title)).all())
        supported = {titles[row["source"]]: figures[row["target_field"]] for row in document["evidence"] if row["target_field"]}
        assert supported == {"Letter of 20": "20", "Letter of 30": "30"}

    @pytest.mark.once
    def test_a_row_that_one_removed_and_another_left_alone_stays_removed(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER) | {"aliases-0-name": "Old name", "aliases-1-name": "Kept name"})
        theirs, mine = changed(ana, address), changed(ben, address, place="Boten")
        aliases = {name: value for name, value in theirs.items() if value == "Old name"}
        theirs[next(iter(aliases))] = ""
        save_in_turn(address, (ana, theirs), (ben, mine))
        assert [row["name"] for row in only_document(app)["aliases"]] == ["Kept name"]

    @pytest.mark.once
    def test_adding_a_row_in_the_middle_of_a_conflict_still_notices_the_conflict(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        mine = changed(ben, address, place="Boten")
        assert ana.post(f"{address}/edit", data=changed(ana, address, summary="Ana's summary")).status_code == 303
        mine["add"] = "aliases"
        form = form_fields(inspected(ben.post(f"{address}/edit", data=mine)).html)
        form["action"] = "save"
        assert ben.post(f"{address}/edit", data=form).status_code == 409

    @pytest.mark.once
    def test_a_refused_form_in_the_middle_of_a_conflict_loses_nothing(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        mine = changed(ben, address, place="Boten", start="the ides of March")
        assert ana.post(f"{address}/edit", data=changed(ana, address, summary="Ana's summary")).status_code == 303
        form = form_fields(inspected(ben.post(f"{address}/edit", data=mine), 422).html)
        form["start"], form["action"] = "2024", "save"
        save_in_turn(address, (ben, form))
        assert (only_document(app)["place"], only_document(app)["summary"]) == ("Boten", "Ana's summary")


def save_in_turn(address: str, *sends: tuple[FlaskClient, Any]) -> None:
    """Send each form; who meets a conflict looks and saves again."""
    for client, data in sends:
        answer = client.post(f"{address}/edit", data=data)
        if answer.status_code == 409:
            form = form_fields(answer.text)
            form["action"] = "save"
            answer = client.post(f"{address}/edit", data=form)
        assert answer.status_code == 303, errors_of(answer.text)
