"""Files of a source that a handover with sealed names cites open like the files of that handover."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.forms import approval, enter, form_fields, minimal
from tests.journeys.test_personal_data import NAMES, PURPOSE, break_the_trail, change
from tests.pages import errors_of, page
from tests.tracker.files.samples import pdf, png
from tests.tracker.files.test_corpus import rows_of, upload
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.files.store import store_of
from tracker.record_types import RECORD_TYPES

pytestmark = pytest.mark.once

AGREEMENT, _, HANDOVER, _, _ = RECORD_TYPES
NAME = NAMES[0]
NAMED = {"subjects-0-no": "1", "subjects-0-kind": "suspect", "subjects-0-name": NAME}
LETTER = pdf(f"The embassy writes about {NAME}")


@pytest.fixture
def officer(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.OFFICER)


def source_with_letter(client: FlaskClient, number: int = 1, **more: str) -> tuple[str, str]:
    """The addresses of a handover and of the source that it cites, which has a file."""
    address = enter(client, HANDOVER, minimal(HANDOVER, number) | more)
    source = next(link for link in page(client, address).links if link.startswith("/sources/SRC"))
    assert upload(client, source, ("letter.pdf", LETTER)).status_code == 303
    return address, source


def to_ask(handover: str, source: str) -> str:
    """Where the purpose for files of `source` is asked for."""
    return f"{handover}/names?source={source.rpartition('/')[2]}"


class TestWhoReadsThem:
    def test_they_open_for_a_purpose_and_for_nobody_who_may_not_open_names(
        self, app: Flask, client_as: ClientAs, officer: FlaskClient
    ) -> None:
        address, source = source_with_letter(officer, **NAMED)
        file, ref = f"{source}/files/1", address.rpartition("/")[2]
        for role in (Role.VIEWER, Role.MANAGER, Role.ADMINISTRATOR):
            client = client_as(role)
            assert client.get(file).status_code == 403, role
            assert "only those who may open names can read them" in page(client, source).text
            assert file not in page(client, source).links
        for client in (officer, client_as(Role.REVIEWER)):
            found = page(client, source)
            assert f"open for a purpose, given for one of these records: {ref}" in found.text
            assert {to_ask(address, source), file} <= set(found.links)
            asked = client.get(file)
            assert (asked.status_code, asked.location) == (302, to_ask(address, source))
            assert f"Open files for {ref}" in page(client, asked.location).text
            assert client.post(asked.location, data={"purpose": ""}).status_code == 422
            answered = client.post(asked.location, data={"purpose": PURPOSE})
            assert (answered.status_code, answered.location) == (303, f"{source}#attached")
            assert client.get(file).data == LETTER
        read = [event for event in events(app) if event[0] == "file_read"]
        assert [(target, json.loads(detail)["for"]) for _, target, detail in read] == [(source.rpartition("/")[2], ref)] * 2
        assert page(officer, f"{address}/readers").text.count(f"a file of the source {source.rpartition('/')[2]}") == 2
        assert client_as(Role.OFFICER, "officer").get(file).status_code == 302, "asked again after each sign-in"

    def test_while_the_handover_lists_a_person_they_are_closed_whether_a_name_is_known_or_not_and_so_are_its_own(
        self, client_as: ClientAs, officer: FlaskClient
    ) -> None:
        address, source = source_with_letter(officer, **{"subjects-0-kind": "suspect"})
        assert upload(officer, address, ("minutes.pdf", LETTER)).status_code == 303
        for file, asked in ((f"{source}/files/1", to_ask(address, source)), (f"{address}/files/1", f"{address}/names?files=1")):
            assert client_as(Role.VIEWER).get(file).status_code == 403, file
            assert officer.get(file).location == asked

    def test_a_name_that_is_still_sealed_closes_the_files_of_a_handover_that_lists_nobody_any_more(
        self, client_as: ClientAs, officer: FlaskClient
    ) -> None:
        address, source = source_with_letter(officer, **NAMED)
        assert upload(officer, address, ("minutes.pdf", LETTER)).status_code == 303
        form = {name: value for name, value in form_fields(officer.get(f"{address}/edit").text).items() if not name.startswith("subjects-")}
        assert officer.post(f"{address}/edit", data=form | {"action": "save"}).status_code == 303
        for file in (f"{source}/files/1", f"{address}/files/1"):
            assert client_as(Role.VIEWER).get(file).status_code == 403, file

    def test_without_persons_they_open_for_every_reader(self, client_as: ClientAs, officer: FlaskClient) -> None:
        _, source = source_with_letter(officer)
        assert client_as(Role.VIEWER).get(f"{source}/files/1").data == LETTER
        assert "purpose" not in page(client_as(Role.VIEWER), source).text

    def test_a_citation_or_a_name_that_is_taken_out_again_opens_nothing(self, client_as: ClientAs, officer: FlaskClient) -> None:
        address, source = source_with_letter(officer, **NAMED)
        ref = address.rpartition("/")[2]
        change(officer, ref, {"evidence-0-source": "Another letter"})
        change(officer, ref, {"subjects-0-remove_name": "y", "subjects-0-name": ""})
        enter(officer, AGREEMENT, minimal(AGREEMENT, 2) | {"evidence-0-source": source.rpartition("/")[2]})
        assert client_as(Role.VIEWER).get(f"{source}/files/1").status_code == 403
        assert officer.get(f"{source}/files/1").location == to_ask(address, source)
        assert "purpose" in page(officer, f"{address}/names").html, "the question is not a way that leads nowhere"
        officer.post(f"{address}/names", data={"purpose": PURPOSE})
        assert officer.get(f"{source}/files/1").data == LETTER

    def test_one_of_several_handovers_is_enough_and_the_page_offers_those_that_are_seen(
        self, client_as: ClientAs, officer: FlaskClient
    ) -> None:
        address, source = source_with_letter(officer, **NAMED)
        cites = {"evidence-0-source": source.rpartition("/")[2]}
        second = enter(officer, HANDOVER, minimal(HANDOVER, 2) | NAMED | cites)
        hidden = enter(officer, HANDOVER, minimal(HANDOVER, 3) | NAMED | cites | {"marking": "RED"})
        other = client_as(Role.REVIEWER)
        found = page(other, source)
        assert {to_ask(address, source), to_ask(second, source)} <= set(found.links)
        assert hidden.rpartition("/")[2] not in found.html
        assert other.get(f"{source}/files/1").location == f"{source}#attached"
        other.post(f"{second}/names", data={"purpose": PURPOSE})
        assert other.get(f"{source}/files/1").data == LETTER

    def test_where_only_a_hidden_handover_holds_names_nobody_else_reads_and_the_page_does_not_tell_of_it(
        self, client_as: ClientAs, officer: FlaskClient
    ) -> None:
        address, source = source_with_letter(officer, **NAMED, marking="RED")
        enter(officer, AGREEMENT, minimal(AGREEMENT, 2) | {"evidence-0-source": source.rpartition("/")[2]})
        other = client_as(Role.REVIEWER)
        assert other.get(f"{source}/files/1").status_code == 403
        assert address.rpartition("/")[2] not in page(other, source).html
        officer.post(f"{address}/names", data={"purpose": PURPOSE})
        assert officer.get(f"{source}/files/1").data == LETTER

    def test_a_purpose_for_a_file_says_of_nobody_that_his_name_was_opened(self, app: Flask, officer: FlaskClient) -> None:
        address, source = source_with_letter(officer, **NAMED)
        officer.post(to_ask(address, source), data={"purpose": PURPOSE})
        officer.post(f"{address}/names", data={"purpose": PURPOSE})
        assert [json.loads(detail)["subjects"] for action, _, detail in events(app) if action == "name_read"] == [
            [],
            [f"{address.rpartition('/')[2]}/1"],
        ]

    @pytest.mark.parametrize("bad", ["//evil.example", "https://evil.example", "..%2F..%2F", "é", ""])
    def test_an_address_that_names_no_source_leads_nowhere_else(self, officer: FlaskClient, bad: str) -> None:
        address, _ = source_with_letter(officer, **NAMED)
        answer = officer.post(f"{address}/names?source={bad}", data={"purpose": PURPOSE})
        assert answer.status_code == 200, "the names, as without it"

    def test_a_restricted_handover_keeps_them_as_before(self, client_as: ClientAs, officer: FlaskClient) -> None:
        address, source = source_with_letter(officer, **NAMED)
        reviewer = client_as(Role.REVIEWER)
        assert reviewer.post(f"{address}/restriction", data={"reason": "Contested by the person"}).status_code == 303
        assert client_as(Role.VIEWER).get(f"{source}/files/1").status_code == 403
        assert reviewer.get(f"{source}/files/1").location == to_ask(address, source)
        reviewer.post(f"{address}/names", data={"purpose": PURPOSE})
        assert reviewer.get(f"{source}/files/1").data == LETTER

    def test_when_the_trail_cannot_be_written_no_file_goes_out(self, app: Flask, officer: FlaskClient) -> None:
        address, source = source_with_letter(officer, **NAMED)
        officer.post(f"{address}/names", data={"purpose": PURPOSE})
        break_the_trail(app)
        answer = officer.get(f"{source}/files/1")
        assert answer.status_code == 503
        assert LETTER not in answer.data


class TestErasure:
    def test_all_go_with_the_names_whoever_else_cites_the_source_but_what_a_person_said_names_nobody(
        self, app: Flask, client_as: ClientAs, officer: FlaskClient
    ) -> None:
        address, source = source_with_letter(officer, **NAMED)
        ref = source.rpartition("/")[2]
        other = enter(officer, AGREEMENT, minimal(AGREEMENT, 2) | {"evidence-0-source": ref})
        more = [(f"{name}.pdf", pdf(f"Public, about nobody: {name}")) for name in ("public", "template [name]", "unticked", "removed")]
        assert upload(officer, source, *more, ("scan.png", png())).status_code == 303
        assert officer.post(f"{source}/files/5/remove").status_code == 303
        assert upload(officer, address, ("own.pdf", pdf("Public, about nobody: public"))).status_code == 303
        reviewer = asked(client_as, officer, address)
        shown = page(reviewer, f"{address}/retention")
        assert set(re.findall(r'name="keep" value="(.*?)"', shown.html)) == {f"{ref}/{number}" for number in (2, 3, 4, 6)}
        assert "A name was found in it" in shown.text
        assert f"{ref}/2" not in page(officer, f"{address}/retention").html, "only who decides says what stays"
        ticked = {"keep": [f"{ref}/{number}" for number in (1, 2, 3, 5, 77)] + ["SRC-1999-0001/1", "x", "/"]}
        again = reviewer.post(f"{address}/erasure/decision", data=ticked | {"decision": "perhaps"})
        assert again.status_code == 422
        assert set(re.findall(r'value="(SRC[^"]*)"[^>]* checked', again.text)) == {f"{ref}/2", f"{ref}/3"}, "nothing ticked is lost"
        for typed in ("", ref, "HND-1999-0001", "\u0000", "x" * 5000):
            again = reviewer.post(f"{address}/erasure/decision", data=ticked | {"decision": "approve", "reference": typed})
            assert again.status_code == 422
            assert "Reference of this handover: " in errors_of(again.text)
            assert set(re.findall(r'value="(SRC[^"]*)"[^>]* checked', again.text)) == {f"{ref}/2", f"{ref}/3"}, "nothing ticked is lost"
        assert f'value="{"x" * 5000}"' in again.text, "nor typed"
        assert len(rows_of(app)) == 7, "nothing is erased"
        said = reviewer.post(f"{address}/erasure/decision", data=ticked | approval(address), follow_redirects=True).text
        assert "that were to be kept are erased as well" in said
        assert [row.name for row in rows_of(app)] == ["public.pdf", "template [name].pdf"]
        assert len(list(store_of(app.config["SETTINGS"]).every())) == 2
        (event,) = [(target, json.loads(detail)) for action, target, detail in events(app) if action == "erased"]
        assert (event[0], event[1]["kept"]) == (address.rpartition("/")[2], {ref: [2, 3]})
        assert "No record fits" in officer.get("/records/?q=embassy").text
        assert other.rpartition("/")[2] in officer.get("/records/?q=public").text
        assert client_as(Role.VIEWER).get(f"{source}/files/2").data == more[0][1], "a person has said so"
        assert f"{source}/files/2" in page(client_as(Role.VIEWER), source).links

    def test_files_of_sources_that_who_decides_may_not_see_go_and_the_page_says_that_there_are_some(
        self, app: Flask, client_as: ClientAs, officer: FlaskClient
    ) -> None:
        address, source = source_with_letter(officer, **NAMED)
        change(officer, address.rpartition("/")[2], {"evidence-0-source": "Another letter"})
        form = form_fields(officer.get(f"{source}/edit").text)
        form["marking"] = "RED"
        assert officer.post(f"{source}/edit", data=form).status_code == 303
        assert upload(officer, source, ("public.pdf", pdf("About nobody"))).status_code == 303
        reviewer = asked(client_as, officer, address)
        shown = page(reviewer, f"{address}/retention")
        assert "files of sources that you may not see" in shown.text
        assert source.rpartition("/")[2] not in shown.html
        sent = approval(address) | {"keep": f"{source.rpartition('/')[2]}/2"}
        assert reviewer.post(f"{address}/erasure/decision", data=sent).status_code == 303
        assert rows_of(app) == []

    def test_refusing_keeps_every_file(self, app: Flask, client_as: ClientAs, officer: FlaskClient) -> None:
        address, _ = source_with_letter(officer, **NAMED)
        assert asked(client_as, officer, address).post(f"{address}/erasure/decision", data={"decision": "refuse"}).status_code == 303
        assert len(rows_of(app)) == 1

    def test_the_number_of_an_erased_file_is_never_given_again(self, app: Flask, client_as: ClientAs, officer: FlaskClient) -> None:
        address, source = source_with_letter(officer, **NAMED)
        asked(client_as, officer, address).post(f"{address}/erasure/decision", data=approval(address))
        assert upload(officer, source, ("next.pdf", pdf("Next"))).status_code == 303
        assert [row.no for row in rows_of(app)] == [2]


def asked(client_as: ClientAs, officer: FlaskClient, address: str) -> FlaskClient:
    """The reviewer, once the officer has asked for the erasure of the name."""
    assert officer.post(f"{address}/erasure", data={"ground": "time_over", "nos": "1"}).status_code == 303
    return client_as(Role.REVIEWER)


class TestWhatIsKeptOfThem:
    def test_a_name_in_name_note_and_words_of_a_file_is_taken_out_when_it_is_known(self, app: Flask, officer: FlaskClient) -> None:
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        source = next(link for link in page(officer, address).links if link.startswith("/sources/SRC"))
        other = enter(officer, AGREEMENT, minimal(AGREEMENT, 2) | {"evidence-0-source": source.rpartition("/")[2]})
        upload(officer, source, (f"{NAME}.pdf", LETTER), note=f"About {NAME.upper()}")
        assert other.rpartition("/")[2] in officer.get(f"/records/?q={NAME}").text
        change(officer, address.rpartition("/")[2], NAMED)
        (row,) = rows_of(app)
        assert (row.name, row.note) == ("[name].pdf", "About [name]")
        assert "embassy" in row.text
        assert NAME not in row.text
        assert "No record fits" in officer.get(f"/records/?q={NAME}").text
        assert NAME not in page(officer, source).html

    def test_so_is_one_in_a_file_that_is_attached_later(self, app: Flask, officer: FlaskClient) -> None:
        source_with_letter(officer, **NAMED)
        assert "[name]" in rows_of(app)[0].text

    def test_the_form_of_the_source_keeps_its_names_out_for_good(self, officer: FlaskClient) -> None:
        address, source = source_with_letter(officer, **NAMED)
        change(officer, address.rpartition("/")[2], {"evidence-0-source": "Another letter"})
        for field in ("title", "publisher", "reason"):
            form = form_fields(officer.get(f"{source}/edit").text)
            form[field] = f"About {NAME}"
            answer = officer.post(f"{source}/edit", data=form)
            assert answer.status_code == 422, field
            assert f'id="{field}-error"' in answer.text
            assert len(re.findall(r'id="\w+-error"', answer.text)) == 1


def events(app: Flask) -> list[tuple[str, str, str]]:
    with stored(app) as session:
        rows = session.execute(sa.select(AuditEvent.action, AuditEvent.target, AuditEvent.detail).order_by(AuditEvent.no))
        return [(row.action, row.target, row.detail) for row in rows]
