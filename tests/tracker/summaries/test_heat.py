"""Shades of cells."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.summaries.heat import STEPS, Scale

pytestmark = pytest.mark.engine_free


class TestScale:
    def test_nothing_has_no_shade(self) -> None:
        assert Scale.of([]).heat(Decimal(0)) == 0
        assert Scale.of([]).legend == []

    def test_few_numbers_have_a_shade_each(self) -> None:
        scale = Scale(Decimal(3))
        assert [scale.heat(Decimal(value)) for value in range(4)] == [0, 2, 4, 6]
        assert [step.label for step in scale.legend] == ["0", "1", "2", "3"]

    def test_one_large_number_leaves_the_small_ones_apart(self) -> None:
        scale = Scale(Decimal(1000))
        assert len({scale.heat(Decimal(value)) for value in (5, 50, 200, 900)}) == 4

    @given(st.integers(1, 100_000), st.integers(0, 100_000))
    def test_shades_grow_with_the_number_and_the_legend_says_which(self, highest: int, value: int) -> None:
        scale, value = Scale(Decimal(highest)), min(highest, value)
        heat = scale.heat(Decimal(value))
        assert 0 <= scale.heat(Decimal(max(0, value - 1))) <= heat <= STEPS
        assert (heat == 0) == (value == 0)
        plain = [(step.heat, step.label.replace("\u202f", "").split("–")) for step in scale.legend]
        assert [found for found, bounds in plain if int(bounds[0]) <= value <= int(bounds[-1])] == [heat]
