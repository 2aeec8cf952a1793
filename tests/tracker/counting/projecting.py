"""One document projected, asked in the words of the tests."""

from __future__ import annotations

from typing import Any

from tests.factories import records
from tracker.counting.models import Scope
from tracker.counting.projection import FactRow, Projection, project
from tracker.records.documents import Document


def projected(document: Document, **system: Any) -> Projection:
    contribution = records.type_of_kind(document["kind"]).contribution
    return project(records.payload(document, **system), contribution, records.REPORTING_STATE)


def facts(document: Document, measure: str, scope: Scope | None = None, **system: Any) -> list[FactRow]:
    return [fact for fact in projected(document, **system).facts if fact.measure == measure and scope in (None, fact.scope)]


def rows(document: Document, measure: str, **system: Any) -> dict[str, tuple[Any, Any]]:
    """Row -> bounds: the total under `total`, partners under their codes; each row once. Who is only named has no row."""
    found = [fact for fact in facts(document, measure, **system) if fact.scope is not Scope.MENTIONED]
    names = [fact.partner or fact.scope.value for fact in found]
    assert len(set(names)) == len(names), names
    return {name: (fact.value_lo, fact.value_hi) for name, fact in zip(names, found, strict=True)}


def the_total(document: Document, measure: str, **system: Any) -> FactRow:
    (fact,) = facts(document, measure, Scope.TOTAL, **system)
    return fact


ONE = (1, 1)
