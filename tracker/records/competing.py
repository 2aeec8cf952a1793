"""Numbers of one record that say the same thing: one of them counts (C28).

The same thing is the same metric, item, unit, country, status of persons, period, kind of number and day (settled). The number whose
evidence is more credible counts (Admiralty scale, 1 is best; 6 cannot be judged), of two alike that of the newer source. An officer may
decide otherwise and says why. Where nothing decides, the first one counts for now, and whoever reads the record is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from tracker.records.enums import Preference

Figure = dict[str, Any]
_SAME = ("metric", "item", "unit", "country", "person_status", "period", "nature", "as_of", "contained_in")
_WORST_THAT_COMPARES = 5


def settle(document: Mapping[str, Any], dates_of: Callable[[set[str]], Mapping[str, date | None]]) -> list[Figure]:
    """The figures of `document`, of competing ones exactly one preferred. `dates_of` gives the days on which sources were published.

    Figures that an officer put aside stay there; without competitors nothing is changed but what only a rule had decided.
    """
    groups: dict[tuple[Any, ...], list[Figure]] = {}
    figures = [dict(figure) for figure in document["figures"]]
    for figure in figures:
        if not is_put_aside(figure):
            groups.setdefault(tuple(figure[name] for name in _SAME), []).append(figure)
    competing = [group for group in groups.values() if len(group) > 1]
    evidence = _evidence(document, {figure["no"] for group in competing for figure in group})
    dates = dates_of({entry["source"] for entries in evidence.values() for entry in entries}) if competing else {}
    for group in groups.values():
        best, preference = _best(group, evidence, dates)
        for figure in group:
            figure["preferred"] = figure is best
            figure["preference"] = preference.value if figure is best or preference is not Preference.OFFICER else Preference.RULE.value
    return figures


def is_put_aside(figure: Mapping[str, Any]) -> bool:
    """Whether an officer said that the number does not count."""
    return not figure["preferred"] and figure["preference"] == Preference.OFFICER


def _best(
    group: list[Figure], evidence: Mapping[int, list[Mapping[str, Any]]], dates: Mapping[str, date | None]
) -> tuple[Figure, Preference]:
    """Which number counts, and who decided."""
    chosen = [figure for figure in group if figure["preference_reason"]]
    if chosen:
        return chosen[0], Preference.OFFICER
    if len(group) == 1:
        return group[0], Preference.RULE
    ranked = sorted(group, key=lambda figure: (*_rank(evidence.get(figure["no"], ()), dates), figure["no"]))
    first, second = (_rank(evidence.get(figure["no"], ()), dates) for figure in ranked[:2])
    return ranked[0], Preference.RULE if first < second else Preference.OPEN


def _rank(entries: Iterable[Mapping[str, Any]], dates: Mapping[str, date | None]) -> tuple[int, int]:
    """What is better founded sorts first: by the most credible passage, then by the newest source."""
    grades = [int(entry["credibility"]) for entry in entries if (entry["credibility"] or "").isdigit()]
    known = [day.toordinal() for entry in entries if (day := dates.get(entry["source"]))]
    best = min((grade for grade in grades if grade <= _WORST_THAT_COMPARES), default=_WORST_THAT_COMPARES + 1)
    return best, -max(known, default=0)


def _evidence(document: Mapping[str, Any], numbers: set[int]) -> dict[int, list[Mapping[str, Any]]]:
    """The passages behind each figure of `numbers`."""
    found: dict[int, list[Mapping[str, Any]]] = {}
    for entry in document["evidence"]:
        kind, _, no = entry["target_field"].partition(":")
        if kind == "figure" and no.isdigit() and int(no) in numbers:
            found.setdefault(int(no), []).append(entry)
    return found
