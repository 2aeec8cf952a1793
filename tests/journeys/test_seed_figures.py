"""The figures that the demo's records must give: computed by hand from the article, never from this program."""

from __future__ import annotations

import csv
import html
import io
import re
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.engines import Databases
from tracker import create_app
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.config import Settings
from tracker.counting import queries
from tracker.counting.filters import NOT_STATED, UNCERTAIN, RecordFilter
from tracker.counting.models import Basis
from tracker.counting.queries import TOTAL, Cell, Table
from tracker.counting.rows import Rows
from tracker.demo import loading
from tracker.extensions import db
from tracker.records import registry
from tracker.records.models import RecordVersion
from tracker.vocabularies.models import Party, PartyKind

TODAY = date(2026, 1, 31)
CHN = loading.REPORTING_STATE
PARTNERS = Rows("partner")
BASIS = Basis.WORKING  # set by the fixture below


@pytest.fixture(scope="module")
def app(databases: Databases, cheap_passwords: None) -> Iterator[Flask]:
    """The application on a database that the command has filled; its tests only read."""
    with databases.fresh() as url:
        app = create_app(Settings(database_url=url, secret_key="only for this test"), testing=True)
        app.config["WTF_CSRF_ENABLED"] = False
        assert app.test_cli_runner().invoke(args=["demo"]).exit_code == 0
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session


@pytest.fixture(autouse=True, params=list(Basis))
def basis(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Basis:
    """The numbers hold for what is verified and for all that is saved: everything was verified, and what was written since changes none."""
    monkeypatch.setattr(sys.modules[__name__], "BASIS", request.param)
    basis: Basis = request.param
    return basis


def chosen(measure: str, **keys: str) -> RecordFilter:
    return RecordFilter(basis=BASIS, measure=measure, reporting_state=CHN).narrowed(keys=keys)


def table(session: Session, measure: str, rows: Rows = PARTNERS, **keys: str) -> Table:
    return queries.table(session, registry.every_measure()[measure], chosen(measure, **keys), rows, TODAY)


def total(session: Session, measure: str, **keys: str) -> Cell:
    return queries.total(session, registry.every_measure()[measure], chosen(measure, **keys), TODAY)


def facts_behind(session: Session, wanted: RecordFilter) -> set[str]:
    """The facts whose records stand behind a figure."""
    ids = queries.record_ids(session, wanted, registry.every_measure()[wanted.measure], TODAY)
    tokens = session.scalars(sa.select(RecordVersion.form_token).where(RecordVersion.record_id.in_(ids), RecordVersion.version == 1))
    return {str(token).removeprefix("demo:") for token in tokens}


def countries(session: Session, shown: Table) -> list[str]:
    known = set(session.scalars(sa.select(Party.code).where(Party.kind == PartyKind.COUNTRY)))
    return [row for row in shown.rows if row in known]


# --- Handovers and persons (C21, C22, C24, C31) ---


@pytest.mark.parametrize(
    ("direction", "handovers", "persons"), [("inward", 2, 11), ("outward", 2, 2), ("transit", 0, 0), ("not_stated", 0, 0)]
)
def test_handovers_and_persons_by_direction(session: Session, direction: str, handovers: int, persons: int):
    assert total(session, "handovers", direction=direction).records == handovers
    cell = total(session, "persons_handed_over", direction=direction)
    assert (cell.lower, cell.upper, cell.about, cell.missing) == (Decimal(persons), Decimal(persons), False, 0)


def test_total_is_the_sum_of_the_directions(session: Session):
    assert total(session, "handovers").records == 4
    assert total(session, "persons_handed_over").lower == 13


def test_one_statement_without_a_number(session: Session):
    assert total(session, "handovers").unquantified == 1
    assert total(session, "handovers", direction="not_stated").unquantified == 1
    assert facts_behind(session, chosen("handovers").narrowed(number="unquantified")) == {"S45"}
    assert table(session, "handovers").cell(NOT_STATED) == Cell(unquantified=1)


def test_handovers_by_country(session: Session):
    handovers, persons = table(session, "handovers"), table(session, "persons_handed_over")
    numbers = {row: (handovers.cell(row).records, int(persons.cell(row).lower)) for row in handovers.rows if row != NOT_STATED}
    assert numbers == {"MMR": (1, 10), "THA": (1, 1), "KOR": (1, 1), "USA": (1, 1)}
    assert (int(handovers.counted_again()), handovers.repeated[TOTAL], int(persons.counted_again())) == (0, 0, 0)


def test_handovers_by_year(session: Session):
    handovers, persons = table(session, "handovers"), table(session, "persons_handed_over")
    numbers = {
        column: (cell.records, int(persons.cell(TOTAL, column).lower), cell.inferred)
        for (row, column), cell in handovers.cells.items()
        if row == TOTAL and column != TOTAL
    }
    assert numbers == {"2023": (1, 1, 0), "2024": (2, 2, 1), NOT_STATED: (1, 10, 0)}
    assert handovers.years == (2023, 2024)
    certain = chosen("handovers").narrowed(inferred=False)
    assert queries.total(session, registry.every_measure()["handovers"], certain, TODAY).records == 3


def test_handovers_by_legal_basis(session: Session):
    shown = table(session, "handovers", Rows("legal_basis", is_key=True))
    assert {row: shown.cell(row).records for row in shown.rows} == {"extradition": 1, "not_stated": 3}


def test_each_handover_opens_its_records(session: Session):
    expected = {
        ("MMR", NOT_STATED): {"S29"}, ("THA", "2024"): {"S32"}, ("KOR", "2023"): {"S42"}, ("USA", "2024"): {"S43"},
    }  # fmt: skip
    shown = table(session, "handovers")
    filled = {key for key, cell in shown.cells.items() if cell.records and TOTAL not in key}
    assert filled == set(expected)
    for (partner, year), facts in expected.items():
        for measure in ("handovers", "persons_handed_over"):
            assert facts_behind(session, chosen(measure).narrowed(partner=partner, year=year)) == facts


# --- Records naming a partner (C3, C5, C7) ---


def test_partner_line(session: Session):
    shown = table(session, "records")
    line = countries(session, shown)
    cells = {row: f"{shown.cell(row).records}{'+' if shown.cell(row).open_list else ''}" for row in line}
    assert cells == {"KHM": "1+", "KOR": "1", "LAO": "1+", "MMR": "1", "THA": "2+", "USA": "1"}
    assert sum(shown.cell(row).records for row in line) == 7
    behind = {row: facts_behind(session, chosen("records").narrowed(partner=row)) for row in line}
    assert {row: len(found) for row, found in behind.items()} == {row: shown.cell(row).records for row in line}
    assert set().union(*behind.values()) == {"S29", "S32", "S36", "S42", "S43"}


def test_organisations_and_what_names_nobody_stand_apart(session: Session):
    shown = table(session, "records")
    assert set(shown.rows) - set(countries(session, shown)) == {"INTERPOL", NOT_STATED}
    assert facts_behind(session, chosen("records").narrowed(partner="INTERPOL")) == {"S39", "S40"}
    assert facts_behind(session, chosen("records").narrowed(partner=NOT_STATED)) == {"S33", "S34", "S37", "S45", "S46", "S56"}
    assert shown.cell(TOTAL).records == 13
    assert (shown.sum_of_rows().records, int(shown.counted_again()), shown.repeated[TOTAL]) == (15, 2, 1)


def test_the_reporting_state_and_agencies_have_no_row(session: Session):
    for measure in registry.every_measure():
        assert not {CHN, "USA_DSS"} & set(table(session, measure).rows)


# --- Operations, agreements, trainings (C11, C12, C31) ---


def test_named_operations(session: Session):
    shown = table(session, "operations_started")
    assert shown.cell(TOTAL).records == 4
    assert {column: cell.records for (row, column), cell in shown.cells.items() if row == TOTAL and column != TOTAL} == {
        "2024": 1,
        NOT_STATED: 3,
    }
    assert shown.cell(TOTAL).unquantified == 2
    assert facts_behind(session, chosen("operations_started")) == {"S33", "S37", "S39", "S40"}
    assert facts_behind(session, chosen("operations_started").narrowed(number="unquantified")) == {"S34", "S36"}


@pytest.mark.parametrize(("measure", "fact"), [("agreements_signed", "S56"), ("trainings_started", "S46")])
def test_no_number_but_one_statement(session: Session, measure: str, fact: str):
    cell = total(session, measure)
    assert (cell.records, int(cell.lower), cell.unquantified, cell.is_empty) == (0, 0, 1, False)
    assert facts_behind(session, chosen(measure).narrowed(number="unquantified")) == {fact}


def test_the_statement_on_trainings_has_an_uncertain_year(session: Session):
    assert table(session, "trainings_started").cell(TOTAL, UNCERTAIN).unquantified == 1


@pytest.mark.parametrize(
    "measure", ["agreements_in_force", "agreements_force_not_known", "amendments", "arrests", "participants", "participant_days"]
)
def test_what_the_article_gives_no_number_for(session: Session, measure: str):
    assert total(session, measure).is_empty


def test_activities_of_all_types(session: Session):
    cell = total(session, "activities")
    assert (cell.records, cell.unquantified) == (8, 5)


# --- What a manager sees and opens (C43) ---

LINK = re.compile(r'<a href="(/records/\?[^"]*)"[^>]*>([\d,]+)(?:<span[^>]*>\+</span>)?</a>')
STATEMENT = re.compile(r'<a href="(/records/\?[^"]*)"[^>]*>1 statement without a number</a>')


@pytest.fixture(scope="module")
def manager(app: Flask) -> FlaskClient:
    """A browser in which the manager of the demo is signed in."""
    client = app.test_client()
    assert client.post("/sign-in", data={"username": "manager", "password": DEMO_PASSWORD}).status_code == 302
    return client


def file_of(manager: FlaskClient, address: str) -> list[list[str]]:
    """The lines of a file up to the empty one, after which it says what it counts."""
    answer = manager.get(address)
    assert answer.status_code == 200
    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    return lines[: lines.index([])]


def matrix(manager: FlaskClient, query: str) -> dict[str, dict[str, str]]:
    """The matrix as its file: a row's code (or its label in the foot) -> column -> what stands there."""
    head, *rows = file_of(manager, f"/figures.csv?{query}")
    return {row[1] or row[0]: dict(zip(head[2:], row[2:], strict=True)) for row in rows}


def links_of_table(manager: FlaskClient, query: str) -> list[tuple[str, int]]:
    """Each number of the table that opens a list, with its address."""
    page = manager.get(f"/figures/?{query}&basis={BASIS}")
    assert page.status_code == 200
    shown = page.text[page.text.index("<table") : page.text.index("</table>")]
    return [(html.unescape(address), int(number.replace(",", ""))) for address, number in LINK.findall(shown)]


def test_matrix_of_handovers(manager: FlaskClient):
    assert matrix(manager, "measure=handovers") == {
        "MMR": {"2023": "0", "2024": "0", "Year not stated": "1", "All years": "1"},
        "KOR": {"2023": "1", "2024": "0", "Year not stated": "0", "All years": "1"},
        "THA": {"2023": "0", "2024": "1", "Year not stated": "0", "All years": "1"},
        "USA": {"2023": "0", "2024": "1", "Year not stated": "0", "All years": "1"},
        "not_stated": {"2023": "0", "2024": "0", "Year not stated": "", "All years": ""},
        "Distinct total": {"2023": "1", "2024": "2", "Year not stated": "1", "All years": "4"},
    }


def test_matrix_of_persons(manager: FlaskClient):
    assert matrix(manager, "measure=persons_handed_over") == {
        "MMR": {"2023": "", "2024": "", "Year not stated": "10", "All years": "10"},
        "KOR": {"2023": "1", "2024": "", "Year not stated": "", "All years": "1"},
        "THA": {"2023": "", "2024": "1", "Year not stated": "", "All years": "1"},
        "USA": {"2023": "", "2024": "1", "Year not stated": "", "All years": "1"},
        "Distinct total": {"2023": "1", "2024": "2", "Year not stated": "10", "All years": "13"},
    }


@pytest.mark.parametrize(("direction", "handovers", "persons"), [("inward", "2", "11"), ("outward", "2", "2")])
def test_matrix_by_direction(manager: FlaskClient, direction: str, handovers: str, persons: str):
    for measure, expected in (("handovers", handovers), ("persons_handed_over", persons)):
        assert matrix(manager, f"measure={measure}&direction={direction}")["Distinct total"]["All years"] == expected


@pytest.mark.once
@pytest.mark.parametrize(
    "query",
    [
        "measure=handovers",
        "measure=handovers&direction=inward",
        "measure=handovers&rows=legal_basis",
        "measure=records",
        "measure=operations_started",
    ],
)
def test_every_number_opens_as_many_records(manager: FlaskClient, query: str):
    links = links_of_table(manager, query)
    assert links
    for address, number in links:
        assert manager.get(address).status_code == 200
        assert len(file_of(manager, address.replace("/records/", "/records.csv", 1))) - 1 == number, address


def test_every_number_of_persons_opens_records_that_add_up_to_it(manager: FlaskClient):
    links = links_of_table(manager, "measure=persons_handed_over")
    assert max(number for _, number in links) == 13
    for address, number in links:
        head, *rows = file_of(manager, address.replace("/records/", "/records.csv", 1))
        column = next(index for index, label in enumerate(head) if "lower" in label)
        assert sum(Decimal(row[column]) for row in rows) == number, address


def test_the_page_shows_the_open_list(manager: FlaskClient):
    page = manager.get(f"/figures/?measure=records&basis={BASIS}").text
    marked = re.findall(
        r'<a href="/records/\?(?:basis=official&amp;)?measure=records&amp;partner=(\w+)"[^>]*>(\d)<span[^>]*>\+</span></a>', page
    )
    assert sorted(marked) == [("KHM", "1"), ("LAO", "1"), ("THA", "2")]


@pytest.mark.parametrize("measure", ["handovers", "agreements_signed", "trainings_started"])
def test_the_statement_stands_beside_the_table_and_opens_its_record(manager: FlaskClient, measure: str):
    (address,) = STATEMENT.findall(manager.get(f"/figures/?measure={measure}&basis={BASIS}").text)
    assert len(file_of(manager, html.unescape(address).replace("/records/", "/records.csv", 1))) == 2


def test_every_record_opens(manager: FlaskClient):
    addresses = set(re.findall(r'href="(/\w+/[A-Z]{3}-\d{4}-\d{4})"', manager.get("/records/").text))
    assert len(addresses) == 13
    for address in addresses:
        page = manager.get(address)
        assert page.status_code == 200
        assert "line " in page.text


def test_files_give_their_connections_back(app: Flask, manager: FlaskClient):
    """A file is written after the request's own session was closed; a connection kept then is one less for everybody."""
    for address in ("/records.csv", "/handovers.csv", "/figures.csv?measure=handovers"):
        assert manager.get(address).text
    with app.app_context():
        assert isinstance(db.engine.pool, sa.QueuePool)
        assert db.engine.pool.checkedout() == 0
