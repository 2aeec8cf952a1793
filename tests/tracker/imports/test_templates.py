"""Texts with cells in them."""

from __future__ import annotations

import pytest

from tracker.imports.templates import filled, unknown_names

pytestmark = pytest.mark.engine_free
HEADERS = ["Country", "Date", "No."]


@pytest.mark.parametrize(
    ("text", "cells", "made"),
    [
        ("Handover, {Country}, {date}", ["Laos", "2024", ""], "Handover, Laos, 2024"),
        ("Handover, {Country}, {Date}", ["Laos", "", ""], "Handover, Laos"),
        ("Handover, {Country}, {Date}", ["", "2024", ""], "Handover, 2024"),
        ("Handover, {Country}, {Date}", ["", "", ""], "Handover"),
        ("{No.}: {Country}", ["Laos", "", ""], "Laos"),
        ("Handover {x} of {Country}", ["Laos", "", ""], "Handover {x} of Laos"),
        ("{Country}", ["{Date}", "2024", ""], "{Date}"),
        ("A plain text, - with marks -", ["", "", ""], "A plain text, - with marks -"),
        ("{Country}", ["-5 C, phase –", "", ""], "-5 C, phase –"),
        ("Handover, {Country} to {No.}, {Date}", ["Laos", "2024", ""], "Handover, Laos, 2024"),
    ],
)
def test_cells_stand_in_place_of_the_names_of_their_columns(text: str, cells: list[str], made: str) -> None:
    assert filled(text, HEADERS, cells.__getitem__) == made


def test_a_hostile_cell_takes_no_time() -> None:
    cell = "a" + " -" * 50_000 + " x"
    assert filled("Handover, {Country}, {Date}", HEADERS, [cell, "", ""].__getitem__) == f"Handover, {cell}"


def test_names_that_no_column_has() -> None:
    assert unknown_names("{Country} {country} {When} {}", HEADERS) == ["When"]
