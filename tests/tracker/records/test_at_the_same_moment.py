"""Many requests at once: one wins, nobody loses, everybody gets a reference of his own."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tests.app import ClientAs, signed_in, stored
from tests.forms import enter, form_fields, minimal
from tests.pages import page
from tests.tracker.files.samples import pdf
from tests.tracker.records.saving import HANDOVER, OPERATION, TRAINING, changed, only_document, refs_to, version_numbers
from tracker.accounts.models import Role
from tracker.files.models import Attachment
from tracker.records import findable, services

MANY = 8
TURNS = 3


class TestAtTheSameMoment:
    def test_one_form_sent_many_times_at_once_is_one_record(self, app: Flask) -> None:
        client_of = clients(app)
        data = minimal(HANDOVER) | {"token": "pressed-eight-times"}
        answers = at_once([lambda client=client: client.post("/handovers/new", data=data) for client in client_of[:1] * MANY])
        assert [answer.status_code for answer in answers] == [303] * MANY
        assert len({answer.headers["Location"] for answer in answers}) == 1
        assert len(refs_to(app)) == 1

    @pytest.mark.races
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

    @pytest.mark.races
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

    @pytest.mark.races
    def test_corrections_saves_and_uploads_at_sources_that_records_share_neither_fail_nor_leave_an_old_index(self, app: Flask) -> None:
        everybody = clients(app)
        person = {"subjects-0-no": "1", "subjects-0-kind": "victim"}
        first = enter(everybody[0], HANDOVER, minimal(HANDOVER) | person)
        source = next(link for link in page(everybody[0], first).links if link.startswith("/sources/SRC"))
        cites = {"evidence-0-source": source.rpartition("/")[2]}
        other = enter(everybody[0], HANDOVER, minimal(HANDOVER, 2) | person | cites)
        operation = enter(everybody[0], OPERATION, minimal(OPERATION, 3) | cites)
        for turn in range(TURNS):
            name = f"Zubeida{turn} Vossberg{turn}"
            save = changed(everybody[0], first, **{"subjects-0-name": name})
            save_too = changed(everybody[1], other, **{"subjects-0-name": name, "place": f"Place{turn}"})
            save_it = changed(everybody[4], operation, place=f"Harbour{turn}")
            correction = changed(everybody[2], source, title=f"Letter{turn}")
            letter = [("files", (io.BytesIO(pdf(f"About {name}, page{turn}")), "letter.pdf"))]
            new = minimal(OPERATION, 10 + turn) | cites | {"seen": ""}
            answers = at_once(
                [
                    lambda form=save: everybody[0].post(f"{first}/edit", data=form),
                    lambda form=save_too: everybody[1].post(f"{other}/edit", data=form),
                    lambda form=correction: everybody[2].post(f"{source}/edit", data=form),
                    lambda files=letter: everybody[3].post(f"{source}/files", data=MultiDict([*files, ("note", "")])),
                    lambda form=save_it: everybody[4].post(f"{operation}/edit", data=form),
                    lambda form=new: everybody[5].post("/operations/new", data=form),
                ]
            )
            assert [answer.status_code for answer in answers] == [303] * 6, [answer.text for answer in answers if answer.status_code != 303]
            added = answers[5].headers["Location"]
            for word in (f"Letter{turn}", f"page{turn}"):
                found = everybody[0].get(f"/records/?q={word}").text
                assert [ref for ref in (first, other, operation, added) if ref.rpartition("/")[2] not in found] == [], (turn, word)
            assert "No record fits" in everybody[0].get(f"/records/?q=Zubeida{turn}").text
            with stored(app) as session:
                assert not [text for text in session.scalars(sa.select(Attachment.text)) if "Vossberg" in text]
                assert current(session) == built_anew(session)

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

    @pytest.mark.races
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

    @pytest.mark.races
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


def at_once(deeds: Sequence[Callable[[], Any]], seconds: float = 60) -> list[Any]:
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
        thread.join(seconds)
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


def current(session: Session) -> list[str]:
    return sorted(session.scalars(sa.text("SELECT plain FROM record_search")))


def built_anew(session: Session) -> list[str]:
    findable.rebuild(session)
    return current(session)
