"""What the demo is: nothing forced, nobody named."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.engines import Databases
from tests.tracker.demo.application import CHN, application
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.accounts.models import Role, User
from tracker.accounts.passwords import complaint
from tracker.accounts.services import demo_users
from tracker.counting.models import Basis
from tracker.demo import loading
from tracker.demo.loading import EVERY_RECORD
from tracker.demo.records import AFTERWARDS, RUNNING_TOTAL, SOURCE_FACT
from tracker.demo.statements import OUTSIDE_SOURCES
from tracker.extensions import db
from tracker.notifications.models import Delivery, Notification
from tracker.records import facts, registry, services
from tracker.records.documents import read_document
from tracker.records.enums import PartiesBasis, ReviewMove, ReviewState
from tracker.records.filtering import Reader
from tracker.records.form_context import FormContext
from tracker.records.models import Record, RecordVersion, Review
from tracker.records.sources import Evidence, Source
from tracker.summaries.running import running_page

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[3]
LONGEST_QUOTE = 25  # words
# First half of the SHA-256 of words and pairs of words that name a person of the article; the names stand nowhere in the project.
NAMES = {
    "36b140193335b71e", "60e233a7b5ed1c44", "600d91f74503a632", "602a8350edc4b0db",
    "14bbfb46cb710ab5", "12a303c224c250d0", "9a76d92bf6d134f1", "daff83a772d89887",
}  # fmt: skip


@pytest.fixture(scope="module")
def loaded(databases: Databases, cheap_passwords: None) -> Iterator[Flask]:
    """The loaded demo, only to read."""
    with databases.fresh() as url, application(url) as app:
        with app.app_context():
            assert loading.load(db.session, CHN)
            db.session.commit()
        yield app


@pytest.fixture
def session(loaded: Flask) -> Iterator[Session]:
    with loaded.app_context():
        yield db.session


def record_of(session: Session, fact: str) -> Any:
    saved = services.saved_by_token(session, f"demo:{fact}")
    return saved.record if saved else None


def names_in(text: str) -> set[str]:
    words = re.findall(r"[^\W\d_]+", text.lower())
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    return {word for word in {*words, *pairs} if hashlib.sha256(word.encode()).hexdigest()[:16] in NAMES}


def test_every_fact_is_loaded_or_waits_for_something_never_both():
    all_facts = loading.facts()
    assert [fact.fact for fact in all_facts] == [f"S{number:02}" for number in range(1, 60)]
    held = [SOURCE_FACT, *(fact for demo in EVERY_RECORD for fact in demo.facts if not fact.startswith("total of"))]
    assert len(held) == len(set(held)) == 17
    assert {fact.fact for fact in all_facts if not fact.waits_for} == set(held)


def test_records_are_complete_belong_to_the_officer_and_are_verified_by_the_reviewer(session: Session):
    records = session.scalars(sa.select(Record)).all()
    assert len(records) == len(EVERY_RECORD) == 19
    officer = session.scalar(sa.select(User).where(User.username == "officer"))
    assert officer
    for record in records:
        assert (record.owner_id, record.verified_version) == (officer.id, 1)
    verified = session.scalars(sa.select(Review).where(Review.move == ReviewMove.VERIFY)).all()
    reviewer = session.scalar(sa.select(User.id).where(User.username == "reviewer"))
    assert [review.by_id for review in verified] == [reviewer] * 19


def test_one_change_waits_for_review(session: Session):
    waiting = session.scalars(sa.select(Record).where(Record.review_state == ReviewState.SUBMITTED)).one()
    assert waiting.ref == record_of(session, AFTERWARDS[0]).ref
    assert (waiting.version, waiting.verified_version) == (2, 1)


def test_nobody_begins_with_a_pile_of_notices(session: Session):
    told = session.execute(sa.select(User.username, Notification.kind).join(Notification, Notification.user_id == User.id)).all()
    assert sorted((name, kind.value) for name, kind in told) == [("officer", "verified"), ("reviewer", "submitted")]
    assert {*session.scalars(sa.select(Notification.delivery))} == {Delivery.NONE}


def test_stored_facts_are_those_of_the_versions(session: Session):
    assert facts.check(session, CHN) == []


@pytest.mark.parametrize("demo", EVERY_RECORD, ids=lambda demo: demo.facts[0])
def test_a_record_says_what_its_document_says(session: Session, demo: Any):
    refs = {other.facts[0]: record_of(session, other.facts[0]).ref for other in EVERY_RECORD}
    sources = list(session.scalars(sa.select(Source.ref).order_by(Source.id)))
    by_name = dict(zip(OUTSIDE_SOURCES, sources[1:], strict=True))
    cited = [by_name[name] for name in demo.sources] or sources[:1]
    record = record_of(session, demo.facts[0])
    document = loading.document_of(demo, cited, refs) | (AFTERWARDS[2] if demo.facts[0] == AFTERWARDS[0] else {})
    assert read_document(record, registry.by_kind(demo.kind)) == document


@pytest.mark.parametrize("demo", EVERY_RECORD, ids=lambda demo: demo.facts[0])
def test_the_form_accepts_each_record_and_a_second_save_changes_nothing(loaded: Flask, session: Session, demo: Any):
    record = record_of(session, demo.facts[0])
    record_type = registry.by_kind(demo.kind)
    document = read_document(record, record_type)
    officer = session.scalars(sa.select(User).where(User.role == Role.OFFICER).order_by(User.id)).first()
    with loaded.test_request_context():
        form = record_type.form(record_type, FormContext(session, "en", CHN, date(2026, 1, 31), officer), document)
        assert form.validate(), form.errors
        assert form.document() == document


def test_what_outside_sources_say_is_not_quoted(session: Session):
    outside = [demo for demo in EVERY_RECORD if demo.sources]
    assert len(outside) == 4
    for demo in outside:
        evidence = record_of(session, demo.facts[0]).evidence
        assert [(row.quote_exact, row.locator, row.target_field) for row in evidence] == [("", "", "")] * len(demo.sources)


@pytest.mark.parametrize("demo", [demo for demo in EVERY_RECORD if not demo.sources], ids=lambda demo: demo.facts[0])
def test_every_record_has_short_evidence_with_its_line(session: Session, demo: Any):
    record = record_of(session, demo.facts[0])
    record_type = registry.by_kind(demo.kind)
    fields = {"", "parties"} | {column.name for column in record_type.all_columns} | {f"figure:{row.no}" for row in record.figures}
    assert record.evidence
    lines = {fact.line for fact in loading.facts() if fact.fact in demo.facts}
    assert lines <= {int(row.locator.removeprefix("line ")) for row in record.evidence}
    for row in record.evidence:
        assert re.fullmatch(r"line \d+", row.locator)
        assert 0 < len(row.quote_exact.split()) < LONGEST_QUOTE
        assert row.target_field in fields
    assert {f"figure:{row.no}" for row in record.figures} <= {row.target_field for row in record.evidence}


def test_a_group_entry_has_exactly_one_figure_and_it_has_no_number(session: Session):
    groups = session.scalars(sa.select(Record).where(Record.is_group_entry)).all()
    assert {record.id for record in groups} == {record_of(session, fact).id for fact in ("S34", "S36", "S45", "S46", "S56")}
    for record in groups:
        (figure,) = record.figures
        assert (figure.value_lo, figure.value_hi, figure.qualifier.value) == (None, None, "unquantified")


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ("S29", {"direction": "inward", "legal_basis": "not_stated", "start": "", "place": "Northern Myanmar"}),
        ("S32", {"direction": "inward", "legal_basis": "extradition", "start": "2024?"}),
        ("S33", {"series_name": "Fox Hunt", "start": "2024", "parties_basis": "not_stated"}),
        ("S36", {"parties_complete": False, "parties_basis": "stated", "is_group_entry": True}),
        ("S37", {"status": "ongoing", "start": "", "parties_basis": "not_stated"}),
        ("S39", {"aliases": [{"name": "Pangea", "lang": "en"}], "parties_basis": "stated"}),
        ("S42", {"direction": "outward", "legal_basis": "not_stated", "start": "2023-12", "notice": None}),
        ("S43", {"direction": "outward", "legal_basis": "not_stated", "start": "2024-07-10", "notice": "red"}),
        ("S45", {"direction": "not_stated", "parties": [], "parties_basis": "not_stated"}),
        ("S46", {"start": "2023-09~/2024-09~", "our_role": "provider", "parties_basis": "not_stated"}),
        ("S56", {"actions": [], "start": "", "parties_basis": "not_stated"}),
    ],
)
def test_what_the_article_says_and_no_more(session: Session, fact: str, expected: dict[str, Any]):
    record = record_of(session, fact)
    document = read_document(record, registry.by_kind(record.kind))
    assert {name: document[name] for name in expected} == expected


def test_parties_and_their_roles(session: Session):
    def of(fact: str) -> set[tuple[str, str]]:
        return {(row.party.code, row.role) for row in record_of(session, fact).parties}

    assert of("S29") == {("MMR", "sending"), ("CHN", "receiving")}
    assert of("S40") == {("INTERPOL", "coordinator"), ("CHN", "participant")}
    assert of("S43") == {("CHN", "sending"), ("USA", "receiving"), ("USA", "requesting"), ("USA_DSS", "receiving")}


def test_the_extradition_is_a_result_of_the_operation(session: Session):
    (link,) = record_of(session, "S32").links
    assert (link.type, link.target.id) == ("result_of", record_of(session, "S33").id)


def test_the_source_says_how_little_is_known_of_it(session: Session):
    source = session.scalars(sa.select(Source).order_by(Source.id)).first()
    assert source
    assert (source.kind, source.lang, source.is_translation, source.reliability) == ("press_article", "en", True, "F")
    assert (source.publisher, source.url, source.published.edtf, source.published.is_inferred) == ("", "", "2024-09?", True)


def test_parties_not_stated_means_no_partner_but_ours(session: Session):
    for record in session.scalars(sa.select(Record)):
        others = {row.party.code for row in record.parties} - {CHN}
        assert (record.parties_basis is PartiesBasis.STATED) == bool(others)


def test_the_digests_find_a_name_when_there_is_one():
    digest = hashlib.sha256(b"ana example").hexdigest()[:16]
    NAMES.add(digest)
    try:
        assert names_in("handed over Ana Example, a suspect") == {"ana example"}
    finally:
        NAMES.remove(digest)


def test_no_person_of_the_article_is_named_in_the_project_or_in_the_database(session: Session):
    files = [*(ROOT / "tracker" / "demo").glob("*.*"), ROOT / "docs" / "demo-data.md", *(ROOT / "tests").glob("**/demo/*.py")]
    files += (ROOT / "tests" / "journeys" / "seed_figures").glob("*.py")
    texts = {str(path): path.read_text() for path in files}
    assert len(texts) >= 7
    for version in session.scalars(sa.select(RecordVersion)):
        texts[f"record {version.record_id}"] = json.dumps(version.payload)
    for evidence in session.scalars(sa.select(Evidence)):
        texts[f"evidence {evidence.id}"] = evidence.quote_exact
    for source in session.scalars(sa.select(Source)):
        texts[source.ref] = source.title
    assert {place: found for place, text in texts.items() if (found := names_in(text))} == {}


def test_one_demo_account_for_each_role_and_an_officer_of_a_small_desk(session: Session):
    users = demo_users(session)
    assert {user.username: user.role for user in users} == {role.value: role for role in Role} | {loading.BOUND_OFFICER: Role.OFFICER}
    assert all(user.is_demo and user.display_name.endswith("(demo)") for user in users)
    assert [complaint(DEMO_PASSWORD, user.username) for user in users if complaint(DEMO_PASSWORD, user.username)] == []


def test_c26_the_running_total_is_that_of_the_day_asked_for(loaded: Flask, session: Session):
    reader = Reader(session.scalars(sa.select(User).where(User.username == "officer")).one(), session, "en", date(2026, 6, 30), CHN)
    shown = []
    with loaded.test_request_context():
        for until in ("", "2024-09-30", "2024-01-31", "2020"):
            page = running_page(reader, {"series": RUNNING_TOTAL, "until": until}, datetime(2026, 6, 30, tzinfo=UTC), Basis.OFFICIAL)
            assert page.chosen
            shown.append((page.chosen.number.text, page.chosen.as_of, len(page.warnings)))
    assert shown == [
        ("≥ 57\u202f000", "July 2025", 1),
        ("≥ 50\u202f000", "September 2024", 1),
        ("≈ 44\u202f000", "30 January 2024", 0),  # the wording changes later
        ("–", "", 0),
    ]
