"""What a training's page says of numbers that no source states: they are worked out, and it says from what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext

from tracker.trainings.rules import participant_days
from tracker.web.formatters import number


def computed_figures(wording: Any, document: Mapping[str, Any]) -> list[dict[str, str]]:
    """The participant-days of `document` (C37), each with the days and participants that it was computed from."""
    figures = {f"days of {figure['no']}": figure for figure in document["figures"]}
    length = number(document["days"])
    days = ngettext("%(length)s day", "%(length)s days", 1 if length == "1" else 2, length=length)
    return [
        {
            "text": wording.row("figures", derived | {"contained_in": None}),
            "computed": gettext("computed: %(days)s × %(number)s participants", days=days, number=wording.quantity(figures[derived["no"]])),
        }
        for derived in participant_days(document)
    ]
