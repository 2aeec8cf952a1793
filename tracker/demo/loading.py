"""Loading the demo into a database: accounts, the source, and each record as an officer would enter it."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.demo import DEMO_PASSWORD
from tracker.accounts.models import Role, User
from tracker.accounts.services import add_user
from tracker.demo.records import AFTERWARDS, RECORDS, SOURCE, SOURCE_FACT, DemoRecord, Passage
from tracker.demo.statements import OUTSIDE_SOURCES, STATEMENTS, outside_source
from tracker.desks.services import make_desk
from tracker.notifications.models import Delivery, Notification
from tracker.records import registry, services
from tracker.records.documents import Document, empty_document, read_document
from tracker.records.form_document import figure_entry
from tracker.records.models import Record, RecordVersion
from tracker.records.numbers import parse_number
from tracker.records.review_services import verify
from tracker.records.source_services import add_source
from tracker.vocabularies import reference
from tracker.vocabularies.models import VocabularyVersion

REPORTING_STATE = "CHN"  # whose police the article speaks of: directions and partners are seen from there
BOUND_OFFICER = "officer-mekong"  # shows what a desk means: reads everything, changes what touches its partners
MEKONG = ("KHM", "LAO", "MMR", "THA", "VNM")
EVERY_RECORD = (*RECORDS, *STATEMENTS)
FACTS = Path(__file__).with_name("facts.csv")


class DemoError(Exception):
    """The demo cannot be loaded here; says why and what to do."""


@dataclass(frozen=True)
class Fact:
    """One fact of the article; `waits_for` is empty where a record type can hold it."""

    fact: str
    line: int
    kind: str
    what: str
    waits_for: str


@dataclass(frozen=True)
class Report:
    """What was loaded, and which facts wait for what."""

    records: int
    loaded: tuple[Fact, ...]
    waiting: tuple[Fact, ...]


@cache
def facts() -> tuple[Fact, ...]:
    """All facts of the article in their order."""
    with FACTS.open(encoding="utf-8", newline="") as file:
        return tuple(Fact(row["fact"], int(row["line"]), row["kind"], row["what"], row["waits_for"]) for row in csv.DictReader(file))


def waiting_facts() -> tuple[Fact, ...]:
    """Those that no record holds yet."""
    held = {SOURCE_FACT, *(fact for demo in EVERY_RECORD for fact in demo.facts)}
    return tuple(fact for fact in facts() if fact.fact not in held)


def is_loaded(session: Session) -> bool:
    """Whether the demo's records are here."""
    return (
        session.scalar(sa.select(RecordVersion.record_id).where(RecordVersion.form_token == _token(EVERY_RECORD[-1])).limit(1)) is not None
    )


def is_empty(session: Session) -> bool:
    """Whether there is neither a user nor a record."""
    return session.scalar(sa.select(User.id).limit(1)) is None and session.scalar(sa.select(Record.id).limit(1)) is None


def load(session: Session, reporting_state: str) -> Report | None:
    """Load the demo into an empty database; None when it is here already. The caller commits.

    Raises DemoError where other data stand, or where another state than the article's reports.
    """
    if is_loaded(session):
        return None
    if not is_empty(session):
        raise DemoError("This database holds users or records that are not the demo's. Load the demo into an empty database.")
    if reporting_state != REPORTING_STATE:
        raise DemoError(
            f"The demo is told from the side of {REPORTING_STATE}: it cannot be loaded where REPORTING_STATE is {reporting_state}."
        )
    if session.scalar(sa.select(VocabularyVersion.id).limit(1)) is None:
        reference.load(session)
    officer, reviewer = _add_accounts(session)
    source = add_source(officer, session, dict(SOURCE))
    refs: dict[str, str] = {}
    sources = {name: add_source(officer, session, outside_source(name)).ref for name in OUTSIDE_SOURCES}
    for demo in EVERY_RECORD:
        record_type = registry.by_kind(demo.kind)
        document = document_of(demo, [sources[name] for name in demo.sources] or [source.ref], refs)
        record = services.create(officer, session, record_type, document, reporting_state, draft=False, token=_token(demo))
        refs[demo.facts[0]] = record.ref
        verify(reviewer, session, record, reporting_state, expected_version=record.version)
    fact, reason, values = AFTERWARDS
    record = session.scalars(sa.select(Record).where(Record.ref == refs[fact])).one()
    record_type = registry.by_kind(record.kind)
    changed = read_document(record, record_type) | values
    services.update(
        *(officer, session, record, record_type, changed, reporting_state), expected_version=record.version, draft=False, reason=reason
    )
    _keep_an_example(session)
    waiting = waiting_facts()
    return Report(len(EVERY_RECORD), tuple(fact for fact in facts() if fact not in waiting), waiting)


def _keep_an_example(session: Session) -> None:
    """Of what loading told the demo's people only the last of each kind stays, as an example, and nothing of it is sent."""
    latest = sa.select(sa.func.max(Notification.id)).group_by(Notification.user_id, Notification.kind)
    session.execute(sa.delete(Notification).where(Notification.id.not_in(latest)))
    session.execute(sa.update(Notification).values(delivery=Delivery.NONE))


def document_of(demo: DemoRecord, sources: Sequence[str], refs: Mapping[str, str]) -> Document:
    """What the form of its type would make of `demo`; `refs` are the references of the records before it.

    Passages are those of the first source; without any, each source supports the record as a whole.
    """
    document = empty_document(registry.by_kind(demo.kind))
    document |= {"title": demo.title, "summary": demo.summary, **demo.values}
    document["parties"] = [{"party": code, "role": role, "note": ""} for code, role in demo.parties]
    document["parties_basis"] = "stated" if any(code != REPORTING_STATE for code, _ in demo.parties) else "not_stated"
    document["crimes"] = [{"term": term, "is_primary": term == demo.crimes[0]} for term in sorted(demo.crimes)]
    document["aliases"] = [{"name": name, "lang": "en"} for name in sorted(demo.aliases)]
    document["links"] = [{"type": kind, "to": refs[fact]} for kind, fact in demo.links]
    for no, given in enumerate(demo.figures, start=1):
        number = parse_number(given.number or given.words)
        assert number is not None  # there are words
        more = {name: getattr(given, name) for name in ("person_status", "nature", "as_of", "series", "contained_basis")}
        document["figures"].append(figure_entry(no, given.metric, given.unit, number, text_original=given.words, **more))
    cited = [(sources[0], passage) for passage in demo.passages] or [(source, Passage(0, "")) for source in sources]
    for no, (source, passage) in enumerate(cited, start=1):
        entry = {
            "no": no,
            "source": source,
            "target_field": passage.supports,
            "quote_exact": passage.quote,
            "locator": f"line {passage.line}" if passage.line else "",
        }
        entry |= {"quote_prefix": "", "quote_suffix": "", "pos_start": None, "pos_end": None, "credibility": None}
        document["evidence"].append(entry)
    return document


def _add_accounts(session: Session) -> tuple[User, User]:
    """One account for each role, a second officer at a desk with few partners.

    Gives the officer whose desk covers all, who enters the records, and the reviewer, who verifies them.
    """
    users = {
        role: add_user(None, session, role.value, f"{role.value.capitalize()} (demo)", role, DEMO_PASSWORD, is_demo=True) for role in Role
    }
    administrator = users[Role.ADMINISTRATOR]
    bound = add_user(None, session, BOUND_OFFICER, "Officer, Mekong desk (demo)", Role.OFFICER, DEMO_PASSWORD, is_demo=True)
    make_desk(administrator, session, "General desk", covers_all=True, parties=[], people=[users[Role.OFFICER].username])
    make_desk(administrator, session, "Mekong desk", covers_all=False, parties=MEKONG, people=[bound.username])
    return users[Role.OFFICER], users[Role.REVIEWER]


def _token(demo: DemoRecord) -> str:
    """As if the officer's form had carried it: the same record is never made twice."""
    return f"demo:{demo.facts[0]}"
