"""Somebody who did not import it verifies an import as a whole: after his sample and the totals, all of it in one moment, or nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, contents, stored
from tests.factories.imports import TRAININGS, batch, courses, loaded
from tests.forms import form_fields
from tests.pages import read_page
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent, AuditMention
from tracker.counting.models import Basis, Fact
from tracker.imports.marks import Mark
from tracker.imports.plan import Matched, Plan
from tracker.imports.verifying import SAMPLE
from tracker.records.enums import ReviewState
from tracker.records.models import Record, Review

MANY = SAMPLE + 4


def test_promise_an_import_is_verified_as_a_whole_after_the_sample_and_the_totals(app: Flask, client_as: ClientAs) -> None:
    officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
    number = imported(app, MANY)
    address = f"/imports/{number}"
    queue, each = reviewer.get("/review/").text, reviewer.get("/review/?each=1").text
    assert f"Import {number}: {MANY} records of “courses.csv” wait" in queue
    assert (len(refs_in(queue)), len(refs_in(each))) == (0, MANY), "they do not hide what waits by itself"
    assert reviewer.get(address).headers["Location"].endswith(f"{address}/review")
    sample = sample_of(reviewer, address)
    assert len(sample) == SAMPLE
    assert sample_of(reviewer, address) == sample, "whoever loads the page again draws no other sample"
    with stored(app) as session:
        others = set(session.scalars(sa.select(Record.ref))) - set(sample)
    before = contents(app)
    refused(app, reviewer, address, f"{SAMPLE} records of the sample are not opened", before)
    open_all(reviewer, sample[1:])
    page = reviewer.get(f"/trainings/{sample[1]}/review").text
    assert (f'href="{address}/review"' in page, "Course: Course " in page) == (True, True), "the way back, and the row of the file"
    refused(app, reviewer, address, f"1 record of the sample is not opened: {sample[0]}", before)
    open_all(reviewer, sample[:1])
    refused(app, reviewer, address, "The totals are not opened", before)
    assert "Thailand" in reviewer.get(f"{address}/totals").text
    # three are no longer as they came in: changed by the officer, returned and verified by themselves
    change(officer, min(others))
    decide(reviewer, sample[0], "return", "Which course is this?")
    decide(reviewer, sample[1], "verify", "")
    assert sample_of(reviewer, address) == sample, "what he has decided about he has seen"
    assert "2 records of it are left for single review" in read_page(200, reviewer.get(f"{address}/review").text).text
    assert refs_in(reviewer.get("/review/").text) == {min(others)}
    left = reviewer.get(f"{address}/left").text
    assert {ref for ref in (*sample, *others) if ref in left} == {min(others), sample[0]}
    assert reviewer.post(f"{address}/verify", data={"note": "Compared with the file"}).status_code == 303
    with stored(app) as session:
        states = dict(session.execute(sa.select(Record.ref, Record.review_state)).all())
        assert {ref for ref, state in states.items() if state is not ReviewState.VERIFIED} == {min(others), sample[0]}
        assert len(set(session.scalars(sa.select(Fact.record_id).where(Fact.basis == Basis.OFFICIAL)))) == MANY - 2
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import_verified")).one()
        assert (event.target, event.actor) == (f"import:{number}", "reviewer")
        told = set(session.scalars(sa.select(AuditMention.ref).where(AuditMention.event_no == event.no)))
        assert told == set(states) - {min(others), sample[0], sample[1]}
    # a second click does nothing, the importer is told, and what is verified is not undone
    after = contents(app)
    assert reviewer.post(f"{address}/verify").status_code == 303
    assert contents(app)["review"] == after["review"]
    assert f"{MANY - 3} records of import {number} were verified." in officer.get("/notifications/").text
    officer.post(f"{address}/undo")
    assert contents(app)["record"] == after["record"]
    assert "Imports that wait" not in reviewer.get("/review/").text


@pytest.mark.once
def test_the_totals_add_up_persons_by_the_rules_and_lead_to_their_records(app: Flask, client_as: ClientAs) -> None:
    reviewer, _ = client_as(Role.REVIEWER), client_as(Role.OFFICER)
    rows = [
        ["1", "Course 1", "Thailand", "01.05.2024", "12"], ["2", "Course 2", "Thailand", "02.05.2024", "at least 30"],
        ["3", "Course 3", "Laos", "03.05.2023", "about 5"], ["4", "Course 4", "Laos", "04.05.2023", "several"],
        ["5", "Course 5", "Laos / Viet Nam", "", "8"], ["6", "Course 6", "Laos", "06.05.2023", ""],
        ["7", "Course 7", "Cambodia", "06.05.2023", "several"],
    ]  # fmt: skip
    number = imported(app, 0, rows=rows)
    page = reviewer.get(f"/imports/{number}/totals").text
    shown = page.partition("Participants in trainings (participants)")[2].partition("</table>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in shown.split("<tr>")]
    lines = [[re.sub("<[^>]+>", "", cell).strip() for cell in line] for line in cells]
    assert [line for line in lines if len(line) > 2] == [
        ["Partner", "2023", "2024", "Year not stated", "Total"],
        ["Cambodia", "–", "–", "–", "–"],
        ["Laos", "≈ 5", "–", "–", "≈ 5"],
        ["Shared, not split", "–", "–", "8", "8"],
        ["Thailand", "–", "≥ 42", "–", "≥ 42"],
        ["Distinct total", "≈ 5", "≥ 42", "8", "≥ 55"],
    ]
    links = re.findall(r'href="([^"]*/counted[^"]*)"[^>]*>([^<]*)<', shown)
    behind = {words: refs_in(reviewer.get(unescape(url)).text) for url, words in links}
    assert {words: len(refs) for words, refs in behind.items()} == {"≈ 5": 1, "≥ 42": 2, "8": 1, "≥ 55": 4, "–": 1}
    assert reviewer.get(f"/imports/{number}/counted?measure=nonsense").status_code == 400


@pytest.mark.once
def test_the_reviewer_sees_how_the_file_was_read(app: Flask, client_as: ClientAs) -> None:
    client_as(Role.OFFICER)
    reviewer = client_as(Role.REVIEWER)
    columns = {place: one for place, one in TRAININGS.columns.items() if place != 0}
    plan = replace(TRAININGS, columns=columns, words={"party": {"siam": "THA", "atlantis": ""}})
    number = imported(app, 1, plan=plan)
    shown = read_page(200, reviewer.get(f"/imports/{number}/review").text).text
    assert "No left out Course Title Countries Partner: Recipient Start Started on Trainees Figure: Participants" in shown
    assert "Words decided “siam” → Thailand" in shown
    assert "Words left out “atlantis”" in shown
    assert "Cells decided" not in shown, "nothing was decided about any"


@pytest.mark.once
def test_the_reviewer_sees_what_was_put_in_place_of_cells_and_the_sign_before_decimals(app: Flask, client_as: ClientAs) -> None:
    client_as(Role.OFFICER)
    reviewer = client_as(Role.REVIEWER)
    columns = {1: Matched("title"), 2: Matched("parties:participant"), 3: Matched("start"), 4: Matched("figures:seized_drugs@kg")}
    decided = {"=start": {"next spring": "2024-03", "k.a.": ""}, "=figures:seized_drugs@kg": {"see annex": "~"}, "=end": {"x": ""}}
    marks = {4: Mark.COMMA, 1: Mark.POINT, 99: Mark.POINT}  # those of columns that have no decimals, or are not there, say nothing
    plan = Plan(kind="operation", columns=columns, words=decided, marks=marks)
    rows = [["1", "Raid", "Laos", "next spring", "1,500"], ["2", "Patrol", "Laos", "k.A.", "see annex"]]
    number = imported(app, 0, plan=plan, rows=rows)
    shown = read_page(200, reviewer.get(f"/imports/{number}/review").text).text
    assert (
        "Cells decided Started on: “next spring” → “2024-03”; Started on: “k.a.” → not stated; "
        "Figure: Drugs seized, kilograms: “see annex” → the words are kept, without a number Before decimals stands Trainees: the comma"
    ) in shown
    assert "the point" not in shown


@pytest.mark.once
def test_promise_nobody_verifies_his_own_import_nor_what_he_may_not_see(app: Flask, client_as: ClientAs) -> None:
    reviewer, other = client_as(Role.REVIEWER), client_as(Role.REVIEWER, "other")
    number = imported(app, 2, "reviewer")
    assert f"Import {number}, yours: 2 records of “courses.csv” wait for another person" in reviewer.get("/review/").text
    assert "another person must decide" in reviewer.get(f"/imports/{number}/review").text
    answer = reviewer.post(f"/imports/{number}/verify")
    assert (answer.status_code, "another person must decide" in answer.text) == (409, True)
    assert "courses.csv" in other.get("/review/").text
    secret = imported(app, 2, "reviewer", first=20, plan=Plan(**vars(TRAININGS) | {"marking": "RED"}))
    assert f"Import {secret}" not in other.get("/review/").text
    for page in ("", "/review", "/totals", "/left", "/counted"):
        assert other.get(f"/imports/{secret}{page}").status_code == 404
    assert other.post(f"/imports/{secret}/verify").status_code == 404
    for page in ("/rows", "/columns", "/rejected.csv"):  # the cells of the file are its importer's
        assert other.get(f"/imports/{number}{page}").status_code == 404
    assert client_as(Role.OFFICER).get(f"/imports/{number}").status_code == 404


@pytest.mark.once
def test_promise_an_import_is_returned_as_a_whole_with_a_note(app: Flask, client_as: ClientAs) -> None:
    officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
    number = imported(app, 3)
    answer = reviewer.post(f"/imports/{number}/return", data={"note": " "})
    assert (answer.status_code, "Say why" in answer.text) == (422, True)
    assert reviewer.post(f"/imports/{number}/return", data={"note": "The years are wrong"}).status_code == 303
    with stored(app) as session:
        assert set(session.scalars(sa.select(Record.review_state))) == {ReviewState.RETURNED}
        assert [move.note for move in session.scalars(sa.select(Review).where(Review.move == "return"))] == ["The years are wrong"] * 3
    assert f"3 records of import {number} were returned." in officer.get("/notifications/").text
    # what was only returned its importer may take back, and import better
    officer.post(f"/imports/{number}/undo")
    officer.post(f"/imports/{number}/clear")
    assert contents(app)["record"] == []


# --- What the stories are made of ---


def imported(app: Flask, count: int, username: str = "officer", first: int = 1, plan: Plan = TRAININGS, rows: Any = None) -> int:
    """The number of a finished import of so many courses, or of these rows."""
    with app.test_request_context(), stored(app) as session:
        user = session.scalars(sa.select(User).where(User.username == username)).one()
        made = batch(session, user, rows or courses(count, first), plan)
        session.flush()
        number, importer = made.id, user.id
    loaded(app, importer, number, 2)
    return number


def sample_of(client: FlaskClient, address: str) -> list[str]:
    """The references of the sample, as the page shows them."""
    shown = client.get(f"{address}/review").text.partition('id="sample"')[2].partition("</section>")[0]
    return re.findall(r'class="ref">([A-Z0-9-]+)<', shown)


def refs_in(page: str) -> set[str]:
    return set(re.findall(r"TRN-\d{4}-\d+", page))


def open_all(client: FlaskClient, refs: list[str]) -> None:
    for ref in refs:
        assert client.get(f"/trainings/{ref}/review").status_code == 200


def refused(app: Flask, client: FlaskClient, address: str, why: str, before: dict[str, Any]) -> None:
    """Nothing is verified yet, and the page says why."""
    assert why in read_page(200, client.get(f"{address}/review").text).text
    answer = client.post(f"{address}/verify")
    assert answer.status_code == 409
    assert why in read_page(409, answer.text).text
    after = contents(app)
    assert [name for name in ("record", "review", "fact", "notification") if after[name] != before[name]] == []


def change(client: FlaskClient, ref: str) -> None:
    fields = form_fields(client.get(f"/trainings/{ref}/edit").text, "entry")
    fields["title"] = "Somebody has worked on it"
    assert client.post(f"/trainings/{ref}/edit", data=fields).status_code in (302, 303)


def decide(client: FlaskClient, ref: str, move: str, note: str) -> None:
    assert client.post(f"/trainings/{ref}/{move}", data={"version": "1", "note": note}).status_code == 303
