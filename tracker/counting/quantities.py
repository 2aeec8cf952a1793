"""Figures as facts: which partner's row a quantity belongs to, and with what bounds. Part of the projection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tracker.counting.measures import Contribution, Payload
from tracker.counting.models import NumberState, Scope, Standing

if TYPE_CHECKING:
    from tracker.counting.projection import FactRow

Figure = dict[str, Any]


def figure_facts(payload: Payload, contribution: Contribution, base: FactRow, partners: list[str]) -> Iterator[FactRow]:
    """The facts of the preferred figures of a record, by (metric, unit, item, nature, status of persons).

    Only figures that the record's own statement of several does not stand for; a record of a type with a main
    metric and no figure of it is reported as `missing`, so that a sum can say how many it does not know.
    """
    figures: list[Figure] = [*payload["figures"], *(contribution.derived_figures(payload) if contribution.derived_figures else [])]
    figures = [figure for figure in figures if figure["preferred"]]
    by_no = {figure["no"]: figure for figure in figures}
    for figure in figures:
        if base.standing is Standing.STATEMENT and figure["metric"] == base.measure:
            continue  # already said by the statement itself
        yield from _facts_of(figure, by_no, figures, _fact(figure, base), partners)
    given = {(figure["metric"], figure["unit"]) for figure in figures}
    if contribution.main_metric and contribution.main_metric not in given and base.standing is Standing.COUNTED:
        metric, unit = contribution.main_metric
        missing = replace(base, measure=metric, unit=unit, number_state=NumberState.MISSING, value_lo=None, value_hi=None)
        yield from _in_row_of(missing, partners, owner=partners[0] if len(partners) == 1 else None)


def _facts_of(figure: Figure, by_no: dict[Any, Figure], figures: list[Figure], fact: FactRow, partners: list[str]) -> Iterator[FactRow]:
    container = by_no.get(figure["contained_in"])
    inside = container is not None and _same_thing(figure, container)
    if not inside:  # C27 within one record: the part is in the whole already
        yield fact
    # C33: a figure belongs to a country's row only if the source gives that split ...
    if figure["country"]:
        if figure["country"] in partners:
            yield replace(fact, scope=Scope.PARTNER, partner=figure["country"])
        elif not inside:
            yield replace(fact, scope=Scope.SHARED if partners else Scope.NOT_STATED)
        return
    parts = [part for part in figures if part["contained_in"] == figure["no"] and part["country"] in partners and _same_thing(part, figure)]
    if parts:
        rest = _remainder(fact, parts)
        if rest:
            yield replace(rest, scope=Scope.SHARED)
        return
    if inside:
        return
    # ... or if there is exactly one partner and the list is complete; the rest sits in "shared, not split".
    sole = partners[0] if len(partners) == 1 and not fact.is_open_list else None
    yield from list(_in_row_of(fact, partners, owner=sole))[1:]


def _in_row_of(fact: FactRow, partners: list[str], owner: str | None) -> Iterator[FactRow]:
    """The fact in the total and in the one row it belongs to."""
    yield fact
    if owner:
        yield replace(fact, scope=Scope.PARTNER, partner=owner)
    else:
        yield replace(fact, scope=Scope.SHARED if partners else Scope.NOT_STATED)


def _same_thing(part: Figure, whole: Figure) -> bool:
    return all(part[key] == whole[key] for key in ("metric", "unit", "item"))


def _fact(figure: Figure, base: FactRow) -> FactRow:
    """C29: bounds are kept apart. C31: words without a number have no value. C36: the unit travels with the number."""
    in_words = figure["qualifier"] == "unquantified"
    return replace(
        base,
        measure=figure["metric"],
        unit=figure["unit"],
        item=figure["item"] or "",
        number_state=NumberState.UNQUANTIFIED if in_words else NumberState.VALUE,
        value_lo=_decimal(figure["value_lo"]),
        value_hi=_decimal(figure["value_hi"]),
        is_about=figure["qualifier"] == "about",
        nature=figure["nature"],
        person_status=figure["person_status"] or "",
        # What a statement about several says in numbers counts as a quantity; it is only no activity.
        standing=Standing.COUNTED if base.standing in (Standing.STATEMENT, Standing.PHASE) else base.standing,
    )


def _remainder(whole: FactRow, parts: list[Figure]) -> FactRow | None:
    """What is left of `whole` after its parts by country; None when nothing is."""
    if whole.value_lo is None or any(part["value_lo"] is None for part in parts):
        return None
    parts_lo = sum((Decimal(part["value_lo"]) for part in parts), Decimal(0))
    open_parts = any(part["value_hi"] is None for part in parts)
    parts_hi = sum((Decimal(part["value_hi"]) for part in parts if part["value_hi"] is not None), Decimal(0))
    lower = Decimal(0) if open_parts else max(Decimal(0), whole.value_lo - parts_hi)
    upper = None if whole.value_hi is None else max(Decimal(0), whole.value_hi - parts_lo)
    return None if upper == 0 else replace(whole, value_lo=lower, value_hi=upper)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
