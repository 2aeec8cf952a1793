"""What the second count reads and answers, as plain values, and its lists of measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.partial_dates import PartialDate

ALL = ""  # the column of a row's total and the row of the distinct total
SHARED, NOT_STATED, UNCERTAIN, NO_REGION = "shared", "not_stated", "uncertain", "none"

FLOW_COUNTS = {
    "agreements_signed": "agreement",
    "agreements_force_not_known": "agreement",
    "amendments": "agreement",
    "operations_started": "operation",
    "handovers": "handover",
    "trainings_started": "training",
    "statements": "statement",
    "activities": "",
    "records": "",
}
ACTIVE = {"operations_active": "operation", "trainings_active": "training"}
ENDED = {"operations_ended": "operation", "trainings_ended": "training"}
STOCK = {"agreements_in_force": "agreement"}
# measure -> metric, unit, and the type whose records are reported as giving no number when they have no such figure
QUANTITIES = {
    "arrests": ("arrests", "person", ""),
    "persons_handed_over": ("handed_over", "person", "handover"),
    "participants": ("participants", "participant", "training"),
    "participant_days": ("participant_days", "participant_day", ""),
}
ENDINGS = ("expired", "terminated", "replaced")
EVERY_MEASURE = (*FLOW_COUNTS, *ACTIVE, *ENDED, *STOCK, *QUANTITIES)
# property of a record -> the types that have it
PROPERTIES = {
    "direction": ("handover",),
    "legal_basis": ("handover",),
    "binding": ("agreement",),
    "form": ("agreement",),
    "op_type": ("operation",),
    "delivery": ("training",),
    "our_role": ("training",),
}


@dataclass(frozen=True)
class Membership:
    group: str
    member: str
    first: date | None
    last: date | None

    def covers(self, when: PartialDate) -> bool:
        """Whether it lasted through every day that `when` can mean; one that nobody dated lasted through all days."""
        begun = self.first is None or (when.lower is not None and self.first <= when.lower)
        return begun and (self.last is None or (when.upper is not None and when.upper <= self.last))

    def may_change(self, when: PartialDate) -> bool:
        """Whether it may have begun or ended among the days that `when` can mean, after the first of them."""
        if when.lower is None or when.upper is None:
            return bool(self.first or self.last)
        begun = self.first is not None and when.lower < self.first <= when.upper
        return begun or (self.last is not None and when.lower <= self.last < when.upper)


@dataclass(frozen=True)
class Reference:
    """The shipped reference data as plain values."""

    kinds: dict[str, str]
    homes: dict[str, str]  # agency -> its country
    regions: dict[str, str]  # country -> sub-region
    continents: dict[str, str]  # sub-region -> region
    memberships: tuple[Membership, ...]
    counting_roles: frozenset[str]


def read_reference(session: Session) -> Reference:
    """Reference data by plain SQL."""
    parties = session.execute(
        sa.text("SELECT p.code, p.kind, p.region_m49, h.code FROM party p LEFT JOIN party h ON h.id = p.parent_id")
    ).all()
    regions = session.execute(sa.text("SELECT code, parent_id FROM vocab_term WHERE scheme = 'm49' AND parent_id IS NOT NULL")).all()
    members = session.execute(
        sa.text(
            "SELECT g.code, m.code, x.valid_from, x.valid_to FROM membership x"
            " JOIN party g ON g.id = x.group_id JOIN party m ON m.id = x.member_id"
        ).columns(sa.column("a"), sa.column("b"), sa.column("c", sa.Date), sa.column("d", sa.Date))
    ).all()
    roles = session.execute(sa.text("SELECT code FROM vocab_term WHERE scheme = 'role' AND counts_as_partner")).scalars()
    return Reference(
        kinds={code: kind for code, kind, _, _ in parties},
        homes={code: home for code, kind, _, home in parties if kind == "agency" and home},
        regions={code: region for code, _, region, _ in parties if region},
        continents={code: parent.partition(":")[2] for code, parent in regions},
        memberships=tuple(Membership(*row) for row in members),
        counting_roles=frozenset(roles),
    )


@dataclass(frozen=True)
class Known:
    """One stored record: its key, its reference, what was saved, and whether it is only a draft."""

    id: int
    ref: str
    document: dict[str, Any]
    draft: bool = False


@dataclass(frozen=True)
class Amount:
    """A number with its bounds; words only (`unquantified`); or nothing at all (`missing`)."""

    state: str = "value"
    lower: Decimal = Decimal(1)
    upper: Decimal | None = Decimal(1)
    about: bool = False


ONE = Amount()
WORDS = Amount("unquantified", Decimal(0), Decimal(0))
MISSING = Amount("missing", Decimal(0), Decimal(0))


@dataclass(frozen=True)
class Answer:
    """What one cell must say."""

    records: int = 0
    lower: Decimal = Decimal(0)
    upper: Decimal | None = Decimal(0)
    about: bool = False
    unquantified: int = 0
    missing: int = 0
    inferred: int = 0
    open_list: bool = False


@dataclass(frozen=True)
class Entry:
    """What one record gives to one cell."""

    record: Known
    amounts: tuple[Amount, ...]
    inferred: bool


@dataclass
class Answers:
    """A whole table: by (row, column), and per column how many records stand in several rows."""

    cells: dict[tuple[str, str], Answer] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)
    ids: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
