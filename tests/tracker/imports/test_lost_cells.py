"""Errors and formulas without a result, which readers of workbooks hand out as empty cells, arrive as what they are."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook

from tests.tracker.imports.hostile_files import OFFICE, RELS, SHEET, package, workbook, xlsx
from tracker.imports import lost_cells, table_reader
from tracker.imports.lost_cells import NOT_CALCULATED, restored, whole

pytestmark = pytest.mark.engine_free
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
FORMULA = '<c r="A1"><f>1</f></c>'


def read(data: bytes) -> list[Any]:
    """The names of sheets, each with the number of its first row, and rows; without the head."""
    lines = list(table_reader.lines_of(io.BytesIO(data), 1_000_000))[1:]
    return [(line["sheet"], line["first"]) if isinstance(line, dict) else line for line in lines]


def ods(*rows: str) -> bytes:
    spaces = " ".join(f'xmlns:{one}="{_ODF}:{one}:1.0"' for one in ("office", "table", "text")) + f' xmlns:calcext="{_CALC}"'
    table = f'<table:table table:name="Courses">{"".join(rows)}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    content = f"<office:document-content {spaces}>{body}</office:document-content>"
    manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return package(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content, "META-INF/manifest.xml": manifest}
    )


class TestXlsx:
    @pytest.mark.parametrize(
        ("cell", "text"),
        [
            *(('<c r="A1" s="1" t="e"><v>#N/A</v></c>', "#N/A"), ("<c t='e' r='A1'><f>1/0</f><v>#DIV/0!</v></c>", "#DIV/0!")),
            (f'<x:c xmlns:x="{SHEET}" r="A1" t="e"><x:f>1&gt;2</x:f><x:v>#REF!</x:v></x:c>', "#REF!"),
            *((cell, NOT_CALCULATED) for cell in (FORMULA, '<c r="A1"><f>SUM(B1>1)</f><v></v></c>')),
            ('<c r="A1" t="n"><f t="shared" si="0"/> <v/> </c>', NOT_CALCULATED),
            *(('<c r="A1"><f>1+1</f><v>2</v></c>', "2"), ('<c r="A1" t="str"><f>""</f><v></v></c>', "")),
            ('<c r="A1" t="inlineStr"><is><t>&lt;c r="A1" t="e"&gt;&lt;v&gt;#N/A</t></is></c>', '<c r="A1" t="e"><v>#N/A'),
        ],
    )  # fmt: skip
    def test_cells(self, cell: str, text: str) -> None:
        assert read(xlsx(f'<row r="1">{cell}<c r="B1"><v>3</v></c></row>')) == [("Courses", 1), [text, "3"]]

    def test_a_library_that_works_nothing_out(self) -> None:
        book, made = Workbook(), io.BytesIO()
        for row in (["Course", "Persons", "Country"], ["One", "=SUM(A1:A9)", "#N/A"], ["=A2", 7, "=A1"]):
            book.active.append(row)
        book.save(made)
        none = NOT_CALCULATED
        assert read(made.getvalue())[1:] == [["Course", "Persons", "Country"], ["One", none, "#N/A"], [none, "7", none]]

    def test_each_sheet_has_its_own(self) -> None:
        sheets = '<sheet name="&lt;One&gt;" sheetId="1" r:id="rId1"/><sheet name="Two" sheetId="2" r:id="rId2"/>'
        relations = "".join(f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="{target}"/>'
                            for n, target in ((2, "/xl/worksheets/sheet1.xml"), (1, "worksheets/other.xml")))  # fmt: skip
        wrong = '<row r="1"><c r="A1" t="e"><v>#NUM!</v></c></row>'
        more = {
            "xl/workbook.xml": workbook(sheets),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELS}">{relations}</Relationships>',
            "xl/worksheets/other.xml": f'<worksheet xmlns="{SHEET}"><sheetData>{wrong}</sheetData></worksheet>',
        }
        assert read(xlsx(f'<row r="1">{FORMULA}</row>', more=dict(more))) == [("<One>", 1), ["#NUM!"], ("Two", 1), [NOT_CALCULATED]]

    def test_none_is_missed_where_the_file_is_read_in_pieces(self) -> None:
        long = "A" * 5_000
        body = "".join(f'<row r="{n}"><c r="A{n}"><f>{long}</f></c></row>' for n in range(1, 501))
        assert read(xlsx(body))[1:] == [[NOT_CALCULATED]] * 500

    def test_more_than_can_be_held_and_one_that_says_no_place_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        body = "".join(f'<row r="{n}"><c r="A{n}"><f>1</f></c></row>' for n in range(1, 4))
        assert len(read(xlsx(body))) == 4
        monkeypatch.setattr(lost_cells, "MOST", 2)
        for data, why in ((xlsx(body), "large"), (xlsx('<row><c t="e"><v>#N/A</v></c></row>'), "broken")):
            with pytest.raises(Exception, match=why):
                lost_cells.lost_in_xlsx(data, [], table_reader.RefusedError)


class TestOds:
    def test_cells(self) -> None:
        formula, nothing = 'table:formula="of:=NA()"', 'office:value-type="string" office:string-value=""'
        zero = f'{formula} office:value-type="float" office:value="0"'
        cells = {
            f'<table:table-cell {formula} {nothing} calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>': "#N/A",
            f'<table:table-cell {formula} {nothing} calcext:value-type="error"><text:p>#ЗНАЧЕН!</text:p></table:table-cell>': "#ERROR!",
            f"<table:table-cell {zero}><text:p>Err:502</text:p></table:table-cell>": "#ERROR!",
            f"<table:table-cell {zero}><text:p>0</text:p></table:table-cell>": "0",
            f"<table:table-cell {formula} {nothing}/>": "",
            f"<table:table-cell {formula}/>": NOT_CALCULATED,
            '<table:table-cell office:value-type="string"><text:p>Err: a title</text:p></table:table-cell>': "Err: a title",
        }
        assert read(ods(f"<table:table-row>{''.join(cells)}</table:table-row>")) == [("Courses", 1), [*cells.values()]]

    def test_one_that_is_repeated_stands_in_each_of_its_places(self, monkeypatch: pytest.MonkeyPatch) -> None:
        cell = '<table:table-cell table:formula="of:=1" table:number-columns-repeated="2"/>'
        rows = ['<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>',
                f'<table:table-row table:number-rows-repeated="3">{cell}</table:table-row>']  # fmt: skip
        assert read(ods(*rows)) == [("Courses", 3), *[[NOT_CALCULATED] * 2] * 3]
        with pytest.raises(table_reader.RefusedError, match="large"):
            read(ods(rows[1].replace('"3"', '"1000000"')))


class TestPlaces:
    def test_what_lies_around_the_cells_that_were_read_widens_the_sheet(self) -> None:
        lost = {(1, 0): "a", (5, 3): "b", (2, 2): "c"}
        assert whole((2, 1), (2, 2), lost) == ((1, 0), (5, 4))
        rows = list(restored([["1", "2"], ["3", "4"]], (2, 1), lost))
        assert rows == [["a", "", "", ""], ["", "1", "c", ""], ["", "3", "4", ""], [""] * 4, ["", "", "", "b"]]

    def test_without_any_the_rows_are_as_they_were(self) -> None:
        assert (whole((2, 1), (1, 2), {}), whole(None, (0, 0), {})) == (((2, 1), (1, 2)), ((0, 0), (0, 0)))
        assert list(restored([["1", "2"]], (2, 1), {})) == [["1", "2"]]
        assert list(restored([], None, {(3, 2): "a"})) == [["a"]]
