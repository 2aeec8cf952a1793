"""What was taken out of the tracker, by whom: one event for each file, before its first line is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.counting.filters import RecordFilter
from tracker.records.filtering import Reader


def note_export(reader: Reader, target: str, chosen: RecordFilter, rows: int, file_format: str = "csv") -> None:
    """Leave the event of a file of `rows` rows. When it cannot be stored the error goes on, and there is no file."""
    said = {"format": file_format, "rows": rows, "filter": said_of(chosen)}
    audit.write_apart(reader.user, reader.session, Action.EXPORTED, target, detail=said)


def note_export_of_sources(reader: Reader, words: str, rows: int, file_format: str) -> None:
    """The same of a list of sources; of the words that were typed only that there were some."""
    said = {"format": file_format, "rows": rows, "filter": {"q": True} if words else {}}
    audit.write_apart(reader.user, reader.session, Action.EXPORTED, "list:sources", detail=said)


def said_of(chosen: RecordFilter) -> dict[str, Any]:
    """The filter as an event may hold it: codes, days and years; of words that were typed only that there were some."""
    return {name: True if name in ("q", "series") else value for name, value in chosen.to_args().items()}


def note_export_of_persons(
    reader: Reader, target: str, chosen: RecordFilter, rows: int, refs: Sequence[str], purpose: str, recipient: str, file_format: str
) -> None:
    """The same of a file that says something of single persons: for what, for whom, and of which records."""
    said = {"format": file_format, "rows": rows, "filter": said_of(chosen), "recipient": recipient, "records": list(refs)}
    audit.write_apart(reader.user, reader.session, Action.EXPORTED, target, purpose=purpose, detail=said, mentions=refs)
