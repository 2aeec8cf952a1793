"""How a file is read: its sheets, what was matched by hand before, and what a known number changes."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, stored
from tests.forms import form_fields
from tests.journeys.test_import import checked, finished, go_on, upload
from tests.pages import errors_of
from tracker.accounts.models import Role
from tracker.imports import services
from tracker.imports.models import ImportBatch
from tracker.imports.tables import Head, SheetStart
from tracker.records.models import Record, RecordIdentifier
from tracker.web.formatters import THIN

pytestmark = pytest.mark.once


def test_what_was_matched_by_hand_is_known_when_its_rejected_rows_come_again(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, "Thing;When\nPatrol;2024\nVisit;2025\n", "things.csv")
    go_on(client, f"{address}/table", kind="training")
    refused = go_on(client, f"{address}/columns", field0="", field1="Started on")
    assert (refused.status_code, "No column holds the title" in refused.text) == (422, True)
    go_on(client, f"{address}/columns", field0="Title", field1="Started on")
    assert "All values" in (page := checked(client, address))
    assert "2024" in page
    again = upload(client, "reason;row in the file;Thing;When\nwhy;row 2;Course;2023\n", "mended.csv")
    page = client.get(f"{again}/columns").text
    assert "Read as your file “things.csv”" in page
    assert [form_fields(page, "entry")[f"field{n}"] for n in range(4)] == ["", "", "Title", "Started on"]


def test_rejected_rows_are_read_as_their_file_however_many_were_begun_since(client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, "Course,Country,Start,Cost\nOne,Laos,2023,100\nTwo,Laos,2024,USD 1.2m\n", "costs.csv")
    go_on(client, f"{address}/table", kind="training")
    go_on(client, f"{address}/columns", field3="figures:other")
    assert "is not a number" in checked(client, address)
    monkeypatch.setattr(services, "_LOOKED_AT", 2)
    for number in range(3):
        upload(client, f"Course,Column {number}\nA,B\n", f"other {number}.csv")
    client.post(f"{address}/rows", data={"state": "wrong", "every": "skip"})
    assert client.post(f"{address}/load").status_code == 303
    rejected = client.get(f"{address}/rejected.csv").get_data(as_text=True)
    again = upload(client, rejected.replace("USD 1.2m", "1200000").removeprefix("\ufeff"), "mended.csv")
    page = client.get(f"{again}/columns").text
    assert "Read as your file “costs.csv”" in page
    assert [form_fields(page, "entry")[f"field{n}"] for n in range(2, 6)] == [
        *("Title", "Partner: Recipient", "Started on", "Figure: Other figure")
    ]
    checked(client, again)
    assert f"Other figure: 1{THIN}200{THIN}000" in client.get(f"{again}/rows?state=new").text


def test_partners_and_their_roles_may_stand_in_two_columns(client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(
        client, "Course;Who;How\nOne;Laos, Thailand;host, participant\nTwo;Laos, Thailand;host\nThree;Laos;host, participant\n"
    )
    go_on(client, f"{address}/table", kind="training")
    told = {"field1": "parties:told", "apart1": ",", "apart2": ","}
    assert "match the other column, too" in go_on(client, f"{address}/columns", **told).text
    go_on(client, f"{address}/columns", **told, field2="roles")
    assert "Partners: 1, roles: 2." in checked(client, address)
    page = client.get(f"{address}/rows?state=new").text
    assert [page.count(words) for words in ("Laos – Host", "Thailand – Participant", "Thailand – Host")] == [2, 1, 1]


def test_c35_what_was_seized_comes_in_with_its_unit(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(
        client,
        "Title;Drugs seized;Seized tablets;Heroin (g);Start;Country\nPatrol;500;12000;20;2024;Laos\nRaid;several;1 pill;12345;2024;Laos\n",
    )
    go_on(client, f"{address}/table", kind="operation")
    shown = form_fields(client.get(f"{address}/columns").text, "entry")
    named = ["Drugs seized", "Drugs seized, tablets or dose units", "Drugs seized, grams (kept as kilograms): Heroin"]
    assert [shown[f"field{n}"] for n in (1, 2, 3)] == [f"Figure: {name}" for name in named]
    refused = go_on(client, f"{address}/columns")
    asked = "In which unit? Choose one from the list, such as “Figure: Drugs seized, kilograms”."
    assert (refused.status_code, asked in errors_of(refused.text)) == (422, True)
    go_on(client, f"{address}/columns", field1="Figure: Drugs seized, kilograms")
    checked(client, address)
    page = client.get(f"{address}/rows?state=new").text
    told = ("Drugs seized: 500 kilograms; Drugs seized: 12\u202f000 tablets or dose units; Drugs seized, Heroin: 0.02 kilograms",
            "Drugs seized: several; Drugs seized: 1 tablet or dose unit; Drugs seized, Heroin: 12.345 kilograms")  # fmt: skip
    assert [words in page for words in told] == [True, True]


def test_a_row_with_a_known_number_says_what_it_changes(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    _, refs = finished(app, client, 1)
    with stored(app) as session:
        number, title = session.execute(sa.select(RecordIdentifier.value, Record.title).join(Record)).one()
    old = client.get("/trainings.csv?basis=working").text.removeprefix("\ufeff")
    address = upload(client, f"File number;Course\n{number};Another name\n", "changes.csv")
    go_on(client, f"{address}/table", kind="training")
    go_on(client, f"{address}/columns", field0="File number: Other number", field1="Title")
    page = checked(client, address)
    assert f"<del>{title}</del>" in page
    assert (f'href="/trainings/{refs[0]}"' in page, "These rows change records that are there" in page) == (True, True)
    assert "1 record that is there is changed." in client.get(f"{address}/confirm").text
    # a list from before the change would put the title back, and says so; one from after it would not
    assert client.post(f"{address}/load").status_code == 303
    new = client.get("/trainings.csv?basis=working").text.removeprefix("\ufeff")
    for text, is_old in ((old, True), (new.replace("Another name", "A third name"), False)):
        again = upload(client, text, f"list {is_old}.csv")
        go_on(client, f"{again}/columns")
        page = checked(client, again)
        assert (refs[0] in page, "(version 1, now 2): would the row put something back?" in page) == (True, is_old)


def test_each_sheet_has_its_own_header_unless_somebody_says_which_row_it_is(
    app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    courses_of = [["Course", "Start"], ["One", "2024"], ["Two", "2024"], ["Three", "2024"]]
    visits = [["Visits to our academy"], [], ["Course", "Start"], ["Four", "2025"]]
    sheets = {"Courses": courses_of, "Visits": visits, "Empty": [], "<Codes>": [["Code", "Meaning"], ["1", "yes"]]}
    said = [Head("xlsx", "", ""), *(one for name, rows in sheets.items() for one in (SheetStart(name, 1), *rows))]
    monkeypatch.setattr(services, "read_tables", lambda _, **__: iter(said))
    client = client_as(Role.OFFICER)
    address = upload(client, "read above", "book.xlsx")
    page = client.get(f"{address}/table").text
    assert [words in page for words in ("Visits to our academy", ">Meaning<", "&lt;Codes&gt;</h3>")] == [True] * 3, "each is previewed"

    def chosen(sheets: list[str], header: str) -> Any:
        answer = client.post(f"{address}/table", data={"sheets": sheets, "header": header, "kind": "training"})
        with stored(app) as session:
            plan = session.scalars(sa.select(ImportBatch.plan)).one()
        return answer.status_code, plan["sheets"], plan["header"], sorted(one["field"] for one in plan["columns"].values())

    assert chosen(["1"], "1") == (303, [1], 3, ["start", "title"])
    assert chosen(["1"], "2") == (303, [1], 2, []), "it was said by hand"
    assert chosen(["0"], "2") == (303, [0], 1, ["start", "title"])
    assert chosen(["0", "1"], "1") == (422, [0], 1, ["start", "title"])
    page = client.post(f"{address}/table", data={"sheets": ["0", "1"], "header": "1", "kind": "training"}).text
    assert "Row 1 of “Visits” has none of the names of columns of the first sheet: import it by itself." in errors_of(page)
    assert chosen(["0", "9"], "1")[0] == 422
    said[1:] = [SheetStart("", 1), ["Name", "Kind"], ["One", "Training"], ["Two", "Agreement"]]
    mixed = upload(client, "another", "mixed.xlsx")
    assert form_fields(client.get(f"{mixed}/table").text, "entry")["kind"] == ""
    assert form_fields(client.get(f"{mixed}/columns").text, "entry")["field1"] == "Type of record"


def test_the_order_that_a_column_shows_is_said_with_its_proof_and_may_be_overruled(client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, "Course;Country;Start\nOne;Laos;13/04/2023\nTwo;Laos;05/06/2023\n")
    go_on(client, f"{address}/table", kind="training")
    go_on(client, f"{address}/columns")
    page = client.get(f"{address}/meanings").text
    assert "the day stands first in 1 cell, “13/04/2023”. Read the other way round, it could not be read." in page
    assert form_fields(page, "entry")["order2"] == "day_first"
    assert [words in checked(client, address) for words in ("13 April 2023", "5 June 2023", "has no such month")] == [True, True, False]
    go_on(client, f"{address}/meanings", order2="month_first")
    assert "has no such month" in checked(client, address)
    assert "6 May 2023" in client.get(f"{address}/rows?state=new").text
    page = client.get(f"{address}/meanings").text
    assert "1 cell, “13/04/2023”, has no such month" in page


def test_a_profile_knows_its_sheets_and_survives_a_choice_of_others(
    app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ["Visit", "Land", "When"], ["One", "Laos", "03/04/2024"], ["Two", "Atlantis", "14/04/2024"]
    names = ["Notes", "2023", "2024", "2025"]

    def book(*sheets: str) -> None:
        notes = ([["Read", "me"]] * 9 if name == "Notes" else rows for name in sheets)
        said = [Head("xlsx", "", ""), *(one for name, some in zip(sheets, notes, strict=True) for one in (SheetStart(name, 1), *some))]
        monkeypatch.setattr(services, "read_tables", lambda _, **__: iter(said))

    def shown(address: str) -> tuple[Any, ...]:
        with stored(app) as session:
            plan = session.get_one(ImportBatch, int(address.rpartition("/")[2])).plan
        fields = sorted(one["field"] for one in plan["columns"].values())
        return plan["sheets"], fields, plan["dates"].get("2", {}).get("order")

    def choose(address: str, *sheets: str, kind: str = "training") -> str:
        client.post(f"{address}/table", data={"sheets": list(sheets), "header": "1", "kind": kind})
        return str(client.get(f"{address}/columns").text)

    client = client_as(Role.OFFICER)
    book(*names)
    address = upload(client, "read above", "one.xlsx")
    choose(address, "1", "2")
    matched = {"field0": "Title", "field1": "parties:host", "field2": "start"}
    go_on(client, f"{address}/columns", **matched, profile="Visits")
    fields = ["parties:host", "start", "title"]
    assert shown(address) == ([1, 2], fields, "day_first")
    assert "“2023”, row 3" in client.get(f"{address}/meanings").text
    go_on(client, f"{address}/meanings", order2="month_first")
    client.post(f"{address}/cancel")

    book("2022", *names)
    again = upload(client, "read above", "two.xlsx")
    assert "Read as the profile “Visits” says." in client.get(f"{again}/table").text
    assert shown(again) == ([2, 3], fields, "day_first"), "by name; what was chosen in an import that was cancelled is forgotten"
    assert "guessed anew" not in choose(again, "2", "3", "4")
    assert shown(again) == ([2, 3, 4], fields, "day_first")
    assert "The columns were guessed anew" in choose(again, "2", kind="agreement")


def test_what_an_earlier_file_said_of_days_gives_way_to_the_file_itself(client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, "Course;Start;End\nOne;03/04/2023;\n")
    go_on(client, f"{address}/table", kind="training")
    go_on(client, f"{address}/columns")
    go_on(client, f"{address}/meanings", order1="month_first")

    def offered(rows: str) -> tuple[str | None, str | None, str]:
        address = upload(client, f"Course;Start;End\n{rows}")
        go_on(client, f"{address}/table")
        go_on(client, f"{address}/columns")
        fields = form_fields(page := client.get(f"{address}/meanings").text, "entry")
        client.post(f"{address}/cancel")
        return fields.get("order1"), fields.get("order2"), page

    assert offered("One;03/04/2023;\n")[0] == "month_first", "nothing else says it"
    assert offered("One;14/04/2023;\nTwo;03/04/2023;\n")[0] == "day_first"
    start, end, page = offered("One;03/04/2023;14/04/2023\n")
    assert (start, end) == ("day_first", "day_first")
    assert "Chosen is the order of “End”, where “14/04/2023” stands" in page


def test_what_every_record_says_is_checked_at_once_and_what_is_put_together_is_said(client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, "Course;Country;Start;Remark\nOne;Laos;2023;A\n")
    go_on(client, f"{address}/table", kind="training")
    wrong = {"status": "banana", "parties:host": "Loas", "end": "3/4/2023", "days": "many", "place": "Kunming"}
    boxes = {f"constant{n}": key for n, key in enumerate(wrong)} | {f"value{n}": text for n, text in enumerate(wrong.values())}
    refused = go_on(client, f"{address}/columns", **boxes)
    said = errors_of(refused.text)
    assert refused.status_code == 422
    for words in ("“banana” is not known: write a name", "meant? Laos", "Write it as 2024-05-31", "“many” is not one number"):
        assert words in said, words
    assert form_fields(refused.text, "entry")["value0"] == "banana"
    right = {"value0": "Completed", "value1": "Laos", "constant2": "start", "value2": "2022", "value3": "5", "field3": "Title"}
    go_on(client, f"{address}/columns", **boxes | right)
    page = client.get(f"{address}/meanings").text
    assert "“Title” is put together from 2 columns: Course, Remark." in page
    assert "“Started on” has a column: what every record says, “2022”, stands only in" in page


def test_days_that_can_be_read_in_two_ways_are_shown_first_and_a_century_is_asked_by_one_of_them(client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    days = ["2016", "May 2017", "31.02.2017", "17.3.2017", "n/a", "#N/A", "3.4.2018", "5.6.85"]
    address = upload(client, "Course;Start\n" + "".join(f"Course {n};{day}\n" for n, day in enumerate(days)))
    go_on(client, f"{address}/table", kind="training")
    go_on(client, f"{address}/columns")
    page = client.get(f"{address}/meanings").text
    assert "3.4.2018 · 5.6.85 · 31.02.2017</p>" in page
    assert "the day stands first in 2 cells such as “17.3.2017”" in page, "a day that exists"
    assert "Highest two-digit year in “Start” that belongs to the 2000s" in page
    assert "and “5.6.85” is in 1985" in page
    for typed in ("", "2030", "x"):
        refused = go_on(client, f"{address}/meanings", pivot1=typed)
        assert (refused.status_code, "Write the two digits of a year, for example 30" in errors_of(refused.text)) == (422, True), typed
        assert form_fields(refused.text, "entry")["pivot1"] == typed
    assert go_on(client, f"{address}/meanings", pivot1="30").status_code == 303
    page = checked(client, address)
    assert [words in page for words in ("is an error of the spreadsheet", "There is no day 31 in 2017-02")] == [True, True]
    assert "5 June 1985" in client.get(f"{address}/rows?state=new").text
