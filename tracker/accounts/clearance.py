"""Handling markings in their order, and up to which one each role reads: the whole table on one screen.

WITHHELD is no marking that anybody gives: what an import has brought in and not finished yet, or takes back, stands above everybody.

The words are those of the Traffic Light Protocol 2.0 (FIRST). RED stands in no role's reach, administrators included: it is for
the recipients that a record names.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from tracker.accounts.models import Role


class Marking(StrEnum):
    """The least restricted first; the order of the members is the order of restriction."""

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    AMBER_STRICT = "AMBER+STRICT"
    RED = "RED"
    WITHHELD = "WITHHELD"  # of records and sources of an import that is not finished: nobody reads it, not even its importer


ROLE_CLEARANCE: dict[Role, Marking] = {
    Role.VIEWER: Marking.AMBER,
    Role.OFFICER: Marking.AMBER_STRICT,
    Role.REVIEWER: Marking.AMBER_STRICT,
    Role.MANAGER: Marking.AMBER_STRICT,
    Role.ADMINISTRATOR: Marking.AMBER_STRICT,
}

_ORDER = list(Marking)


def rank(marking: str) -> int:
    """The place of `marking` from 0, the least restricted. Raises ValueError for what is no marking."""
    return _ORDER.index(Marking(marking))


def strictest(markings: Iterable[str]) -> Marking:
    """The most restricted of `markings`, which must not be empty."""
    return _ORDER[max(rank(marking) for marking in markings)]


def read_by(role: Role) -> tuple[str, ...]:
    """The markings that `role` reads without being named."""
    return tuple(marking.value for marking in _ORDER if rank(marking) <= rank(ROLE_CLEARANCE[role]))
