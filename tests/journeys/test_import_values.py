"""What columns of numbers, dates and marks leave open is asked once, and what several rows say of one record is never dropped."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.forms import form_fields
from tests.journeys.test_import import checked, go_on, upload
from tests.pages import errors_of
from tracker.accounts.models import Role
from tracker.operations.models import Operation
from tracker.records.models import Record
from tracker.web.formatters import THIN

pytestmark = pytest.mark.once


def store(client: FlaskClient, address: str) -> None:
    """Check every row and let it come in."""
    checked(client, address)
    assert client.post(f"{address}/load").status_code == 303


def test_the_sign_before_decimals_is_asked_where_the_column_does_not_show_it(client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, "Title;Drugs seized (kg);Arrests;Start;Country\nRaid;1,500;1,500;2024;Laos\nPatrol;about 2,125;2;2024;Laos\n")
    go_on(client, f"{address}/table", kind="operation")
    go_on(client, f"{address}/columns")
    page = client.get(f"{address}/meanings").text
    assert "The column does not show it: “1,500” can be read in two ways." in page
    assert "In “Arrests” stands before decimals" not in page, "persons are whole"
    refused = go_on(client, f"{address}/meanings")
    assert (refused.status_code, "Say what stands before decimals" in errors_of(refused.text)) == (422, True)
    go_on(client, f"{address}/meanings", mark1="comma")
    page = checked(client, address)
    assert f"Drugs seized: 1.5 kilograms; Arrests: 1{THIN}500" in page
    go_on(client, f"{address}/meanings", mark1="point")
    assert f"Drugs seized: 1{THIN}500 kilograms" in checked(client, address)
    # the column shows it, and may be read otherwise
    address = upload(client, "Title;Drugs seized (kg);Start;Country\nRaid;1,500;2024;Laos\nPatrol;12,25;2024;Laos\n", "b.csv")
    go_on(client, f"{address}/table", kind="operation")
    go_on(client, f"{address}/columns")
    page = client.get(f"{address}/meanings").text
    assert ("The column shows it: “12,25”." in page, form_fields(page, "entry")["mark1"]) == (True, "comma")
    go_on(client, f"{address}/meanings", mark1="point")
    assert "can be 1225 or 12.25" in checked(client, address)
    assert f"Drugs seized: 1{THIN}500 kilograms" in client.get(f"{address}/rows?state=new").text
    # the next file of the same columns: a proof goes before what was said of the last one, which goes before asking
    for cell, mark in (("2,5", "comma"), ("2.5", "point"), ("", "point")):
        again = upload(client, f"Title;Drugs seized (kg);Start;Country\nRaid;1,500;2024;Laos\nPatrol;{cell};2024;Laos\n", f"c{mark}.csv")
        assert form_fields(client.get(f"{again}/meanings").text, "entry")["mark1"] == mark


def test_cells_that_nobody_can_read_are_decided_once_for_all_rows(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    rows = "".join(f"Raid {n};see annex;next spring;Laos\n" for n in range(3))
    address = upload(client, f"Title;Arrests;Start;Country\n{rows}Patrol;k.A.;2024;Laos\nWatch;several;2024;Laos\n")
    go_on(client, f"{address}/table", kind="operation")
    go_on(client, f"{address}/columns", field1="Figure: Arrests")
    page = client.get(f"{address}/meanings").text
    asked = form_fields(page, "entry")
    number = {asked[f"cell{n}"]: n for n in range(3)}
    assert number.keys() == {"see annex", "k.A.", "next spring"}, "several is what a source says of a number"
    assert "“see annex” has no number" in page
    said = {f"as{number['see annex']}": "~", f"as{number['k.A.']}": "-", f"as{number['next spring']}": "="}
    refused = go_on(client, f"{address}/meanings", **said)
    assert (refused.status_code, "Write what the cell is to be read as." in errors_of(refused.text)) == (422, True)
    refused = go_on(client, f"{address}/meanings", **said, **{f"read{number['next spring']}": "whenever"})
    assert (refused.status_code, "“whenever” cannot be read as a date" in refused.text) == (422, True)
    assert form_fields(refused.text, "entry")[f"as{number['see annex']}"] == "~", "what was chosen stays on the page"
    go_on(client, f"{address}/meanings", **said, **{f"read{number['next spring']}": "March 2024"})
    store(client, address)
    with stored(app) as session:
        found = {one.title: (one.start.edtf, [row.text_original for row in one.figures]) for one in session.query(Operation)}
    assert found == {f"Raid {n}": ("2024-03", ["see annex"]) for n in range(3)} | {"Patrol": ("2024", []), "Watch": ("2024", ["several"])}
    # a field that no column holds, or no column at all, decides nothing
    again = upload(client, "Title;Arrests;Start;Country\nRaid;see annex;2024;Laos\n", "again.csv")
    go_on(client, f"{again}/columns", field1="Figure: Arrests")
    assert go_on(client, f"{again}/meanings", cell0="see annex", column0="99", as0="-").status_code == 303


def test_a_mark_names_the_country_of_its_column(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, "Title;Thailand;Laos;Viet Nam;Start\nFirst;x;;x;2024\nSecond;;✓;0;2024\nThird;maybe;;x;2024\n")
    go_on(client, f"{address}/table", kind="operation")
    shown = form_fields(client.get(f"{address}/columns").text, "entry")
    assert (shown["field2"], shown["apart2"], shown["field1"]) == ("Partner: Participant", "x", "")
    refused = go_on(client, f"{address}/columns", field1="Place", apart1="x")
    assert (refused.status_code, "A mark names a partner" in errors_of(refused.text)) == (422, True)
    go_on(client, f"{address}/columns", field1="Partner: Participant", apart1="x")
    assert "“maybe” is no mark: write x, or leave the cell empty." in checked(client, address)
    client.post(f"{address}/rows", data={"every": "skip", "state": "wrong"})
    store(client, address)
    with stored(app) as session:
        partners = {one.title: [row.party.code for row in one.parties] for one in session.query(Record)}
    assert partners == {"First": ["THA", "VNM"], "Second": ["LAO"]}


GROUPED = """File;Title;Country;Start;Province;Arrests;Drugs seized (kg)
OX-1;Rain;Laos;2019-05-03;North;5;10
OX-1;Rain;Laos;2019-05-03;North;5;10
OX-2;Snow;Laos;2019-06-03;North;5;10
OX-2;Snow;Laos;2019-06-04;North;7;20
"""


def test_rows_of_one_record_are_added_up_or_asked_about(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, GROUPED)
    go_on(client, f"{address}/table", kind="operation")
    refused = go_on(client, f"{address}/columns", group="0")
    assert (refused.status_code, "A record has several rows: are their numbers added up" in errors_of(refused.text)) == (422, True)
    go_on(client, f"{address}/columns", group="0", apart5="=", apart6="=")
    page = checked(client, address)
    assert "Another row of the same record has another number of the same (persons)." in page
    go_on(client, f"{address}/columns", group="0", apart5="+", apart6="+")
    page = checked(client, address)
    assert "The rows above of this record say otherwise: mend one of them, or empty this cell." in page
    # the cell of the further row is mended in its place
    (name,) = (name for name in form_fields(page, "entry") if name.startswith("cell-"))
    assert (name.endswith("-3"), form_fields(page, "entry")[name]) == (True, "2019-06-04")
    go_on(client, f"{address}/rows", **{name: "2019-06-03"})
    store(client, address)
    with stored(app) as session:
        found = {one.title: [(row.metric, int(row.value_lo or 0)) for row in one.figures] for one in session.query(Operation)}
    assert found == {"Rain": [("arrests", 10), ("seized_drugs", 20)], "Snow": [("arrests", 12), ("seized_drugs", 30)]}


def rejected(client: FlaskClient, address: str) -> list[list[str]]:
    """The file of rejected rows, without its header."""
    text = client.get(f"{address}/rejected.csv").get_data(as_text=True).removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]


def test_rejected_rows_have_all_rows_of_their_record(client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, GROUPED)
    go_on(client, f"{address}/table", kind="operation")
    go_on(client, f"{address}/columns", group="0", apart5="+", apart6="+")
    checked(client, address)
    rows = rejected(client, address)
    assert [row[1:3] for row in rows] == [["row 4", "OX-2"], ["row 5", "OX-2"]]
    said = "The rows above of this record say otherwise: mend one of them, or empty this cell."
    assert [row[0] for row in rows] == [
        "The reason stands at a row of the same record below.",
        f"{said} Part of the record of a row above.",
    ]
    # where the first row is wrong as well, each has its own reasons
    address = upload(client, GROUPED.replace("OX-2;Snow;Laos;2019-06-03", "OX-2;Snow;Laos;2019-06-93"), "b.csv")
    checked(client, address)
    rows = rejected(client, address)
    assert [row[1] for row in rows] == ["row 4", "row 5"]
    assert ("There is no day 93 in 2019-06" in rows[0][0], rows[1][0]) == (True, "Part of the record of a row above.")


def test_two_columns_of_one_number_are_added_up_or_refused(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, "Title;In;Out;Date;Country\nThree;1;1;2024;Laos\n")
    go_on(client, f"{address}/table", kind="handover")
    both = {"field1": "Figure: Persons handed over", "field2": "Figure: Persons handed over"}
    refused = go_on(client, f"{address}/columns", **both)
    assert (refused.status_code, "Another column holds this number already." in errors_of(refused.text)) == (422, True)
    go_on(client, f"{address}/columns", **both, apart1="+", apart2="+")
    assert "Persons handed over: 2" in checked(client, address)


def test_the_substance_may_stand_in_the_cell(client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    cells = ("500 g cocaine", "2.5 t of heroin and 300 kg heroin", "1 kg cocaine + 2 kg heroin", "2 kg stardust")
    address = upload(client, "Title;Drugs seized;Start;Country\n" + "".join(f"Raid;{cell};2024;Laos\n" for cell in cells))
    go_on(client, f"{address}/table", kind="operation")
    go_on(client, f"{address}/columns", field1="figures:seized_drugs@told")
    assert "is not a number" in checked(client, address)
    page = client.get(f"{address}/rows?state=new").text
    assert "Drugs seized, Cocaine: 0.5 kilograms" in page
    assert "Drugs seized, Cocaine: 1 kilogram; Drugs seized, Heroin: 2 kilograms" in page


def test_a_title_may_be_made_of_the_cells_of_its_row(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, "From;To;Date\nThailand;China;3 May 2024\nLaos;China;n/a\n")
    go_on(client, f"{address}/table", kind="handover")
    sides = {"field0": "Partner: Sending side", "field1": "Partner: Receiving side", "field2": "start", "constant0": "Title"}
    refused = go_on(client, f"{address}/columns", **sides, value0="Handover, {Country}")
    assert (refused.status_code, "No column is called “Country”" in errors_of(refused.text)) == (422, True)
    go_on(client, f"{address}/columns", **sides, value0="Handover, {from}, {Date}")
    store(client, address)
    with stored(app) as session:
        assert [one.title for one in session.query(Record).order_by(Record.id)] == ["Handover, Thailand, 3 May 2024", "Handover, Laos"]


def test_errors_of_a_spreadsheet_are_decided_once(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    rows = "".join(f"Raid {n};#N/A;#REF!;2024\n" for n in range(3))
    address = upload(client, f"Title;Country;Arrests;Start\n{rows}Patrol;Laos;5;2024\nWatch;Laos;7;2024\n")
    go_on(client, f"{address}/table", kind="operation")
    go_on(client, f"{address}/columns", field1="Partner: Participant", field2="Figure: Arrests")
    asked = form_fields(client.get(f"{address}/meanings").text, "entry")
    assert {asked[f"cell{n}"] for n in range(2)} == {"#N/A", "#REF!"}
    assert "spelling0" not in asked, "it is no name of a country"
    assert "is an error of the spreadsheet" in checked(client, address)
    go_on(client, f"{address}/meanings", as0="-", as1="-")
    store(client, address)
    with stored(app) as session:
        assert {one.title: len(one.parties) + len(one.figures) for one in session.query(Record)} == {
            "Raid 0": 0, "Raid 1": 0, "Raid 2": 0, "Patrol": 2, "Watch": 2,
        }  # fmt: skip


def test_words_with_digits_are_kept_and_errors_never(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    rows = "One;2 groups of 10;2 bags;2024;Laos\nTwo;#N/A;7;2024;Laos\n"
    address = upload(client, f"Title;Participants;Drugs seized (kg);Start;Country\n{rows}Three;5;1;2024;Laos\n")
    go_on(client, f"{address}/table", kind="operation")
    go_on(client, f"{address}/columns", field1="Figure: Participants")
    page = client.get(f"{address}/meanings").text
    asked = form_fields(page, "entry")
    place = {asked[f"cell{n}"]: n for n in range(3)}
    assert page.count("the words are kept, without a number") == 2, "of an error nobody has said anything"
    go_on(client, f"{address}/meanings", **{f"as{n}": "~" for n in place.values()})
    assert "is an error of the spreadsheet" in checked(client, address)
    client.post(f"{address}/rows", data={"every": "skip", "state": "wrong"})
    store(client, address)
    with stored(app) as session:
        said = {one.title: [row.text_original or str(int(row.value_lo or 0)) for row in one.figures] for one in session.query(Record)}
        quoted = [row.quote_exact for one in session.query(Record).filter_by(title="One") for row in one.evidence]
    assert said == {"One": ["2 groups of 10", "2 bags"], "Three": ["5", "1"]}
    assert "2 groups of 10" in quoted[0]


def test_what_is_read_in_place_of_a_cell_stands_in_the_quotation(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, "Title;Start;Country\nOne;next spring;Laos\nTwo;2024;Laos\n")
    go_on(client, f"{address}/table", kind="operation")
    go_on(client, f"{address}/columns", field1="Started on")
    go_on(client, f"{address}/meanings", as0="=", read0="March 2024")
    store(client, address)
    with stored(app) as session:
        (quoted,) = [row.quote_exact for one in session.query(Record).filter_by(title="One") for row in one.evidence]
    assert "next spring [mended at import: March 2024]" in quoted


def test_values_in_lines_of_a_cell_come_back_from_a_browser(client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, 'Title;Country;Start\nOne;"Laos\nVietnam";2024\nTwo;"Thailand\nLaos";2024\n')
    go_on(client, f"{address}/table", kind="operation")
    assert form_fields(client.get(f"{address}/columns").text, "entry")["apart1"] == "lines"
    go_on(client, f"{address}/columns")
    assert "Laos; Vietnam" in checked(client, address)


def test_day_numbers_are_decided_once_for_their_column(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, "Title;Start;Country\nOne;44287;Laos\nTwo;44420;Laos\nThree;2024;Laos\n")
    go_on(client, f"{address}/table", kind="operation")
    go_on(client, f"{address}/columns", field1="Started on")
    page = client.get(f"{address}/meanings").text
    assert ("2 cells such as “44287”: as a day it is 2021-04-01." in page, "cell0" in form_fields(page, "entry")) == (True, False)
    go_on(client, f"{address}/meanings")
    assert "“44287” is no date." in checked(client, address), "nothing is taken for granted"
    go_on(client, f"{address}/meanings", numbers1="y", profile="Days")
    store(client, address)
    with stored(app) as session:
        assert [one.start.edtf for one in session.query(Record).order_by(Record.id)] == ["2021-04-01", "2021-08-12", "2024"]
    again = upload(client, "Title;Start;Country\nFour;44288;Laos\n", "again.csv")
    assert form_fields(client.get(f"{again}/meanings").text, "entry")["numbers1"] == "y"
