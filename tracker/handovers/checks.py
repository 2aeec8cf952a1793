"""What must fit together in the document of a handover."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from tracker.handovers.rules import sides_that_contradict

METRIC = "handed_over"


def problems(document: Mapping[str, Any], reporting_state: str) -> Iterator[tuple[str, str]]:
    """Persons are whole; direction and roles must agree, since each is read on its own."""
    for place, figure in enumerate(document["figures"]):
        if figure["metric"] == METRIC and not are_whole(figure["value_lo"], figure["value_hi"]):
            yield f"figures.{place}.value_lo", gettext("Persons are counted whole: write 10 or 11.")
    wrong = sides_that_contradict(document["direction"], document["parties"], reporting_state)
    if wrong:
        said = gettext("The direction and the role of %(names)s contradict each other: change one of them.", names=", ".join(wrong))
        yield "direction", said


def are_whole(*bounds: Any) -> bool:
    """Whether all of `bounds` that are known are whole numbers."""
    return all(Decimal(bound) % 1 == 0 for bound in bounds if bound is not None)
