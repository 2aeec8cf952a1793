"""Words that stand in columns of days."""

from __future__ import annotations

import pytest

from tracker.imports.date_words import bare, says_length, says_no_end

pytestmark = pytest.mark.engine_free


@pytest.mark.parametrize(
    ("cell", "key", "date"),
    [
        ("signed 3.4.2019", "start", "3.4.2019"),
        ("Signed on: 3 April 2019", "actions:signed", "3 April 2019"),
        ("signed 3.4.2019", "actions:in_force", "signed 3.4.2019"),
        ("dated 2019-04-03", "end", "2019-04-03"),
        ("Date: March 2019", "start", "March 2019"),
        ("签署于2019年4月3日", "start", "2019年4月3日"),
        ("signed by the minister", "start", "signed by the minister"),
        ("dates unknown", "start", "dates unknown"),
    ],
)
def test_a_verb_before_a_day_is_passed_over_where_it_says_nothing_else(cell: str, key: str, date: str) -> None:
    assert bare(cell, key) == date


def test_why_there_is_no_end() -> None:
    assert all(map(says_no_end, ("Unlimited", "indefinite.", "open-ended", "无限期")))
    assert all(map(says_length, ("5 years", "five years from entry into force", "5年", "18 months")))
    assert not any(map(says_no_end, ("", "2019", "5 years", "none of these")))
    assert not any(map(says_length, ("", "2019", "unlimited", "2019 years", "5 days")))
