"""Promises about how long personal data are kept and who has read them."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.app import ClientAs, stored
from tests.factories import records, users
from tests.factories.handovers import handover, subject
from tests.forms import approval, enter, form_fields, minimal
from tests.journeys.test_personal_data import HANDOVER, PURPOSE, break_the_trail, change, raw_bytes
from tests.pages import errors_of, page
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent
from tracker.handovers import retention
from tracker.personal_data import erasure
from tracker.personal_data.keys import spellings_of
from tracker.personal_data.models import Decision, ErasureRequest, Ground, Retention, SubjectKey
from tracker.record_types import RECORD_TYPES
from tracker.records.documents import read_document
from tracker.records.models import Record
from tracker.unsaved import services as unsaved
from tracker.unsaved.models import Draft
from tracker.unsaved.stamps import Stamp
from tracker.unsaved.view_context import sealer

AGREEMENT = RECORD_TYPES[0]
NAME = "Zubeida Vossberg"
ASKED = {"ground": "time_over", "nos": "1"}


class TestRetention:
    @pytest.mark.parametrize("many", [5, pytest.param(200, marks=pytest.mark.whole)])
    def test_200_records_over_their_time_are_listed_at_once_and_erased_after_approval_the_string_in_0_places(
        self, app: Flask, client_as: ClientAs, database_url: str, many: int
    ) -> None:
        with stored(app) as session:
            ana, ben = users.user(session, username="ana"), users.user(session, Role.REVIEWER, username="ben")
            refs = [store_named(session, ana, number) for number in range(many)]
            session.execute(sa.update(Retention).values(review_on=date(2020, 1, 1)))
        listed = page(client_as(Role.REVIEWER, "watcher"), "/retention/").text
        assert [ref for ref in refs if ref not in listed] == []
        with stored(app) as session:
            ana, ben = (session.scalars(sa.select(User).where(User.username == name)).one() for name in ("ana", "ben"))
            for ref, record_id in session.execute(sa.select(Record.ref, Record.id)).all():
                asked = erasure.ask(ana, session, ref, record_id, [1], Ground.TIME_OVER)
                assert erasure.decide(ben, session, ref, asked, Decision.APPROVED)[0] == 1
        with stored(app) as session:
            assert retention.due(session, date(2040, 1, 1)) == []
            assert [spellings_of(key) for key in session.scalars(sa.select(SubjectKey))] == [[]] * many
            everything = [repr(row) for table in all_tables(session) for row in session.execute(sa.text(f'SELECT * FROM "{table}"'))]
        assert [row for row in everything if "Vossberg" in row] == []
        assert [len(where) for where in raw_bytes(database_url) if b"Vossberg" in where] == []
        assert "name erased on" in page(client_as(Role.VIEWER), f"/handovers/{refs[0]}").text

    def test_erasure_needs_two_persons_also_in_the_database(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        ref = enter(officer, HANDOVER, minimal(HANDOVER) | {"subjects-0-kind": "suspect", "subjects-0-name": NAME}).rpartition("/")[2]
        reviewer, other = client_as(Role.REVIEWER), client_as(Role.REVIEWER, "other")
        assert reviewer.post(f"/handovers/{ref}/erasure", data=ASKED).status_code == 303
        assert "You asked" in page(reviewer, f"/handovers/{ref}/retention").text
        for client in (reviewer, officer, client_as(Role.MANAGER), client_as(Role.VIEWER)):
            assert client.post(f"/handovers/{ref}/erasure/decision", data=approval(ref)).status_code == 403
        with stored(app) as session:
            asked = session.scalars(sa.select(ErasureRequest)).one()
            forged = {"decided_by_id": asked.asked_by_id, "decided_at": datetime.now(UTC), "decision": Decision.APPROVED}
            refused(session, sa.update(ErasureRequest).values(forged))
            gone = {"wrapped": None, "spellings": None, "erased_at": datetime.now(UTC), "erased_by_id": asked.asked_by_id}
            refused(session, sa.update(SubjectKey).values(gone | {"erasure_ground": Ground.TIME_OVER}))
            refused(session, sa.delete(SubjectKey))
            refused(session, sa.delete(ErasureRequest))
        for word in ("", "approved", "no"):
            asked_again = other.post(f"/handovers/{ref}/erasure/decision", data={"decision": word})
            assert asked_again.status_code == 422
            assert "nothing was decided" in asked_again.text
        with stored(app) as session:
            assert session.scalars(sa.select(ErasureRequest.decision)).all() == [None]
        officer.post(f"/handovers/{ref}/names", data={"purpose": PURPOSE})
        assert NAME in officer.get(f"/handovers/{ref}/names").text
        assert "To be reviewed for erasure on" in page(officer, f"/handovers/{ref}").text
        typed_small = approval(ref) | {"reference": f" {ref.lower()} "}
        assert other.post(f"/handovers/{ref}/erasure/decision", data=typed_small).status_code == 303
        assert "To be reviewed" not in page(officer, f"/handovers/{ref}").text
        over = page(officer, f"/handovers/{ref}/retention")
        assert "All names are erased" in over.text
        assert "To be reviewed" not in over.text
        assert 'name="review_on"' not in over.html
        assert NAME not in officer.get(f"/handovers/{ref}/names").text
        form = form_fields(officer.get(f"/handovers/{ref}/edit").text)
        form["subjects-0-name"], form["action"] = NAME, "save"
        assert "was erased" in errors_of(officer.post(f"/handovers/{ref}/edit", data=form).text)
        with stored(app) as session:
            refused(session, sa.update(SubjectKey).values(wrapped=b"x", spellings=b"y", erased_at=None, erased_by_id=None))
            said = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "erased")).one()
            assert (said.actor, said.target) == ("other", ref)
            assert "time_over" in said.detail

    def test_erasure_forgets_forms_that_are_held_for_the_record_or_for_a_merge_into_it(self, app: Flask) -> None:
        with stored(app) as session:
            ana, ben = users.user(session, username="ana"), users.user(session, Role.REVIEWER, username="ben")
            ref = store_named(session, ana, 1)
            record_id = session.scalars(sa.select(Record.id)).one()
            other = "/handovers/HND-1999-0001"
            for place in (f"/handovers/{ref}/edit", f"{other}/merge/{ref}", f"{other}/merge/{ref}?a=b", f"{other}/edit", f"/x/{ref}1"):
                unsaved.keep(ana, session, sealer(), Stamp.new(), place, [("title", NAME)])
            asked = erasure.ask(ana, session, ref, record_id, [1], Ground.NOT_NEEDED)
            erasure.decide(ben, session, ref, asked, Decision.APPROVED)
            assert set(session.scalars(sa.select(Draft.place))) == {f"{other}/edit", f"/x/{ref}1"}

    @pytest.mark.races
    def test_16_decisions_at_once_are_one(self, app: Flask) -> None:
        with stored(app) as session:
            ana = users.user(session, username="ana")
            ref = store_named(session, ana, 1)
            record_id = session.scalars(sa.select(Record.id)).one()
            erasure.ask(ana, session, ref, record_id, [1], Ground.NOT_NEEDED)
            names = [users.user(session, Role.REVIEWER).username for _ in range(16)]
        outcomes: list[str] = []

        def decide(name: str) -> None:
            try:
                with stored(app) as session:
                    user = session.scalars(sa.select(User).where(User.username == name)).one()
                    asked = session.scalars(sa.select(ErasureRequest)).one()
                    erasure.decide(user, session, ref, asked, Decision.APPROVED)
            except erasure.DecidedError:
                outcomes.append("late")
            else:
                outcomes.append("decided")

        together([lambda name=name: decide(name) for name in names])
        assert sorted(outcomes) == ["decided"] + ["late"] * 15

    def test_the_review_date_follows_the_legal_status_and_is_at_most_five_years_off(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        data = minimal(HANDOVER) | {"subjects-0-kind": "witness", "subjects-0-legal_status": "witness"}
        ref = enter(officer, HANDOVER, data).rpartition("/")[2]
        entered, kept = review_of(app, ref)
        assert months_between(entered, kept.review_on) == 12
        change(officer, ref, {"subjects-0-kind": "convicted", "subjects-0-legal_status": "convicted"})
        assert months_between(entered, review_of(app, ref)[1].review_on) == 36
        address = f"/handovers/{ref}/retention"
        for bad in ("", "soon", "1999-01-01", str(kept.latest_on + timedelta(days=1)), "9999-99-99"):
            assert officer.post(address, data={"review_on": bad, "reason": "still needed"}).status_code == 422
        later = str(kept.latest_on)
        without = officer.post(address, data={"review_on": later})
        assert without.status_code == 422
        assert "needed longer" in without.text
        assert officer.post(address, data={"review_on": later, "reason": "The trial goes on"}).status_code == 303
        change(officer, ref, {"subjects-0-legal_status": "witness"})
        assert review_of(app, ref)[1].review_on == kept.latest_on, "what an officer set stays"
        with stored(app) as session:
            refused(session, sa.update(Retention).values(review_on=date(2099, 1, 1)))

    def test_a_reminder_comes_six_months_before(self, app: Flask) -> None:
        with stored(app) as session:
            ref = store_named(session, users.user(session), 1)
            session.execute(sa.update(Retention).values(review_on=date(2026, 9, 1)))
            assert retention.soon(session, date(2026, 2, 28)) == []
            assert [row.ref for row in retention.soon(session, date(2026, 3, 1))] == [ref]
            assert [row.ref for row in retention.due(session, date(2026, 9, 1))] == [ref]
            assert retention.soon(session, date(2026, 9, 1)) == []

    def test_the_command_line_asks_for_two_persons_as_well(self, app: Flask) -> None:
        with stored(app) as session:
            ref = store_named(session, users.user(session, username="ana"), 1)
            users.user(session, Role.REVIEWER, username="ben")
            users.user(session, Role.VIEWER, username="vic")
            session.execute(sa.update(Retention).values(review_on=date(2020, 1, 1)))
        run = app.test_cli_runner().invoke
        assert ref in run(args=["retention", "due"]).output
        command = ["retention", "anonymise", ref, "--ground", "time_over", "--by"]
        assert run(args=[*command, "vic"]).exit_code == 1
        assert "Somebody else" in run(args=[*command, "ana"]).output
        assert run(args=[*command, "ana"]).exit_code == 1
        assert "1 names erased" in run(args=[*command, "ben"]).output
        assert run(args=[*command, "ana"]).exit_code == 1
        assert run(args=["retention", "due"]).output == ""


class TestReads:
    def test_each_read_of_a_handover_leaves_one_entry(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER, "ana")
        ref = enter(officer, HANDOVER, minimal(HANDOVER)).rpartition("/")[2]
        viewer = client_as(Role.VIEWER, "vic")
        for address in ("", "/history", "/history/1", "/retention"):
            assert viewer.get(f"/handovers/{ref}{address}").status_code == 200
        assert officer.get(f"/handovers/{ref}/edit").status_code == 200
        assert reads_of(app, ref) == ["vic"] * 4 + ["ana"]
        said = page(officer, f"/handovers/{ref}/readers").text
        assert said.count("Vic") == 4
        assert client_as(Role.OFFICER, "other").get(f"/handovers/{ref}/readers").status_code == 403
        assert client_as(Role.ADMINISTRATOR).get(f"/handovers/{ref}/readers").status_code == 200

    @pytest.mark.parametrize(("marking", "logged"), [("AMBER", 0), ("AMBER+STRICT", 1), ("RED", 1), ("CLEAR", 0)])
    def test_each_read_of_what_is_marked_for_few_leaves_one_entry(self, app: Flask, client_as: ClientAs, marking: str, logged: int) -> None:
        officer = client_as(Role.OFFICER, "ana")
        ref = enter(officer, AGREEMENT, minimal(AGREEMENT) | {"marking": marking}).rpartition("/")[2]
        assert officer.get(f"/agreements/{ref}").status_code == 200
        assert reads_of(app, ref) == ["ana"] * logged

    def test_what_is_official_and_marked_higher_is_logged_though_the_newest_version_is_not(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER, "ben")
        address = enter(officer, AGREEMENT, minimal(AGREEMENT) | {"marking": "AMBER+STRICT"})
        assert reviewer.post(f"{address}/verify", data={"version": "1"}).status_code == 303
        lower(officer, address)
        before = reads_of(app, address.rpartition("/")[2])
        assert reviewer.get(address).status_code == 200
        assert reads_of(app, address.rpartition("/")[2]) == [*before, "ben"]

    def test_an_older_version_that_was_marked_higher_is_logged_for_whoever_reads_it(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER, "ana")
        address = enter(officer, AGREEMENT, minimal(AGREEMENT) | {"marking": "AMBER+STRICT"})
        lower(officer, address)
        ref = address.rpartition("/")[2]
        before = reads_of(app, ref)
        reader, viewer = client_as(Role.MANAGER, "mia"), client_as(Role.VIEWER, "vic")
        for client in (reader, viewer):
            for part, status in (("", 200), ("/history", 200), ("/history/2", 200), ("/history/1", 200 if client is reader else 404)):
                assert client.get(f"{address}{part}").status_code == status
        assert reads_of(app, ref) == [*before, "mia", "mia"]

    def test_a_read_that_cannot_be_logged_fails_for_handovers_and_not_for_agreements(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        read = enter(officer, HANDOVER, minimal(HANDOVER) | {"title": "Zebra crossing"})
        free = enter(officer, AGREEMENT, minimal(AGREEMENT) | {"title": "Zebra treaty"})
        break_the_trail(app)
        for address in (read, f"{read}/history", f"{read}/edit"):
            answer = officer.get(address)
            assert answer.status_code == 503
            assert "Zebra" not in answer.text
        assert "Zebra treaty" in officer.get(free).text


# --- What the tests need ---


def store_named(session: Session, actor: User, number: int) -> str:
    """A handover whose title said the name before anybody knew it for one, and with the name since."""
    name = f"Zubeida{number} Vossberg"
    record = records.save(session, actor, handover(["LAO"], "2019", title=f"Handover of {name}"))
    document = read_document(record, HANDOVER)
    records.change(session, actor, record, document | {"subjects": [subject(1, name, summary_of(name))]})
    return record.ref


def summary_of(name: str) -> list[str]:
    return [name.partition(" ")[0]]


def all_tables(session: Session) -> list[str]:
    return [name for name in sa.inspect(session.get_bind()).get_table_names() if not name.startswith("record_search_")]


def refused(session: Session, statement: Any) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(statement)


def together(deeds: list[Any]) -> None:
    threads = [threading.Thread(target=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def review_of(app: Flask, ref: str) -> tuple[date, Retention]:
    with stored(app) as session:
        record = session.scalars(sa.select(Record).where(Record.ref == ref)).one()
        kept = session.get_one(Retention, record.id)
        session.expunge(kept)
        return record.created_at.date(), kept


def lower(client: FlaskClient, address: str) -> None:
    """Save the record as the next version, marked AMBER."""
    form = form_fields(client.get(f"{address}/edit").text)
    form["marking"], form["action"] = "AMBER", "save"
    assert client.post(f"{address}/edit", data=form).status_code == 303


def months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def reads_of(app: Flask, ref: str) -> list[str]:
    with stored(app) as session:
        found = sa.select(AuditEvent.actor).where(AuditEvent.target == ref, AuditEvent.action == "record_read").order_by(AuditEvent.no)
        return list(session.scalars(found))
