"""What must fit together in the document of a training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext

METRIC, UNIT = "participants", "participant"
MOST_DAYS = 3_660


def problems(document: Mapping[str, Any], reporting_state: str) -> Iterator[tuple[str, str]]:  # noqa: ARG001  the same for every type
    """Participants of a country stand in one figure; a course has a length."""
    seen = set()
    for place, figure in enumerate(document["figures"]):
        if is_count(figure):
            if figure["country"] in seen:
                yield f"figures.{place}.country", gettext("This country stands above already: one row for each.")
            seen.add(figure["country"])
    if document["days"] is not None and not is_length(Decimal(document["days"])):
        yield "days", gettext("Write one number of days, more than 0, with at most two decimals.")


def is_count(figure: Mapping[str, Any]) -> bool:
    """A plain number of participants, which a row of its own can show."""
    plain = ("item", "as_of", "period", "series", "contained_in")
    return figure["metric"] == METRIC and figure["unit"] == UNIT and not any(figure[name] for name in plain)


def is_length(days: Decimal) -> bool:
    """Whether a course can last so many days."""
    return 0 < days <= MOST_DAYS and days * 100 % 1 == 0
