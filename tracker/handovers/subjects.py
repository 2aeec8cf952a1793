"""The persons handed over, as a list of rows of a handover's document: pseudonyms and codes, never a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from tracker.handovers.models import Handover
from tracker.handovers.words import DATA_SUBJECT_WORDS
from tracker.personal_data.books import NAMES
from tracker.personal_data.models import PSEUDONYM_LENGTH, DataSubject, Subject
from tracker.personal_data.retention import keep_review_date
from tracker.records.record_type import ChildList, Column, ColumnKind, ListHandler
from tracker.vocabularies.models import Party


def _read(handover: Handover) -> list[dict[str, Any]]:
    return [
        {
            "no": row.no,
            "kind": row.kind.value,
            "legal_status": row.legal_status,
            "nationality": row.nationality.code if row.nationality else None,
            "alleged_crime": row.alleged_crime,
            "name": row.name_no,
            "other_names": [int(no) for no in row.other_nos.split(",") if no],
            "same_as": row.same_as,
        }
        for row in handover.subjects
    ]


def _write(session: Session, handover: Handover, entries: list[dict[str, Any]]) -> None:
    codes = {entry["nationality"] for entry in entries if entry["nationality"]}
    ids = dict(session.execute(sa.select(Party.code, Party.id).where(Party.code.in_(codes))).all())
    rows = {row.no: row for row in handover.subjects}
    wanted = []
    for entry in entries:
        row = rows.get(entry["no"]) or Subject(no=entry["no"])
        row.kind, row.legal_status, row.alleged_crime = DataSubject(entry["kind"]), entry["legal_status"], entry["alleged_crime"]
        row.nationality_id = ids[entry["nationality"]] if entry["nationality"] else None
        row.name_no, row.other_nos = entry["name"], ",".join(map(str, entry["other_names"]))
        row.same_as = entry["same_as"]
        wanted.append(row)
    handover.subjects[:] = wanted
    keep_review_date(session, handover.id, handover.created_at.date(), [entry["legal_status"] for entry in entries])


def _describe(entry: Mapping[str, Any], word: Callable[[str, str], str]) -> str:
    parts = [gettext("person %(no)s", no=entry["no"]), str(DATA_SUBJECT_WORDS[DataSubject(entry["kind"])])]
    if entry["legal_status"]:
        parts.append(gettext("legal status: %(status)s", status=word("person_status", entry["legal_status"]).lower()))
    parts += [word(scheme, entry[name]) for name, scheme in (("nationality", "party"), ("alleged_crime", "crime")) if entry[name]]
    if entry["name"]:
        parts.append(gettext("name sealed") if entry["name"] == 1 else gettext("name sealed (spelling %(no)s)", no=entry["name"]))
    if entry["other_names"]:
        parts.append(ngettext("%(num)s other spelling sealed", "%(num)s other spellings sealed", len(entry["other_names"])))
    if entry["same_as"]:
        parts.append(gettext("same person as %(pseudonym)s", pseudonym=entry["same_as"]))
    return " · ".join(parts)


COLUMNS = (
    Column("no", _l("Number of the person"), ColumnKind.WHOLE),
    Column("kind", _l("Kind of person"), ColumnKind.ENUM, words=DATA_SUBJECT_WORDS, is_required=True),
    Column("legal_status", _l("Legal status at the handover"), ColumnKind.TERM, scheme="person_status"),
    Column("nationality", _l("Nationality"), ColumnKind.PARTY),
    Column("alleged_crime", _l("Alleged crime"), ColumnKind.TERM, scheme="crime"),
    Column("same_as", _l("Same person as"), ColumnKind.PERSON, limit=PSEUDONYM_LENGTH),
)
_PERSONS = ChildList(NAMES, _l("Persons"), COLUMNS, kept=("name", "other_names"))
SUBJECTS = ListHandler(_PERSONS, _read, _write, _describe, is_drawn_apart=True)
