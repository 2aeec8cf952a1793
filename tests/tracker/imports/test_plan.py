"""How a file is read, as it is kept: with the import, and by the names of its columns with a profile."""

from __future__ import annotations

import json

import pytest

from tracker.imports.cell_dates import Order, Style
from tracker.imports.plan import Matched, Plan, Rule, for_profile, from_json, names_of, of_profile, signature
from tracker.imports.plan import Test as Asks

pytestmark = pytest.mark.engine_free
HEADERS = ["No", "Course", "Country", "Country", "Start"]
PLAN = Plan(
    sheets=(1, 2), header=3, kind="training",
    columns={0: Matched("identifiers:other"), 1: Matched("title"), 3: Matched("parties:recipient", "/"), 4: Matched("start")},
    constants={"status": "completed"}, rules=(Rule(1, Asks.CONTAINS, "total"), Rule(4, Asks.EMPTY)), group=0,
    words={"party": {"burma": "MMR", "atlantis": ""}}, dates={4: Style(Order.DAY_FIRST, 30)}, is_draft=True, marking="AMBER+STRICT",
)  # fmt: skip


def test_a_plan_comes_back_from_the_database_as_it_was() -> None:
    assert from_json(json.loads(json.dumps(PLAN.to_json()))) == PLAN
    assert from_json({}) == Plan()
    assert from_json(Plan(is_exchange=True).to_json()).is_exchange


def test_a_profile_reads_a_file_whose_columns_stand_otherwise() -> None:
    stored = json.loads(json.dumps(for_profile(PLAN, HEADERS)))
    assert of_profile(stored, HEADERS, sheets=(1, 2), header=3) == PLAN
    moved = ["Start", "COURSE ", "country", "Extra", "Country"]
    found = of_profile(stored, moved, sheets=(0,), header=1)
    assert found.columns == {0: Matched("start"), 1: Matched("title"), 4: Matched("parties:recipient", "/")}
    assert (found.dates, found.group) == ({0: Style(Order.DAY_FIRST, 30)}, None)
    assert found.rules == (Rule(1, Asks.CONTAINS, "total"), Rule(0, Asks.EMPTY))
    assert (found.words, found.constants, found.marking, found.is_draft) == (PLAN.words, PLAN.constants, "AMBER+STRICT", True)


def test_an_earlier_profile_has_the_unit_that_the_name_of_a_column_says() -> None:
    columns = {"drugs kg": {"field": "figures:seized_drugs"}, "drugs": {"field": "figures:seized_drugs"}, "guns": {"field": "title"}}
    found = of_profile({"columns": columns}, ["Drugs (kg)", "Drugs", "Guns"], sheets=(0,), header=1)
    assert [one.field for one in found.columns.values()] == ["figures:seized_drugs@kg", "figures:seized_drugs", "title"]


def test_files_with_the_same_columns_are_known() -> None:
    assert signature(HEADERS) == signature(["no", "COURSE", "Country ", "country", "Start"]) == signature(["reason", *HEADERS])
    assert signature(HEADERS) != signature(HEADERS[:-1])
    assert signature(HEADERS) != signature([*HEADERS[:-1], "End"])
    assert names_of(["", "A", "a", "%"]) == ["?", "a", "a #2", "? #2"]


def test_words_are_added_to_those_that_were_decided() -> None:
    plan = PLAN.with_words("party", {"siam": "THA"}).with_words("kind", {"x": ""})
    assert plan.words == {"party": {"burma": "MMR", "atlantis": "", "siam": "THA"}, "kind": {"x": ""}}
    assert PLAN.words == {"party": {"burma": "MMR", "atlantis": ""}}
