"""The figures that the demo's records must give: computed by hand from the article, never from this program."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from tests.journeys.seed_figures.asking import CHN, TODAY, chosen, countries, facts_behind, table, total
from tracker.counting import queries
from tracker.counting.filters import NOT_STATED, UNCERTAIN
from tracker.counting.queries import TOTAL, Cell
from tracker.counting.rows import Rows
from tracker.records import registry

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
    assert facts_behind(session, chosen("records").narrowed(partner=NOT_STATED)) == {
        *("S20", "S31", "S33", "S34", "S37", "S45", "S46", "S56"),
        *(f"total of {day}" for day in ("2023-10-16", "2023-11-21", "2024-01-30", "2025-07")),
    }
    assert shown.cell(TOTAL).records == 19
    assert (shown.sum_of_rows().records, int(shown.counted_again()), shown.repeated[TOTAL]) == (21, 2, 1)


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
