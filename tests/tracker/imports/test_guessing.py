"""What a file looks like: header, columns, separators, totals."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.app import stored
from tracker.imports.fields import fields_of
from tracker.imports.guessing import columns_of, header_of, likeness, rules_of, says_types, separator_of
from tracker.imports.plan import LINES, Matched, Rule
from tracker.imports.plan import Test as Asks
from tracker.record_types import RECORD_TYPES

PARTICIPANTS = "figures:participants"
DRUGS = "figures:seized_drugs"
TYPES = {record_type.kind: record_type for record_type in RECORD_TYPES}


@pytest.mark.engine_free
class TestHeader:
    @pytest.mark.parametrize(
        ("rows", "place"),
        [
            ([["No", "Course", "Start"], ["1", "Fraud", "2024"]], 0),
            ([["Courses of 2024"], [], ["No", "Course", "Start"], ["1", "Fraud", "2024"], ["2", "Fraud", "2024"]], 2),
            ([["1", "2024-05-06", "17"], ["2", "2024-05-07", "18"]], -1),
            ([["Course", "Course", "Course"], ["Name", "Start", "End"]], 1),
            ([], -1),
        ],
    )
    def test_is_the_first_row_of_most_words_that_differ(self, rows: list[list[str]], place: int) -> None:
        assert header_of(rows) == place


@pytest.mark.engine_free
class TestTotals:
    @pytest.mark.parametrize(
        ("cells", "rule"),
        [
            (["Total 2024", "TOTAL"], Rule(1, Asks.BEGINS, "total")),
            (["Total", "Grand total"], Rule(1, Asks.CONTAINS, "total")),
            (["合计"], Rule(1, Asks.BEGINS, "合计")),
        ],
    )
    def test_rows_of_few_cells_with_such_a_word_are_left_out_by_what_asks_most(self, cells: list[str], rule: Rule) -> None:
        rows = [[str(n), f"Course {n}", "Thailand", "2024"] for n in range(10)]
        printed = [["", cell, "", ""] for cell in cells]
        assert rules_of([*rows, *printed]) == (rule,)
        assert all(rule.applies(row) for row in printed)

    @pytest.mark.parametrize("cell", ["Total Recall training", "Totally new", "Total"])
    def test_a_full_row_is_a_record_whatever_it_is_called(self, cell: str) -> None:
        rows = [[str(n), f"Course {n}", "Thailand", "2024"] for n in range(10)]
        assert rules_of([*rows, ["11", cell, "Laos", "2024"]]) == ()

    def test_of_a_short_table_the_last_row_is_enough(self) -> None:
        rows = [["1", "One", "Laos", "2024"], ["2", "Two", "Laos", "2024"]]
        assert rules_of([*rows, ["", "合计", "", "35"]]) == (Rule(1, Asks.BEGINS, "合计"),)
        assert rules_of([["", "合计", "", "35"], *rows]) == rules_of([["", "合计", "", "35"]]) == ()

    def test_a_long_text_that_has_the_word_is_a_text(self) -> None:
        rows = [[str(n), f"Course {n}", "Thailand", "2024"] for n in range(10)]
        assert rules_of([*rows, ["", "An agreement on the total ban of what takes more words than a sum has", "", ""]]) == ()

    def test_a_column_full_of_totals_is_no_sign(self) -> None:
        assert rules_of([["Total", ""] if n % 2 else ["Course", "x"] for n in range(10)]) == ()

    @pytest.mark.parametrize(
        ("rule", "cells", "applies"),
        [
            (Rule(1, Asks.CONTAINS, "total"), ["", "Grand TOTAL"], True),
            (Rule(1, Asks.IS, "total"), ["", "Total 2024"], False),
            (Rule(1, Asks.BEGINS, "Total"), ["", "totals"], True),
            (Rule(1, Asks.EMPTY), ["x"], True),
            (Rule(1, Asks.EMPTY), ["x", "0"], False),
            (Rule(5, Asks.CONTAINS, "total"), ["total"], False),
        ],
    )
    def test_a_rule_asks_one_cell(self, rule: Rule, cells: list[str], *, applies: bool) -> None:
        assert rule.applies(cells) is applies


@pytest.mark.once
class TestColumns:
    def test_are_told_by_name_and_by_contents(self, app: object) -> None:
        with stored(app) as session:  # type: ignore[arg-type]
            assert matched(session, "training", ["Course Title", "StartDate", "Country", "Students", "Unheard of"]) == {
                0: "title", 1: "start", 2: "parties:recipient", 3: "figures:participants",
            }  # fmt: skip
            assert matched(session, "agreement", ["treaty", "date signed", "State A", "State B", "in force"]) == {
                0: "title", 1: "start", 2: "parties:signatory", 3: "parties:signatory", 4: "actions:entered_into_force",
            }  # fmt: skip
            assert matched(session, "agreement", ["Title", "Begin", "Signature"]) == {0: "title", 2: "start"}, "the day that counts"
            assert matched(session, "handover", ["Title", "Country", "Sending"]) == {
                0: "title", 1: "parties:usual", 2: "parties:sending",
            }, "its role follows from the direction"  # fmt: skip
            rows = [["Thailand", "2024-05-06", "17"], ["Laos", "2023-01-02", "18"]]
            assert matched(session, "training", ["", "", ""], rows) == {0: "parties:recipient", 1: "start"}
            assert matched(session, "training", ["Guest of honour", "", ""], rows) == {1: "start"}, "its name says something else"
            assert matched(session, "training", ["Title", "Course title"]) == {0: "title"}, "one column for one value"
            assert matched(session, "training", ["课程", "国家", "开始日期", "人数"])[1] == "parties:recipient"

    def test_a_name_tells_nothing_where_the_cells_say_otherwise(self, app: object) -> None:
        running, numbers = [[str(n)] for n in range(1, 9)], [["FA/2024-1"], ["FA/2024-2"], ["公（2024）7号"]]
        people = [["Zhang San"], ["Li Si; Wang Wu"], ["John Smith"], ["Mary"]]
        other, desk, persons, partner = "identifiers:other", "identifiers:desk_file", "figures:participants", "parties:recipient"
        long, sparse = [["2024001"], ["2024017"], ["2024140"]], [["12"], ["140"], ["977"]]
        said = {  # header -> the cells of columns, and what is meant by each
            "No.": [(running, None), ([*running, ["Total"], [""]], None), (sparse + sparse, None), ([], None), (numbers, other)],
            "Number": [([["25"], ["12"], ["12"], ["8"]], persons), (running, None), (long, other)],
            "编号": [(running, None), (numbers, other)],
            "Id": [([["7"], ["3"], ["12"], ["4"]], other), ([["1"], ["1"], ["2"], ["2"]], None)],
            "File number": [(running, None), (numbers, desk), ([], desk), (sparse, desk)],
            "Participant": [(people, None), ([["Thailand"], ["Laos, Atlantis"], ["?"], ["Nowhere"]], partner), ([], partner)],
            "Participants": [(people, None), ([["25"], ["about 20"], ["several"]], persons)],
            "In force": [([["yes"], ["no"]], None)],
        }
        with stored(app) as session:  # type: ignore[arg-type]
            for header, cases in said.items():
                kind = "agreement" if header == "In force" else "training"
                found = [matched(session, kind, [header], rows).get(0) for rows, _ in cases]
                assert found == [meant for _, meant in cases], header
            both = matched(session, "training", ["Number", "Participants"], [["25", "8"], ["12", "9"], ["9", "7"]])
            assert both == {1: "figures:participants"}, "there is something better"

    def test_names_of_both_languages_and_of_several_words(self, app: object) -> None:
        said = {
            "training": {
                "Date to": "end", "Date from": "start", "DateTill": "end", "结束时间": "end", "起始日期": "start", "截止日期": "end",
                "Name of course": "title", "培训名称": "title", "Training": "title", "人数": "figures:participants", "罪名": "crimes",
                "Talks on": None, "Country 2": "parties:recipient", "CountryAM": "parties:recipient", "Date at": None, "Kind": None,
                "Roles": None, "First day": "start", "Last day": "end",
            },
            "agreement": {
                "In force since": "actions:entered_into_force", "Entry into force date": "actions:entered_into_force",
                "Signatories": "parties:signatory", "签约日期": "start", "终止日期": "actions:terminated", "有效期": "duration_text",
                "Valid till": "expires_on", "签署地点": "place", "缔约方": "parties:signatory", "Ratification": "actions:ratified",
            },
            "handover": {
                "In/Out": "direction", "方向": "direction", "Persons": "figures:handed_over", "Offence": "crimes",
                "Requesting country": "parties:requesting", "移交方": "parties:sending", "接收国": "parties:receiving",
                "Date of extradition": "start", "移交日期": "start", "Case no.": "identifiers:case_number", "请求日期": "requested_on",
                "Handed over by": "parties:sending", "Arrested": None, "Suspect": None,
            },
            "operation": {"参与国家": "parties:participant", "Lead country": "parties:lead", "案件类型": "crimes", "Duration": None},
        }  # fmt: skip
        with stored(app) as session:  # type: ignore[arg-type]
            for kind, names in said.items():
                assert {name: matched(session, kind, [name]).get(0) for name in names} == names
            every = fields_of(session, RECORD_TYPES, "en")
            assert [one.field for one in columns_of(session, ["类型", "名称"], [], every, None).values()] == ["type", "title"]

    def test_from_and_to_are_days_or_sides_as_their_cells_say(self, app: object) -> None:
        sides, days = [["Laos", "China"], ["Viet Nam", "China"]], [["3.4.2024", "5.4.2024"], ["2024-05-06", ""]]
        with stored(app) as session:  # type: ignore[arg-type]
            assert matched(session, "handover", ["From", "To"], sides) == {0: "parties:sending", 1: "parties:receiving"}
            assert matched(session, "handover", ["From", "To"], days) == {0: "start", 1: "end"}
            assert matched(session, "handover", ["From", "To"], [["Zhang San", "Li Si"]]) == {}, "names of persons are neither"
            assert matched(session, "training", ["From", "To"], sides) == {}, "nobody is sent"
            assert matched(session, "training", ["From", "To"]) == {0: "start", 1: "end"}

    def test_names_in_two_languages_at_once_mean_what_both_parts_say(self, app: object) -> None:
        said = {
            "国家 Country": "parties:recipient", "人数 Persons": PARTICIPANTS, "开始日期/Start date": "start",
            "Country (国家)": "parties:recipient", "结束日期\nEnd": "end", "培训名称 Title of training": "title",
            "StartDate开始日期": "start", "地点：Venue": "place", "国家 Country/Region": "parties:recipient", "备注 What else": "summary",
            "地点 Country": None, "人数 Women": None, "日期 Approved": None, "颜色 Colour": None, "国家 2": "parties:recipient",
            "编号 No.": "identifiers:other",
        }  # fmt: skip
        numbers, running = [["FA/2024-1"], ["FA/2024-2"]], [[str(n)] for n in range(1, 9)]
        with app.test_request_context(), stored(app) as session:  # type: ignore[attr-defined,arg-type]
            rows = {"编号 No.": numbers}
            assert {name: matched(session, "training", [name], rows.get(name)).get(0) for name in said} == said
            assert matched(session, "training", ["编号 No."], running) == {}, "it counts the rows"
            assert matched(session, "training", ["数量 Quantity"], [["25"], ["12"]]) == {0: PARTICIPANTS}
            assert matched(session, "agreement", ["开始 Begin", "签署日期 Date of signature"]) == {1: "start"}, "the day that counts"
            assert matched(session, "agreement", ["状态 Status"], [["in force"], ["终止"]]) == {0: "actions:undated"}
        assert says_types(["名称 Title", "类型 Type"], [["One", "Training"], ["Two", "handover"]], RECORD_TYPES)

    def test_words_in_the_cells_tell_which_of_several_fields_is_meant(self, app: object) -> None:
        said: list[tuple[str, str, list[str], str | None]] = [  # type of the record, header, cells, what is meant
            ("agreement", "Status", ["in force", "expired", "Terminated", "?"], "actions:undated"),
            ("agreement", "Status", ["ongoing", "planned"], "status"), ("agreement", "Status", [], "status"),
            ("agreement", "现状", ["有效", "终止"], "actions:undated"), ("agreement", "In force", ["in effect"], "actions:undated"),
            ("agreement", "Type", ["MoU", "Treaty", "accord"], "form"), ("agreement", "Type", ["bilateral"], "scope"),
            ("training", "Type of training", ["workshop", "Seminar"], "format"), ("training", "Mode", ["online", "webinar"], "delivery"),
            ("training", "Format", ["study tour", "virtual"], "delivery"), ("training", "Role", ["host", "donor"], "our_role"),
            ("training", "Type", ["red", "green", "course"], None), ("handover", "Status", ["refused", "handed over"], "stage"),
            ("handover", "No. of persons", ["3"], "figures:handed_over"), ("training", "Number of trainees", ["3"], PARTICIPANTS),
            ("operation", "Weight (kg)", ["3", "heroin"], f"{DRUGS}@kg"), ("operation", "Weight (kg)", ["3", "ivory"], None),
            ("operation", "Drugs seized", ["3"], DRUGS), ("operation", "Drugs seized", ["3 kg", "2 pills"], f"{DRUGS}@told"),
            ("operation", "Drugs seized (g)", ["3"], f"{DRUGS}@g"), ("operation", "Drugs seized (kg or l)", ["3"], DRUGS),
            ("operation", "Seized tablets", ["3", "cocaine"], f"{DRUGS}@tablet"), ("operation", "Seized tablets", ["3"], None),
            ("operation", "缴获毒品（公斤）", ["3"], f"{DRUGS}@kg"), ("operation", "Heroin seized (kg)", ["3"], f"{DRUGS}@kg@heroin"),
            ("operation", "缴获海洛因（克）", ["3"], f"{DRUGS}@g@heroin"), ("operation", "Heroin", ["3"], None),
            ("operation", "Heroin and cocaine (kg)", ["3"], None), ("operation", "Weapons seized", ["3"], "figures:seized_weapons"),
            ("operation", "Food (kg)", ["3"], None),
            ("operation", "Tobacco seized (packs)", ["3"], "figures:seized_goods@pack@tobacco"),
            ("operation", "Price per kg", ["3", "heroin"], None),
            ("operation", "Drugs seized, kilograms", ["3"], f"{DRUGS}@kg"),
            ("operation", "Persons arrested", ["3"], "figures:arrests"), ("handover", "Persons handed over", ["3"], "figures:handed_over"),
        ]  # fmt: skip
        with app.test_request_context(), stored(app) as session:  # type: ignore[attr-defined,arg-type]
            for kind, header, cells, meant in said:
                assert matched(session, kind, [header], [[cell] for cell in cells]).get(0) == meant, (header, cells)

    def test_what_parts_names_is_told_from_the_names(self, app: object) -> None:
        said = {
            "/": ["Thailand / Laos", "Viet Nam"],
            ";": ["Thailand; Laos; Viet Nam", "Myanmar"],
            "": ["Korea, Republic of", "Bosnia and Herzegovina", "Thailand"],
            ",": ["Thailand, Laos", "Viet Nam, Myanmar"],
            "\n": ["Thailand\nLaos"],
            "、": ["泰国、老挝", "越南"],
        }
        with stored(app) as session:  # type: ignore[arg-type]
            assert {separator: separator_of(session, cells) for separator, cells in said.items()} == {
                one: LINES if one == "\n" else one for one in said
            }
            cells = [["Thailand / Laos"]]
            fields = fields_of(session, [TYPES["training"]], "en")
            assert columns_of(session, ["Country"], cells, fields, TYPES["training"]) == {0: Matched("parties:recipient", "/")}


@pytest.mark.engine_free
def test_the_type_is_told_by_the_words_of_names_and_headers() -> None:
    said = {
        "training": ["courses2024.csv", "Trainees"],
        "agreement": ["TreatyList"],
        "handover": ["Extraditions"],
        "operation": ["exercises"],
    }
    for kind, texts in said.items():
        scores = {other: likeness(record_type, texts) for other, record_type in TYPES.items()}
        assert max(scores, key=lambda other: scores[other]) == kind, scores


@pytest.mark.engine_free
def test_a_file_whose_rows_say_their_type_is_mixed() -> None:
    rows = [["One", "Training"], ["Two", "Trainings"], ["Three", "handover"], ["Four", "Dance"], ["Five", ""]]
    assert says_types(["Title", "Kind"], rows, RECORD_TYPES)
    for headers, some in ((["Title", "Colour"], rows), (["Title", "Kind"], rows[:2]), (["Title", "Kind"], rows[2:4]), (["Type"], [])):
        assert not says_types(headers, some, RECORD_TYPES)


def matched(session: Session, kind: str, headers: list[str], rows: list[list[str]] | None = None) -> dict[int, str]:
    fields = fields_of(session, [TYPES[kind]], "en")
    return {column: one.field for column, one in columns_of(session, headers, rows or [], fields, TYPES[kind]).items()}
