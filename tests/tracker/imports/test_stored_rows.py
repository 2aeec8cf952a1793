"""What becomes of the lists of a record that a line changes."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.imports.stored_rows import partners_with_stored, rows_with_stored
from tracker.records.form_document import figure_entry
from tracker.records.numbers import parse_number

pytestmark = pytest.mark.engine_free


def figure(no: int, metric: str, typed: str, unit: str = "person", **more: Any) -> dict[str, Any]:
    number = parse_number(typed)
    assert number
    return figure_entry(no, metric, unit, number, **more)


def said(rows: list[Any]) -> list[tuple[Any, ...]]:
    return [(row["no"], row["metric"], row["value_lo"], row["item"], row["country"]) for row in rows]


def test_figures_that_the_file_does_not_speak_of_stay() -> None:
    stored = [
        figure(1, "arrests", "5", preference_reason="the later report"),
        figure(2, "suspects_identified", "9"),
        figure(4, "arrests", "2", country="LAO"),
        figure(5, "seized_drugs", "3", "kg", item="heroin"),
    ]
    after = rows_with_stored(
        "figures", [figure(1, "arrests", ">100"), figure(2, "seized_drugs", "7", "kg", item="cocaine")], stored, "metric"
    )
    assert said(after) == [
        (1, "arrests", "100", None, None), (2, "suspects_identified", "9", None, None), (4, "arrests", "2", None, "LAO"),
        (5, "seized_drugs", "3", "heroin", None), (6, "seized_drugs", "7", "cocaine", None),
    ]  # fmt: skip
    said_again = after[0]["preference_reason"], after[0]["value_hi"]
    assert said_again == ("the later report", None), "of what it says again only the number is another"
    for more in ({"person_status": "convicted"}, {"period": "2023", "as_of": "2023-12-31", "nature": "cumulative"}, {"contained_in": 2}):
        apart = figure(1, "arrests", "5", **more)
        assert rows_with_stored("figures", [figure(1, "arrests", "40")], [apart], "metric")[0] == apart, "which means something else"
    assert rows_with_stored("figures", [figure(1, "arrests", "5")], stored, "metric") == stored
    rivals = [figure(1, "arrests", "5"), figure(2, "arrests", "7")]
    assert rows_with_stored("figures", [figure(1, "arrests", "7")], rivals, "metric") == rivals
    assert len(rows_with_stored("figures", [figure(1, "arrests", "8")], rivals, "metric")) == 3, "which of both it mends nobody says"


def test_steps_that_the_file_does_not_speak_of_stay() -> None:
    stored = [{"action": "entered_into_force", "date": "2020", "note": "by note"}, {"action": "terminated", "date": "", "note": ""}]
    after = rows_with_stored("actions", [{"action": "entered_into_force", "date": "2020-05-01"}], stored, "action")
    assert after == [{"action": "entered_into_force", "date": "2020-05-01", "note": "by note"}, stored[1]]
    twice = [{"action": "amended", "date": "2020", "note": ""}, {"action": "amended", "date": "2021", "note": ""}]
    assert rows_with_stored("actions", [{"action": "amended", "date": "2021"}], twice, "action") == twice
    assert len(rows_with_stored("actions", [{"action": "amended", "date": "2022"}], twice, "action")) == 3


def test_partners_in_roles_that_the_file_does_not_speak_of_stay() -> None:
    def row(party: str, role: str, **more: str) -> dict[str, str]:
        return {"party": party, "role": role} | more

    stored = [row("LAO", "lead", note="chairs"), row("THA", "participant", note="from May"), row("KHM", "participant")]
    given = [row("LAO", "participant"), row("THA", "participant"), row("VNM", "participant")]
    after = partners_with_stored(given, stored, {"parties:participant"}, "participant")
    assert after == [stored[0], stored[1], row("VNM", "participant")], "who leads takes part; who is not listed any more does not"
    assert partners_with_stored(given, stored, {"parties:told", "roles"}, "participant") == [given[0], stored[1], given[2]]
    # sides that follow from the direction turn round with it
    turned = [row("LAO", "receiving")]
    assert partners_with_stored(turned, [row("LAO", "sending")], {"parties:usual"}, "sending") == turned
