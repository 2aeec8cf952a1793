"""Many requests at once: one wins, nobody loses, everybody gets a reference of his own."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, enter, form_fields, minimal, signed_in
from tests.tracker.records.saving import HANDOVER, OPERATION, TRAINING, changed, only_document, refs_to, version_numbers
from tracker.accounts.models import Role
from tracker.records import services

MANY = 8


class TestAtTheSameMoment:
    def test_one_form_sent_many_times_at_once_is_one_record(self, app: Flask) -> None:
        client_of = clients(app)
        data = minimal(HANDOVER) | {"token": "pressed-eight-times"}
        answers = at_once([lambda client=client: client.post("/handovers/new", data=data) for client in client_of[:1] * MANY])
        assert [answer.status_code for answer in answers] == [303] * MANY
        assert len({answer.headers["Location"] for answer in answers}) == 1
        assert len(refs_to(app)) == 1

    def test_a_form_that_was_saved_between_looking_and_saving_is_one_record(
        self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The same race without luck: twice nobody sees that the form was saved, and the database finds out."""
        client = client_as(Role.OFFICER)
        data = minimal(HANDOVER) | {"token": "pressed-twice"}
        address = enter(client, HANDOVER, data)
        look, looks = services.saved_by_token, iter((None, None))
        monkeypatch.setattr(services, "saved_by_token", lambda *asked: next(looks, look(*asked)))
        answer = client.post("/handovers/new", data=data | {"seen": address.rpartition("/")[2]})
        assert (answer.status_code, answer.headers.get("Location")) == (303, address)
        assert len(refs_to(app)) == 1

    def test_of_many_editors_of_one_version_one_wins_and_nobody_loses(self, app: Flask) -> None:
        everybody = clients(app)
        address = enter(everybody[0], HANDOVER, minimal(HANDOVER))
        forms = [
            changed(client, address, **{"aliases-0-name": f"Name {number}", "place": f"Place {number}"})
            for number, client in enumerate(everybody)
        ]
        answers = at_once(
            [
                lambda client=client, form=form: client.post(f"{address}/edit", data=form)
                for client, form in zip(everybody, forms, strict=True)
            ]
        )
        assert sorted(answer.status_code for answer in answers) == [303] + [409] * (MANY - 1)
        for number, (client, answer) in enumerate(zip(everybody, answers, strict=True)):
            while answer.status_code == 409:
                form = form_fields(answer.text)
                assert form["place"] == f"Place {number}"
                form["action"] = "save"
                answer = client.post(f"{address}/edit", data=form)  # noqa: PLW2901  until it is saved
            assert answer.status_code == 303
        assert {row["name"] for row in only_document(app)["aliases"]} == {f"Name {number}" for number in range(MANY)}
        assert version_numbers(app) == list(range(1, MANY + 2))

    def test_many_new_records_at_once_get_references_of_their_own(self, app: Flask) -> None:
        everybody = clients(app)
        answers = at_once(
            [
                lambda client=client, number=number: client.post("/handovers/new", data=minimal(HANDOVER, number) | {"seen": ""})
                for number, client in enumerate(everybody)
            ]
        )
        assert [answer.status_code for answer in answers] == [303] * MANY
        assert len({answer.headers["Location"] for answer in answers}) == MANY
        assert len(refs_to(app)) == MANY

    def test_readers_and_writers_do_not_stop_each_other(self, app: Flask) -> None:
        everybody = clients(app)
        enter(everybody[0], HANDOVER, minimal(HANDOVER, 99))
        deeds: list[Callable[[], Any]] = []
        for number, client in enumerate(everybody):
            if number % 2:
                deeds.append(lambda client=client, number=number: client.post("/trainings/new", data=minimal(TRAINING, number)))
            else:
                deeds.append(lambda client=client: client.get("/records/"))
        assert {answer.status_code for answer in at_once(deeds)} <= {200, 303}

    def test_new_sources_of_one_title_at_once_break_nothing(self, app: Flask) -> None:
        everybody = clients(app)
        answers = at_once(
            [
                lambda client=client, number=number: client.post(
                    "/operations/new", data=minimal(OPERATION, number) | {"evidence-0-source": "One letter"}
                )
                for number, client in enumerate(everybody)
            ]
        )
        assert [answer.status_code for answer in answers] == [303] * MANY

    def test_the_same_file_number_at_once_belongs_to_one_record_and_breaks_nothing(self, app: Flask) -> None:
        everybody = clients(app)
        scheme = re.search(
            r'name="identifiers-0-scheme".*?<option[^>]*value="([^"]+)"',
            everybody[0].post("/handovers/new", data={"add": "identifiers"}).text,
            re.DOTALL,
        )
        assert scheme
        number = {"identifiers-0-scheme": scheme[1], "identifiers-0-value": "CID/1"}
        answers = at_once(
            [
                lambda client=client, no=no: client.post("/handovers/new", data=minimal(HANDOVER, no) | number)
                for no, client in enumerate(everybody)
            ]
        )
        assert sorted(answer.status_code for answer in answers) == [303] + [422] * (MANY - 1)


def clients(app: Flask) -> list[FlaskClient]:
    return [signed_in(app, Role.OFFICER, f"officer{number}") for number in range(MANY)]


def at_once(deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all deeds at the same moment, each in a thread of its own; what they gave, in order."""
    gate = threading.Barrier(len(deeds))
    results: list[Any] = [None] * len(deeds)

    def run(place: int) -> None:
        gate.wait()
        try:
            results[place] = deeds[place]()
        except Exception as error:  # shown by the test
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results
