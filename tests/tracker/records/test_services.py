"""Writing records: one form is one save, and every save is a version."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import ClientAs
from tests.factories import records, users
from tests.factories.agreements import agreement
from tests.factories.handovers import handover
from tests.forms import enter, minimal
from tests.pages import page
from tests.tracker.records.saving import HANDOVER, changed, refs_to, version_numbers
from tracker.accounts.models import Role, User
from tracker.counting.models import Fact
from tracker.records import services
from tracker.records.documents import read_document
from tracker.records.enums import ReviewState
from tracker.records.models import Record
from tracker.records.services import ConflictError


class TestUpdate:
    def test_a_save_over_a_newer_version_is_a_conflict_that_holds_both(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["LAO"], "2024", title="As opened"))
        opened = read_document(record, HANDOVER)
        other = users.user(session)
        records.change(session, other, record, opened | {"title": "As they say"})
        with pytest.raises(ConflictError) as conflict:
            update(session, officer, record, opened | {"title": "As I say"}, expected=1)
        assert (conflict.value.base["title"], conflict.value.theirs["title"]) == ("As opened", "As they say")
        assert (conflict.value.current_version, conflict.value.by_id) == (2, other.id)
        assert read_document(record, HANDOVER)["title"] == "As they say"

    def test_a_version_that_never_was_is_a_conflict_too(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["LAO"], "2024"))
        with pytest.raises(ConflictError):
            update(session, officer, record, read_document(record, HANDOVER) | {"place": "Boten"}, expected=7)

    def test_what_is_recorded_never_becomes_a_draft_again(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["LAO"], "2024"))
        records.change(session, officer, record, read_document(record, HANDOVER) | {"place": "Boten"}, draft=True)
        assert record.review_state is ReviewState.SUBMITTED

    def test_recording_a_draft_unchanged_is_a_version(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["LAO"], "2024"), draft=True)
        assert facts_of(session, record) == 0
        assert records.change(session, officer, record, read_document(record, HANDOVER)) is True
        assert (record.review_state, record.version) == (ReviewState.SUBMITTED, 2)
        assert facts_of(session, record) > 0

    def test_facts_follow_the_newest_version(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["LAO"], "2024", "10"))
        document = read_document(record, HANDOVER)
        records.change(session, officer, record, document | {"start": "2023", "parties": [], "parties_basis": "not_stated", "figures": []})
        years = set(session.scalars(sa.select(Fact.year).where(Fact.record_id == record.id)))
        partners = set(session.scalars(sa.select(Fact.partner).where(Fact.record_id == record.id)))
        assert (years, partners) == ({2023}, {None})

    def test_the_reference_carries_the_year_of_entry_and_never_changes(self, session: Session, officer: User) -> None:
        first, second = (records.save(session, officer, handover(["LAO"], "1999")) for _ in range(2))
        year = first.created_at.year
        assert (first.ref, second.ref) == (f"HND-{year}-0001", f"HND-{year}-0002")
        records.change(session, officer, first, read_document(first, HANDOVER) | {"start": "2001"})
        assert first.ref == f"HND-{year}-0001"
        assert records.save(session, officer, agreement(["LAO"], "1999")).ref == f"AGR-{year}-0001"


class TestOneFormIsOneSave:
    def test_the_same_form_sent_twice_makes_one_record(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        data = minimal(HANDOVER) | {"token": "one-form"}
        assert enter(client, HANDOVER, data) == enter(client, HANDOVER, data)
        assert "saved already" in page(client, refs_to(app)[0]).text
        assert len(refs_to(app)) == 1

    def test_the_same_edit_sent_twice_makes_one_version(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        form = changed(client, address, place="Boten")
        assert [client.post(f"{address}/edit", data=form).status_code for _ in range(2)] == [303, 303]
        assert version_numbers(app) == [1, 2]

    def test_going_back_to_a_saved_new_form_and_saving_something_else_loses_nothing_in_silence(
        self, app: Flask, client_as: ClientAs
    ) -> None:
        client = client_as(Role.OFFICER)
        data = minimal(HANDOVER) | {"token": "one-form"}
        address = enter(client, HANDOVER, data)
        again = client.post("/handovers/new", data=data | {"place": "Boten border crossing"})
        shown = again.text if again.status_code != 303 else page(client, again.headers["Location"]).html
        assert "Boten border crossing" in shown or "was not saved" in shown or "not stored" in shown, page(client, address).text[:600]

    def test_going_back_to_a_saved_edit_and_saving_something_else_loses_nothing(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        form = changed(client, address, place="Boten")
        assert client.post(f"{address}/edit", data=form).status_code == 303
        form["place"] = "Vientiane airport"
        again = client.post(f"{address}/edit", data=form)
        assert again.status_code == 409 or "Vientiane airport" in page(client, address).text
        assert "Vientiane airport" in (again.text if again.status_code == 409 else page(client, address).text)

    def test_a_token_of_another_record_does_not_swallow_a_save(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        enter(client, HANDOVER, minimal(HANDOVER, 1) | {"token": "one-form"})
        address = enter(client, HANDOVER, minimal(HANDOVER, 2))
        form = changed(client, address, place="Boten")
        form["token"] = "one-form"
        client.post(f"{address}/edit", data=form)
        assert "Boten" in page(client, address).text


def update(session: Session, actor: User, record: Record, document: dict[str, Any], expected: int) -> bool:
    record_type = records.type_of_kind(record.kind)
    return services.update(actor, session, record, record_type, document, records.REPORTING_STATE, expected_version=expected, draft=False)


def facts_of(session: Session, record: Record) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Fact).where(Fact.record_id == record.id)) or 0
