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
    days = ngettext("%(num)s day", "%(num)s days", float(document["days"] or 0), num=number(document["days"] or 0))
    return [
        {
            "text": wording.row("figures", derived | {"contained_in": None}),
            "computed": gettext("computed: %(days)s × %(participants)s", days=days, participants=_participants(wording, figures[derived["no"]])),
        }
        for derived in participant_days(document)
    ]


def _participants(wording: Any, figure: Mapping[str, Any]) -> str:
    return gettext("%(number)s participants", number=wording.quantity(figure))
