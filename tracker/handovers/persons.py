"""What may be seen of the persons of a handover: by everybody their pseudonyms, by few and for a purpose their names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.accounts.services import names_of_users
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.handovers.models import Handover
from tracker.handovers.words import GROUND_WORDS
from tracker.personal_data import erasure
from tracker.personal_data.books import NAMES, Books, pseudonym_of
from tracker.personal_data.keys import keys_of
from tracker.personal_data.models import ErasureRequest, Retention, SubjectKey
from tracker.records.disclosure_models import Disclosure
from tracker.records.documents import Document
from tracker.records.filtering import Reader
from tracker.records.models import Record
from tracker.records.naming import with_texts
from tracker.records.purposes import this_sign_in
from tracker.records.queries import newest_document
from tracker.records.reading import must_be_logged
from tracker.records.record_type import RecordType
from tracker.records.registry import by_kind
from tracker.records.told import merged_into
from tracker.records.visibility import visible_to
from tracker.records.words import Wording

PURPOSE_LENGTH = 300


@dataclass(frozen=True)
class Person:
    """One person under the pseudonym; `state` says what is known of the name, `name` and `others` only on the page of names."""

    no: int
    pseudonym: str
    state: str
    is_erased: bool
    has_name: bool
    description: str = ""
    name: str = ""
    others: tuple[str, ...] = ()


def extras(wording: Wording, record: Handover) -> Mapping[str, Any]:
    """For the page of a handover: persons, review date, open request of erasure, corrections that are due."""
    kept, asked, due, keys = _kept_of(wording.reader, record)
    persons = people(wording.reader.session, record, wording)
    return {
        "persons": persons,
        "retention": None if is_over(persons) else kept,
        "is_erasure_asked": asked,
        "corrections_due": due,
        "can_open": has_something_to_open(record, wording.record_type, [key.no for key in keys if key.wrapped is not None]),
    }


def _kept_of(reader: Reader, record: Handover) -> tuple[Retention | None, bool, list[str], Sequence[SubjectKey]]:
    """The retention of the record, whether somebody asks for erasure, corrections that are due, and the keys of its persons.

    Those are the references of this record and of those merged into it that the reader may see. One statement.
    """
    is_due = sa.exists().where(Disclosure.record_id == Record.id, Disclosure.due_since.is_not(None))
    due = sa.select(Record.ref).where(Record.id.in_(merged_into(record.id)), is_due, visible_to(reader.user)).subquery()
    asked = sa.exists().where(ErasureRequest.record_id == record.id, ErasureRequest.decision.is_(None))
    whole = sa.select(Retention, asked, due.c.ref, SubjectKey).select_from(Record).where(Record.id == record.id)
    whole = whole.outerjoin(Retention, Retention.record_id == Record.id).outerjoin(SubjectKey, SubjectKey.record_id == Record.id)
    rows = reader.session.execute(whole.outerjoin(due, sa.true())).all()
    keys = {row.SubjectKey.no: row.SubjectKey for row in rows if row.SubjectKey}  # any of the three may be missing
    refs = sorted({row.ref for row in rows if row.ref}, key=lambda ref: (ref != record.ref, ref))
    return rows[0][0], rows[0][1], refs, keys_of(reader.session, record.id, list(keys.values()))


def people(session: Session, record: Handover, wording: Wording | None = None) -> list[Person]:
    """Every person that the record has or had, with what became of the name; no name is opened. Described where `wording` is given."""
    keys, users = {key.no: key for key in keys_of(session, record.id)}, names_of_users(session)
    rows_of = {row["no"]: row for row in newest_document(record, by_kind(record.kind))[NAMES]}
    named = {no: bool(row["name"] or row["other_names"]) for no, row in rows_of.items()}
    found = []
    for no in sorted({*keys, *named}):
        key = keys.get(no)
        erased = key is not None and key.erased_at is not None
        said = wording.row(NAMES, rows_of[no] | {"name": 0, "other_names": []}) if wording and no in rows_of else ""
        state, has_name = _state(key, named.get(no), users), key is not None and not erased
        found.append(Person(no, pseudonym_of(record.ref, no), state, erased, has_name, said))
    return found


def is_over(persons: Sequence[Person]) -> bool:
    """Whether names were erased and none is left: nothing is to be reviewed then. One that never had a name is looked at all the same."""
    return any(person.is_erased for person in persons) and not any(person.has_name for person in persons)


def _state(key: SubjectKey | None, is_named: bool | None, users: Mapping[int, str]) -> str:
    if key is not None and key.erased_at is not None:
        ground = GROUND_WORDS[key.erasure_ground] if key.erasure_ground else ""
        day, by = key.erased_at.date().isoformat(), users.get(key.erased_by_id or 0, "")
        return gettext("name erased on %(day)s by %(by)s: %(ground)s", day=day, by=by, ground=ground)
    if is_named is None:
        return gettext("no longer in the record, name sealed")
    if is_named:
        return gettext("name sealed")
    return gettext("no name on file")


# --- Names ---


def has_something_to_open(record: Handover, record_type: RecordType, live: Collection[int]) -> bool:
    """Whether the page of names would open anything: the name of one of the persons `live`, whose names are on file, or a text with one."""
    if not live:
        return False
    document, said = newest_document(record, record_type), []

    def collect(text: str) -> str:
        said.append(text)
        return text

    with_texts(document, record_type, collect)
    named = {row["no"] for row in document[NAMES] if row["name"] or row["other_names"]}
    marks = [f"[{pseudonym_of(record.ref, no)}{end}" for no in live for end in ("]", ".")]
    return not named.isdisjoint(live) or any(mark in text for mark in marks for text in said)


def log_names(actor: User, session: Session, record: Handover, purpose: str, *, for_files: bool = False) -> None:
    """Write down that names are read, and store it: only then are they shown. The log says pseudonyms; none where files are wanted."""
    opened = [] if for_files else _pseudonyms(session, record)
    with must_be_logged(session):
        audit.write(actor, session, Action.NAME_READ, record.ref, purpose=purpose, detail=_read_detail(opened))
        session.commit()


def log_names_again(actor: User, session: Session, record: Handover, purpose: str) -> None:
    """The same for a page that only reads."""
    with must_be_logged(session):
        audit.write_apart(actor, session, Action.NAME_READ, record.ref, purpose=purpose, detail=_read_detail(_pseudonyms(session, record)))


def _pseudonyms(session: Session, record: Handover) -> list[str]:
    """Those whose names are on file."""
    return [pseudonym_of(record.ref, no) for no in sorted(erasure.named_persons(session, record.id))]


def _read_detail(opened: list[str]) -> dict[str, Any]:
    return {"subjects": opened, "sign_in": this_sign_in()}


def named_people(session: Session, record: Handover, wording: Wording) -> list[Person]:
    """The persons of the record with their names. Only after the reading was written down."""
    books = Books(session, record.ref)
    document = newest_document(record, wording.record_type)
    rows = {row["no"]: row for row in document[NAMES]}
    found = []
    for person in people(session, record, wording):
        row = rows.get(person.no, {"name": 0, "other_names": []})
        others = tuple(filter(None, (books.spelling(person.no, index) for index in row["other_names"])))
        found.append(replace(person, name=books.spelling(person.no, row["name"]), others=others))
    return found


def opened_texts(session: Session, record: Handover, wording: Wording) -> list[tuple[str, str]]:
    """Every text of the record that holds a name, with its label, as it was typed. Only after the reading was written down."""
    books, record_type = Books(session, record.ref), wording.record_type
    document = newest_document(record, record_type)
    found: list[tuple[str, str]] = []

    def collect(text: str) -> str:
        opened = books.opened(text)
        if opened != text:
            found.append((label_of(document, record_type, text), opened))
        return text

    with_texts(document, record_type, collect)
    return found


def label_of(document: Document, record_type: RecordType, text: str) -> str:
    """What the field, or the list, is called in which `text` stands."""
    for column in record_type.all_columns:
        if document[column.name] == text:
            return str(column.label)
    for child in record_type.all_lists:
        if any(text in row.values() for row in document[child.name]):
            return str(child.label)
    return ""
