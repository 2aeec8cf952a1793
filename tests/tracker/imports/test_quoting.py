"""The row of a file as the evidence of a record: what stood there, and what its importer has made of it."""

from __future__ import annotations

import pytest

from tracker.imports.quoting import quotation


@pytest.mark.engine_free
def test_a_cell_that_was_mended_is_quoted_as_it_stood_with_its_change() -> None:
    headers = ["Course", "Start", "Place", "Not matched"]
    lines = [(["One", "31/02/2024", "", "Zhang San"], {"1": "28/02/2024", "2": "Kunming", "0": "One"}), (["", "?"], {"1": " "})]
    assert quotation(headers, [0, 1, 2], lines) == (
        "Course: One | Start: 31/02/2024 [mended at import: 28/02/2024] | Place: [mended at import: Kunming]\n"
        "Start: ? [emptied at import]"
    )  # fmt: skip
    assert quotation(["Course"], [0], [(["One"], {})]) == "Course: One"
