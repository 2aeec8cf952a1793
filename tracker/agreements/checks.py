"""What must fit together in the document of an agreement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext

MOST_DAYS = 36_500


def problems(document: Mapping[str, Any], reporting_state: str) -> Iterator[tuple[str, str]]:  # noqa: ARG001  the same for every type
    """An action's party is one of the record's parties; a notice is a whole number of days."""
    named = {entry["party"] for entry in document["parties"]}
    for place, action in enumerate(document["actions"]):
        if action["party"] and action["party"] not in named:
            yield f"actions.{place}.party", gettext("This party is not among the partners above: add it there with its role.")
    if document["notice_days"] is not None and not is_notice(Decimal(document["notice_days"])):
        yield "notice_days", gettext("Write a whole number of days.")


def is_notice(days: Decimal) -> bool:
    """Whether so many days can be the notice of a denunciation."""
    return days % 1 == 0 and days <= MOST_DAYS
