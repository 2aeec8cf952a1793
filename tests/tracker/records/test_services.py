"""Writing records: one form is one save, two officers lose nothing, everybody gets a reference of his own."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.app import ClientAs, enter, errors_of, form_fields, inspected, minimal, page, read_page, signed_in, stored
from tests.factories import records, users
from tests.factories.agreements import agreement
from tests.factories.handovers import handover
from tracker.accounts.models import Role, User
from tracker.counting.models import Fact
from tracker.record_types import RECORD_TYPES
from tracker.records import services
from tracker.records.documents import read_document
from tracker.records.enums import ReviewState
from tracker.records.models import Record, RecordVersion
from tracker.records.services import ConflictError
from tracker.records.sources import Source

AGREEMENT, OPERATION, HANDOVER, TRAINING = RECORD_TYPES
MANY = 8


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


class TestConflicts:
    def test_the_second_officer_sees_both_versions_and_keeps_his_words(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER) | {"place": "As opened"})
        theirs, mine = (
            changed(ana, address, place="Ana's place", title="Ana's title"),
            changed(ben, address, place="Ben's place", summary="Ben's\nsummary"),
        )
        assert ana.post(f"{address}/edit", data=theirs).status_code == 303
        conflict = inspected(ben.post(f"{address}/edit", data=mine), 409)
        assert "Ana changed this record" in conflict.text
        table = re.search(r'<table class="clash-table.*?</table>', conflict.html, re.DOTALL)
        assert table
        seen = read_page(409, table[0]).text
        for words in ("As opened", "Ana's place", "Ben's place", "Ana's title"):
            assert words in seen
        form = form_fields(conflict.html)
        assert (form["place"], form["title"], form["summary"]) == ("Ben's place", "Ana's title", "Ben's\nsummary")
        form["action"] = "save"
        assert ben.post(f"{address}/edit", data=form).status_code == 303
        shown = page(ben, address).text
        assert all(words in shown for words in ("Ben's place", "Ana's title", "Ben's summary"))
        assert "Ana's place" in page(ben, f"{address}/history").text

    def test_different_fields_of_two_officers_are_both_kept(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        theirs, mine = (
            changed(ana, address, status="completed", start="March 2023"),
            changed(ben, address, persons="12", legal_basis="deportation"),
        )
        save_in_turn(address, (ana, theirs), (ben, mine))
        document = only_document(app)
        assert (document["status"], document["start"], document["legal_basis"]) == ("completed", "2023-03", "deportation")
        assert document["figures"][0]["value_lo"] == "12"

    def test_rows_that_two_officers_added_are_both_kept(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        rows = [
            {f"parties-1-{name}": value for name, value in (("names", country), ("role", "observer"))}
            | {"aliases-0-name": f"Name for {country}", "figures-0-metric": "other", "figures-0-number": number}
            | {"evidence-1-source": f"Letter of {country}", "evidence-1-quote_exact": f"{number} persons"}
            for country, number in (("Thailand", "20"), ("Cambodia", "30"))
        ]
        save_in_turn(address, (ana, changed(ana, address, **rows[0])), (ben, changed(ben, address, **rows[1])))
        document = only_document(app)
        assert {row["party"] for row in document["parties"]} == {"LAO", "THA", "KHM"}
        assert {row["name"] for row in document["aliases"]} == {"Name for Thailand", "Name for Cambodia"}
        assert sorted(row["value_lo"] for row in document["figures"]) == ["20", "30"]
        assert {row["quote_exact"] for row in document["evidence"]} == {"", "20 persons", "30 persons"}

    def test_a_source_typed_into_a_refused_form_stays_on_it_and_is_not_stored(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        source = {
            "source": "Letter of Ben",
            "publisher": "The embassy",
            "published": "March 2024",
            "url": "https://example.org/letter",
            "quote_exact": "12 persons",
        }
        mine = changed(ben, address, **{f"evidence-1-{name}": value for name, value in source.items()})
        theirs = changed(ana, address, **{"evidence-1-source": "Letter of Ana"})
        assert ana.post(f"{address}/edit", data=theirs).status_code == 303
        conflict = inspected(ben.post(f"{address}/edit", data=mine), 409)
        with stored(app) as session:
            assert set(session.scalars(sa.select(Source.title))) == {"Letter of the desk", "Letter of Ana"}
        assert "Letter of Ben" in conflict.text  # in the table of both versions
        assert "new:" not in conflict.html
        form = form_fields(conflict.html)
        assert {name: form[f"evidence-2-{name}"] for name in source} == source
        form["action"] = "save"
        assert ben.post(f"{address}/edit", data=form).status_code == 303
        with stored(app) as session:
            (made,) = session.scalars(sa.select(Source).where(Source.title == "Letter of Ben"))
            assert (made.publisher, made.published.edtf, made.url) == ("The embassy", "2024-03", "https://example.org/letter")
        assert [row["quote_exact"] for row in only_document(app)["evidence"]] == ["", "", "12 persons"]

    def test_what_supports_a_figure_still_does_when_the_figure_gets_another_number(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        forms = []
        for client, number in ((ana, "20"), (ben, "30")):
            form = form_fields(inspected(client.post(f"{address}/edit", data=changed(client, address, add="figures"))).html)
            supports = f"figure:{form['figures-0-no']}"
            for name, value in {
                "figures-0-metric": "other",
                "figures-0-number": number,
                "evidence-1-source": f"Letter of {number}",
                "evidence-1-target_field": supports,
                "action": "save",
            }.items():
                form[name] = value
            forms.append((client, form))
        save_in_turn(address, *forms)
        document = only_document(app)
        figures = {f"figure:{row['no']}": row["value_lo"] for row in document["figures"]}
        with stored(app) as session:
            titles = dict(session.execute(sa.select(Source.ref, Source.title)).all())
        supported = {titles[row["source"]]: figures[row["target_field"]] for row in document["evidence"] if row["target_field"]}
        assert supported == {"Letter of 20": "20", "Letter of 30": "30"}

    def test_a_row_that_one_removed_and_another_left_alone_stays_removed(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER) | {"aliases-0-name": "Old name", "aliases-1-name": "Kept name"})
        theirs, mine = changed(ana, address), changed(ben, address, place="Boten")
        aliases = {name: value for name, value in theirs.items() if value == "Old name"}
        theirs[next(iter(aliases))] = ""
        save_in_turn(address, (ana, theirs), (ben, mine))
        assert [row["name"] for row in only_document(app)["aliases"]] == ["Kept name"]

    def test_adding_a_row_in_the_middle_of_a_conflict_still_notices_the_conflict(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        mine = changed(ben, address, place="Boten")
        assert ana.post(f"{address}/edit", data=changed(ana, address, summary="Ana's summary")).status_code == 303
        mine["add"] = "aliases"
        form = form_fields(inspected(ben.post(f"{address}/edit", data=mine)).html)
        form["action"] = "save"
        assert ben.post(f"{address}/edit", data=form).status_code == 409

    def test_a_refused_form_in_the_middle_of_a_conflict_loses_nothing(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        mine = changed(ben, address, place="Boten", start="the ides of March")
        assert ana.post(f"{address}/edit", data=changed(ana, address, summary="Ana's summary")).status_code == 303
        form = form_fields(inspected(ben.post(f"{address}/edit", data=mine), 422).html)
        form["start"], form["action"] = "2024", "save"
        save_in_turn(address, (ben, form))
        assert (only_document(app)["place"], only_document(app)["summary"]) == ("Boten", "Ana's summary")


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


def update(session: Session, actor: User, record: Record, document: dict[str, Any], expected: int) -> bool:
    record_type = records.type_of_kind(record.kind)
    return services.update(actor, session, record, record_type, document, records.REPORTING_STATE, expected_version=expected, draft=False)


def facts_of(session: Session, record: Record) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Fact).where(Fact.record_id == record.id)) or 0


def refs_to(app: Flask) -> list[str]:
    """The addresses of all records."""
    with stored(app) as session:
        return [f"/{records.type_of_kind(kind).slug}/{ref}" for ref, kind in session.execute(sa.select(Record.ref, Record.kind))]


def version_numbers(app: Flask) -> list[int]:
    with stored(app) as session:
        return list(session.scalars(sa.select(RecordVersion.version).order_by(RecordVersion.version)))


def only_document(app: Flask) -> dict[str, Any]:
    """The document of the only record, which its last version holds as well."""
    with stored(app) as session:
        record = session.scalars(sa.select(Record)).one()
        record_type = records.type_of_kind(record.kind)
        document = read_document(record, record_type)
        last = session.get_one(RecordVersion, (record.id, record.version))
        assert services.plain_payload(dict(last.payload), record_type) == document
        return document


def changed(client: FlaskClient, address: str, **values: str) -> Any:
    """The form of a record as it stands, with other values."""
    form = form_fields(page(client, f"{address}/edit").html)
    for name, value in (values | {"action": "save"}).items():
        form[name] = value
    return form


def save_in_turn(address: str, *sends: tuple[FlaskClient, Any]) -> None:
    """Send each form; who meets a conflict looks and saves again."""
    for client, data in sends:
        answer = client.post(f"{address}/edit", data=data)
        if answer.status_code == 409:
            form = form_fields(answer.text)
            form["action"] = "save"
            answer = client.post(f"{address}/edit", data=form)
        assert answer.status_code == 303, errors_of(answer.text)


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
