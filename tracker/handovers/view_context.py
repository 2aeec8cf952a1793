"""What the views of handovers share."""

from __future__ import annotations

from tracker.accounts.guards import current_user
from tracker.extensions import db
from tracker.handovers.models import Handover
from tracker.records import registry
from tracker.records.record_type import RecordType
from tracker.records.rights import may_edit, require_edit
from tracker.records.view_context import current_reader
from tracker.records.views import record_or_404, unread_record_or_404


def handovers() -> RecordType:
    return registry.by_kind("handover")


def handover_or_404(ref: str) -> Handover:
    """The handover, for whoever may see it."""
    record = record_or_404(handovers(), ref)
    assert isinstance(record, Handover)
    return record


def unread_handover_or_404(ref: str) -> Handover:
    """The same for an address that shows nothing of it, or writes down by itself what it shows."""
    record = unread_record_or_404(handovers(), ref)
    assert isinstance(record, Handover)
    return record


def editable_handover(ref: str) -> Handover:
    """The handover, for whoever may change it. Raises RightsError for others who see it."""
    record = handover_or_404(ref)
    require_edit(current_user(), db.session, record, current_reader().reporting_state)
    return record


def is_editable(record: Handover) -> bool:
    """Whether the reader may change it."""
    return may_edit(current_user(), db.session, record, current_reader().reporting_state)
