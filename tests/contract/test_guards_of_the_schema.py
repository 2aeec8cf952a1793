"""The schema is its own guardian: what the database refuses, whoever writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.contract.filled_database import NOW, fill, open_database
from tests.engines import Databases
from tracker.database.base import Base
from tracker.records.models import Record, RecordVersion


class TestGuards:
    """Rules that the database keeps itself, whoever writes."""

    def test_versions_are_never_changed(self, filled: Session) -> None:
        refused(filled, sa.update(RecordVersion).values(reason="another"))

    def test_versions_are_never_deleted(self, filled: Session) -> None:
        refused(filled, sa.delete(RecordVersion))

    def test_versions_of_sources_are_changed_only_to_leave_a_name_out(self, filled: Session) -> None:
        version, redaction = table("source_version"), table("source_redaction")
        row = dict(filled.execute(sa.select(redaction).order_by(redaction.c.version)).mappings().first() or {})
        its = sa.and_(version.c.source_id == row["source_id"], version.c.version == row["version"])
        assert "[name]" in filled.execute(sa.select(version.c.payload).where(its)).scalar_one()["title"]
        for values in ({"reason": "another"}, {"reason": "by [name]"}, {"payload": {"title": "[name]"}}, {"by_id": 999}):
            refused(filled, sa.update(version).values(values))
        refused(filled, sa.delete(version))
        refused(filled, sa.delete(redaction))
        refused(filled, sa.update(redaction).values(is_open=True))
        accepted(filled, sa.insert(redaction).values(row | {"id": 9001, "is_open": True}))
        for values in ({"reason": "another", "payload": {}}, {"by_id": 999}, {"valid_from": NOW}, {"version": 77}):
            refused(filled, sa.update(version).where(its).values(values))
        accepted(filled, sa.update(version).where(its).values(reason="by [name]"))

    def test_what_a_record_with_persons_has_cited_stays_known(self, filled: Session) -> None:
        citation = table("named_citation")
        refused(filled, sa.delete(citation))
        refused(filled, sa.update(citation).values(record_id=1))

    def test_what_an_event_mentions_is_neither_changed_nor_deleted(self, filled: Session) -> None:
        mention = table("audit_mention")
        refused(filled, sa.delete(mention))
        for values in ({"ref": "HND-2026-0001"}, {"event_no": 1}):
            refused(filled, sa.update(mention).values(values))
        refused(filled, sa.insert(mention).values(ref="HND-2026-0001", event_no=9001))

    def test_a_restriction_is_lifted_by_nobody_alone(self, filled: Session) -> None:
        record, request = table("record"), table("lift_request")
        its = record.c.id.in_(sa.select(request.c.record_id))
        accepted(filled, sa.update(record).where(its).values(restricted_at=sa.select(request.c.restricted_at).scalar_subquery()))
        lift = sa.update(record).where(its).values(restricted_at=None)
        refused(filled, lift)
        refused(filled, sa.update(record).where(its).values(review_state="draft"))
        refused(filled, sa.update(record).where(its).values(restricted_at=datetime(2020, 1, 1, tzinfo=UTC)))
        refused(filled, sa.delete(request))
        refused(filled, sa.update(request).values(reason="Another"))
        user = table("user_account")
        other = sa.select(user.c.id).where(user.c.role == "reviewer").limit(1).scalar_subquery()
        said = {"decided_at": NOW, "decision": "approved"}
        refused(filled, sa.update(request).values(decided_by_id=request.c.asked_by_id, **said))
        accepted(filled, sa.update(request).values(decided_by_id=other, **said))
        refused(filled, sa.update(request).values(decision="refused"))
        accepted(filled, lift)

    def test_what_was_disclosed_and_told_is_neither_changed_nor_deleted(self, filled: Session) -> None:
        log, notice, user = (
            table("disclosure"),
            table("correction_notice"),
            sa.select(table("user_account").c.id).limit(1).scalar_subquery(),
        )
        for values in (
            {"given": "pseudonyms"}, {"channel": "meeting"}, {"authority": "Another"}, {"purpose": "Another"}, {"caveats": "Another"},
            {"given_on_edtf": "2025"}, {"given_on_hi": date(2025, 1, 1)}, {"given_on_hi": None}, {"no": 7}, {"erased": "1"},
            {"condition": "retired"}, {"form_token": "a"}, {"withdrawn_at": NOW}, {"withdrawn_reason": "Wrong"},
        ):  # fmt: skip
            refused(filled, sa.update(log).values(values))
        for statement in (sa.delete(log), sa.delete(notice), sa.update(notice).values(channel="meeting")):
            refused(filled, statement)
        accepted(filled, sa.update(log).values(due_since=NOW))
        record = table("record")
        ref = filled.scalar(sa.select(record.c.ref).where(record.c.id == sa.select(log.c.record_id).scalar_subquery()))
        accepted(filled, sa.update(log).values(authority=f"[{ref}/1] asked"))
        accepted(filled, sa.update(log).values(due_since=None, withdrawn_at=NOW, withdrawn_by_id=user, withdrawn_reason="Wrong"))
        for values in ({"due_since": NOW}, {"withdrawn_reason": "Another"}, {"withdrawn_at": None, "withdrawn_by_id": None}):
            refused(filled, sa.update(log).values(values))

    def test_the_party_of_an_action_is_one_of_the_records_parties(self, filled: Session) -> None:
        action, party = table("agreement_action"), table("party")
        stranger = sa.select(party.c.id).where(party.c.code == "BRA").scalar_subquery()
        refused(filled, sa.update(action).where(action.c.party_id.is_not(None)).values(party_id=stranger))
        row = filled.execute(sa.select(action).where(action.c.party_id.is_not(None))).mappings().first()
        assert row is not None
        refused(filled, sa.insert(action).values({**row, "id": 9001, "party_id": stranger}))

    def test_a_figure_and_what_contains_it_have_one_unit(self, filled: Session) -> None:
        row, whole = a_figure(filled)
        refused(filled, sa.insert(table("figure")).values({**row, "unit": "unit:case", "contained_in_id": whole}))
        accepted(filled, sa.insert(table("figure")).values({**row, "contained_in_id": whole}))

    def test_figures_do_not_contain_each_other(self, filled: Session) -> None:
        row, whole = a_figure(filled)
        figures = table("figure")
        filled.execute(sa.insert(figures).values({**row, "contained_in_id": whole}))
        refused(filled, sa.update(figures).where(figures.c.id == whole).values(contained_in_id=row["id"]))

    def test_figures_do_not_contain_each_other_by_way_of_a_third(self, filled: Session) -> None:
        row, whole = a_figure(filled)
        figures = table("figure")
        filled.execute(sa.insert(figures).values({**row, "contained_in_id": whole}))
        filled.execute(sa.insert(figures).values({**row, "id": 9002, "no": 92, "contained_in_id": row["id"]}))
        refused(filled, sa.update(figures).where(figures.c.id == whole).values(contained_in_id=9002))

    @pytest.mark.parametrize(
        ("low", "high", "qualifier"),
        [
            (-1, -1, "exact"), (1, 2, "exact"), (1, None, "exact"), (None, 1, "exact"), (None, None, "exact"), (1, 2, "about"),
            (1, None, "about"), (1, 2, "at_least"), (None, None, "at_least"), (-1, None, "at_least"), (1, 5, "at_most"),
            (0, None, "at_most"), (None, 5, "at_most"), (5, 5, "range"), (8, 3, "range"), (3, None, "range"), (None, 8, "range"),
            (None, None, "range"), (1, 1, "unquantified"), (None, None, "unquantified"), (1, 1, "roughly"),
        ],
    )  # fmt: skip
    def test_c29_bounds_fit_their_qualifier_and_are_not_negative(self, filled: Session, low: Any, high: Any, qualifier: str) -> None:
        row, _ = a_figure(filled)
        numbers = {name: None if value is None else Decimal(value) for name, value in (("value_lo", low), ("value_hi", high))}
        refused(filled, sa.insert(table("figure")).values({**row, **numbers, "qualifier": qualifier, "text_original": ""}))

    @pytest.mark.parametrize(
        ("low", "high", "qualifier"),
        [
            (1, 1, "exact"), (0, 0, "exact"), (2, 2, "about"), (1, None, "at_least"), (0, 5, "at_most"), (3, 8, "range"),
            (None, None, "unquantified"),
        ],
    )  # fmt: skip
    def test_c29_each_qualifier_has_bounds_that_fit(self, filled: Session, low: Any, high: Any, qualifier: str) -> None:
        row, _ = a_figure(filled)
        numbers = {name: None if value is None else Decimal(value) for name, value in (("value_lo", low), ("value_hi", high))}
        accepted(filled, sa.insert(table("figure")).values({**row, **numbers, "qualifier": qualifier, "text_original": "several"}))

    @pytest.mark.parametrize(
        "bad",
        [
            {"start_lo": date(2024, 5, 1), "start_hi": date(2024, 4, 1), "start_edtf": "2024", "start_basis": "stated"},
            {"start_edtf": "", "start_basis": "stated"},
            {"start_edtf": "2024", "start_basis": "not_stated"},
            {"start_lo": date(2024, 5, 1), "start_hi": date(2024, 5, 1), "start_edtf": "2024-05-01", "start_basis": "stated"}
            | {"end_lo": date(2024, 4, 1), "end_hi": date(2024, 4, 30), "end_edtf": "2024-04", "end_basis": "stated"},
            {"review_state": "submitted", "title": ""},
            {"review_state": "finished"},
            {"status": "done"},
            {"parties_basis": "guessed"},
            {"version": 0},
            {"marking": "marking:PINK"},
            {"owner_id": 987654},
        ],
        ids=[
            "bounds", "nothing written", "basis", "end before start", "no title", "review", "status", "partners", "version", "marking",
            "owner",
        ],
    )  # fmt: skip
    def test_a_record_that_contradicts_itself_is_refused(self, filled: Session, bad: dict[str, Any]) -> None:
        refused(filled, sa.update(table("record")).values(bad))

    def test_a_draft_may_be_without_a_title(self, filled: Session) -> None:
        record = table("record")
        accepted(filled, sa.update(record).where(record.c.review_state == "draft").values(title=""))

    def test_a_record_is_not_its_own_parent_nor_linked_to_itself(self, filled: Session) -> None:
        record, link = table("record"), table("record_link")
        refused(filled, sa.update(record).values(parent_id=record.c.id))
        refused(filled, sa.update(link).values(to_id=link.c.from_id))

    def test_c30_a_record_has_one_primary_crime_type(self, filled: Session) -> None:
        refused(filled, sa.update(table("record_crime")).values(is_primary=True))

    @pytest.mark.parametrize(
        ("name", "bad"),
        [
            ("training", {"days": 0}),
            ("training", {"days": -1}),
            ("agreement", {"notice_days": -1}),
            ("agreement", {"binding": "perhaps"}),
            ("handover", {"direction": "sideways"}),
            ("handover", {"stage": "begun"}),
            ("handover", {"legal_basis": "legal_basis:magic"}),
            ("source", {"title": ""}),
            ("membership", {"valid_from": date(2024, 1, 1), "valid_to": date(2023, 1, 1)}),
            ("party", {"kind": "planet"}),
            ("user_account", {"role": "owner"}),
        ],
    )
    def test_values_that_no_row_may_have_are_refused(self, filled: Session, name: str, bad: dict[str, Any]) -> None:
        refused(filled, sa.update(table(name)).values(bad))

    def test_the_key_of_a_term_is_its_list_and_its_code(self, filled: Session) -> None:
        term = {"scheme": "item", "code": "abacus", "label_en": "Abacus", "label_local": "", "position": 0, "source": ""}
        refused(filled, sa.insert(table("vocab_term")).values(term | {"id": "abacus"}))
        accepted(filled, sa.insert(table("vocab_term")).values(term | {"id": "item:abacus"}))

    def test_references_and_file_numbers_are_unique(self, filled: Session) -> None:
        record, identifier = table("record"), table("record_identifier")
        first, other = filled.execute(sa.select(record.c.id, record.c.ref).order_by(record.c.id).limit(2)).all()
        refused(filled, sa.update(record).where(record.c.id == first.id).values(ref=other.ref))
        row = filled.execute(sa.select(identifier)).mappings().one()
        refused(filled, sa.insert(identifier).values({**row, "record_id": other.id if other.id != row["record_id"] else first.id}))

    def test_nothing_that_is_used_can_be_deleted(self, filled: Session) -> None:
        for name in ("user_account", "source", "party", "vocab_term"):
            refused(filled, sa.delete(table(name)))

    @pytest.fixture
    def filled(self, filled_engine: sa.Engine) -> Iterator[Session]:
        """What a test writes is rolled back."""
        with Session(filled_engine) as session:
            yield session
            session.rollback()


@pytest.fixture(scope="module")
def filled_engine(databases: Databases) -> Iterator[sa.Engine]:
    """A database with something in every table, for tests that leave it as it was."""
    with databases.fresh() as url:
        fill(url)
        engine = open_database(url)
        yield engine
        engine.dispose()


def table(name: str) -> sa.Table:
    """A table without the Python types of the models, so that any value reaches the database."""
    model = Base.metadata.tables[name]
    columns = []
    for column in model.columns:
        kind: Any = column.type
        if isinstance(kind, sa.Enum):
            kind = sa.String()
        elif isinstance(kind, sa.types.TypeDecorator):
            kind = kind.impl_instance
        columns.append(sa.Column(column.name, kind))
    return sa.Table(name, sa.MetaData(), *columns)


def a_figure(session: Session) -> tuple[dict[str, Any], int]:
    """The values of a new figure, and the key of one of the same record and unit that can contain it."""
    figures = table("figure")
    row = session.execute(sa.select(figures).where(figures.c.metric == "metric:arrests", figures.c.no == 1)).mappings().one()
    return {**row, "id": 9000, "no": 90}, row["id"]


def refused(session: Session, statement: Any) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(statement)


def accepted(session: Session, statement: Any) -> None:
    with session.begin_nested():
        assert session.execute(statement).rowcount  # type: ignore[attr-defined]
    assert session.scalar(sa.select(sa.func.count()).select_from(Record))
