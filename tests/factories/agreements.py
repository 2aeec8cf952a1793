"""Agreements for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tests.factories import records
from tracker.records.documents import Document

OURS = (records.REPORTING_STATE, "signatory")

# what was done, when, and by which party (none: the instrument as a whole)
Action = tuple[str, str] | tuple[str, str, str | None]


def agreement(
    partners: Sequence[records.Partner] = (), start: str = "", *, actions: Iterable[Action] = (), ours: bool = True, **columns: Any
) -> Document:
    """An agreement, signed by the reporting state too unless not `ours`; actions as `("entered_into_force", "2020-05-01", "KAZ")`."""
    parties = [OURS, *partners] if ours and OURS not in partners and partners else list(partners)
    return records.document("agreement", parties, start, actions=[action(*words) for words in actions], **columns)


def action(name: str, date: str, party: str | None = None) -> Document:
    """One step in the life of an agreement."""
    return {"party": party, "action": name, "date": date}
