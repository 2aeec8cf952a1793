"""Laws of every write: who did it comes first, and one version of the whole record stays of it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import ClientAs, contents, stored
from tests.contract.whole_records import STATE, counted, save
from tests.factories import users
from tests.forms import enter, form_fields, minimal
from tracker.accounts import api_tokens, invitations, people
from tracker.accounts import services as account_services
from tracker.accounts.models import Role, User
from tracker.database import search
from tracker.database.columns import utc_now
from tracker.desks import services as desk_services
from tracker.files import services as file_services
from tracker.handovers import disclosures, retention
from tracker.personal_data import erasure
from tracker.record_types import RECORD_TYPES
from tracker.records import handing_over, recipients, restriction, review_services, services, source_services
from tracker.records.models import Record, RecordVersion
from tracker.records.record_type import RecordType
from tracker.saved import services as saved_services
from tracker.unsaved import services as unsaved_services

every_type = pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.kind)
HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")

# public functions of the services that write nothing of their own: reads, and what is derived from a version just made
NOT_WRITES = {
    "tracker.records.services": {"saved_by_token", "says_the_same", "version_payload", "plain_payload", "type_of"},
    "tracker.records.review_services": {"steps_of", "authors_since_verified", "authors_among", "is_own_work"},
    "tracker.records.source_services": {"source_payload"},
    "tracker.records.restriction": {"require_unrestricted", "open_lift"},
    "tracker.personal_data.erasure": {"also", "also_files", "before", "open_request", "named_persons"},
    "tracker.handovers.disclosures": {"disclosures_of", "notices_of", "due_corrections", "count_due"},
    "tracker.handovers.retention": {"due", "soon", "waiting", "requests_of"},
    "tracker.files.services": {"prepare"},
    "tracker.unsaved.services": {"context"},
    "tracker.desks.services": {"target_of"},
    "tracker.saved.services": set(),
    "tracker.records.recipients": {"choice_of", "recipients_of", "candidates_for"},
    "tracker.records.handing_over": {"may_take_over", "owned_by_each"},
    "tracker.accounts.services": {"new_user", "folded_name", "demo_users", "names_of_users", "usernames"},
    # of a public page: the invited person acts, known by the link alone
    "tracker.accounts.invitations": {"find", "accept", "use", "withdraw_all", "path_of"},
    "tracker.accounts.api_tokens": {"open_of", "find", "still_holds", "touch"},
    "tracker.accounts.people": {"set_role_from_provider"},  # the identity provider acts
}


MODULES = (
    *(services, source_services, review_services, restriction, recipients, handing_over, desk_services, file_services),
    *(unsaved_services, saved_services, account_services, api_tokens, invitations, people, erasure, retention, disclosures),
)


@pytest.mark.engine_free
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_write_takes_the_actor_first(module: Any) -> None:
    functions = {
        name: function for name, function in inspect.getmembers(module, inspect.isfunction) if function.__module__ == module.__name__
    }
    public = {name for name in functions if not name.startswith("_")}
    assert NOT_WRITES[module.__name__] <= public, "the list names functions that are gone"
    for name in public - NOT_WRITES[module.__name__]:
        first = next(iter(inspect.signature(functions[name]).parameters), "")
        assert first in ("actor", "_actor"), f"{name} writes for nobody"


class TestVersions:
    @every_type
    def test_each_save_leaves_one_version_with_its_actor_and_time(self, session: Session, record_type: RecordType) -> None:
        first, second = users.user(session), users.user(session)
        before = utc_now()
        record = save(session, first, record_type, counted(record_type, "First words"))
        update(session, second, record, record_type, counted(record_type, "Second words"), reason="the source was corrected")
        kept = versions(session, record)
        assert [(version.version, version.by_id, version.reason) for version in kept] == [
            (1, first.id, ""),
            (2, second.id, "the source was corrected"),
        ]
        assert all(before <= version.valid_from <= utc_now() for version in kept)
        assert [version.payload["title"] for version in kept] == ["First words", "Second words"]
        assert record.version == 2

    @every_type
    def test_a_save_that_changes_nothing_leaves_none(self, session: Session, record_type: RecordType) -> None:
        actor = users.user(session)
        record = save(session, actor, record_type, counted(record_type, "Same words"))
        assert update(session, actor, record, record_type, counted(record_type, "Same words")) is False
        assert len(versions(session, record)) == 1

    def test_a_draft_and_its_recording_are_versions_of_one_record(self, session: Session) -> None:
        actor = users.user(session)
        record = save(session, actor, HANDOVER, counted(HANDOVER, "Draft"), draft=True)
        update(session, actor, record, HANDOVER, counted(HANDOVER, "Draft"))
        assert [version.review_state.value for version in versions(session, record)] == ["draft", "submitted"]

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE record_version SET reason = 'forged'",
            "UPDATE record_version SET by_id = by_id + 0",
            "UPDATE record_version SET payload = '{}'",
            "DELETE FROM record_version",
        ],
    )
    def test_the_database_refuses_to_change_or_delete_a_version(self, session: Session, statement: str) -> None:
        record = save(session, users.user(session), HANDOVER, counted(HANDOVER, "Kept"))
        before = repr(versions(session, record)[0].payload)
        with pytest.raises(sa.exc.DBAPIError, match="never"), session.begin_nested():
            session.execute(sa.text(statement))
        session.expire_all()
        assert repr(versions(session, record)[0].payload) == before

    def test_the_database_refuses_to_delete_a_record_that_has_versions(self, session: Session) -> None:
        record = save(session, users.user(session), HANDOVER, counted(HANDOVER, "Kept"))
        with pytest.raises(sa.exc.DBAPIError), session.begin_nested():
            session.execute(sa.text("DELETE FROM record"))
        assert session.get(Record, record.id)

    def test_a_save_that_fails_half_way_leaves_nothing(self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        form = form_fields(officer.get(f"{address}/edit").text)
        before = contents(app)

        def broken(*_: Any) -> None:
            raise RuntimeError("the disk is full")

        monkeypatch.setattr(search, "index", broken)
        form["title"], form["action"] = "Half saved", "save"
        with pytest.raises(RuntimeError, match="disk"):
            officer.post(f"{address}/edit", data=form)
        with pytest.raises(RuntimeError, match="disk"):
            officer.post("/handovers/new", data=minimal(HANDOVER, 5) | {"evidence-0-source": "A new source"})
        assert contents(app) == before

    def test_through_the_form_the_actor_is_whoever_is_signed_in(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER) | {"owner_id": "99", "by_id": "99"})
        form = form_fields(ben.get(f"{address}/edit").text)
        form["title"], form["action"] = "Corrected by Ben", "save"
        assert ben.post(f"{address}/edit", data=form).status_code == 303
        with stored(app) as session:
            names = dict(session.execute(sa.select(User.id, User.username)).all())
            record = session.scalars(sa.select(Record)).one()
            assert [names[version.by_id] for version in versions(session, record)] == ["ana", "ben"]
            assert names[record.owner_id] == "ana"


class TestFieldsOfTheHouse:
    FORBIDDEN = {
        "id": "77",
        "ref": "HND-2000-0001",
        "kind": "training",
        "review_state": "verified",
        "owner_id": "1",
        "merged_into_id": "1",
        "restricted_at": "2024-01-01",
        "restricted_reason": "x",
        "created_at": "2001-01-01",
        "changed_at": "2001-01-01",
        "effective_marking": "CLEAR",
        "is_out": "1",
        "counts_as_partner": "0",
        "parent_kind": "operation",
    }

    def test_no_form_sets_what_only_the_house_sets(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER) | self.FORBIDDEN)
        fresh = house_values(app)
        form = form_fields(officer.get(f"{address}/edit").text)
        for name, value in (self.FORBIDDEN | {"place": "Vientiane", "action": "save"}).items():
            form[name] = value
        assert officer.post(f"{address}/edit", data=form).status_code == 303
        changed = house_values(app)
        assert fresh["review_state"].value == "submitted"
        assert fresh["ref"] != "HND-2000-0001"
        assert {name: fresh[name] for name in fresh if name != "changed_at"} == {
            name: changed[name] for name in changed if name != "changed_at"
        }
        assert changed["changed_at"].year > 2001


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session that is thrown away."""
    with app.app_context():
        from tracker.extensions import db

        yield db.session
        db.session.rollback()


def update(session: Session, actor: User, record: Record, record_type: RecordType, document: dict[str, Any], reason: str = "") -> bool:
    return services.update(
        actor, session, record, record_type, document, STATE, expected_version=record.version, draft=False, reason=reason
    )


def versions(session: Session, record: Record) -> list[RecordVersion]:
    return list(session.scalars(sa.select(RecordVersion).where(RecordVersion.record_id == record.id).order_by(RecordVersion.version)))


def house_values(app: Flask) -> dict[str, Any]:
    names = (
        "id",
        "ref",
        "kind",
        "review_state",
        "owner_id",
        "merged_into_id",
        "restricted_at",
        "restricted_reason",
        "created_at",
        "changed_at",
    )
    with stored(app) as session:
        record = session.scalars(sa.select(Record)).one()
        return {name: getattr(record, name) for name in names}
