"""Random data sets: records of every type with all that the rules speak of, written as documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests import oracle
from tests.factories import records
from tests.factories.agreements import action
from tracker.accounts.models import User
from tracker.partial_dates import parse_edtf

# our own side, neighbours in one region, members of both groups, somebody who joined late, agencies, organisations
PARTIES = (
    "LAO", "THA", "KHM", "KAZ", "RUS", "BLR", "USA", "MMR", "SCO", "ASEAN", "INTERPOL", "UNODC", "THA_RTP", "LAO_MPS", "CHN", "CHN_MPS",
)  # fmt: skip
# every shape of a partial date, with days on both sides of the changes of the SCO (2024-07-04) and ASEAN (2025-10-26)
DATES = (
    "", "2022", "2023", "2023-12", "2024-07-01", "2024-07-05", "2024-07", "2024", "2024?", "2023-05-05?", "2022~", "2023-09~/2024-09~",
    "2023/2024", "2023-12/2024-01?", "2024-21", "2023-34", "../2024-09", "2023-12/..", "2022-11", "2025-10-30", "2025-11", "2024-02-29",
)  # fmt: skip
NUMBERS = ("10", "30", "0", "1", "at least 2100", "at most 5", "about 20", "3-8", "several", "many persons")
METRICS = {
    "handover": (("handed_over", "person"),),
    "operation": (("arrests", "person"), ("victims_rescued", "person")),
    "training": (("participants", "participant"), ("participant_days", "participant_day"), ("participants", "delegation_mixed")),
    "agreement": (),
    "statement": (("arrests_reported", "person"),),
}
COUNTRIES = (None, None, None, "LAO", "THA", "KAZ", "CHN")
NATURES = ("new_in_period", "new_in_period", "new_in_period", "cumulative", "snapshot")
CHOICES: dict[str, dict[str, tuple[Any, ...]]] = {
    "handover": {
        "direction": ("inward", "outward", "transit", "not_stated"),
        "legal_basis": ("extradition", "extradition_treaty", "deportation", "not_stated"),
        "stage": ("done", "done", "done", "requested", "granted", "refused"),
    },
    "operation": {"op_type": (None, "joint_operation", "controlled_delivery")},
    "training": {
        "delivery": (None, "in_person", "online_live"),
        "our_role": (None, "provider", "recipient"),
        "days": (None, "1", "12", "0.5"),
    },
    "agreement": {"form": (None, "treaty", "memorandum_of_understanding"), "binding": ("binding", "non_binding", "not_stated")},
    "statement": {},
}
STATUSES = ("unknown", "unknown", "completed", "ongoing", "ongoing", "suspended", "planned", "cancelled")
CHANGES = ("amends", "supplements", "renews", "replaces", "related")
OPENINGS = ("2020-05-01", "2021", "2020-11/2021-02", "2021-03?", "../2021-06", "2021-06/..", "")
PAUSES = (("2022-03-01", "2022-09"), ("2022", "2023-02-01"), ("2022-06", "2022-06-20"), ("2023", ""))
CLOSINGS = ("2022-02/2022-11", "2024-03-15", "2024", "2024-12-31", "2024-10/2025-02", "2025-06?", "")


@dataclass(frozen=True)
class Plan:
    """A record before it is stored: it can point only to records stored before it, by their place."""

    document: dict[str, Any]
    draft: bool
    parent: int | None
    change_of: tuple[str, int] | None


def _sometimes(draw: st.DrawFn, one_in: int) -> bool:
    return draw(st.integers(1, one_in)) == one_in


@st.composite
def _figures(draw: st.DrawFn, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for no in range(1, draw(st.integers(0, 4 if METRICS[kind] else 0)) + 1):
        metric, unit = draw(st.sampled_from(METRICS[kind]))
        holders = [figure["no"] for figure in found if figure["unit"] == unit]
        holder = draw(st.sampled_from([None, *holders]))
        country = draw(st.sampled_from(COUNTRIES))
        if holder and found[holder - 1]["country"]:
            country = found[holder - 1]["country"] if country else None
        found.append(
            records.figure(
                metric, draw(st.sampled_from(NUMBERS)), unit, no=no, country=country, contained_in=holder,
                nature=draw(st.sampled_from(NATURES)), preferred=not _sometimes(draw, 8),
                person_status=draw(st.sampled_from([None, "suspect", "convicted"])),
            )
        )  # fmt: skip
    return found


@st.composite
def _actions(draw: st.DrawFn, parties: list[str]) -> list[dict[str, Any]]:
    """A life in order: signatures, entry into force, interruptions, an end; of the instrument and of its parties."""
    found = [action("signed", draw(st.sampled_from(DATES)), party) for party in parties if _sometimes(draw, 3)]
    if not _sometimes(draw, 4):
        found.append(action("entered_into_force", draw(st.sampled_from(OPENINGS))))
    for party in [None, *parties]:
        if party and _sometimes(draw, 4):
            found.append(action("entered_into_force", draw(st.sampled_from(("2021-09-01", "2022"))), party))
        if _sometimes(draw, 4):
            suspended, resumed = draw(st.sampled_from(PAUSES))
            found.append(action("suspended", suspended, party))
            if resumed:
                found.append(action("resumed", resumed, party))
        if _sometimes(draw, 4):
            name = draw(st.sampled_from(("denounced", "withdrawn") if party else oracle.ENDINGS))
            found.append(action(name, draw(st.sampled_from(CLOSINGS)), party))
    return found


def _ends_before(start: str, end: str) -> bool:
    first, last = parse_edtf(start).lower, parse_edtf(end).upper
    return first is not None and last is not None and last < first


@st.composite
def _plan(draw: st.DrawFn, place: int) -> Plan:
    kind = draw(st.sampled_from(("handover", "operation", "training", "agreement", "statement")))
    roles = records.type_of_kind(kind).roles
    named = draw(st.lists(st.tuples(st.sampled_from(PARTIES), st.sampled_from((*roles[:2], *roles))), max_size=4, unique=True))
    if kind == "agreement":
        named = [("CHN", "signatory"), *(pair for pair in named if pair != ("CHN", "signatory"))]
    start, end = draw(st.sampled_from(DATES)), draw(st.sampled_from(DATES)) if kind in ("operation", "training") else ""
    columns: dict[str, Any] = {name: draw(st.sampled_from(values)) for name, values in CHOICES[kind].items()}
    if kind == "agreement":
        # a side acts by one of its parties: of two suspensions by one side nobody could say whether they are the same
        columns["actions"] = draw(_actions(list({records.AGENCIES.get(party, party): party for party, _ in named}.values())))
    document = records.document(
        kind, named, start, complete=not _sometimes(draw, 4), figures=draw(_figures(kind)), end="" if _ends_before(start, end) else end,
        status=draw(st.sampled_from(STATUSES)), is_group_entry=_sometimes(draw, 8), **columns,
    )  # fmt: skip
    earlier = st.integers(0, place - 1)
    return Plan(
        document,
        draft=_sometimes(draw, 10),
        parent=draw(earlier) if place and _sometimes(draw, 4) else None,
        change_of=(draw(st.sampled_from(CHANGES)), draw(earlier)) if place and kind == "agreement" and _sometimes(draw, 3) else None,
    )


@st.composite
def data_sets(draw: st.DrawFn, most: int = 15) -> list[Plan]:
    return [draw(_plan(place)) for place in range(draw(st.integers(1, most)))]


def store(session: Session, officer: User, plans: list[Plan], before: Sequence[oracle.Known] = ()) -> list[oracle.Known]:
    """Save the records as officers do, and say what was saved as the oracle wants to hear it; they may point at those stored `before`."""
    known: list[oracle.Known] = list(before)
    for plan in plans:
        document = plan.document | {"parent": known[plan.parent].ref if plan.parent is not None else None}
        if plan.change_of:
            document["links"] = [{"type": plan.change_of[0], "to": known[plan.change_of[1]].ref}]
        record = records.save(session, officer, document, draft=plan.draft)
        known.append(oracle.Known(record.id, record.ref, document, plan.draft))
    return known[len(before) :]
