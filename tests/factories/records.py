"""What the factories of all types share: documents out of a few words, and their way into the database."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.record_types import RECORD_TYPES
from tracker.records import review_services, services
from tracker.records.documents import Document, empty_document
from tracker.records.form_document import figure_entry
from tracker.records.models import Record
from tracker.records.numbers import parse_number
from tracker.records.record_type import RecordType

REPORTING_STATE = "CHN"

DEFAULT_UNITS = {"participants": "participant", "participant_days": "participant_day", "cases_opened": "case", "attendance": "person"}

_numbers = itertools.count(1)

# a party in its type's usual role, or a party with its role
Partner = str | tuple[str, str]


def type_of_kind(kind: str) -> RecordType:
    """The record type with this word, outside any application."""
    return next(record_type for record_type in RECORD_TYPES if record_type.kind == kind)


def document(
    kind: str,
    partners: Sequence[Partner] = (),
    start: str = "",
    *,
    figures: Iterable[Document] = (),
    crimes: Sequence[str] = (),
    sources: Sequence[str] = (),
    complete: bool = True,
    **columns: Any,
) -> Document:
    """A document of `kind`; the first of `crimes` is the primary one, `columns` are any others of the type."""
    record_type = type_of_kind(kind)
    made = empty_document(record_type)
    unknown = set(columns) - set(made)
    if unknown:
        raise ValueError(f"a {kind} has no {', '.join(sorted(unknown))}")
    named = [(partner, record_type.roles[0]) if isinstance(partner, str) else partner for partner in partners]
    made |= {
        "title": f"{kind.capitalize()} {next(_numbers)}",
        "start": start,
        "parties_complete": complete,
        "parties_basis": "stated" if named else "not_stated",
        "parties": [{"party": party, "role": role, "note": ""} for party, role in named],
        "crimes": [{"term": term, "is_primary": position == 0} for position, term in enumerate(crimes)],
        "figures": [entry | {"no": entry["no"] or position} for position, entry in enumerate(figures, 1)],
        "evidence": [evidence(no, ref) for no, ref in enumerate(sources, 1)],
    }
    return made | columns


def figure(
    metric: str, number: str, unit: str = "", *, country: str | None = None, contained_in: int | None = None, no: int = 0, **more: Any
) -> Document:
    """A figure as people write it: `figure("arrests", "at least 30", country="LAO")`. Without `no` it takes its place in the list."""
    parsed = parse_number(number)
    if parsed is None:
        raise ValueError("a figure needs a number or words")
    return figure_entry(no, metric, unit or DEFAULT_UNITS.get(metric, "person"), parsed, country=country, contained_in=contained_in, **more)


def evidence(no: int, source: str, *, field: str = "", quote: str = "", **more: Any) -> Document:
    """That the source with the reference `source` supports the record or one of its fields."""
    blank: Document = {
        "no": no, "source": source, "target_field": field, "quote_exact": quote, "quote_prefix": "", "quote_suffix": "",
        "pos_start": None, "pos_end": None, "locator": "", "credibility": None,
    }  # fmt: skip
    return blank | more


def save(
    session: Session,
    actor: User,
    document: Document,
    *,
    draft: bool = False,
    reporting_state: str = REPORTING_STATE,
    token: str | None = None,
) -> Record:
    """Store `document` as officers do: through the service, with its version and its facts."""
    return services.create(actor, session, type_of_kind(document["kind"]), document, reporting_state, draft=draft, token=token)


def change(session: Session, actor: User, record: Record, document: Document, *, draft: bool = False) -> bool:
    """Store `document` as the next version of `record`; False when it says nothing new."""
    record_type = type_of_kind(record.kind)
    return services.update(actor, session, record, record_type, document, REPORTING_STATE, expected_version=record.version, draft=draft)


def verify(session: Session, reviewer: User, record: Record) -> None:
    """Make the newest version of `record` official; `reviewer` is a reviewer who wrote nothing of it. Needs an application."""
    review_services.verify(reviewer, session, record, REPORTING_STATE, expected_version=record.version)


ROLES_THAT_DO_NOT_COUNT = ("venue", "depositary", "observer", "mentioned")
AGENCIES = {"THA_RTP": "THA", "LAO_MPS": "LAO", "CHN_MPS": "CHN", "USA_FBI": "USA"}
ORGANISATIONS = ("SCO", "ASEAN", "INTERPOL", "UNODC", "UN")
ICCS = {"telecom_fraud": "0701", "drugs": "0601", "kidnapping": "020221"}


def payload(document: Document, *, review_state: str = "submitted", parent_kind: str | None = None, is_out: bool = False) -> Document:
    """What a version keeps of `document`, made without a database for tests of pure functions."""
    parties = [
        entry
        | {
            "counts_as_partner": entry["role"] not in ROLES_THAT_DO_NOT_COUNT,
            "kind": "agency" if entry["party"] in AGENCIES else "organisation" if entry["party"] in ORGANISATIONS else "country",
            "belongs_to": AGENCIES.get(entry["party"]),
        }
        for entry in document["parties"]
    ]
    crimes = [entry | {"iccs": ICCS[entry["term"]]} for entry in document["crimes"]]
    system = {"ref": "TST-2026-0001", "review_state": review_state, "owner_id": 1, "parent_kind": parent_kind, "is_out": is_out}
    return document | {"parties": parties, "crimes": crimes} | system
