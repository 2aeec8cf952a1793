"""One year by month."""

from __future__ import annotations

from collections.abc import Callable

from tests.factories import operations
from tracker.counting.filters import RecordFilter
from tracker.records import registry
from tracker.records.filtering import Reader
from tracker.summaries.months import by_month


def test_what_is_known_to_the_year_only_is_in_no_month(reader: Reader, save: Callable[..., None]) -> None:
    save(*(operations.operation(["THA"], start) for start in ("2024-03-05", "2024-03", "2024", "2024-05/2024-06", "2023-12/2024-01")))
    measure = registry.every_measure()["operations_started"]
    (section,) = by_month(reader, [measure], RecordFilter(reporting_state="CHN"), 2024).sections
    cells = section.rows[0].cells
    assert [cell.text for cell in cells if not cell.url] == ["0"] * 11  # every number opens its list
    assert cells[2].url.endswith("year=2024m03")
    assert cells[12].url.endswith("year=2024m00")
    texts = [cell.text for cell in section.rows[0].cells]
    assert texts == ["0", "0", "2", *["0"] * 9, "2", "4"]
