"""The law of every number shown: cell = list = CSV = workbook = JSON = API, bounds included (C29, C43), over random records."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import application, signed_in, stored
from tests.contract.figures_shown import NOTHING, Linked, as_shown, linked, links_of, sheet_rows, tables
from tests.engines import Databases
from tests.factories import records, users
from tests.factories.many import PARTNERS, any_record
from tests.factories.operations import operation
from tests.factories.records import figure
from tests.factories.statements import running_total
from tests.pages import workbook
from tests.tracker.api.conftest import token_of
from tracker.accounts.models import Role
from tracker.records import registry
from tracker.records.documents import read_document
from tracker.summaries.row_choices import choices_for

RECORDS, YEARS = 45, range(2021, 2028)
ENDS = ("90", "365", "past", "not_stated")
SAMPLE = 24  # numbers of all pages whose lists are opened in every run
# an ordinary table of some days, and two periods beside each other: dates known to the month or the year may lie outside (C15)
DAYS = {"since": "2024-01-01", "until": "2024-08-30"}
COMPARED = [{"columns": "before"}, DAYS | {"columns": "period", "other_since": "2023"}, {"columns": "period", "other_since": "2022-02-11"}]
# what no table of years adds up: seizures by item and unit, and running totals by series
SERIES = "Reported arrests"
SHOWN_APART = (
    operation(["LAO", "THA"], "2024-03", figures=[figure("seized_drugs", words, "kg", item="cocaine") for words in ("9.5", "several")]),
    operation(["MMR"], "2025", figures=[figure("seized_drugs", "2-3", "kg", item="cocaine"), figure("seized_weapons", "40", "piece")]),
    running_total("4666", "2024-09-10", series=SERIES),
    running_total("more than 50000", "2025-02", series=SERIES),
    operation(["MMR"], "2025-06", figures=[figure("arrests", "10", series=SERIES, contained_basis="inferred")]),
)
PARTS = 40  # of the whole walk, each of them short
BASES = ("official", "working")
# pages with files of their tables, and where those are
TABLES = {
    "/figures/": "/figures.{}",
    "/years/": "/years/figures.{}",
    "/figures/seizures": "/figures/seizures.{}",
    "/figures/running-totals": "/figures/running-totals.{}",
    **{f"/partners/{code}": f"/partners/{code}/figures.{{}}" for code in PARTNERS},
    **{f"/years/{year}": f"/years/{year}/figures.{{}}" for year in YEARS},
}
SHEET_AS_CSV = ("/figures/seizures", "/figures/running-totals")  # whose CSV file is the sheet of its workbook, bounds and lists included


@pytest.fixture(scope="module")
def manager(databases: Databases, cheap_passwords: None) -> Iterator[FlaskClient]:
    """Somebody who reads the figures of many records, some verified, some changed since; nothing here changes them."""
    with databases.fresh() as url, application(url) as app:
        plant(app)
        client = signed_in(app, Role.MANAGER)
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_of(app, 'manager')}"  # by which the API knows him
        yield client


def plant(app: Flask) -> None:
    chance = random.Random(11)
    with app.test_request_context(), stored(app) as session:
        officer, reviewer = users.user(session), users.user(session, Role.REVIEWER)
        for number in range(RECORDS):
            record = records.save(session, officer, any_record(chance, number))
            if number % 3:
                records.verify(session, reviewer, record)
            if number % 9 == 1:
                changed = read_document(record, records.type_of_kind(record.kind)) | {"title": f"Changed {number}", "start": "2021-05"}
                records.change(session, officer, record, changed)
        for document in SHOWN_APART:
            records.verify(session, reviewer, records.save(session, officer, document))


def pages(app: Flask) -> list[str]:
    """Every page of figures, the matrix with every measure by every row, on both bases."""
    with app.test_request_context():
        by_year = [one for one in registry.every_measure().values() if not (one.by_item or one.is_running)]  # those have pages of their own
        asked = [{"measure": one.code, "rows": rows} for one in by_year for rows in choices_for(one)]
    asked += [{"rows": "partner", "expand": "1"}, {"columns": "quarter"}, {"columns": "month"}, {"ranges": "1"}, {"partner": "THA"}]
    asked += [one | {"measure": code} for code in ("activities", "handovers", "persons_handed_over") for one in (DAYS, *COMPARED)]
    asked += [{"measure": "agreements_in_force", "ends": one, "rows": rows} for one in ENDS for rows in ("partner", "region")]
    found = ["/", "/partners/", "/figures/seizures", "/figures/running-totals"]
    found += [*(page for page in TABLES if page != "/figures/"), *(f"/figures/?{urlencode(one)}" for one in asked)]
    return [f"{page}{'&' if '?' in page else '?'}basis={basis}" for page in found for basis in BASES]


def not_yet(manager: FlaskClient, found: list[Linked]) -> list[Linked]:
    """Those that no part of the walk has opened before: many pages show the same number of the same list."""
    opened: set[tuple[str, str]] = manager.__dict__.setdefault("opened", set())
    new = {(one.query, one.text): one for one in found if (one.query, one.text) not in opened}
    opened.update(new)
    return list(new.values())


def some(found: list[Any], number: int) -> list[Any]:
    return random.Random(5).sample(found, min(number, len(found)))


class TestEveryFigure:
    @pytest.mark.once
    def test_c43_some_numbers_of_some_pages_equal_their_lists_and_files(self, manager: FlaskClient) -> None:
        chosen = [f"/?basis={BASES[1]}", *some(pages(manager.application), 15)]
        found = [one for page in chosen for one in some(linked(page, manager.get(page).text), 8)]
        assert len(found) > SAMPLE
        assert differences(manager, some(found, SAMPLE), every=5) == []

    @pytest.mark.whole
    @pytest.mark.parametrize("part", range(PARTS))
    def test_c43_every_number_of_every_page_equals_its_list_and_files(self, manager: FlaskClient, part: int) -> None:
        found = [one for page in pages(manager.application)[part::PARTS] for one in linked(page, manager.get(page).text)]
        assert differences(manager, not_yet(manager, found), every=20) == []

    @pytest.mark.once
    def test_some_tables_stand_in_workbooks_as_on_their_pages(self, manager: FlaskClient) -> None:
        chosen = [page for page in pages(manager.application) if table_file(page, "xlsx")]
        for page in (
            "/years/2024?basis=official",
            "/partners/SCO?basis=official",
            *(f"{one}?basis=official" for one in SHEET_AS_CSV),
            *some(chosen, 4),
        ):
            assert_same_tables(manager, page)

    @pytest.mark.whole
    @pytest.mark.parametrize("part", range(PARTS))
    def test_every_table_stands_in_its_workbook_as_on_its_page(self, manager: FlaskClient, part: int) -> None:
        for page in pages(manager.application)[part::PARTS]:
            if table_file(page, "xlsx"):
                assert_same_tables(manager, page)


def differences(manager: FlaskClient, found: list[Linked], every: int) -> list[str]:
    """What is not as the numbers say; all files are opened for one in `every` of them."""
    return [said for turn, one in enumerate(found) for said in differences_of(manager, one, with_files=turn % every == 0)]


def differences_of(manager: FlaskClient, one: Linked, with_files: bool) -> Iterator[str]:
    listed = manager.get(f"/records.json?{one.query}").get_json()["records"]
    place = f"{one.text} {one.words} of {one.page}, list {one.query}"
    is_quantity = "lower" in listed[0] if listed else False
    if one.words.startswith("statement"):  # one record may make several
        if not 0 < len(listed) <= one.lower:
            yield f"{place}: {len(listed)} records"
        return
    if is_quantity and not one.words.startswith("record"):
        sums = sum_of(listed, "lower"), None if any(row["upper"] is None for row in listed) else sum_of(listed, "upper")
        if sums[1] != one.upper or (
            sums[0] != one.lower and "since=" not in one.query and "until=" not in one.query
        ):  # not all of them surely lie in these days (C15)
            yield f"{place}: the rows add up to {sums}"
    elif len(listed) != one.upper:  # what certainly lasted is among what may have
        yield f"{place}: {len(listed)} rows"
    text = manager.get(f"/records/?{one.query}").text
    if f"{len(listed)} record" not in text:
        yield f"{place}: the page counts others"
    if "measure=" in one.query and not one.words and "number=" not in one.query and f"<strong>{one.text}</strong>" not in text:
        yield f"{place}: the page says another number"
    if with_files:
        yield from (f"{place}: {said}" for said in other_files(manager, one.query, listed))


def sum_of(listed: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(str(row[name])) for row in listed), Decimal(0))


def other_files(manager: FlaskClient, query: str, listed: list[dict[str, Any]]) -> Iterator[str]:
    """CSV, workbook and API hold the rows of the JSON file, in its order, with its bounds."""
    text = manager.get(f"/records.csv?{query}").get_data(as_text=True).removeprefix("\ufeff")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    head, *rows = lines[: lines.index([])] if [] in lines else lines
    sheet_head, *sheet = next(iter(workbook(manager.get(f"/records.xlsx?{query}")).values()))
    if tuple(head) != sheet_head:
        yield "the files have different columns"
    bounds = [place for place, label in enumerate(head) if label.endswith(("lower bound", "upper bound"))]
    expected = [[row["reference"], *(row[name] for name in ("lower", "upper") if name in row)] for row in listed]
    if [[row[0], *(float(row[place]) if row[place] else None for place in bounds)] for row in rows] != expected:
        yield "the CSV has other rows"
    if [[row[0], *(row[place] for place in bounds)] for row in sheet] != expected:
        yield "the workbook has other rows"
    answer = manager.get(f"/api/v1/records?limit=200&{query}").get_json()
    if [[item["ref"], *(item[name] for name in ("lower", "upper") if name in item)] for item in answer["items"]] != expected:
        yield "the API has other items"
    if answer["total"] != len(listed):
        yield "the API counts others"


def table_file(page: str, file_format: str) -> str:
    """Where the tables of a page are as a file; '' for pages that have none."""
    path, _, query = page.partition("?")
    is_comparison = "columns=before" in query or "columns=period" in query  # whose differences are signed on the page only
    return f"{TABLES[path].format(file_format)}?{query}" if path in TABLES and not is_comparison else ""


def assert_same_tables(manager: FlaskClient, page: str) -> None:
    text, path = manager.get(page).text, page.partition("?")[0]
    shown = [table for table in tables(text) if table]
    *sheets, _ = workbook(manager.get(table_file(page, "xlsx"))).items()
    whole = [rows for _, rows in sheets if "Note" not in rows[0]]  # those are tiles
    made = [sheet_rows(rows) for rows in whole]
    # a sheet says in a column of its own that a list is open, so that its numbers stay numbers
    closed = [[(label, [cell.removesuffix("+") for cell in cells]) for label, cells in table] for table in shown]
    for rows in made if shown else ():
        assert any(fits(rows, table) for table in closed), (page, rows)
    if path in SHEET_AS_CSV:
        assert csv_of(manager, page) == [tuple(map(in_csv, row)) for row in whole[0]], page
        lists = {row[whole[0][0].index("Records")] for row in whole[0][1:]}
        assert lists <= {urljoin("http://localhost", one) for one in links_of(text)}, page
    elif path == "/figures/" and shown:
        body = [(line[0], [as_csv(cell) for cell in line[2:]]) for line in csv_of(manager, page)[1:]]
        drawn = [[(label, [as_csv(cell) for cell in cells]) for label, cells in table] for table in shown]
        assert body in drawn, page


def csv_of(manager: FlaskClient, page: str) -> list[tuple[str, ...]]:
    """The table of the CSV file of a page, without what stands behind it."""
    text = manager.get(table_file(page, "csv")).get_data(as_text=True).removeprefix("\ufeff")
    lines = list(csv.reader(io.StringIO(text)))
    return [tuple(line) for line in lines[: lines.index([])]]


def in_csv(value: object) -> str:
    return "" if value is None else str(value)


def fits(rows: list[tuple[str, list[str]]], table: list[tuple[str, list[str]]]) -> bool:
    """Whether the table of a page is the beginning of each row: what may belong to a year stands behind it in words."""
    return len(rows) == len(table) and all(
        label == said and cells[: len(drawn)] == drawn for (label, cells), (said, drawn) in zip(rows, table, strict=True)
    )


def as_csv(cell: str) -> str:
    return "" if cell == NOTHING else as_shown(cell).replace("\u202f", "").replace("−", "-")
