"""What several of a unit are called: a vocabulary keeps only its word for one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SEVERAL: Mapping[str, LazyString] = {
    "activity": _l("activities"),
    "agreement": _l("agreements"),
    "handover": _l("handovers"),
    "person": _l("persons"),
    "operation": _l("operations"),
    "training": _l("trainings"),
    "participant": _l("participants"),
    "participant_day": _l("participant-days"),
    "meeting": _l("meetings"),
    "conference": _l("conferences"),
    "session": _l("sessions"),
    "speech": _l("speeches"),
    "deployment": _l("deployments"),
    "officer": _l("officers"),
    "document": _l("documents"),
    "mechanism": _l("mechanisms"),
    "channel": _l("channels"),
    "commitment": _l("commitments"),
    "delegation_mixed": _l("delegations (countries, regions or organisations)"),
    "country": _l("countries"),
    "country_or_region": _l("countries and regions"),
    "case": _l("cases"),
    "piece": _l("pieces"),
    "pack": _l("packs"),
    "kg": _l("kilograms"),
    "litre": _l("litres"),
    "tablet": _l("tablets or dose units"),
    "plant": _l("plants"),
    "consignment": _l("consignments"),
    "website": _l("websites"),
    "account": _l("accounts"),
    "statement": _l("statements"),
}

# what comes one by one; an activity is also the unit of figures that have none of their own, such as hours or money
COUNTED = frozenset(SEVERAL) - {"activity", "kg", "litre", "tablet", "participant_day"}


def several(code: str, lower: Any, upper: Any) -> str:
    """What the unit is called behind a number with these bounds; '' where that is its word for one."""
    is_one = Decimal(lower or 0 if upper is None else upper) == 1
    return "" if is_one or code not in SEVERAL else str(SEVERAL[code])
