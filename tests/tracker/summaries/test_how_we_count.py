"""The examples of "How we count", and what stands under figures about how they are counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy.orm import Session

from tests.factories import agreements, handovers, operations, records, trainings
from tests.factories.users import user
from tests.tracker.summaries.test_links import length_of_list
from tracker.accounts.models import Role
from tracker.counting.filters import RecordFilter
from tracker.counting.models import Basis
from tracker.database.columns import utc_now
from tracker.records import registry
from tracker.records.documents import Document
from tracker.records.filtering import Reader, all_records
from tracker.summaries.by_type import figures_of
from tracker.summaries.counting_rules import RULES
from tracker.summaries.examples import Example
from tracker.summaries.figure_details import FigureDetails, figure_details
from tracker.summaries.how_we_count import counting_page
from tracker.summaries.imagined_cases import IMAGINED

pytestmark = pytest.mark.once

Save = Callable[..., None]
# of these nothing in `CASES` is one: an amendment is linked to what it changes, a phase to its operation
NEEDS_ANOTHER_RECORD = {20, 34}

SAID = {
    3: "with Laos and Thailand: once in each row and once in the total: 1, 1, 1.",
    5: "Vietnam: kept with the record, in no row.",
    6: (
        "1 in each row of: Shanghai Cooperation Organisation. With the switch, 1 in each row of: India, Iran, Kazakhstan, Kyrgyzstan, "
        "Pakistan, Russia, Tajikistan, and Uzbekistan."
    ),
    7: "Kazakhstan, and others whom the source does not name: 1+ in each row.",
    9: "Laos and Thailand: 1 in each of their rows, and 1 in the row of South-eastern Asia.",
    11: "started in 2022: 1; active in 2022, 2023, and 2024: 1 each; ended in 2024: 1. It is one joint operation.",
    13: "2024, concluded by an officer: it counts, marked, until the switch leaves it out.",
    21: "Handovers: 1 and Persons handed over: 10.",
    22: "inward (to us): 1 and not stated: 1; together 2.",
    26: "Arrests in operations: 500, so far: it stands on the record and is in no sum.",
    27: "10 are in 50: together 50.",
    28: "2 counts, 1 stays visible beside it; they are not added.",
    29: "Arrests in operations: ≥ 30, added with both its bounds.",
    33: "Arrests in operations: 30 with Laos and Thailand: “shared, not split”, and in the total.",
    35: "Drugs seized: 12 kilograms Heroin: each in its own unit, in no common sum.",
}


def cases() -> list[Document]:
    """Records that together show every rule that one record can show."""
    contained = [records.figure("arrests", "50", no=1), records.figure("arrests", "10", contained_in=1, no=2)]
    competing = [records.figure("arrests", "2", no=1), records.figure("arrests", "1", no=2) | {"preferred": False}]
    running = [records.figure("arrests", "500", nature="cumulative")]
    return [
        operations.operation(["LAO", "THA", ("VNM", "observer"), ("CHN", "participant")], "2024-03-03", arrests="30"),
        operations.operation(["SCO"], "2024-07-01"),
        operations.operation(["KAZ"], "2022-11", "2024-02", complete=False, status="completed"),
        operations.operation([], "2023-09/2024-09", status="unknown"),
        operations.operation(["MMR"], "2024?", arrests="several", crimes=["drugs", "cybercrime"]),
        operations.operation(["MMR"], "2021", arrests="0"),
        operations.operation(["MMR"], "2021", arrests="at least 30"),
        operations.operation(["MMR"], "2020", figures=contained),
        operations.operation(["MMR"], "2019", figures=competing),
        operations.operation(["MMR"], "2018", figures=running),
        operations.operation(["MMR"], "2018", figures=[records.figure("seized_drugs", "12", "kg", item="heroin")]),
        operations.operation(["MMR"], "2018", figures=[records.figure("attendance", "122", "delegation_mixed")]),
        handovers.handover(["THA"], "2026-02-02", "10", direction="inward"),
        handovers.handover(["THA"], "2025-02-02", figures=[records.figure("handed_over", "1", person_status="suspect")]),
        trainings.training(["LAO"], "2024-05", participants="20", days="5"),
        agreements.agreement(["LAO", "THA"], "2020-01-01", actions=[("entered_into_force", "2020-05-01")]),
        agreements.agreement(["KAZ"], "2021-01-01"),
    ]


def examples(reader: Reader) -> dict[int, Example]:
    return dict(counting_page(reader, utc_now()).examples)


class TestExamples:
    def test_are_found_for_each_rule_that_has_a_case(self, reader: Reader, save: Save) -> None:
        save(*cases())
        assert set(RULES) - set(examples(reader)) == NEEDS_ANOTHER_RECORD | {41}  # everything is verified

    @pytest.mark.once
    def test_say_what_the_record_contributes_and_never_its_title(self, reader: Reader, save: Save) -> None:
        save(*(one | {"title": "Zebra"} for one in cases()))
        found = examples(reader)
        assert {number: found[number].text for number in SAID} == SAID
        assert "Zebra" not in str(found)

    @pytest.mark.once
    def test_where_there_is_none_say_what_one_would_look_like(self, reader: Reader) -> None:
        assert set(examples(reader)) == {42}
        assert set(IMAGINED) == set(RULES)

    def test_a_date_without_a_first_day_is_one_too(self, reader: Reader, save: Save) -> None:
        save(*cases(), operations.operation(["MMR"], "../2024?"))
        assert set(RULES) - set(examples(reader)) == NEEDS_ANOTHER_RECORD | {41}

    @pytest.mark.once
    def test_a_last_day_alone_is_said_as_such(self, reader: Reader, save: Save) -> None:
        save(operations.operation(["MMR"], "../2024?"))
        assert examples(reader)[13].text.startswith("by 31 December 2024, concluded")

    def test_are_verified_and_for_the_reader(self, reader: Reader, save: Save, session: Session) -> None:
        """Neither what nobody has verified nor what is marked above the clearance of whoever looks is an example."""
        records.save(session, reader.user, operations.operation(["LAO", "THA"], "2024"))
        save(
            operations.operation(["KHM", "VNM"], "2023", marking="AMBER+STRICT"),
            operations.operation(["MMR", "THA"], "2022", marking="RED"),
        )
        viewer = Reader(user(session, Role.VIEWER), session, "en", reader.today, reader.reporting_state)
        assert 3 not in examples(viewer)
        assert examples(reader)[3].text.startswith("with Cambodia and Vietnam")


@pytest.mark.once
class TestDetails:
    @pytest.mark.parametrize("basis", [Basis.OFFICIAL, pytest.param(Basis.WORKING, marks=pytest.mark.once)])
    @pytest.mark.parametrize("ranges", [False, pytest.param(True, marks=pytest.mark.once)])
    def test_each_count_is_that_of_its_list(self, many: Reader, basis: Basis, ranges: bool) -> None:
        counted = [open_one for line in details(many, all_records(many, basis), ranges=ranges).lines for open_one in line.open]
        assert counted
        assert [one for one in counted if length_of_list(many, one.url) != one.count] == []

    @pytest.mark.once
    def test_a_record_with_two_statements_is_one_record(self, reader: Reader, save: Save) -> None:
        said = [records.figure("arrests", "several"), records.figure("arrests", "a large number", country="LAO")]
        save(operations.operation(["LAO", "THA"], "2024", figures=said))
        line = next(one for one in details(reader, all_records(reader, Basis.OFFICIAL)).lines if one.code == "arrests")
        assert [one.text for one in line.without_number] == ["1 record, in words only"]
        unasked = details(reader, all_records(reader, Basis.OFFICIAL), asks=False)
        assert "2 statements without a number" in [one.text for line in unasked.lines for one in line.without_number]

    @pytest.mark.once
    def test_say_filter_and_rules(self, reader: Reader) -> None:
        found = details(reader, all_records(reader, Basis.OFFICIAL).narrowed(partner="THA", keys={"crime": "drugs"}))
        assert found.filter == "Thailand; crime type: Drug crime"
        assert {2, 3, 12, 15, 41} <= {rule.number for rule in found.rules}


def details(reader: Reader, chosen: RecordFilter, *, ranges: bool = False, asks: bool = True) -> FigureDetails:
    measures: Sequence = list(registry.every_measure().values())
    return figure_details(reader, chosen, figures_of(reader, measures, chosen, ranges=ranges), "all years", to_date=True, asks=asks)
