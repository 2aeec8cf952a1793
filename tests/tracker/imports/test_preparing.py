"""Lines against what is there: new, changes, the same again, twice, and what is not to be had."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, add_user, stored
from tests.factories import records
from tests.factories.imports import TRAININGS, batch, courses, loaded, worker_of
from tests.factories.trainings import training
from tests.journeys.test_import import checked, user_id
from tracker.accounts.models import Role, User
from tracker.agreements.models import Agreement
from tracker.database.columns import utc_now
from tracker.handovers.models import Handover
from tracker.imports.models import BatchState, ImportBatch, ImportRow
from tracker.imports.plan import Matched, Plan
from tracker.records.models import Record

pytestmark = pytest.mark.once
WITH_REFERENCE = replace(TRAININGS, columns={**TRAININGS.columns, 5: Matched("reference")})
WITHOUT_NUMBER = replace(TRAININGS, columns={n: one for n, one in TRAININGS.columns.items() if n})


def rows_after(app: Flask, owner: int, rows: list[list[str]], plan: Plan = TRAININGS) -> tuple[int, list[tuple[str, str, str]]]:
    """An import of these rows: its number, and of each row its state, the record, and what is wrong."""
    with app.test_request_context(), stored(app) as session:
        number = batch(session, session.get_one(User, owner), rows, plan).id
    with app.test_request_context():
        while worker_of(owner).check(number, 0):
            pass
    with stored(app) as session:
        found = session.scalars(sa.select(ImportRow).where(ImportRow.batch_id == number).order_by(ImportRow.line)).all()
        return number, [(row.state.value, row.ref, " ".join(problem.said for problem in row.told())) for row in found]


def test_lines_are_held_against_the_file_and_the_database(app: Flask) -> None:
    add_user(app, Role.OFFICER)
    owner = user_id(app)
    number, _ = rows_after(app, owner, courses(3))
    loaded(app, owner, number, 2)
    with stored(app) as session:
        refs = {record.title: record.ref for record in session.scalars(sa.select(Record))}
        session.execute(sa.update(Record).where(Record.ref == refs["Course 3"]).values(effective_marking="WITHHELD"))
    first, second, _third = courses(3)
    lines = [
        first,  # as it is there
        [*second[:1], "Course 2, again", *second[2:]],  # another title under its number
        ["9", "Course 9", "Laos", "2024", "1"],
        ["9", "Course 9, once more", "Laos", "2024", "1"],  # the number of the line above
        ["3", "Course 3, hidden", "Laos", "2024", "1"],  # the number of a record that the importer does not see
    ]
    number, found = rows_after(app, owner, lines)
    assert [(state, ref) for state, ref, _ in found] == [
        ("same", refs["Course 1"]), ("change", refs["Course 2"]), ("new", ""), ("wrong", ""), ("wrong", ""),
    ]  # fmt: skip
    assert "stands in a row above already" in found[3][2]
    assert "Another record has this number already" in found[4][2]
    assert refs["Course 3"] not in found[4][2]
    # by reference, in any letters; one that is not there, or not to be seen, is told
    lines = [["", "By reference", "Laos", "2024", "1", refs["Course 2"].lower()], ["", "Nobody's", "", "", "", "TRN-1999-0001"]]
    lines.append(["", "Hidden", "", "", "", refs["Course 3"]])
    _, found = rows_after(app, owner, lines, WITH_REFERENCE)
    assert [(state, ref) for state, ref, _ in found] == [("change", refs["Course 2"]), ("wrong", ""), ("wrong", "")]
    assert all("There is no record" in said for _, _, said in found[1:])
    # word for word again, without a number: there already, unless it is wanted
    lines = [["", "Unnumbered", "Laos", "2024", "1"]] * 2
    number, found = rows_after(app, owner, lines, WITHOUT_NUMBER)
    assert [(state, ref) for state, ref, _ in found] == [("new", ""), ("double", "=")]
    loaded(app, owner, number, 2)
    with stored(app) as session:
        made = session.scalars(sa.select(Record.ref).where(Record.title == "Unnumbered")).one()
    _, found = rows_after(app, owner, lines[:1], WITHOUT_NUMBER)
    assert found == [("double", made, "")]


def test_a_change_is_another_version_and_keeps_what_the_line_does_not_say(app: Flask) -> None:
    add_user(app, Role.OFFICER)
    owner = user_id(app)
    number, _ = rows_after(app, owner, courses(2))
    loaded(app, owner, number, 2)
    first, second = courses(2)
    number, _ = rows_after(app, owner, [first, [second[0], "Another title", "", "", ""]])
    loaded(app, owner, number, 2)
    with stored(app) as session:
        assert session.get_one(ImportBatch, number).state is BatchState.DONE
        unchanged, changed = session.scalars(sa.select(Record).order_by(Record.id))
        assert (unchanged.title, unchanged.version, len(unchanged.evidence)) == ("Course 1", 1, 1)
        assert (changed.title, changed.version) == ("Another title", 2)
        assert ([row.value for row in changed.identifiers], changed.start.edtf, len(changed.figures)) == (["2"], "2024-05-03", 1)
        assert [row.locator for row in changed.evidence] == ["row 3", "row 3"]
        assert len({row.source.ref for row in changed.evidence}) == 2


def test_a_record_that_can_no_longer_be_changed_stops_the_whole_import(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    owner = user_id(app)
    number, _ = rows_after(app, owner, courses(1))
    loaded(app, owner, number, 2)
    lines = [["1", "Another title", "", "", ""], *courses(1, first=2)]
    number, found = rows_after(app, owner, lines)
    assert [state for state, *_ in found] == ["change", "new"]
    with stored(app) as session:
        session.execute(sa.update(Record).values(restricted_at=utc_now(), restricted_reason="A dispute"))
    assert client.post(f"/imports/{number}/load").headers["Location"].endswith("/rows")
    assert is_in(app, number, BatchState.OPEN)
    assert "Nothing was imported" in client.get(f"/imports/{number}/rows").text
    page = checked(client, f"/imports/{number}")
    assert "is restricted: it is not changed until that is lifted" in page
    with stored(app) as session:
        assert session.scalars(sa.select(Record.title)).all() == ["Course 1"]


def is_in(app: Flask, number: int, state: BatchState) -> bool:
    with stored(app) as session:
        return session.get_one(ImportBatch, number).state is state


def test_records_that_are_like_a_line_are_named(app: Flask) -> None:
    add_user(app, Role.OFFICER)
    owner = user_id(app)
    with stored(app) as session:
        documents = [
            training(["THA"], "2024-05-06", title="Anti-drug seminar"),
            training(["THA"], "2024-05-06", title="Wa State", aliases=[{"name": "Course on forgery", "lang": ""}]),
            training(["THA"], "2023", title="Customs of the sea"),
        ]
        seminar, forgery, _ = (records.save(session, session.get_one(User, owner), one).ref for one in documents)
    day, other = "06.05.2024", "07.05.2024"
    said = [("Anti drug seminar", day), ("A seminar: anti-drug", day), ("Course on forgery", day), ("Customs of the sea", day)]
    lines = [["", title, "Thailand", start, "1"] for title, start in [*said, ("Anti drug seminar", other)]]
    number, found = rows_after(app, owner, lines)
    assert {state for state, *_ in found} == {"new"}
    with stored(app) as session:
        rows = session.scalars(sa.select(ImportRow).where(ImportRow.batch_id == number).order_by(ImportRow.line))
        assert [row.shown.get("twin", "") for row in rows] == [seminar, seminar, forgery, "", ""]


def test_the_role_of_a_partner_follows_from_the_direction_of_its_row(app: Flask) -> None:
    add_user(app, Role.OFFICER)
    owner = user_id(app)
    columns = dict(enumerate(map(Matched, ("identifiers:other", "title", "parties:usual", "direction", "parties:sending"))))
    plan = Plan(kind="handover", columns=columns)
    lines = [
        ["1", "In", "Thailand", "inward", ""],
        ["2", "Out", "Laos", "outward", ""],
        ["3", "Either way", "Laos", "", ""],
        ["4", "In, and we receive", "China", "inward", "Laos"],
        ["5", "Said twice", "Thailand", "inward", "Thailand"],
    ]
    number, found = rows_after(app, owner, lines, plan)
    assert [state for state, *_ in found] == ["new"] * 5, found
    loaded(app, owner, number, 2)
    with stored(app) as session:
        handed = {record.title: [(row.party.code, row.role) for row in record.parties] for record in session.scalars(sa.select(Record))}
    assert handed == {
        "In": [("THA", "sending")],
        "Out": [("LAO", "receiving")],
        "Either way": [("LAO", "participant")],
        "In, and we receive": [("CHN", "receiving"), ("LAO", "sending")],
        "Said twice": [("THA", "sending")],
    }
    # a line that changes a record and does not say the direction: it is the one that is stored; another one turns the sides round
    lines = [["2", "Out", "Laos", "", ""], ["1", "In", "Thailand", "outward", ""], ["6", "Against it", "Laos", "outward", "Viet Nam"]]
    _, found = rows_after(app, owner, lines, plan)
    assert [state for state, *_ in found] == ["same", "change", "wrong"]
    assert "contradict each other" in found[2][2]
    # in a file of several types each has its own
    mixed = replace(plan, kind="", columns={**columns, 5: Matched("type")})
    _, found = rows_after(
        app, owner, [["9", "A course", "Laos", "", "", "training"], ["10", "Out", "Laos", "outward", "", "handover"]], mixed
    )
    assert [state for state, *_ in found] == ["new", "new"], found


def test_the_direction_follows_from_our_side_where_no_column_says_it(app: Flask) -> None:
    add_user(app, Role.OFFICER)
    owner = user_id(app)
    columns = dict(enumerate(map(Matched, ("title", "parties:sending", "parties:receiving", "direction"))))
    lines = [
        ["To us", "Thailand", "China", ""],
        ["From us", "China", "Thailand", ""],
        ["Between others", "Thailand", "Laos", ""],
        ["One side", "Thailand", "", ""],
        ["Both sides ours", "China", "China", ""],
        ["Said otherwise", "Thailand", "China", "transit"],
    ]
    number, found = rows_after(
        app, owner, [["", *line] for line in lines], Plan(kind="handover", columns={n + 1: one for n, one in columns.items()})
    )
    loaded(app, owner, number, 2)
    with stored(app) as session:
        told = {one.title: one.direction for one in session.scalars(sa.select(Handover))}
    assert told == dict(zip((line[0] for line in lines), ("inward", "outward", *["not_stated"] * 3, "transit"), strict=True)), found


def test_a_step_without_its_day_is_kept_as_such_and_adds_to_what_is_known(app: Flask) -> None:
    add_user(app, Role.OFFICER)
    owner = user_id(app)
    columns = ("identifiers:desk_file", "title", "parties:signatory", "start", "actions:undated", "actions:entered_into_force")
    plan = Plan(header=1, kind="agreement", columns={place: Matched(key) for place, key in enumerate(columns)})
    first = [["A/1", "One", "Laos", "2020", "in force", "2021-03"], ["A/2", "Two", "Laos", "2020", "已终止", ""]]
    signed = ["A/3", "Three", "Laos", "2020", "signed", ""]
    number, found = rows_after(app, owner, [*first, signed, ["A/4", "Four", "Laos", "2020", "asleep", ""]], plan)
    assert [state for state, *_ in found] == ["new", "new", "new", "wrong"]
    number, _ = rows_after(app, owner, [*first, signed], plan)
    loaded(app, owner, number, 3)
    later = [["A/1", "", "", "", "expired", ""], ["A/1", "", "", "", "In Force", ""]]
    for line, state in zip(later, ("change", "same"), strict=True):
        number, found = rows_after(app, owner, [line], plan)
        assert [one for one, *_ in found] == [state]
        if state == "change":
            loaded(app, owner, number, 2)
    with stored(app) as session:
        steps = {one.title: [(row.action, row.date.edtf) for row in one.actions] for one in session.scalars(sa.select(Agreement))}
    assert steps == {"One": [("entered_into_force", "2021-03"), ("expired", "")], "Two": [("terminated", "")], "Three": []}


def test_a_profile_that_says_nothing_of_the_rows_of_a_record_sums_nothing(app: Flask) -> None:
    add_user(app, Role.OFFICER)
    plan = replace(TRAININGS, group=1, columns={**TRAININGS.columns, 0: Matched("summary")})
    lines = [["a", "Course", "Laos", "2024", "5"], ["b", "Course", "Laos", "2024", "5"]]
    _, found = rows_after(app, user_id(app), lines, plan)
    assert [(state, "Are they added up, or alike?" in said) for state, _, said in found] == [("wrong", True), ("part", False)]


def test_what_is_only_negotiated_is_planned_and_not_signed(app: Flask) -> None:
    add_user(app, Role.OFFICER)
    owner = user_id(app)
    columns = dict(enumerate(map(Matched, ("title", "parties:signatory", "start", "actions:undated", "status")), start=1))
    lines = [
        ["", "Draft", "Laos", "", "negotiated", ""],
        ["", "Signed", "Laos", "", "signed", ""],
        ["", "Dated", "Laos", "2024", "initialled", ""],
        ["", "Said", "Laos", "", "negotiated", "suspended"],
    ]
    number, found = rows_after(app, owner, lines, Plan(kind="agreement", columns=columns))
    assert [state for state, *_ in found] == ["new"] * 4, found
    loaded(app, owner, number, 2)
    with stored(app) as session:
        told = {one.title: one.status.value for one in session.scalars(sa.select(Record))}
    assert told == {"Draft": "planned", "Signed": "unknown", "Dated": "unknown", "Said": "suspended"}


def test_a_line_that_cannot_be_read_is_never_unchanged(app: Flask) -> None:
    add_user(app, Role.OFFICER)
    owner = user_id(app)
    number, _ = rows_after(app, owner, courses(1))
    loaded(app, owner, number, 2)
    (line,) = courses(1)
    _, found = rows_after(app, owner, [[*line[:4], "1O4"]])
    assert [(state, "has no number" in said or "is not a number" in said) for state, _, said in found] == [("wrong", True)]
    _, found = rows_after(app, owner, [[*line[:2], "Atlantis", *line[3:]]])
    assert [(state, "is not known" in said) for state, _, said in found] == [("wrong", True)]
