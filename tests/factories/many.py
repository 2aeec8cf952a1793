"""Records of every type with everything that makes counting hard, by chance."""

from __future__ import annotations

import random
from typing import Any

from tests.factories import agreements, handovers, operations, records, trainings
from tracker.records.documents import Document

PARTNERS = ("THA", "LAO", "KHM", "MMR", "KAZ", "SUN", "USA", "FJI", "THA_RTP", "SCO", "ASEAN", "INTERPOL")
DATES = (
    *("2022", "2023-12", "2023-09/2024-09", "2023-12/2024-01", "2024-07-01", "2024-02-10", "2025", "2025-09-08"),
    *("2026-02-02", "", "2024?", "../2024-09", "2026-10-10"),
)
NUMBERS = ("", "", "1", "10", "at least 30", "about 20", "10-12", "several")
CRIMES = ("drugs", "telecom_fraud", "cybercrime")


def any_record(chance: random.Random, number: int) -> Document:
    """The `number`-th of many: their types take turns."""
    partners = chance.sample(PARTNERS, chance.choice((0, 1, 1, 2, 3)))
    start = chance.choice(DATES)
    year = start[:4] if start[:4].isdigit() else ""
    common: dict[str, Any] = {"crimes": chance.sample(CRIMES, chance.choice((0, 1, 2))), "complete": chance.random() > 0.2}
    if number % 4 == 0:
        stage = chance.choice(("done", "done", "requested", "refused"))
        direction = chance.choice(("inward", "outward", "not_stated"))
        return handovers.handover(partners, start, chance.choice(NUMBERS), direction=direction, stage=stage, **common)
    if number % 4 == 1:
        end = chance.choice(("", "", f"{int(year) + 1}-03" if year else ""))
        status = chance.choice(("completed", "ongoing", "unknown", "planned", "cancelled"))
        split = [records.figure("arrests", "3", country="THA", no=9)] if "THA" in partners else []
        return operations.operation(partners, start, end, arrests=chance.choice(NUMBERS), figures=split, status=status, **common)
    if number % 4 == 2:
        document = trainings.training(partners, start, participants=chance.choice(NUMBERS), days="5", **common)
        if number % 12 == 2:
            document["is_group_entry"] = True
            document["figures"] = [records.figure("trainings", "multiple", "training", no=1)]
        return document
    actions = [("entered_into_force", f"{int(year) + 1}-01-10")] if year and chance.random() < 0.7 else []
    if actions and chance.random() < 0.4:
        actions.append(("suspended", f"{int(year) + 2}"))
    return agreements.agreement(partners, start, actions=actions, binding=chance.choice(("binding", "not_stated")), **common)
