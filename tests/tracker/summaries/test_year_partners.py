"""The page of a year: by region, the partners with the most, those who are new, and means without needless decimals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.factories import operations, trainings
from tracker.counting.models import Basis
from tracker.records.filtering import Reader
from tracker.summaries.years import YearPage, year_page

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def page(reader: Reader, save: Callable[..., None]) -> YearPage:
    save(
        operations.operation(["THA", "LAO"], "2022"),
        *(operations.operation(["THA"], "2024-03") for _ in range(3)),
        trainings.training(["LAO"], "2024"),
        trainings.training(["KAZ", "MMR"], "2024"),
        operations.operation(["KHM"], "2024"),
        operations.operation(["KHM"], ""),
        operations.operation(["MMR"], "2023-12/2024-01"),
        operations.operation(["KAZ"], "2024-12/2025-01"),
    )
    return year_page(reader, 2024, NOW, Basis.OFFICIAL, with_map=False)


@pytest.mark.once
def test_a_year_tells_its_partners_and_regions(page: YearPage) -> None:
    assert [(one.name, one.number.text, one.before.text) for one in page.top] == [
        ("Thailand", "3", "0"), ("Cambodia", "1", "0"), ("Kazakhstan", "1", "0"), ("Laos", "1", "0"), ("Myanmar (Burma)", "1", "0"),
    ]  # fmt: skip
    # Kazakhstan's uncertain record is of this year or a later one; the two others may have been before
    assert [(one.name, [(earlier.label, earlier.number.text) for earlier in one.perhaps_earlier]) for one in page.new] == [
        ("Cambodia", [("Year not stated", "1")]),
        ("Kazakhstan", []),
        ("Myanmar (Burma)", [("2023 or 2024", "1")]),
    ]
    assert "partner=KHM" in page.new[0].number.url
    regions, *_ = page.regions.sections
    assert [(row.label, row.cells[0].text) for row in regions.rows] == [("South-eastern Asia", "6"), ("Central Asia", "1")]
    assert regions.rows[0].cells[0].url == "/records/?basis=official&measure=activities&year=2024&region=035"
    assert page.regions.total.cells[0].text == "6"
    assert page.region_url(regions.rows[0].key) == "/figures/?region=035"
    means = {line.label: line.mean for line in page.lines}
    assert (means["Operations started"], means["Handovers"]) == ("0.2", "0")
