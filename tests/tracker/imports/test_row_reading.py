"""From the cells of a line to what its document says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import stored
from tests.factories import users
from tracker.accounts.models import User
from tracker.imports.added_up import SUMMED
from tracker.imports.cell_dates import Order, Style
from tracker.imports.fields import Field, fields_of
from tracker.imports.found import Found, Together
from tracker.imports.marks import Mark
from tracker.imports.plan import Matched, Plan
from tracker.imports.problems import Problem
from tracker.imports.row_reading import RowReader, exchanged, pieces_of
from tracker.imports.spellings import Words
from tracker.record_types import RECORD_TYPES
from tracker.records.record_type import Column, ColumnKind

pytestmark = pytest.mark.once
TRAINING = next(one for one in RECORD_TYPES if one.kind == "training")
Read = Callable[..., Found]


@pytest.fixture
def read(app: Flask) -> Read:
    """`read(plan, line, another line of the same record)`: what the lines say of it."""

    def found(plan: Plan, *lines: Sequence[str]) -> Found:
        with app.test_request_context(), stored(app) as session:
            types = [TRAINING] if plan.kind else list(RECORD_TYPES)
            fields = fields_of(session, types, "en")
            importer = session.scalar(sa.select(User)) or users.user(session)
            reader = RowReader(session, plan, fields, Words(session, importer, plan, "en"), "en")
            first, *rest = [reader.read(line, {}) for line in lines]
            summed = [column for column, one in plan.columns.items() if one.separator == SUMMED]
            for number, one in enumerate(rest, 1):
                first.add(one, number, Together(fields, summed))
            return first

    return found


def plan(*columns: str | tuple[str, str], **more: object) -> Plan:
    matched = {n: Matched(*((one,) if isinstance(one, str) else one)) for n, one in enumerate(columns)}
    return Plan(kind="training", columns=matched, **more)  # type: ignore[arg-type]


def test_what_cells_say(read: Read) -> None:
    # one list from several columns, several values in a cell, each once; what stands for nothing says nothing
    columns = plan("parties:recipient", ("parties:recipient", "/"), "title", "place")
    found = read(columns, ["Thailand", "Laos / Thailand / NA", "A course", "unknown"])
    assert found.problems == [Problem(1, "“NA” is not known: say on the page of words what it means.")]
    found = read(columns, ["Thailand", "Laos / Thailand / - ", " A course ", "n/a"])
    assert found.given == {"parties": [{"party": "THA", "role": "recipient"}, {"party": "LAO", "role": "recipient"}], "title": "A course"}
    assert [found.problem_at(path, "").column for path in ("parties.1.party", "parties.0", "title", "start")] == [1, 0, 2, None]
    # texts of several columns are put together, other values may not contradict each other
    found = read(plan("place", "place", "summary", "summary"), ["Beijing", "Kunming", "First", "Second"])
    assert found.given == {"place": "Beijing; Kunming", "summary": "First\nSecond"}
    found = read(plan("start", "start", dates={0: Style(Order.DAY_FIRST)}), ["3/4/2024", "2024-04-03"])
    assert (found.given, found.problems) == ({"start": "2024-04-03"}, [])
    found = read(plan("start", "start"), ["2023", "2024"])
    assert [(column, "says otherwise" in said) for column, said, _ in found.problems] == [(1, True)]
    # days from which to which it lasted are start and end, unless something else is to say the end
    lasted = "3-14 September 2018"
    assert read(plan("start"), [lasted]).given == {"start": "2018-09-03", "end": "2018-09-14"}
    assert read(plan("start"), ["2018-09-03/2018-09-14"]).given == {"start": "2018-09-03/2018-09-14"}
    assert read(plan("start", "end"), [lasted, ""]).given == {"start": "2018-09-03", "end": "2018-09-14"}
    assert read(plan("start", "end"), [lasted, "2018-09-20"]).given == {"start": "2018-09-03/2018-09-14", "end": "2018-09-20"}
    found = read(plan("start", "end"), [lasted, "next week"])
    assert (found.given, len(found.problems)) == ({"start": "2018-09-03/2018-09-14"}, 1)
    assert read(plan("start", "end"), ["2018", "ongoing"]).given == {"start": "2018"}
    assert read(plan("start", dates={0: Style(Order.DAY_FIRST)}), ["signed 3.4.2019"]).given == {"start": "2019-04-03"}
    (signed,) = read(plan("end"), ["signed 2019-04-03"]).problems
    assert "cannot be read as a date" in signed[1], "it is the day of something else"
    mixed = Plan(columns={0: Matched("start"), 1: Matched("type")})
    assert [len(read(mixed, [lasted, kind]).given) for kind in ("Training", "Agreement", "")] == [2, 1, 1], "what is signed does not last"
    # constants stand where no column says anything
    constant = plan("title", "parties:recipient", constants={"parties:recipient": "Laos", "status": "Completed", "days": "5"})
    assert read(constant, ["A", ""]).given["parties"] == [{"party": "LAO", "role": "recipient"}]
    assert read(constant, ["A", "Thailand"]).given == {
        "title": "A", "parties": [{"party": "THA", "role": "recipient"}], "status": "completed", "days": "5",
    }  # fmt: skip


def test_an_error_of_a_spreadsheet_is_no_value_and_none_that_is_not_known(read: Read) -> None:
    columns = plan("title", "parties:recipient", "start", "figures:participants", group=4)
    cells = ["#N/A", "#REF!", "#n/a", "#NOT CALCULATED", "#DIV/0!"]
    found = read(columns, cells)
    assert [problem.column for problem in found.problems] == [0, 1, 2, 3, 4], "nor is it known whose row it is"
    assert found.given == {}
    assert ["save it and send it again" in problem.said for problem in found.problems] == [False, False, False, True, False]
    assert read(columns, ["A course", "N/A", "na", "n/a", "#8"]).given == {"title": "A course"}, "these say that nothing is known"
    assert read(plan("title"), ["A course", "#REF!"]).problems == [], "nobody asks what stands there"


def test_c35_the_unit_of_what_was_seized_is_said_and_never_invented(read: Read) -> None:
    drugs = "figures:seized_drugs"

    def seized(keys: Sequence[str], *cells: str) -> list[tuple[str | None, str | None, str, str | None]]:
        found = read(plan(*keys), list(cells))
        assert found.problems == []
        return [(one["value_lo"], one["value_hi"], one["unit"], one["item"]) for one in found.given["figures"]]

    # two columns are two figures; grams are exactly kilograms; a unit in the cell goes before that of its column
    both = seized([f"{drugs}@g", f"{drugs}@tablet", f"{drugs}@kg@heroin"], "500", "12000", "more than 40")
    assert both == [("0.5", "0.5", "kg", None), ("12000", "12000", "tablet", None), ("40", None, "kg", "heroin")]
    assert seized([f"{drugs}@kg"] * 2, "2 million pills", "25-30 g") == [
        ("2000000", "2000000", "tablet", None),
        ("0.025", "0.03", "kg", None),
    ]
    assert seized([f"{drugs}@told", drugs], "约50公斤", "1.5万片") == [("50", "50", "kg", None), ("15000", "15000", "tablet", None)]
    assert seized([f"{drugs}@kg", f"{drugs}@g"], "0.5", "500") == [("0.5", "0.5", "kg", None)]
    found = read(plan(f"{drugs}@kg", f"{drugs}@g"), ["2", "500"])
    assert [(column, "write the sum" in said) for column, said, _ in found.problems] == [(1, True)], "none of them is put aside"
    assert seized(["figures:seized_weapons"], "12") == [("12", "12", "piece", None)]
    # where neither says it, or it is no unit of the figure, it is asked; what would be rounded is refused
    for key, cell, said in (
        (drugs, "500", "in which unit?"), (f"{drugs}@told", "several", "in which unit?"), (f"{drugs}@kg", "3 lb", "is not a number"),
        ("figures:seized_weapons", "3 litres", "in which unit?"), (f"{drugs}@g", "3.5", "is 0.0035 kilograms"),
    ):  # fmt: skip
        found = read(plan(key), [cell])
        assert ([(column, said in words) for column, words, _ in found.problems], found.given) == ([(0, True)], {}), (key, cell)


def test_lines_of_one_record_are_put_together(read: Read) -> None:
    columns = plan("title", "parties:recipient", "figures:participants", "place")
    found = read(columns, ["A", "Thailand", "10", ""], ["", "Laos", "10", "Vientiane"], ["Another", "Thailand", "12", "Bangkok"])
    assert [row["party"] for row in found.given["parties"]] == ["THA", "LAO"]
    assert [(row["no"], row["value_lo"]) for row in found.given["figures"]] == [(1, "10")]
    assert (found.given["title"], found.given["place"]) == ("A", "Vientiane")
    # what contradicts the first line is said at the cell that does
    assert [(problem.column, problem.line) for problem in found.problems] == [(0, 2), (2, 2), (3, 2)]
    assert "another number of the same (participants)" in found.problems[1].said
    found = read(plan("title", "summary", "start"), ["A", "First", ""], ["A", "Second", "2024-13"], ["A", "First", "2024"])
    assert (found.given["summary"], found.given["start"]) == ("First\nSecond", "2024")
    assert [(problem.column, problem.line) for problem in found.problems] == [(2, 1)]
    assert (found.problem_at("start", "").line, found.problem_at("title", "").line) == (2, None)
    assert [row["is_primary"] for row in read(plan("crimes", "crimes"), ["drugs", "cybercrime"]).given.get("crimes", [])] == [True, False]


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (("20", "30", "30"), ("80", "80", "exact")),
        (("20", "more than 30"), ("50", None, "at_least")),
        (("about 20", "30"), ("50", "50", "about")),
        (("10-12", "5"), ("15", "17", "range")),
        (("up to 3", "up to 4"), ("0", "7", "at_most")),
        (("20", "", "n/a"), ("20", "20", "exact")),
    ],
)
def test_numbers_of_lines_are_added_up_where_somebody_says_so(read: Read, cells: Sequence[str], total: tuple[str | None, ...]) -> None:
    found = read(plan("title", ("figures:participants", SUMMED)), *(["A", cell] for cell in cells))
    (figure,) = found.given["figures"]
    assert ((figure["value_lo"], figure["value_hi"], figure["qualifier"]), found.problems) == (total, [])


def test_words_are_no_part_of_a_sum(read: Read) -> None:
    found = read(plan("title", ("figures:participants", SUMMED)), ["A", "20"], ["A", "several"])
    assert [(column, "cannot be added" in said) for column, said, _ in found.problems] == [(1, True)]
    assert [row["value_lo"] for row in found.given["figures"]] == ["20"]


def test_a_number_with_two_readings_is_never_guessed(read: Read) -> None:
    for key in ("figures:seized_drugs@kg", "figures:participant_days", "days"):
        for cell in ("1,500", "1.500"):
            ((_, said, _),) = read(plan(key), [cell]).problems
            assert ("can be read as" in said and "1.5 or as 1500" in said) or "1500 or as 1.5:" in said
            found = read(plan(key, marks={0: Mark.COMMA}), [cell])
            value = found.given["figures"][0]["value_lo"] if "figures" in found.given else found.given["days"]
            assert (value, found.problems) == ("1.5" if cell == "1,500" else "1500", [])
    assert read(plan("figures:participants"), ["1,500"]).given["figures"][0]["value_lo"] == "1500"


def test_a_line_says_of_which_type_it_is_and_which_record_it_changes(read: Read) -> None:
    mixed = Plan(columns={0: Matched("type"), 1: Matched("title"), 2: Matched("reference")}, constants={"type": "Handover"})
    assert [(one.kind, one.ref) for one in (read(mixed, ["Trainings", "A", "trn-2024-0001"]), read(mixed, ["", "A", ""]))] == [
        ("training", "TRN-2024-0001"), ("handover", ""),
    ]  # fmt: skip
    assert read(mixed, ["Party", "A", ""]).problems[0][0] == 0


def test_what_is_counted_is_whole_and_a_role_that_is_not_said_is_the_usual_one(read: Read) -> None:
    ((_, said, _),) = read(plan("figures:participants"), ["12,5"]).problems
    assert said == "“12,5” is no whole number: write the number that is meant."
    ((_, said, _),) = read(plan("figures:participant_days"), ["12,5"]).problems
    assert "write 125, or 12.5" in said
    columns = plan("title", ("parties:told", ";"), ("roles", ";"), "reference")
    found = read(columns, ["A", "Laos; Thailand", "", ""])
    assert [row["role"] for row in found.given["parties"]] == ["usual", "usual"]
    assert len(read(columns, ["A", "Laos", "", "TRN-2024-0001"]).problems) == 1, "of a record that is there it might be another"


WRONG = (
    ("title", "#N/A"),
    ("start", " #NOT CALCULATED"),
    *(("parties", '{"party": 1}'), ("parties", "[1, 2]"), ("identifiers", "[" * 5_000)),
    *(("figures", "NaN"), ("parties_complete", "perhaps")),
)


def test_a_line_of_the_exchange_form_that_is_wrong_is_told_at_its_cell(app: Flask) -> None:
    with app.test_request_context():
        told = [[problem.column for problem in exchanged({"type": "training", name: cell}).problems] for name, cell in WRONG]
        assert told == [[1]] * len(WRONG)
        assert exchanged({"type": "nonsense"}).given == {}


def test_pieces() -> None:
    field = Field("title", "Title", Column("title", "Title", ColumnKind.TEXT))
    assert list(pieces_of(field, "a; b;;n/a;c ", ";")) == ["a", "b", "c"]
    assert list(pieces_of(field, "a; b", "")) == ["a; b"]
    assert list(pieces_of(field, "n/a", "")) == []
