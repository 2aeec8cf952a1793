"""Which selections hold the facts of a table's rows, and whether a fact may stand in several (C3, C8, C9)."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.agreements import AGREEMENT
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.models import Fact
from tracker.counting.rows import Rows, are_apart, facts_by_row, is_sole
from tracker.trainings import TRAINING

TRAININGS, PERSONS = TRAINING.measures[0], next(one for one in TRAINING.measures if one.is_quantity)
IN_FORCE = next(one for one in AGREEMENT.measures if one.mode is Mode.STOCK)
ALL = RecordFilter(reporting_state="CHN")
DIRECTION, AGENCY = Rows("direction", is_key=True), Rows("agency", is_key=True)

pytestmark = pytest.mark.engine_free


def sql(rows: Rows, chosen: RecordFilter = ALL, measure: Measure = TRAININGS) -> list[str]:
    return [str(one) for one in facts_by_row(rows, chosen, measure, [Fact.id], [])]


@pytest.mark.parametrize("dimension", ["partner", "region", "continent"])
def test_c8_beside_the_rows_of_partners_stands_what_has_none_unless_rows_are_named(dimension: str) -> None:
    assert ["CASE WHEN" in one for one in sql(Rows(dimension))] == [False, True]
    for named, asked in (({"partner": "THA"}, "fact.partner ="), ({"region": "035"}, "fact.partner IN"), ({"group": "ASEAN"}, "EXISTS")):
        (found,) = sql(Rows(dimension), ALL.narrowed(**named))
        assert "CASE WHEN" not in found
        assert asked in found


def test_c9_rows_of_groups_are_the_group_itself_and_its_members() -> None:
    assert len(sql(Rows("group"))) == 2
    assert len(sql(Rows("partner"), ALL.narrowed(expand=True))) == 3  # C6: what stands for itself, members, and what has no partner


def test_c4_agencies_of_the_reporting_state_are_left_out_where_rows_are_agencies() -> None:
    assert [["NOT IN" in one for one in sql(rows)] for rows in (AGENCY, DIRECTION, Rows("kind"), Rows("item"))] == [[True], *[[False]] * 3]


@pytest.mark.parametrize(
    ("rows", "expand", "measure", "apart"),
    [
        (Rows("partner"), False, TRAININGS, True),
        (Rows("partner"), True, TRAININGS, False),
        (Rows("partner"), True, PERSONS, True),  # C33: quantities are not expanded
        (Rows("group"), False, TRAININGS, False),
        (Rows("kind"), True, TRAININGS, True),
        (DIRECTION, True, TRAININGS, True),
    ],
)
def test_c3_where_no_row_is_in_two_selections_they_are_counted_apart(rows: Rows, expand: bool, measure: Measure, apart: bool) -> None:
    assert are_apart(rows, ALL.narrowed(expand=expand), measure) is apart


@pytest.mark.parametrize(
    ("rows", "narrowed", "measure", "sole"),
    [
        (None, {}, TRAININGS, True),
        (None, {}, None, True),
        (None, {}, PERSONS, False),  # a record may give several numbers
        (None, {}, IN_FORCE, False),  # and be in force more than once
        *((None, one, TRAININGS, False) for one in ({"region": "035"}, {"group": "ASEAN"}, {"expand": True})),
        (Rows("partner"), {}, TRAININGS, True),
        (Rows("kind"), {}, TRAININGS, True),
        (Rows("region"), {}, TRAININGS, False),
        (DIRECTION, {}, TRAININGS, True),
        (AGENCY, {}, TRAININGS, False),
    ],
)
def test_c3_facts_are_told_apart_by_record_only_where_a_record_may_have_several(
    rows: Rows | None, narrowed: dict[str, Any], measure: Measure | None, sole: bool
) -> None:
    assert is_sole(ALL.narrowed(**narrowed), measure, rows) is sole
