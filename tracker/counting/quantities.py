"""Figures as facts: which partner's row a quantity belongs to, and with what bounds. Part of the projection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tracker.counting.measures import Contribution, Payload
from tracker.counting.models import NumberState, Scope, Standing
from tracker.partial_dates import parse_edtf

if TYPE_CHECKING:
    from tracker.counting.projection import FactRow

Figure = dict[str, Any]
NOT_SPECIFIED = {"seized_drugs": "drug", "seized_weapons": "weapon", "seized_goods": "goods"}  # metric -> the item that says no more

# What several activities come to is said by a statement; only records themselves are counted as activities (C2, C31).
STATEMENT_METRICS = frozenset({"agreements", "operations", "handovers", "trainings"})


def figure_facts(payload: Payload, contribution: Contribution, base: FactRow, partners: list[str]) -> Iterator[FactRow]:
    """The facts of the preferred figures of a record.

    A record of a type with a main metric and no figure of it is reported as `missing`, so that a sum can say how many
    it does not know.
    """
    figures: list[Figure] = [*payload["figures"], *(contribution.derived_figures(payload) if contribution.derived_figures else [])]
    whole = _Figures([figure for figure in figures if figure["preferred"]])  # C28: competing figures are never added
    for figure in whole.figures:
        if figure["metric"] in STATEMENT_METRICS and (figure["qualifier"] != "unquantified" or base.standing is Standing.STATEMENT):
            continue
        if not whole.container(figure):  # C27 within one record: a part is in its whole already
            yield from _facts_of(figure, whole.shares(figure, partners), _fact(figure, base), partners)
    given = {(figure["metric"], figure["unit"]) for figure in whole.figures}
    if contribution.main_metric and contribution.main_metric not in given and base.standing is Standing.COUNTED:
        metric, unit = contribution.main_metric
        missing = base._replace(measure=metric, unit=unit, number_state=NumberState.MISSING, value_lo=None, value_hi=None)
        yield missing
        yield _placed(missing, partners, partners[0] if len(partners) == 1 else None)


class _Figures:
    """The figures of one record with what contains what."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        self.figures = figures
        self._by_no = {figure["no"]: figure for figure in figures}

    def container(self, figure: Figure) -> Figure | None:
        """The number of the same thing that holds this one; words without a number hold nothing."""
        found = self._by_no.get(figure["contained_in"])
        same = found and all(found[key] == figure[key] for key in ("metric", "unit", "nature")) and item_of(found) == item_of(figure)
        return found if found and same and found["qualifier"] != "unquantified" else None

    def shares(self, whole: Figure, partners: list[str]) -> list[Figure]:
        """The parts of `whole` by country, however deep; a part of a country's own number is in its row already."""
        return [part for part in self.figures if part["country"] in partners and self._reaches(part, whole)]

    def _reaches(self, part: Figure, whole: Figure) -> bool:
        container = self.container(part)
        while container and not container["country"]:
            if container is whole:
                return True
            container = self.container(container)
        return False


def _facts_of(figure: Figure, shares: list[Figure], fact: FactRow, partners: list[str]) -> Iterator[FactRow]:
    yield fact
    if shares:
        # C33: what the source splits stands in the rows of the countries, the rest in "shared, not split".
        for share in shares:
            yield _fact(share, fact)._replace(scope=Scope.PARTNER, partner=share["country"], standing=fact.standing)
        rest = _remainder(fact, shares)
        if rest:
            yield rest._replace(scope=Scope.SHARED)
        return
    # C33: a figure belongs to a country's row only if the source gives that split, or if there is exactly one partner
    # and the list is complete.
    sole = partners[0] if len(partners) == 1 and not fact.is_open_list else None
    owner = sole if not figure["country"] else figure["country"] if figure["country"] in partners else None
    yield _placed(fact, partners, owner)


def _placed(fact: FactRow, partners: list[str], owner: str | None) -> FactRow:
    """The fact in the one row it belongs to."""
    if owner:
        return fact._replace(scope=Scope.PARTNER, partner=owner)
    return fact._replace(scope=Scope.SHARED if partners else Scope.NOT_STATED)


def _fact(figure: Figure, base: FactRow) -> FactRow:
    """C29: bounds are kept apart. C31: words without a number have no value. C36: the unit travels with the number."""
    in_words = figure["qualifier"] == "unquantified"
    return base._replace(
        measure=figure["metric"],
        unit=figure["unit"],
        item=item_of(figure),
        number_state=NumberState.UNQUANTIFIED if in_words else NumberState.VALUE,
        value_lo=_decimal(figure["value_lo"]),
        value_hi=_decimal(figure["value_hi"]),
        is_about=figure["qualifier"] == "about",
        nature=figure["nature"],
        series=" ".join(figure["series"].split()),
        **_as_of(figure),
        person_status=figure["person_status"] or "",
        # What a statement about several says in numbers counts as a quantity; it is only no activity.
        standing=Standing.COUNTED if base.standing in (Standing.STATEMENT, Standing.PHASE) else base.standing,
    )


def item_of(figure: Figure) -> str:
    """C35: what was seized and is of no item that is stated is drugs, weapons or goods all the same, and never added to another kind."""
    return figure["item"] or NOT_SPECIFIED.get(figure["metric"], "")


def _as_of(figure: Figure) -> dict[str, Any]:
    """The day of a running total or of how things stood is that as of which it is, not that of its record (C26)."""
    if figure["nature"] == "new_in_period" or not figure["as_of"]:
        return {}
    day = parse_edtf(figure["as_of"])
    return {"year": day.year, "lo": day.lower, "hi": day.upper, "is_inferred": day.is_inferred}


def _remainder(whole: FactRow, parts: list[Figure]) -> FactRow | None:
    """What is left of `whole` after its parts by country; a part in words may be all of it. None when nothing is."""
    if whole.value_lo is None:
        return None
    parts_lo = sum((Decimal(part["value_lo"]) for part in parts if part["value_lo"] is not None), Decimal(0))
    is_open = any(part["value_hi"] is None for part in parts)
    parts_hi = sum((Decimal(part["value_hi"]) for part in parts if part["value_hi"] is not None), Decimal(0))
    lower = Decimal(0) if is_open else max(Decimal(0), whole.value_lo - parts_hi)
    upper = None if whole.value_hi is None else max(Decimal(0), whole.value_hi - parts_lo)
    return None if upper == 0 else whole._replace(value_lo=lower, value_hi=upper)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
