"""What the views of handovers share."""

from __future__ import annotations

from tracker.handovers.models import Handover
from tracker.records import registry
from tracker.records.record_type import RecordType
from tracker.records.views import record_or_404


def handovers() -> RecordType:
    return registry.by_kind("handover")


def handover_or_404(ref: str) -> Handover:
    """The handover, for whoever may see it."""
    record = record_or_404(handovers(), ref)
    assert isinstance(record, Handover)
    return record
