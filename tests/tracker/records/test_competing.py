"""Of numbers that say the same thing one counts (C28): by credibility, then the newer source, else as an officer says and why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories.handovers import handover
from tests.factories.operations import operation
from tests.factories.records import change, evidence, figure, save, type_of_kind
from tests.factories.sources import source
from tracker.accounts.models import User
from tracker.records.competing import settle
from tracker.records.documents import Document, read_document
from tracker.records.services import version_payload

OLD, NEW = "SRC-2026-0001", "SRC-2026-0002"
DATES = {OLD: date(2024, 1, 31), NEW: date(2025, 7, 11)}


def settled(*numbers: Document, **founded: tuple[str, str | None]) -> list[tuple[bool, str]]:
    """Whether each number counts and who decided; `f1=(source, credibility)` founds figure 1."""
    figures = [number | {"no": place} for place, number in enumerate(numbers, 1)]
    passages = [
        evidence(place, ref, field=f"figure:{name[1:]}", credibility=grade) for place, (name, (ref, grade)) in enumerate(founded.items(), 1)
    ]
    document = operation(["LAO"], "2024", figures=figures) | {"evidence": passages}
    found = settle(document, lambda refs: {ref: DATES[ref] for ref in refs})
    return [(one["preferred"], one["preference"]) for one in found]


def arrests(number: str, **more: Any) -> Document:
    return figure("arrests", number, **more)


@pytest.mark.engine_free
class TestTheRule:
    @pytest.mark.parametrize(
        ("founded", "expected"),
        [
            ({"f1": (OLD, "2"), "f2": (NEW, "3")}, [(True, "rule"), (False, "rule")]),
            ({"f1": (OLD, "2"), "f2": (NEW, "2")}, [(False, "rule"), (True, "rule")]),
            ({"f1": (OLD, None), "f2": (NEW, "5")}, [(False, "rule"), (True, "rule")]),
            ({"f1": (OLD, "6"), "f2": (NEW, "6")}, [(False, "rule"), (True, "rule")]),
            ({"f1": (OLD, None), "f2": (OLD, None)}, [(True, "open"), (False, "open")]),
            ({"f1": (OLD, "3"), "f2": (OLD, "3")}, [(True, "open"), (False, "open")]),
            ({}, [(True, "open"), (False, "open")]),
        ],
    )
    def test_c28_credibility_then_the_newer_source_else_it_is_open(
        self, founded: dict[str, tuple[str, str | None]], expected: list[tuple[bool, str]]
    ) -> None:
        assert settled(arrests("1"), arrests("2"), **founded) == expected

    @pytest.mark.parametrize(
        "other",
        [
            arrests("2", period="2023"),
            arrests("2", country="LAO"),
            arrests("2", person_status="convicted"),
            arrests("2", item="cocaine"),
            figure("arrests", "2", "case"),
            figure("victims_rescued", "2"),
            arrests("2", nature="cumulative"),
            arrests("2", contained_in=1),
        ],
    )
    def test_c28_what_is_not_the_same_thing_does_not_compete(self, other: Document) -> None:
        assert settled(arrests("1"), other) == [(True, "rule"), (True, "rule")]

    def test_c28_an_officer_decides_otherwise_and_says_why(self) -> None:
        chosen = arrests("2", preference_reason="counted by our own attaché")
        assert settled(arrests("1"), chosen, f1=(NEW, "1")) == [(False, "rule"), (True, "officer")]

    def test_c28_what_an_officer_put_aside_stays_there(self) -> None:
        assert settled(arrests("1", preferred=False), arrests("2")) == [(False, "officer"), (True, "rule")]
        assert settled(arrests("1", preferred=False)) == [(False, "officer")]

    def test_c28_alone_again_a_number_counts(self) -> None:
        assert settled(arrests("1", preferred=False, preference="rule")) == [(True, "rule")]


class TestStored:
    def test_the_better_founded_number_counts_and_is_asked_about_anew_with_every_save(self, session: Any, officer: User) -> None:
        ref = source(session, officer, published="2024-01-31").ref
        numbers = [figure("handed_over", "1", no=1), figure("handed_over", "2", no=2)]
        record = save(session, officer, handover(["USA"], "2024", figures=numbers))
        record_type = type_of_kind("handover")
        assert [one["preferred"] for one in read_document(record, record_type)["figures"]] == [True, False]
        founded = read_document(record, record_type) | {"evidence": [evidence(1, ref, field="figure:2", credibility="1")]}
        assert change(session, officer, record, founded)
        assert [one["preferred"] for one in read_document(record, record_type)["figures"]] == [False, True]
        assert not change(session, officer, record, read_document(record, record_type))
        payload = version_payload(officer, session, record, 2)
        assert payload
        assert [one["preference"] for one in payload["figures"]] == ["rule", "rule"]
