"""Promises about personal data, walked through as people do: nothing of a name outside the page that opens it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.forms import enter, form_fields, minimal
from tests.pages import errors_of
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.personal_data.finding import Finder
from tracker.record_types import RECORD_TYPES
from tracker.records.models import Record

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
GIVEN = ("Zubeida", "Quirin", "Xanthe", "Wolfgard", "Yesugei", "Ottokar", "Fjodora", "Ignazio", "Bertilda", "Kazimir")
FAMILY = ("Vossberg", "Tamerlan", "Ó Dálaigh", "Kruszynska", "Мирошник")
NAMES = [f"{given} {family}" for given in GIVEN for family in FAMILY]
READERS = (Role.VIEWER, Role.OFFICER, Role.REVIEWER, Role.MANAGER, Role.ADMINISTRATOR)
PURPOSE = "Answer to the letter of the partner, file 2026/117"


def planted(number: int, name: str) -> dict[str, str]:
    """The form of a handover in which a name stands wherever one can be typed."""
    given, family = name.split(" ", 1)
    return minimal(HANDOVER, number) | {
        "title": f"Handover {number} of {name.upper()}",
        "title_original": f"移交 {name}",
        "summary": f"{family}, {given} was brought to the border. {name} did not speak.",
        "place": f"House of {name}",
        "court_decision": f"Decision about {family} {given}",
        "evidence-0-source": "Letter of the desk",
        "evidence-0-quote_exact": f"“{name}, also {family.upper()}-{given}, is handed over”",
        "aliases-0-name": f"The {name} case",
        "identifiers-0-scheme": "desk_file",
        "identifiers-0-value": f"{name}/{number}",
        "parties-0-note": f"asked for {name}",
        "figures-0-no": "1",
        "figures-0-metric": "other",
        "figures-0-number": "several",
        "figures-0-unit": "person",
        "figures-0-text_original": f"{name} and others",
        "subjects-0-no": "1",
        "subjects-0-kind": "suspect",
        "subjects-0-name": name,
        "subjects-0-other_names": f"{given} the Elder",
    }


def pages_of(ref: str) -> list[str]:
    """Every page that speaks of a handover."""
    address = f"/handovers/{ref}"
    return [
        address,
        *(f"{address}/{rest}" for rest in ("history", "history/1", "history/2", "edit", "retention", "readers", "restriction")),
    ]


def everywhere(ref: str) -> list[str]:
    """Every address at which a record may show."""
    lists = ["/records/", "/handovers/", "/records.csv", "/handovers.csv", "/suggest/records", "/suggest/sources", "/sources/"]
    pages = [
        "/",
        "/partners/",
        "/partners/LAO",
        "/years/",
        "/years/2024",
        "/figures/",
        "/figures.csv",
        "/retention/",
        "/processing",
        "/help",
    ]
    return [*pages_of(ref), *lists, *pages, f"/records/?q={ref}", f"/suggest/records?q={ref}", f"{'/handovers'}/{ref}x"]


def found_in(text: str, finder: Finder) -> list[str]:
    return [text[one.start : one.end] for one in finder.find(text)]


class TestNames:
    @pytest.mark.once
    @pytest.mark.parametrize("many", [10, pytest.param(50, marks=pytest.mark.whole)])
    def test_personal_data_is_not_in_logs_addresses_titles_file_names_or_caches_0_of_50_names(
        self, app: Flask, client_as: ClientAs, caplog: pytest.LogCaptureFixture, database_url: str, many: int
    ) -> None:
        caplog.set_level(logging.DEBUG)
        names = NAMES[:many]
        finder = Finder({number: [name] for number, name in enumerate(names, 1)})
        officer = client_as(Role.OFFICER, "ana")
        refs = [enter(officer, HANDOVER, planted(number, name)).rpartition("/")[2] for number, name in enumerate(names, 1)]
        change(officer, refs[0], {"summary": f"{names[0]} again, and a conflict"}, reason=f"asked by {names[0]}")
        hits = []
        for role in READERS if many == len(NAMES) else (Role.VIEWER, Role.REVIEWER, Role.ADMINISTRATOR):
            client = client_as(role)
            for address in (*everywhere(refs[0]), *pages_of(refs[-1])):
                answer = client.get(address)
                said = answer.get_data(as_text=True) + "\n".join(f"{key}: {value}" for key, value in answer.headers)
                hits += [(role, address, found) for found in found_in(said, finder)]
        for ref in refs:
            hits += [(ref, found) for found in found_in(officer.get(f"/handovers/{ref}").text, finder)]
        for name in (names[0], names[7], names[-1]):
            answer = officer.get("/records/", query_string={"q": name})
            assert "No record fits" in answer.text
            assert officer.get("/suggest/records", query_string={"q": name}).json == []
        hits += [("log", found) for found in found_in("\n".join(record.getMessage() for record in caplog.records), finder)]
        with stored(app) as session:
            for event in session.scalars(sa.select(AuditEvent)):
                hits += [("audit", found) for found in found_in(f"{event.target} {event.purpose} {event.detail}", finder)]
        assert hits == []
        reviewer = client_as(Role.REVIEWER)
        for ref, name in zip(refs, names, strict=True):
            opened = reviewer.post(f"/handovers/{ref}/names", data={"purpose": PURPOSE}).text
            assert name in opened
            assert f"Handover {refs.index(ref) + 1} of {name.upper()}" in opened, "the title as it was typed"
        hits = [found for where in raw_bytes(database_url) for name in names for found in spelled_in(where, name)]
        assert hits == []

    def test_a_name_typed_before_it_was_known_to_be_one_is_masked_in_every_version_and_file(
        self, app: Flask, client_as: ClientAs, database_url: str
    ) -> None:
        officer, name = client_as(Role.OFFICER), "Zubeida Vossberg"
        told = {"title": f"{name} is handed over", "evidence-0-quote_exact": f"“{name}”", "summary": "First"}
        ref = enter(officer, HANDOVER, minimal(HANDOVER) | told).rpartition("/")[2]
        change(officer, ref, {"summary": "Vossberg, Zubeida stood there"}, reason="written by Zubeida Vossberg herself")
        assert name in officer.get(f"/handovers/{ref}").text
        change(officer, ref, {"subjects-0-no": "1", "subjects-0-kind": "victim", "subjects-0-name": name})
        finder = Finder({1: [name]})
        for address in everywhere(ref):
            assert found_in(officer.get(address).text, finder) == [], address
        assert officer.get("/suggest/records?q=Zubeida").json == []
        opened = officer.post(f"/handovers/{ref}/names", data={"purpose": PURPOSE}).text
        assert f"{name} is handed over" in opened
        assert "Vossberg, Zubeida stood there" in opened
        assert [found for where in raw_bytes(database_url) for found in spelled_in(where, name)] == []

    def test_the_form_keeps_a_name_on_file_without_sending_it(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        ref = enter(officer, HANDOVER, planted(1, NAMES[0])).rpartition("/")[2]
        html = officer.get(f"/handovers/{ref}/edit").text
        assert NAMES[0] not in html
        assert "A name is on file" in html
        assert change(officer, ref, {}).headers["Location"].endswith(ref)
        assert versions(app, ref) == 1, "saved unchanged"
        change(officer, ref, {"place": "Boten"})
        assert NAMES[0] in officer.post(f"/handovers/{ref}/names", data={"purpose": PURPOSE}).text
        change(officer, ref, {"subjects-0-name": "Ada Corrected"})
        opened = officer.get(f"/handovers/{ref}/names").text
        assert "<strong>Ada Corrected</strong>" in opened
        assert f"“{NAMES[0]}, also" in opened, "a quotation says what it said"
        change(officer, ref, {"subjects-0-remove_name": "y", "subjects-0-name": ""})
        assert "no name on file" in officer.get(f"/handovers/{ref}/names").text

    def test_a_source_whose_title_holds_the_name_is_refused(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        data = planted(1, NAMES[0]) | {"evidence-0-source": f"Letter about {NAMES[0].upper()}"}
        refused = officer.post("/handovers/new", data=data)
        assert refused.status_code == 422
        assert "leave the name of the person out" in errors_of(refused.text)
        assert NAMES[0] in refused.text, "what was typed stays in the form"
        ref = enter(officer, HANDOVER, planted(1, NAMES[0])).rpartition("/")[2]
        form = form_fields(officer.get("/sources/SRC-2026-0001/edit").text)
        form["title"] = f"Letter about {NAMES[0]}"
        assert officer.post("/sources/SRC-2026-0001/edit", data=form).status_code == 422
        assert ref

    def test_a_conflict_shows_pseudonyms_and_keeps_what_was_typed(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        ref = enter(ana, HANDOVER, planted(1, NAMES[0])).rpartition("/")[2]
        opened = form_fields(ben.get(f"/handovers/{ref}/edit").text)
        change(ana, ref, {"title": f"As ana says of {NAMES[0]}"})
        opened["title"], opened["action"] = f"As ben says of {NAMES[0]}", "save"
        clash = ben.post(f"/handovers/{ref}/edit", data=opened)
        assert clash.status_code == 409
        table = clash.text.partition('id="entry"')[0]
        assert NAMES[0] not in table
        assert f"As ben says of [{ref}/1" in table
        assert f'value="As ben says of {NAMES[0]}"' in clash.text

    def test_a_form_sent_twice_is_one_record(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        data = planted(1, NAMES[0]) | {"token": "a" * 32}
        assert enter(officer, HANDOVER, data) == enter(officer, HANDOVER, data)
        ref = enter(officer, HANDOVER, data).rpartition("/")[2]
        form = form_fields(officer.get(f"/handovers/{ref}/edit").text)
        form["summary"], form["action"] = f"{NAMES[0]} once more", "save"
        assert [officer.post(f"/handovers/{ref}/edit", data=form).status_code for _ in range(2)] == [303, 303]
        assert versions(app, ref) == 2


# --- What the tests need ---


def change(client: FlaskClient, ref: str, fields: dict[str, str], reason: str = "") -> Any:
    form = form_fields(client.get(f"/handovers/{ref}/edit").text)
    for name, value in (fields | {"action": "save", "reason": reason}).items():
        form[name] = value
    answer = client.post(f"/handovers/{ref}/edit", data=form)
    assert answer.status_code == 303, errors_of(answer.text)
    return answer


def versions(app: Flask, ref: str) -> int:
    with stored(app) as session:
        return session.scalars(sa.select(Record).where(Record.ref == ref)).one().version


def break_the_trail(app: Flask) -> None:
    """From here on no event can be written."""
    with stored(app) as session:
        session.execute(sa.text("ALTER TABLE audit_event RENAME TO audit_event_gone"))


def raw_bytes(database_url: str) -> Iterator[bytes]:
    """The files of a SQLite database; nothing on PostgreSQL, whose files are not ours."""
    if not database_url.startswith("sqlite:///"):
        return
    path = Path(database_url.removeprefix("sqlite:///"))
    for file in (path, path.with_name(f"{path.name}-wal")):
        if file.exists():
            yield file.read_bytes()


def spelled_in(where: bytes, name: str) -> list[str]:
    """The ways to write a name that stand in a file; FTS keeps folded words apart, so pairs are what tells."""
    given, family = name.split(" ", 1)
    ways = (name, name.upper(), name.lower(), f"{family}, {given}", f"{family} {given}", f"{family.upper()}-{given}")
    return [way for way in ways if way.encode() in where]
