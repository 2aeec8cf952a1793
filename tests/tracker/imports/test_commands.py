"""`flask import` for scripts: what it ends with, what it says, and that it stores all or nothing; and what is swept up."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import xlsxwriter
from flask import Flask

from tests.app import add_user, contents, stored
from tests.factories.imports import HEADER, TRAININGS, batch, courses, loaded
from tests.tracker.imports.test_table_reader import in_process
from tracker.accounts.models import Role, User
from tracker.database.columns import utc_now
from tracker.imports import chunks, services
from tracker.imports.models import BatchState, ImportBatch, ImportChunk, ImportProfile, ImportRow
from tracker.imports.plan import for_profile, signature
from tracker.records.models import Record
from tracker.records.sources import Source

pytestmark = pytest.mark.once
WRONG = ["7", "", "Atlantis", "31.02.2024", "1.000,50"]
EXCHANGE = ("reference", "type", "title")
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """`run(rows, "--dry-run")`: what the command ends with and says, of a file with these rows by the officer's profile."""
    monkeypatch.setattr(services, "read_tables", in_process)
    add_user(app, Role.OFFICER)
    with stored(app) as session:
        plan = for_profile(TRAININGS, HEADER)
        session.add(ImportProfile(owner_id=officer(app), name="Courses", headers=signature(HEADER), plan=plan))
    file = tmp_path / "courses.csv"

    def imported(rows: list[list[str]], *options: str, header: list[str] = HEADER) -> tuple[int, str]:
        with file.open("w", newline="", encoding="cp1251") as out:
            csv.writer(out).writerows([header, *rows])
        given = options if "--user" in options else ("--user", "officer", *options)
        found = app.test_cli_runner().invoke(args=["import", str(file), *given])
        return found.exit_code, found.output

    return imported


def officer(app: Flask) -> int:
    with app.app_context(), stored(app) as session:
        return session.scalars(sa.select(User.id).where(User.username == "officer")).one()


class TestImport:
    def test_good_rows_come_in_and_a_second_time_make_nothing(self, app: Flask, run: Run) -> None:
        code, said = run(courses(3), "--profile", "Courses")
        assert (code, "3 records made, 0 changed." in said) == (0, True), said
        code, said = run(courses(3), "--profile", "Courses")
        assert (code, "3 same" in said, "Nothing is new" in said) == (0, True, True), said
        assert titles(app) == ["Course 1", "Course 2", "Course 3"]

    def test_one_wrong_row_stops_all_unless_it_is_left_out(self, app: Flask, run: Run) -> None:
        rows, before = [*courses(3), WRONG], contents(app)
        code, said = run(rows, "--profile", "Courses")
        assert code == 1
        assert "3 new, 1 wrong" in said
        assert {f"row 5, {name}" for name in ("Countries", "Start", "Trainees")} <= {line.partition(":")[0] for line in said.splitlines()}
        code, said = run(rows, "--profile", "Courses", "--dry-run")
        assert (code, "3 new, 1 wrong" in said) == (1, True)
        code, said = run(courses(3), "--profile", "Courses", "--dry-run")
        assert (code, "3 new" in said) == (0, True)
        now = contents(app)
        assert {name for name in now if now[name] != before[name]} == {"import_batch"}, "a dry run leaves neither records nor cells"
        assert run(rows, "--profile", "Courses", "--dry-run", "--skip-wrong")[0] == 0, "as the run itself would"
        assert titles(app) == []
        for options in ((), ("--dry-run",)):
            code, said = run([WRONG], "--profile", "Courses", "--skip-wrong", *options)
            assert (code, "There is nothing to import" in said) == (1, True), "all rows are wrong: somebody has to look"
        assert run([], "--profile", "Courses")[0] == 0
        code, said = run(rows, "--profile", "Courses", "--skip-wrong")
        assert (code, "3 records made" in said) == (0, True), said
        assert titles(app) == ["Course 1", "Course 2", "Course 3"]

    def test_the_wrong_row_of_a_record_of_several_is_named(self, app: Flask, run: Run) -> None:
        with stored(app) as session:
            session.execute(sa.update(ImportProfile).values(plan=for_profile(replace(TRAININGS, group=0), HEADER)))
        course = ["7", "Course", "Thailand", "01.05.2024", ""]
        code, said = run([*courses(1), course, course, [*course[:3], "31.02.2024", ""]], "--profile", "Courses")
        assert code == 1
        assert [line.partition(":")[0] for line in said.splitlines() if line.startswith("row ")] == ["row 5, Start"]

    def test_what_cannot_be_used_is_said(self, app: Flask, run: Run) -> None:
        add_user(app, Role.VIEWER)
        said = {
            "no profile": run(courses(1)),
            "another profile": run(courses(1), "--profile", "Cuorses"),
            "no user": run(courses(1), "--user", "nobody"),
            "may not write": run(courses(1), "--user", "viewer"),
            "no rows": run([], header=[""]),
            "letters": run([["1", "Россия", "", "", ""]], "--profile", "Courses", "--encoding", "utf-8"),
            "no encoding": run(courses(1), "--profile", "Courses", "--encoding", "klingon"),
        }
        assert {name: code for name, (code, _) in said.items() if code != 2} == {}
        assert {name: words for name, (_, words) in said.items() if not words.startswith("Error: ")} == {}
        with stored(app) as session:
            assert session.scalars(sa.select(ImportBatch.id)).all() == []

    def test_a_file_that_has_not_what_the_profile_reads_is_not_read(self, app: Flask, run: Run, tmp_path: Path) -> None:
        before = contents(app)
        without = [[row[0], row[2], row[4], "new"] for row in courses(2)]
        for options in ((), ("--dry-run",)):
            code, said = run(without, "--profile", "Courses", *options, header=["No", "Countries", "Trainees", "Remark"])
            assert (code, "the profile reads the columns “Course”, “Start” that this file does not have" in said) == (2, True), said
        code, said = run([row[:4] for row in courses(2)], "--profile", "Courses", header=HEADER[:4])
        assert (code, "a column “Trainees”" in said) == (2, True), "how it was written when the profile was kept"
        assert contents(app) == before
        wider = [[*row, "new"] for row in courses(2)]
        assert run(wider, "--profile", "Courses", header=[*HEADER, "Remark"])[0] == 0, "a further column is passed over"

    def test_the_sheets_of_a_profile_have_to_be_there(self, app: Flask, run: Run, tmp_path: Path) -> None:
        with stored(app) as session:
            plan = for_profile(replace(TRAININGS, sheets=(0, 1)), HEADER, ["2024", "2025"])
            session.add(ImportProfile(owner_id=officer(app), name="Years", headers=signature(HEADER), plan=plan))
        there = workbook(
            tmp_path / "both.xlsx", {"Notes": [["x"]] * 9, "2024": [HEADER, *courses(2)], "2025": [HEADER, *courses(2, first=8)]}
        )
        gone = workbook(tmp_path / "one.xlsx", {"2024": [HEADER, *courses(2)]})
        other = workbook(tmp_path / "other.xlsx", {"2024": [["A", "B"], ["1", "2"]], "2025": [["A", "B"], ["1", "2"]]})
        for path, said, code in (
            (gone, "the profile reads a sheet “2025” that this file does not have", 2),
            (other, "the profile reads the columns “No”, “Course”, “Countries”, “Start”, “Trainees”", 2),
            (there, "4 records made", 0),
        ):
            found = app.test_cli_runner().invoke(args=["import", str(path), "--user", "officer", "--profile", "Years"])
            assert (found.exit_code, said in found.output) == (code, True), found.output
        assert len(titles(app)) == 4

    def test_a_profile_that_is_not_there_is_named_with_those_of_this_user_alone(self, app: Flask, run: Run) -> None:
        add_user(app, Role.ADMINISTRATOR)
        with stored(app) as session:
            other = session.scalars(sa.select(User.id).where(User.role == Role.ADMINISTRATOR)).one()
            session.add(ImportProfile(owner_id=other, name="Theirs", headers="", plan={}))
        exchange = [["", "training", "A course"]]
        for name, header, rows in (("courses", HEADER, courses(1)), ("Theirs", HEADER, courses(1)), ("Nope", list(EXCHANGE), exchange)):
            code, said = run(rows, "--profile", name, header=header)
            assert (code, f"'officer' has no profile “{name}”. Profiles of this user: “Courses”." in said) == (2, True), said
        assert "Profiles of this user: “Courses”." in run(courses(1))[1]

    def test_a_file_of_the_exchange_form_is_handled_like_its_least_restricted_row_or_as_it_is_said(self, app: Flask, run: Run) -> None:
        header, row = (
            [*EXCHANGE, "marking", "start", "parties"],
            ["", "training", "A course", "GREEN", "2024", '[{"party":"LAO","role":"recipient"}]'],
        )
        code, said = run([row], "--marking", "AMBER", header=header)
        assert (code, "change the handling of the file" in said) == (1, True), said
        stricter = [*row[:2], "Another", "AMBER", *row[4:]]
        code, said = run([stricter, row], header=header)
        assert code == 0, said
        with stored(app) as session:
            assert sorted(session.scalars(sa.select(Record.marking))) == ["AMBER", "GREEN"]
            assert session.scalars(sa.select(Source.marking)).all() == ["GREEN"]
        code, said = run(courses(1), "--profile", "Courses", "--marking", "CLEAR")
        assert code == 0, said
        with stored(app) as session:
            assert set(session.scalars(sa.select(Source.marking))) == {"GREEN", "CLEAR"}

    def test_letters_and_delimiter_are_as_they_are_said(self, app: Flask, run: Run) -> None:
        rows = [["1", "Обучение|в Москве", "Russia", "2024", "5"]]
        code, said = run(rows, "--profile", "Courses", "--encoding", "cp1251", "--delimiter", "comma")
        assert code == 0, said
        assert titles(app) == ["Обучение|в Москве"]


class TestSweep:
    def test_what_was_left_for_30_days_is_taken_back_and_nothing_else(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(chunks, "LINES", 10)
        add_user(app, Role.OFFICER)
        owner, numbers = officer(app), {}
        for name, rows in (("open", 3), ("young", 3), ("loading", 15), ("clearing", 15), ("done", 3)):
            with app.test_request_context(), stored(app) as session:
                made = batch(session, session.get_one(User, owner), courses(rows, first=1000 * len(numbers)))
                numbers[name] = made.id
            if name in ("loading", "clearing", "done"):
                loaded(app, owner, made_number := numbers[name], 3 if name == "done" else 1)
            if name == "clearing":
                with stored(app) as session:
                    services.cancel(session.get_one(User, owner), session, session.get_one(ImportBatch, made_number))
        with stored(app) as session:
            for name, number in numbers.items():
                ago = timedelta(days={"young": 29, "clearing": 2}.get(name, 31))
                session.execute(sa.update(ImportBatch).where(ImportBatch.id == number).values(touched_at=utc_now() - ago))
        runner = app.test_cli_runner()
        assert runner.invoke(args=["sweep-imports"]).output == "3 unfinished imports taken back.\n"
        assert runner.invoke(args=["sweep-imports"]).output == "0 unfinished imports taken back.\n"
        with stored(app) as session:
            states = {name: session.get_one(ImportBatch, number).state for name, number in numbers.items()}
            cancelled = [number for name, number in numbers.items() if name not in ("young", "done")]
            assert states == {
                "open": BatchState.CANCELLED, "young": BatchState.OPEN, "loading": BatchState.CANCELLED,
                "clearing": BatchState.CANCELLED, "done": BatchState.DONE,
            }  # fmt: skip
            assert session.scalar(sa.select(sa.func.count()).select_from(Record)) == 3
            for table in (ImportChunk, ImportRow):
                assert session.scalars(sa.select(table.batch_id).where(table.batch_id.in_(cancelled))).all() == []


def workbook(path: Path, sheets: dict[str, list[list[str]]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return path


def titles(app: Flask) -> list[str]:
    with stored(app) as session:
        return sorted(session.scalars(sa.select(Record.title)))
