"""Files of records about persons: no name of theirs in what the database keeps of a file.

The content itself is sealed as it was given, under a key that goes with it; whoever reads it leaves a trace.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.files.models import NAME_LENGTH, NOTE_LENGTH
from tracker.files.queries import of_owner
from tracker.files.services import Owner
from tracker.personal_data.books import Books
from tracker.records.models import Record
from tracker.records.naming import has_persons
from tracker.records.record_type import RecordType


def mask_files(session: Session, record: Record, record_type: RecordType) -> None:
    """Put pseudonyms in the place of names in file names, notes and the text that is kept for search."""
    if not has_persons(record_type):
        return
    books = Books(session, record.ref)
    for row in of_owner(session, Owner("record", record.ref)):
        row.name = books.masked(row.name)[:NAME_LENGTH].replace("/", "-") if books.holds_name(row.name) else row.name
        row.note, row.text = books.masked(row.note)[:NOTE_LENGTH], books.masked(row.text)
    if books.has_new:
        books.save(record.id)
    session.flush()
