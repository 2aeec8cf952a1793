"""Names that nobody has looked for yet are found while their keys are there: at an erasure, and when a source is corrected."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.forms import approval, enter, form_fields, minimal
from tests.journeys.test_personal_data import HANDOVER, change, raw_bytes, spelled_in
from tests.journeys.test_retention import all_tables
from tests.pages import page
from tests.tracker.files.samples import pdf
from tests.tracker.files.test_corpus import rows_of, upload
from tracker.accounts.models import Role
from tracker.files.models import Attachment
from tracker.record_types import RECORD_TYPES
from tracker.records.models import Record, RecordVersion
from tracker.records.sources import Source, SourceVersion

pytestmark = pytest.mark.once

AGREEMENT = RECORD_TYPES[0]
NAME = "Zubeida Vossberg"
PERSON = {"subjects-0-no": "1", "subjects-0-kind": "victim"}
NAMED = PERSON | {"subjects-0-name": NAME}


@pytest.fixture
def officer(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.OFFICER)


def cited(officer: FlaskClient, **more: str) -> tuple[str, str]:
    """The addresses of a handover and of the source that it cites."""
    address = enter(officer, HANDOVER, minimal(HANDOVER) | more)
    return address, next(link for link in page(officer, address).links if link.startswith("/sources/SRC"))


def correct(officer: FlaskClient, source: str, **fields: str) -> int:
    form = form_fields(officer.get(f"{source}/edit").text)
    for name, value in fields.items():
        form[name] = value
    return officer.post(f"{source}/edit", data=form).status_code


def as_before_the_upgrade(app: Flask, source: str) -> None:
    """A name lies raw in everything that no upgrade looks through: the guards of the database are taken off for it."""
    raw = {"title": f"Letter of {NAME}", "publisher": NAME, "url": ""}
    with stored(app) as session:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        for table in ("source_version", "record_version"):
            off = f"DROP TRIGGER {table}_kept" if is_sqlite else f"ALTER TABLE {table} DISABLE TRIGGER ALL"
            kept = session.scalar(sa.text(f"SELECT sql FROM sqlite_master WHERE name = '{table}_kept'")) if is_sqlite else None
            session.execute(sa.text(off))
            model = SourceVersion if table == "source_version" else RecordVersion
            its = RecordVersion.record_id == sa.select(Record.id).where(Record.kind == "handover").scalar_subquery()
            first = sa.select(model).where(model.version == 1, sa.true() if model is SourceVersion else its)
            for row in session.scalars(first).all():
                row.payload = row.payload | (raw if model is SourceVersion else {"title": f"Handover of {NAME}"})
                row.reason = f"{NAME} asked for it"
            session.flush()
            session.execute(sa.text(str(kept) if is_sqlite else f"ALTER TABLE {table} ENABLE TRIGGER ALL"))
        for name, value in raw.items():
            session.execute(sa.update(Source).where(Source.ref == source.rpartition("/")[2]).values({name: value}))
        session.execute(sa.update(Attachment).values(text=f"About {NAME}", note=f"Of {NAME}"))


class TestErasure:
    def test_what_was_never_looked_through_holds_no_name_afterwards_and_a_file_with_one_is_not_kept(
        self, app: Flask, client_as: ClientAs, officer: FlaskClient, database_url: str
    ) -> None:
        address, source = cited(officer, **NAMED)
        other = enter(officer, AGREEMENT, minimal(AGREEMENT, 2) | {"evidence-0-source": source.rpartition("/")[2]})
        assert correct(officer, source, publisher="The embassy") == 303
        change(officer, address.rpartition("/")[2], {"place": "The border"})
        assert upload(officer, source, ("letter.pdf", pdf("The embassy writes"))).status_code == 303
        as_before_the_upgrade(app, source)
        assert officer.post(f"{address}/erasure", data={"ground": "time_over", "nos": "1"}).status_code == 303
        decision = approval(address) | {"keep": f"{source.rpartition('/')[2]}/1"}
        assert client_as(Role.REVIEWER).post(f"{address}/erasure/decision", data=decision).status_code == 303
        assert rows_of(app) == []
        with stored(app) as session:
            assert session.scalars(sa.select(Source.title)).one() == "Letter of [name]"
            first = session.scalars(sa.select(SourceVersion).where(SourceVersion.version == 1)).one()
            assert (first.payload["title"], first.reason) == ("Letter of [name]", "[name] asked for it")
        with stored(app) as session:
            rows = [repr(row) for table in all_tables(session) for row in session.execute(sa.text(f'SELECT * FROM "{table}"'))]
        assert [row for row in rows if "Vossberg" in row] == []
        assert [found for where in raw_bytes(database_url) for found in spelled_in(where, NAME)] == []
        assert "No record fits" in officer.get(f"/records/?q={NAME}").text
        assert officer.get(other).status_code == 200


class TestCorrection:
    def test_a_version_that_is_made_old_holds_no_name(self, app: Flask, officer: FlaskClient) -> None:
        _, source = cited(officer, **NAMED)
        with stored(app) as session:  # from before anybody was asked to correct it
            session.execute(sa.update(Source).values(title=f"Letter of {NAME}"))
            row = session.scalars(sa.select(SourceVersion)).one()
            payload = row.payload | {"title": f"Letter of {NAME}"}
            session.expunge(row)
            session.execute(sa.update(Source).values(version=2))
            session.add(SourceVersion(source_id=row.source_id, version=2, by_id=row.by_id, reason="", payload=payload))
        assert correct(officer, source, title="Letter of the embassy") == 303
        assert NAME not in page(officer, f"{source}/history/2").text
        assert "Letter of [name]" in page(officer, f"{source}/history/2").text


class TestSources:
    def test_a_name_in_a_source_that_only_an_earlier_version_cites_is_refused_and_said_where(
        self, app: Flask, officer: FlaskClient
    ) -> None:
        address, source = cited(officer, **{"evidence-0-source": f"Letter of {NAME}"})
        ref, letter = address.rpartition("/")[2], source.rpartition("/")[2]
        change(officer, ref, {"evidence-0-source": "Another letter"})
        form = form_fields(officer.get(f"{address}/edit").text)
        for name, value in (NAMED | {"action": "save", "place": "Typed at length"}).items():
            form[name] = value
        refused = officer.post(f"{address}/edit", data=form)
        assert refused.status_code == 422
        assert letter in refused.text
        assert "Typed at length" in refused.text
        with stored(app) as session:
            assert session.scalars(sa.select(Record.version)).one() == 2
        assert correct(officer, source, title="Letter of the embassy") == 303
        assert officer.post(f"{address}/edit", data=form).status_code == 303
        assert NAME not in page(officer, f"{source}/history/1").text

    def test_no_earlier_version_is_restored_that_cites_a_source_with_the_name(self, app: Flask, officer: FlaskClient) -> None:
        address, source = cited(officer, **NAMED)
        change(officer, address.rpartition("/")[2], {"evidence-0-source": "Another letter"})
        with stored(app) as session:
            ref = source.rpartition("/")[2]
            session.execute(sa.update(Source).where(Source.ref == ref).values(title=f"Letter of {NAME}"))
        answer = officer.post(f"{address}/history/1/restore", data={"version": "2"})
        assert answer.status_code == 409
        assert ref in answer.text
        assert NAME not in answer.text
        with stored(app) as session:
            assert session.scalars(sa.select(Record.version)).one() == 2

    def test_a_reason_that_grows_over_its_room_keeps_the_mark_whole(self, app: Flask, officer: FlaskClient) -> None:
        name = "An Vo"
        address, source = cited(officer)
        long = ("x" * 194 + f" {name}")[:200]
        assert correct(officer, source, publisher="The embassy", reason=long) == 303
        change(officer, address.rpartition("/")[2], PERSON | {"subjects-0-name": name})
        with stored(app) as session:
            reason = session.scalars(sa.select(SourceVersion.reason).where(SourceVersion.version == 2)).one()
        assert "[name]" in reason
        assert len(reason) <= 200
