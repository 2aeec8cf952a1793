"""What whoever looks after a handover should look at again: more persons than were handed over, parts of names that stand alone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts.permissions import Permission, may
from tracker.database.sealing import SealError
from tracker.handovers.models import Handover
from tracker.handovers.persons import label_of
from tracker.personal_data.books import NAMES, pseudonym_of
from tracker.personal_data.keys import keys_of, spellings_of
from tracker.personal_data.parts import PartFinder
from tracker.records.documents import Document
from tracker.records.models import RecordVersion
from tracker.records.named_sources import cited_sources
from tracker.records.naming import with_texts
from tracker.records.queries import newest_document
from tracker.records.record_type import RecordType
from tracker.records.source_documents import TEXTS
from tracker.records.words import Wording


def cautions(wording: Wording, record: Handover) -> list[str]:
    """For the page of a handover and for its review, in sentences."""
    document = newest_document(record, wording.record_type)
    found = list(_more_persons(document))
    if may(wording.reader.user.role, Permission.SUBJECT_READ):
        finder = _part_finder(wording.reader.session, record)
        found += _in_words(record, _places_in(finder, document, wording.record_type))
    return found


def parts_that_stay(session: Session, record: Handover, record_type: RecordType) -> list[str]:
    """The same before names are erased: parts of names in its texts, in earlier versions and in the titles of its sources."""
    finder = _part_finder(session, record)
    if not finder:
        return []
    places = _places_in(finder, newest_document(record, record_type), record_type)
    older = sa.select(RecordVersion.payload).where(RecordVersion.record_id == record.id, RecordVersion.version < record.version)
    for payload in session.scalars(older):
        for no in _places_in(finder, dict(payload), record_type):
            places.setdefault(no, {})[gettext("earlier versions")] = None
    for source in cited_sources(session, record.id):
        for no in set().union(*(finder.find(getattr(source, name) or "") for name in TEXTS)):
            places.setdefault(no, {})[gettext("what the source %(ref)s is called", ref=source.ref)] = None
    return _in_words(record, places)


def _more_persons(document: Document) -> Iterator[str]:
    figures = [row for row in document["figures"] if row["metric"] == "handed_over" and not (row["country"] or row["contained_in"])]
    stated, count = figures[0]["value_hi"] if len(figures) == 1 else None, len(document[NAMES])
    most = Decimal(stated or 0)
    if stated is not None and count > most:
        yield gettext(
            "More persons are listed (%(count)s) than the figure of persons handed over says (%(most)d). Look the source up, then edit "
            "the record: correct the number, or take out whoever was not handed over.",
            count=count,
            most=most,
        )


def _part_finder(session: Session, record: Handover) -> PartFinder:
    """Finds parts of the names on file; of none where no key of this installation opens them."""
    try:
        return PartFinder({key.no: spellings_of(key) for key in keys_of(session, record.id)})
    except SealError:
        return PartFinder({})


def _places_in(finder: PartFinder, document: Document, record_type: RecordType) -> dict[int, dict[str, None]]:
    """Where a part of the name of each person stands: labels, in the order of the document."""
    found: dict[int, dict[str, None]] = {}

    def look(text: str) -> str:
        for no in finder.find(text):
            found.setdefault(no, {})[label_of(document, record_type, text)] = None
        return text

    with_texts(document, record_type, look)
    return found


def _in_words(record: Handover, places: dict[int, dict[str, None]]) -> list[str]:
    return [
        gettext(
            "A part of the name of %(person)s may stand in: %(places)s. If it means the person, give it in the form as another "
            "spelling: it is then masked everywhere, and goes when the name is erased.",
            person=pseudonym_of(record.ref, no),
            places=", ".join(labels),
        )
        for no, labels in sorted(places.items())
    ]
