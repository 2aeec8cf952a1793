"""Figures that a form shows as a box of its own instead of a row among the others."""

from __future__ import annotations

from tracker.records.documents import Document


def sole_figure(document: Document, metric: str) -> Document | None:
    """The figure of `metric` that a single box can show: the only one, for all countries together."""
    found = [figure for figure in document["figures"] if figure["metric"] == metric]
    whole = [figure for figure in found if not figure["country"] and not figure["contained_in"]]
    return whole[0] if len(whole) == 1 and len(found) == 1 else None
