"""The difference of two documents, and two officers' work in one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import records
from tests.factories.agreements import agreement
from tests.factories.handovers import handover
from tracker.accounts.models import User
from tracker.database.columns import utc_now
from tracker.records.differences import changes, is_same, merge, merge_rows
from tracker.records.filtering import Reader
from tracker.records.words import Wording

HANDOVER, AGREEMENT = records.type_of_kind("handover"), records.type_of_kind("agreement")
NAMED = [{"name": letter, "lang": ""} for letter in "abcdef"]


@pytest.mark.engine_free
class TestIsSame:
    def test_the_order_of_rows_says_nothing(self) -> None:
        one = handover(["LAO", "THA"], "2024", crimes=["fraud", "drugs"])
        other = one | {"parties": one["parties"][::-1], "crimes": one["crimes"][::-1]}
        assert is_same(one, other, HANDOVER)

    @pytest.mark.parametrize(
        "change",
        [{"title": "x"}, {"start": "2023"}, {"direction": "inward"}, {"parties": []}, {"parties_complete": False}, {"status": "ongoing"}],
    )
    def test_any_other_value_is_another_document(self, change: dict[str, Any]) -> None:
        one = handover(["LAO"], "2024")
        assert not is_same(one, one | change, HANDOVER)

    def test_what_only_facts_need_says_nothing(self) -> None:
        one = handover(["LAO"], "2024")
        kept = one | {
            "ref": "HND-2026-0001",
            "is_out": False,
            "parties": [one["parties"][0] | {"counts_as_partner": True, "kind": "country"}],
        }
        assert is_same(one, kept, HANDOVER)


class TestChanges:
    def test_each_change_is_told_in_words(self, wording: Wording) -> None:
        before = handover(["LAO"], "2024", "10", title="First", direction="not_stated")
        after = before | {
            "title": "Second",
            "start": "2024-07",
            "direction": "inward",
            "parties": [*before["parties"], {"party": "THA", "role": "sending", "note": ""}],
        }
        found = {change.field: (change.before, change.after) for change in changes(before, after, wording)}
        assert {name: found[name] for name in found if name != "parties"} == {
            "title": (("First",), ("Second",)),
            "start": (("2024",), ("July 2024",)),
            "direction": (("not stated",), ("inward (to us)",)),
        }
        assert found["parties"][0] == ()
        assert "Thailand" in found["parties"][1][0]

    def test_rows_that_stay_are_not_told(self, wording: Wording) -> None:
        before = handover(["LAO"], "2024", figures=[records.figure("other", "3"), records.figure("other", "7")])
        after = before | {"figures": [before["figures"][0], before["figures"][1] | {"value_lo": "8", "value_hi": "8"}]}
        (change,) = changes(before, after, wording)
        assert (len(change.before), len(change.after)) == (1, 1)

    def test_the_same_document_has_no_changes(self, wording: Wording) -> None:
        one = handover(["LAO"], "2024", "10")
        assert changes(one, one, wording) == []


class TestMerge:
    def test_what_only_one_changed_is_taken_and_what_both_changed_stays_mine(self, wording: Wording) -> None:
        base = handover(["LAO"], "2024", title="Base", place="Base")
        theirs, mine = base | {"title": "Theirs", "summary": "Theirs"}, base | {"title": "Mine", "place": "Mine"}
        merged, clashes = merge(base, theirs, mine, wording)
        assert (merged["title"], merged["summary"], merged["place"]) == ("Mine", "Theirs", "Mine")
        assert {clash.label: clash.keeps_mine for clash in clashes} == {"Title": True, "Summary": False}

    def test_what_both_wrote_alike_is_no_clash(self, wording: Wording) -> None:
        base = handover(["LAO"], "2024", title="Base")
        merged, clashes = merge(base, base | {"title": "Same"}, base | {"title": "Same"}, wording)
        assert (merged["title"], clashes) == ("Same", [])

    def test_two_primary_crimes_stay_one(self, wording: Wording) -> None:
        base = handover(["LAO"], "2024")
        theirs = base | {"crimes": [{"term": "fraud", "is_primary": True}]}
        mine = base | {"crimes": [{"term": "drugs", "is_primary": True}]}
        merged, _ = merge(base, theirs, mine, wording)
        assert sum(row["is_primary"] for row in merged["crimes"]) <= 1
        assert {row["term"] for row in merged["crimes"]} == {"fraud", "drugs"}

    def test_a_party_with_a_note_from_each_side_stands_once_in_its_role(self, wording: Wording) -> None:
        base = handover([("LAO", "sending")], "2024")
        theirs, mine = ({**base, "parties": [base["parties"][0] | {"note": note}]} for note in ("their note", "my note"))
        merged, _ = merge(base, theirs, mine, wording)
        keys = [(row["party"], row["role"]) for row in merged["parties"]]
        assert len(keys) == len(set(keys))

    def test_my_new_figure_under_a_number_of_theirs_takes_with_it_all_that_speaks_of_it(self, wording: Wording) -> None:
        base = handover(["LAO"], "2024", figures=[records.figure("other", "1")])
        theirs = base | {"figures": [*base["figures"], records.figure("other", "20", no=2)]}
        mine = base | {
            "figures": [*base["figures"], records.figure("other", "30", no=2), records.figure("other", "3", no=3, contained_in=2)],
            "evidence": [
                records.evidence(1, "SRC-2026-0001", field="figure:1"),
                records.evidence(2, "SRC-2026-0001", field="figure:2"),
            ],
        }
        merged, _ = merge(base, theirs, mine, wording)
        values = {row["no"]: row["value_lo"] for row in merged["figures"]}
        assert sorted(values.values()) == ["1", "20", "3", "30"]
        part = next(row for row in merged["figures"] if row["value_lo"] == "3")
        assert values[part["contained_in"]] == "30"
        supported = [values[int(row["target_field"].partition(":")[2])] for row in merged["evidence"]]
        assert supported == ["1", "30"]

    def test_the_same_new_figure_of_both_is_one(self, wording: Wording) -> None:
        base = handover(["LAO"], "2024")
        both = base | {"figures": [records.figure("other", "20", no=1)]}
        merged, _ = merge(base, both, both | {"place": "Boten"}, wording)
        assert merged["figures"] == both["figures"]

    def test_the_order_of_actions_is_kept(self) -> None:
        base = agreement(["LAO"], "2020", actions=[("signed", "2020"), ("entered_into_force", "2021")])["actions"]
        added = {"party": None, "action": "suspended", "date": "2022"}
        assert merge_rows(base, [*base, added], base) == [*base, added]


@pytest.mark.engine_free
class TestMergeRows:
    @given(
        st.lists(st.sampled_from(NAMED), unique_by=str),
        st.lists(st.sampled_from(NAMED), unique_by=str),
        st.lists(st.sampled_from(NAMED), unique_by=str),
    )
    def test_what_one_added_stays_and_what_one_removed_goes(self, base: list[Any], theirs: list[Any], mine: list[Any]) -> None:
        merged = merge_rows(base, theirs, mine)
        for row in NAMED:
            was, said, wrote = row in base, row in theirs, row in mine
            expected = (said or wrote) if not was else (said and wrote)
            assert (row in merged) == expected, row
        assert len(merged) == len({row["name"] for row in merged})

    @given(
        st.dictionaries(st.integers(1, 4), st.sampled_from("abc")),
        st.dictionaries(st.integers(1, 4), st.sampled_from("abc")),
        st.dictionaries(st.integers(1, 4), st.sampled_from("abc")),
    )
    def test_no_numbered_row_that_somebody_wrote_is_lost(self, base: dict[int, str], theirs: dict[int, str], mine: dict[int, str]) -> None:
        was, said, wrote = ([{"no": no, "text": text} for no, text in rows.items()] for rows in (base, theirs, mine))
        merged = merge_rows(was, said, wrote)
        numbers = [row["no"] for row in merged]
        assert len(numbers) == len(set(numbers))
        texts = [row["text"] for row in merged]
        for no in set(theirs) - set(base):
            assert theirs[no] in texts
        for no, text in mine.items():
            if base.get(no) != text:
                assert text in texts
        for no, text in base.items():
            if text == theirs.get(no) == mine.get(no):
                assert {"no": no, "text": text} in merged


@pytest.fixture
def wording(session: Session, officer: User) -> Wording:
    return Wording(Reader(officer, session, "en", utc_now().date(), records.REPORTING_STATE), HANDOVER)
