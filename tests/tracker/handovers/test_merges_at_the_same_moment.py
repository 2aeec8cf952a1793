"""What is noted of recipients in the very moment in which records are merged or part again: nobody is forgotten, nobody waits in a circle.

Each race is led by the hand: one request stops where the other comes in. SQLite lets them in one after the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.app import ClientAs, stored
from tests.forms import enter, form_fields, minimal
from tests.journeys.test_corrections import stamp
from tests.journeys.test_corrections_of_others import merge
from tests.journeys.test_disclosure import due, named, note, told
from tests.journeys.test_personal_data import HANDOVER
from tests.pages import page
from tests.tracker.records.test_at_the_same_moment import at_once
from tracker.accounts.models import Role
from tracker.extensions import db
from tracker.handovers import disclosures
from tracker.records import review_services
from tracker.records.disclosure_models import Disclosure
from tracker.records.models import Record
from tracker.records.told import lock, states

pytestmark = pytest.mark.races

LONGER = 1  # seconds: than a request takes that waits for nobody
TURNS = 4


class TestMergedMeanwhile:
    @pytest.mark.parametrize("place", ["lock", "look_again"])
    def test_promise_what_is_noted_while_its_record_is_merged_is_told_of_it(
        self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch, place: str
    ) -> None:
        officer, other = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address, kept = named(officer), ref_of(enter(officer, HANDOVER, minimal(HANDOVER, 3)))
        form = merging(other, address, kept)
        with stopped(monkeypatch, disclosures, place, lambda: note(officer, address), after=place == "look_again"):
            assert other.post(f"{address}/merge/{kept}", data=form).status_code == 303
        assert due(app) == [1]
        assert told(app, "ana") == 1
        assert forgotten(app) == []

    def test_promise_what_is_noted_while_a_merge_is_under_way_is_told_of_it(
        self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        officer, other = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address, kept = named(officer), ref_of(enter(officer, HANDOVER, minimal(HANDOVER, 3)))
        form = merging(other, address, kept)
        merged = stopped(monkeypatch, review_services, "look_again", lambda: other.post(f"{address}/merge/{kept}", data=form), after=True)
        with merged:
            assert note(officer, address).status_code == 303
        assert due(app) == [1]
        assert told(app, "ana") == 1
        assert forgotten(app) == []

    def test_promise_a_notice_sent_while_the_records_part_again_does_not_settle_that(
        self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The record leads to a second and that to a third; the second is brought back while the recipient is told of the third."""
        officer, other = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = named(officer)
        second, third = enter(officer, HANDOVER, minimal(HANDOVER, 3)), enter(officer, HANDOVER, minimal(HANDOVER, 5))
        note(officer, address)
        merge(officer, address, ref_of(second))
        merge(officer, second, ref_of(third))
        data = {"sent_on": "2026", "channel": "letter", "read": stamp(officer, address)}
        with stopped(monkeypatch, disclosures, "lock", lambda: officer.post(f"{address}/disclosures/1/notice", data=data)):
            assert other.post(f"{second}/restore", data={"note": "Another activity after all"}).status_code == 303
        assert due(app) == [1]
        assert forgotten(app) == []
        with stored(app) as session:
            assert session.scalar(sa.select(Record.merged_into_id).where(Record.ref == ref_of(second))) is None

    def test_whatever_a_record_leads_to_is_held_before_it_though_it_was_merged_meanwhile(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address, kept = named(officer), ref_of(enter(officer, HANDOVER, minimal(HANDOVER, 3)))
        with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
            record = session.scalars(sa.select(Record).where(Record.ref == ref_of(address))).one()
            session.commit()  # what was read stays as it was read
            merge(officer, address, kept)
            assert record.merged_into_id is None
            assert lock(session, record).ref == kept
            assert is_held(app, kept)
            assert is_held(app, ref_of(address))


class TestNobodyWaitsInACircle:
    def test_two_records_merged_into_each_other_at_once_are_merged_once(self, app: Flask, client_as: ClientAs) -> None:
        officer, other = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        for turn in range(TURNS):
            pair = [enter(officer, HANDOVER, minimal(HANDOVER, 10 + 2 * turn + at)) for at in (0, 1)]
            first, second = pair
            forms = [(officer, first, ref_of(second)), (other, second, ref_of(first))]
            sent = [(client, f"{one}/merge/{into}", merging(client, one, into)) for client, one, into in forms]
            answers = at_once([lambda client=client, url=url, data=data: client.post(url, data=data) for client, url, data in sent])
            statuses = sorted(answer.status_code for answer in answers)
            assert statuses[0] == 303, statuses
            assert statuses[1] in (404, 409), statuses

    def test_notes_notices_merges_and_decisions_at_once_all_come_through_and_forget_nobody(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben, rex = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben"), client_as(Role.REVIEWER, "rex")
        cleo, rita = client_as(Role.OFFICER, "cleo"), client_as(Role.REVIEWER, "rita")
        for turn in range(TURNS):
            person = {"subjects-0-no": "1", "subjects-0-kind": "suspect", "subjects-0-name": f"Zubeida Vossberg{turn}"}
            address, kept = (enter(ana, HANDOVER, minimal(HANDOVER, 40 + 2 * turn + at) | more) for at, more in ((0, person), (1, {})))
            assert note(ana, address).status_code == 303
            form = merging(ben, address, ref_of(kept))
            together = [
                lambda at=address: note(ana, at, purpose="Another request for a visit"),
                lambda at=address, into=kept, data=form: ben.post(f"{at}/merge/{ref_of(into)}", data=data),
                lambda at=kept: rex.post(f"{at}/verify", data={"version": "1"}),
                lambda at=address: rita.post(f"{at}/verify", data={"version": "1"}),
                lambda at=kept: note(cleo, at, purpose="A third request for a visit"),
            ]
            answers = at_once(together)
            assert {answer.status_code for answer in answers} <= {303, 404, 409}, [answer.status_code for answer in answers]
            assert forgotten(app) == []
            again = [lambda at=address: note(ana, at), lambda at=address: ben.post(f"{at}/restore", data={"note": "Another one"})]
            answers = at_once(again)
            assert {answer.status_code for answer in answers} <= {303, 404, 409}, [answer.status_code for answer in answers]
            assert forgotten(app) == []


# --- What the tests need ---


def ref_of(address: str) -> str:
    return address.rpartition("/")[2]


def merging(client: FlaskClient, address: str, kept: str) -> dict[str, Any]:
    """The form by which the record becomes one with `kept`, filled in."""
    return form_fields(page(client, f"{address}/merge?into={kept}").html) | {"action": "save"}


@contextmanager
def stopped(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, deed: Callable[[], Any], *, after: bool = False) -> Iterator[None]:
    """While the body runs `deed` stands still before (or `after`) its first call of the function `name`; then it goes on to its end.

    Where the body cannot end before `deed` has, `deed` goes on by itself.
    """
    function, is_there, may_go, stops = getattr(module, name), threading.Event(), threading.Event(), iter([True])

    def slowly(*asked: Any) -> Any:
        is_first = next(stops, False)
        found = function(*asked) if after else None
        if is_first:
            is_there.set()
            may_go.wait(LONGER)
        return found if after else function(*asked)

    monkeypatch.setattr(module, name, slowly)
    thread = threading.Thread(target=deed)
    thread.start()
    assert is_there.wait(30)
    try:
        yield
    finally:
        may_go.set()
        thread.join(30)
    assert not thread.is_alive()


def forgotten(app: Flask) -> list[tuple[str, int, bool]]:
    """The entries that say otherwise than holds whether a correction is due."""
    with stored(app) as session:
        wrong = []
        for row in session.scalars(sa.select(Disclosure).where(Disclosure.withdrawn_at.is_(None))).all():
            record = session.get_one(Record, row.record_id)
            causes = states(session, record, [row])[row.id].causes
            if bool(causes) != (row.due_since is not None):
                wrong.append((record.ref, row.no, bool(causes)))
        return wrong


def is_held(app: Flask, ref: str) -> bool:
    """Whether somebody else holds the record (on SQLite: everything)."""
    held = sa.select(Record.id).where(Record.ref == ref).with_for_update(nowait=True)
    try:
        with app.app_context(), db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                return True
            connection.execute(held)
    except OperationalError:
        return True
    return False
