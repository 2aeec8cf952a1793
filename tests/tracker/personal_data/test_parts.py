"""A part of a name that stands alone is found, and words of every day are left alone."""

from __future__ import annotations

import pytest

from tracker.personal_data.parts import PartFinder

pytestmark = pytest.mark.engine_free

FINDER = PartFinder({1: ["ZHANG San", "Zhang"], 2: ["Nguyễn Van Long", "阮文龙"], 3: ["Li Wei"], 4: ["Иванов Пётр"], 5: ["Abdul 4711"]})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Zhang San and Zhang were handed over", set()),  # whole spellings: masked already
        ("San came later", {1}),
        ("NGUYEN was heard, Long too", {2}),
        ("a long way, the van was empty", set()),
        ("Van Long Nguyễn", set()),
        ("Li and Wei", {3}),
        ("Li met nobody", set()),  # two letters
        ("龙 and 阮", set()),
        ("Иванову передан; Иванов", {4}),
        ("in room 4711", set()),
        ("Sanctions against Longyearbyen", set()),
        ("", set()),
    ],
)
def test_a_part_that_stands_alone(text: str, found: set[int]) -> None:
    assert FINDER.find(text) == found


def test_without_names_nothing_is_found() -> None:
    assert PartFinder({}).find("Zhang") == set()
