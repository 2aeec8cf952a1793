"""Texts from which names are taken stay in their room."""

from __future__ import annotations

import pytest

from tracker.records.naming import cut


@pytest.mark.engine_free
@pytest.mark.parametrize("before", [0, 50, 150, 190, 198])
def test_a_text_that_grew_too_long_keeps_its_placeholder(before: int) -> None:
    text = "a" * before + "[HND-2026-0042/1] has appealed" + "z" * 40
    kept = cut(text, "[HND-2026-0042/", 200)
    assert len(kept) <= 200
    assert "[HND-2026-0042/1]" in kept
    assert kept in text
