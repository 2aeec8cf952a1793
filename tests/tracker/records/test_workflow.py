"""The table of moves: from which state to which, by whom."""

from __future__ import annotations

import pytest

from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.workflow import MOVES, find_move


class TestTheTable:
    pytestmark = pytest.mark.engine_free

    def test_it_holds_these_moves_and_no_others(self) -> None:
        found = {(state.value, move.value, official): found.target.value for (state, move, official), found in MOVES.items()}
        assert found == {
            ("draft", "submit", False): "submitted",
            ("submitted", "submit", False): "submitted",
            ("submitted", "submit", True): "submitted",
            ("submitted", "verify", False): "verified",
            ("submitted", "verify", True): "verified",
            ("submitted", "return", False): "returned",
            ("submitted", "return", True): "returned",
            ("submitted", "retire", False): "retired",
            ("submitted", "retire", True): "retired",
            ("submitted", "merge", False): "retired",
            ("submitted", "merge", True): "retired",
            ("returned", "submit", False): "submitted",
            ("returned", "submit", True): "submitted",
            ("returned", "retire", False): "retired",
            ("returned", "retire", True): "retired",
            ("returned", "merge", False): "retired",
            ("returned", "merge", True): "retired",
            ("verified", "submit", True): "submitted",
            ("verified", "retire", True): "retired",
            ("verified", "merge", True): "retired",
            ("retired", "restore", False): "submitted",
        }

    @pytest.mark.parametrize("move", [ReviewMove.VERIFY, ReviewMove.RETURN])
    def test_deciding_takes_a_second_person_with_the_permission(self, move: ReviewMove) -> None:
        for official in (False, True):
            found = find_move(ReviewState.SUBMITTED, move, is_official=official)
            assert found
            assert (found.four_eyes, found.permission.value) == (True, "record:verify")

    def test_what_is_official_is_taken_out_by_a_second_person_too(self) -> None:
        for state in (ReviewState.SUBMITTED, ReviewState.RETURNED, ReviewState.VERIFIED):
            found = find_move(state, ReviewMove.RETIRE, is_official=True)
            assert found
            assert found.four_eyes
