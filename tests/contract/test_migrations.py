"""The schema: one line of numbered migrations, reversible with data on both engines, equal to the models, and its own guardian."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.engines import Databases
from tests.factories import records, sources, users
from tests.factories.agreements import Action, agreement
from tests.factories.handovers import handover, subject
from tests.factories.operations import operation
from tests.factories.records import figure
from tests.factories.trainings import training
from tracker.accounts.models import Attempt, Invitation, InvitationKind, Passkey, PasskeyChallenge, RecoveryCode, Role, SignIn
from tracker.config import Settings
from tracker.counting.models import Basis
from tracker.counting.services import set_state
from tracker.database import migrations
from tracker.database.base import Base
from tracker.database.session import open_engine
from tracker.desks.services import make_desk
from tracker.files.models import Attachment, TextState
from tracker.notifications import services as notifications
from tracker.notifications.kinds import Choice, Kind
from tracker.personal_data.models import ErasureRequest, Ground
from tracker.record_types import RECORD_TYPES
from tracker.records import registry, review_services
from tracker.records.documents import read_document
from tracker.records.models import LiftRequest, Record, RecordRecipient, RecordVersion
from tracker.unsaved.models import Draft

FILES = sorted((migrations.MIGRATIONS / "versions").glob("*.py"))
REVISIONS = [file.name[:4] for file in FILES]
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class TestFiles:
    def test_there_is_one_head(self) -> None:
        script = ScriptDirectory.from_config(migrations.configuration("sqlite://"))
        assert len(script.get_heads()) == 1
        assert len(script.get_bases()) == 1

    def test_files_are_numbered_without_gaps(self) -> None:
        assert [f"{number:04d}" for number in range(1, len(FILES) + 1)] == REVISIONS
        assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", file.name) for file in FILES)

    def test_each_revision_is_named_as_its_file_and_follows_the_one_before(self) -> None:
        script = ScriptDirectory.from_config(migrations.configuration("sqlite://"))
        found = [(revision.revision, revision.down_revision) for revision in script.walk_revisions("base", "heads")]
        assert sorted(found) == list(zip(REVISIONS, [None, *REVISIONS[:-1]], strict=True))

    @pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
    def test_migrations_know_nothing_of_the_application(self, file: Any) -> None:
        tree = ast.parse(file.read_text())
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not {name for name in imported if name.partition(".")[0] in ("tracker", "tests", "flask")}


class TestUpAndDown:
    def test_every_revision_goes_down_and_up_again_with_data_in_every_table(self, database_url: str) -> None:
        fill(database_url)
        full = contents(database_url)
        assert [name for name, rows in sorted(full.items()) if not rows and not is_search_part(name)] == []
        for revision, below in reversed(list(zip(REVISIONS, ["base", *REVISIONS[:-1]], strict=True))):
            before = contents(database_url)
            migrations.downgrade(database_url, below)
            down = contents(database_url)
            assert set(down) <= set(before), revision
            assert_kept(before, down, revision)
            migrations.upgrade(database_url, revision)
            up = contents(database_url)
            assert set(up) == set(before), revision
            assert_kept(down, up, revision)
            migrations.downgrade(database_url, below)
        assert set(contents(database_url)) <= {"alembic_version"}
        migrations.upgrade(database_url)
        assert set(contents(database_url)) == set(full)

    def test_what_was_verified_before_a_downgrade_waits_again_after_the_next_upgrade(self, database_url: str) -> None:
        fill(database_url)
        engine = open_database(database_url)
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE record SET review_state = 'verified', version = 1 WHERE verified_version = 1"))
        engine.dispose()
        migrations.downgrade(database_url, "0007")
        migrations.upgrade(database_url)
        found = contents(database_url)
        assert {row["review_state"] for row in found["record"]} == {"draft", "submitted"}
        assert [row for row in found["fact"] if row["basis"] == "official"] == []

    def test_an_upgrade_of_the_newest_schema_changes_nothing(self, database_url: str) -> None:
        before = contents(database_url)
        migrations.upgrade(database_url)
        assert contents(database_url) == before

    def test_the_models_are_what_the_migrations_make(self, database_url: str) -> None:
        command.check(migrations.configuration(database_url))

    def test_a_database_behind_the_program_is_recognised(self, database_url: str) -> None:
        engine = open_database(database_url)
        assert not migrations.pending(engine, database_url)
        migrations.downgrade(database_url, REVISIONS[-2])
        assert migrations.pending(engine, database_url)
        engine.dispose()


class TestGuards:
    """Rules that the database keeps itself, whoever writes."""

    def test_versions_are_never_changed(self, filled: Session) -> None:
        refused(filled, sa.update(RecordVersion).values(reason="another"))

    def test_versions_are_never_deleted(self, filled: Session) -> None:
        refused(filled, sa.delete(RecordVersion))

    def test_a_restriction_is_lifted_by_nobody_alone(self, filled: Session) -> None:
        record, request = table("record"), table("lift_request")
        its = record.c.id.in_(sa.select(request.c.record_id))
        accepted(filled, sa.update(record).where(its).values(restricted_at=sa.select(request.c.restricted_at).scalar_subquery()))
        lift = sa.update(record).where(its).values(restricted_at=None)
        refused(filled, lift)
        refused(filled, sa.delete(request))
        refused(filled, sa.update(request).values(reason="Another"))
        user = table("user_account")
        other = sa.select(user.c.id).where(user.c.role == "reviewer").limit(1).scalar_subquery()
        said = {"decided_at": NOW, "decision": "approved"}
        refused(filled, sa.update(request).values(decided_by_id=request.c.asked_by_id, **said))
        accepted(filled, sa.update(request).values(decided_by_id=other, **said))
        refused(filled, sa.update(request).values(decision="refused"))
        accepted(filled, lift)

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


# --- Data in every table ---


def open_database(url: str) -> sa.Engine:
    engine = sa.create_engine(url)
    open_engine(engine)
    return engine


def fill(url: str) -> None:
    """At least one row in every table, made as the product makes them."""
    engine = open_database(url)
    app = Flask("tests")
    app.config["SETTINGS"] = Settings(personal_data_keys=(b"k" * 32,))
    registry.load(app, RECORD_TYPES)
    with app.app_context(), Session(engine) as session:
        officer = users.user(session)
        session.add(SignIn(user_id=officer.id, token_hash="0" * 64, started_at=NOW, ends_at=NOW, last_seen_at=NOW, confirmed_at=NOW))
        session.add(RecoveryCode(user_id=officer.id, code_hash="0" * 64))
        session.add(Passkey(user_id=officer.id, credential_id="a", public_key="b", sign_count=1, name="Key", created_at=NOW))
        session.add(PasskeyChallenge(challenge="c", expires_at=NOW))
        session.add(Invitation(user_id=officer.id, kind=InvitationKind.RESET, token_hash="0" * 64, created_at=NOW, expires_at=NOW))
        session.add(Attempt(scope="s", key="k", at=NOW))
        session.add(Draft(user_id=officer.id, key="0" * 32, place="/handovers/new", is_form=True, writer="0" * 16, body=b"sealed"))
        file = {"sha256": "0" * 64, "name": "letter.pdf", "kind": "pdf", "size": 1, "text_state": TextState.NONE, "added_by_id": officer.id}
        session.add(Attachment(owner_kind="record", owner_ref="HND-2026-0001", no=1, **file))
        source = sources.source(session, officer, published="2024-05")
        common: dict[str, Any] = {
            "sources": [source.ref], "crimes": ["drugs", "murder"], "aliases": [{"name": "Another name", "lang": "en"}],
        }  # fmt: skip
        life: list[Action] = [("signed", "2019-05", "KAZ"), ("entered_into_force", "2020"), ("suspended", "", "CHN")]
        treaty = records.save(session, officer, agreement(["KAZ"], "2019-05", actions=life, notice_days="180", **common), token="a")
        whole, part = figure("arrests", "30"), figure("arrests", "10", country="LAO", contained_in=1)
        parent = records.save(session, officer, operation(["LAO", "THA"], "2022-11", "2024-02", figures=[whole, part], **common))
        records.save(session, officer, operation(["LAO"], "2023?", parent=parent.ref, links=[{"type": "part_of", "to": parent.ref}]))
        numbered = handover(["USA"], "2024", "2", basis_agreement=treaty.ref, identifiers=[{"scheme": "desk_file", "value": "A 17"}])
        numbered["identifiers"][0]["scheme"] = session.scalar(sa.text("SELECT code FROM vocab_term WHERE scheme = 'identifier_scheme'"))
        numbered["subjects"] = [subject(1, name="Ada Planted", other_names=["Lady Ada"], nationality="USA", alleged_crime="drugs")]
        named = records.save(session, officer, numbered)
        told = records.save(session, officer, handover(["USA"], "2024", title="Ben Planted is handed over"))
        records.change(
            session, officer, told, read_document(told, records.type_of_kind("handover")) | {"subjects": [subject(1, "Ben Planted")]}
        )
        session.add(ErasureRequest(record_id=named.id, nos="1", ground=Ground.ON_REQUEST, asked_by_id=officer.id))
        records.save(session, officer, training(["THA_RTP"], "2024", participants="20", days="10"), draft=True)
        review_services.verify(users.user(session, Role.REVIEWER), session, treaty, records.REPORTING_STATE, expected_version=1)
        records.change(session, officer, treaty, read_document(treaty, records.type_of_kind("agreement")) | {"place": "Astana"})
        set_state(session, Basis.WORKING, records.REPORTING_STATE)
        make_desk(officer, session, "Mekong desk", covers_all=False, parties=["LAO", "ASEAN"], people=[officer.username])
        secret = records.save(session, officer, handover(["LAO"], "2025", marking="RED"))
        session.add(RecordRecipient(record_id=secret.id, user_id=users.user(session).id))
        session.add(LiftRequest(record_id=treaty.id, restricted_at=NOW, reason="The court has decided", asked_by_id=officer.id))
        notifications.notify(session, officer.id, Kind.RETURNED, treaty.ref, {"version": 1})
        notifications.choose(officer, session, {Kind.VERIFIED: Choice.OFF})
        session.commit()
    engine.dispose()


Rows = list[dict[str, Any]]


def contents(url: str) -> dict[str, Rows]:
    """Every row of every table, by column."""
    engine = open_database(url)
    metadata = sa.MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection, resolve_fks=False)
        found = {
            name: [dict(row) for row in connection.execute(sa.select(reflected)).mappings()]
            for name, reflected in metadata.tables.items()
            if not is_search_part(name)
        }
    engine.dispose()
    return found


def is_search_part(name: str) -> bool:
    """SQLite keeps its full text in tables of its own beside `record_search`."""
    return name.startswith("record_search_")


def assert_kept(before: dict[str, Rows], after: dict[str, Rows], revision: str) -> None:
    """Tables on both sides of a step hold the same rows, in the columns that both sides have.

    What is official is left out: it is derived from a review that does not exist on one of the sides.
    """
    assert not [name for name in before.keys() & after.keys() - {"alembic_version"} if differ(before[name], after[name])], revision


def differ(before: Rows, after: Rows) -> bool:
    old, new = ([row for row in rows if row.get("basis") != "official"] for rows in (before, after))
    columns = sorted(set(old[0]) & set(new[0])) if old and new else []
    said = [sorted(repr([row[column] for column in columns]) for row in rows) for rows in (old, new)]
    return said[0] != said[1]


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
