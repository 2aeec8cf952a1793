"""Where the demo is loaded: once, and never among the data of others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.app import PASSWORD
from tests.tracker.demo.application import CHN, application
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.accounts.models import Role, User
from tracker.accounts.services import add_user
from tracker.demo import loading
from tracker.extensions import db
from tracker.records.models import Record, RecordVersion
from tracker.records.sources import Evidence, Source
from tracker.vocabularies.models import VocabularyVersion

pytestmark = pytest.mark.once


def run(url: str, *words: str, reporting_state: str = CHN) -> tuple[int, str]:
    """Exit code and output of `flask demo WORDS`."""
    with application(url, reporting_state) as app:
        answer = app.test_cli_runner().invoke(args=["demo", *words])
    return answer.exit_code, answer.output


@pytest.fixture
def other(database_url: str, cheap_passwords: None) -> Iterator[Session]:
    """A database with the reference data and nothing else."""
    with application(database_url) as app, app.app_context():
        yield db.session


def test_reference_data_is_loaded_where_it_is_missing(other: Session):
    for table in ("party_alias", "membership", "party", "vocab_term", "vocabulary_version"):
        if table == "party":
            other.execute(sa.text("UPDATE party SET parent_id = NULL"))
        if table == "vocab_term":
            other.execute(sa.text("UPDATE vocab_term SET parent_id = NULL, maps_to_id = NULL"))
        other.execute(sa.text(f"DELETE FROM {table}"))
    other.commit()
    other.expunge_all()
    assert loading.load(other, CHN)
    assert other.scalar(sa.select(sa.func.count()).select_from(VocabularyVersion)) == 1


def test_a_second_load_changes_nothing(other: Session):
    def counts() -> list[int]:
        return [
            other.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in (User, Record, RecordVersion, Source, Evidence)
        ]

    assert loading.load(other, CHN)
    before = counts()
    assert loading.load(other, CHN) is None
    assert counts() == before


def test_data_of_others_are_left_alone(other: Session):
    add_user(None, other, "ana", "Ana Example", Role.OFFICER, PASSWORD)
    with pytest.raises(loading.DemoError, match="not the demo's"):
        loading.load(other, CHN)
    assert other.scalar(sa.select(sa.func.count()).select_from(Record)) == 0


def test_it_is_told_from_one_side_only(other: Session):
    with pytest.raises(loading.DemoError, match="REPORTING_STATE is FRA"):
        loading.load(other, "FRA")


@pytest.mark.usefixtures("cheap_passwords")
def test_the_command_loads_and_lists_what_waits_when_asked(database_url: str):
    code, listed = run(database_url, "--list-waiting")
    assert code == 0
    waiting = [line.split()[0] for line in listed.splitlines()]
    assert len(waiting) == len(set(waiting)) == 42
    assert "S35  attribute: Crime types of no single activity - waits for statements with figures of their own\n" in listed

    code, output = run(database_url)
    assert code == 0
    lines = output.splitlines()
    assert len(lines) == 2, "one line says how many wait, and how to list them"
    assert lines[0].startswith("Loaded 17 of 59 facts as 19 records and their sources; 42 wait for ")
    assert "demo --list-waiting" in lines[0]
    assert DEMO_PASSWORD in lines[-1]

    assert run(database_url) == (0, "Demo data: loaded before; nothing changed.\n")
    assert run(database_url, "--if-empty") == (0, "Demo data: the database holds users or records; nothing changed.\n")


@pytest.mark.usefixtures("cheap_passwords")
def test_if_empty_loads_into_an_empty_database(database_url: str):
    code, output = run(database_url, "--if-empty")
    assert code == 0
    assert "Loaded 17 of 59 facts" in output


def test_the_command_refuses_where_others_are_at_work(database_url: str, other: Session):
    add_user(None, other, "ana", "Ana Example", Role.OFFICER, PASSWORD)
    other.commit()
    code, output = run(database_url)
    assert code == 1
    assert "Load the demo into an empty database." in output
    assert run(database_url, "--if-empty") == (0, "Demo data: the database holds users or records; nothing changed.\n")


def test_another_reporting_state_is_told_why(database_url: str):
    assert run(database_url, reporting_state="FRA")[0] == 1
    told = run(database_url, "--if-empty", reporting_state="FRA")
    assert told == (0, "Demo data: told from the side of CHN, not loaded for FRA.\n")


def test_a_database_without_tables_is_told_the_remedy(empty_database_url: str):
    code, output = run(empty_database_url)
    assert code == 1
    assert "database upgrade" in output
