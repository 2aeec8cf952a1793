"""Files that nobody should have to fear: damaged, hostile, or simply not what their name says. Made here, so that none lies about."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache
from xml.sax.saxutils import escape

from tests.tracker.files.samples import OFFICE, RELS, SHEET, pdf, png
from tests.tracker.imports.hostile_records import harmless_records, refused_records

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHARED = "xl/sharedStrings.xml"
MOST_ROWS = 5_000  # for these tests: to read a million takes ten seconds
TABLE = "Course,Start\nOne,2024\n"


def rows(*lines: list[str]) -> str:
    """Rows of a sheet whose cells are texts; `=1+1` is a formula that was never worked out."""
    made = []
    for number, line in enumerate(lines, 1):
        cells = [
            f'<c r="{chr(65 + place)}{number}"><f>{escape(cell[1:])}</f></c>' if cell.startswith("=")
            else f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            for place, cell in enumerate(line)
        ]  # fmt: skip
        made.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(made)


def xlsx(body: str = "", doctype: str = "", more: dict[str, bytes | str] | None = None) -> bytes:
    """A workbook of one sheet; `more` are further parts, or others in place of the usual ones."""
    body = body or rows(["Course", "Start"], ["One", "2024"])
    sheet = f'<?xml version="1.0"?>{doctype}<worksheet xmlns="{SHEET}"><sheetData>{body}</sheetData></worksheet>'
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
        "_rels/.rels": relations("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": workbook('<sheet name="Courses" sheetId="1" r:id="rId1"/>'),
        "xl/_rels/workbook.xml.rels": relations("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet,
    }
    return package(parts | (more or {}))


def workbook(sheets: str) -> str:
    return f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'


def relations(kind: str, target: str) -> str:
    return f'<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'


def package(parts: dict[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name, part in parts.items():
            if part:
                out.writestr(name, part)
    return made.getvalue()


def _cell(place: str, text: str) -> str:
    return f'<row r="{place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def _laughs() -> str:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE worksheet [<!ENTITY l0 "ha">{lines}]>'


def _wrong_crc() -> bytes:
    data = bytearray(xlsx())
    place = data.rindex(b"PK\x01\x02")  # the entry of the sheet in the list at the end
    data[place + 16 : place + 20] = b"\x00\x01\x02\x03"
    data[place + 24 : place + 28] = (7).to_bytes(4, "little")  # nor is it as long as it says
    return bytes(data)


def lying(name: str) -> bytes:
    """A part of 300 MB that says it has 1,000 bytes."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(squeezer.compress(bytes(1 << 20)) for _ in range(300)) + squeezer.flush()
    data = xlsx(more={name: b"x" * 1_000})
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        old = made.getinfo(name)
    start = old.header_offset + 30 + len(name)
    head, tail = bytearray(data[:start]), bytearray(data[start + old.compress_size :])
    struct.pack_into("<I", head, old.header_offset + 18, len(packed))
    struct.pack_into("<I", tail, tail.index(name.encode()) - 26, len(packed))
    struct.pack_into("<I", tail, len(tail) - 6, start + len(packed) + tail.index(b"PK\x01\x02"))
    return bytes(head) + packed + bytes(tail)


def _flat_ods(kind: str = "spreadsheet", *lines: str) -> bytes:
    """A sheet of these lines: cells parted by |, `2x3:Text` over so many rows and columns, `.` for one that is covered."""
    made = "".join(f"<table:table-row>{''.join(map(_ods_cell, line.split('|')))}</table:table-row>" for line in lines or ("Course",))
    table = f'<table:table table:name="Courses">{made}</table:table>'
    spaces = " ".join(f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text"))
    body = f"<office:body><office:{kind}>{table}</office:{kind}></office:body>"
    content = f"<office:document-content {spaces}>{body}</office:document-content>"
    manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    parts = {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content, "META-INF/manifest.xml": manifest}
    return package(dict(parts))


def _ods_cell(text: str) -> str:
    if text == ".":
        return "<table:covered-table-cell/>"
    spans, _, said = text.rpartition(":")
    down, _, right = spans.partition("x")
    spanned = f' table:number-rows-spanned="{down}" table:number-columns-spanned="{right}"' if spans else ""
    return f'<table:table-cell office:value-type="string"{spanned}><text:p>{said}</text:p></table:table-cell>'


def _merged() -> bytes:
    """Cells merged downwards, over a million rows or a few; a header of two rows; a number; what is claimed a hundred thousand times."""
    body = rows(["Country", "Course", "Dates", "", "Persons"], ["", "", "From", "To"], ["Laos", "A", "2024", "5/2024", "25-30"],
                ["", "B", "", ""], [""], ["", "C"])  # fmt: skip
    places = ["A1:A2", "B1:B2", "C1:D1", "A3:A1048576", "C3:C4", "E3:E6", "D4:D3", "XFD1:XFD9", *["B3:ZZ1048576"] * 100_000]
    cells = "".join(f'<mergeCell ref="{place}"/>' for place in places)
    sheet = f'<worksheet xmlns="{SHEET}"><sheetData>{body}</sheetData><mergeCells>{cells}</mergeCells></worksheet>'
    return xlsx(more={"xl/worksheets/sheet1.xml": sheet})


_CHART = f'<chartsheet xmlns="{SHEET}"/>'


@cache
def refused() -> dict[str, tuple[bytes, str]]:
    """What the file is -> its bytes, and why it is refused."""
    return {
        "zip bomb": (xlsx(more={"xl/media/bomb.bin": b"\0" * (64 << 20)}), "bomb"),
        "20,000 entries": (package({"xl/workbook.xml": "x"} | {f"xl/media/{n}": "x" for n in range(20_000)}), "bomb"),
        "a cell at the far corner": (xlsx(rows(["Course"]) + _cell("XFD1048576", "far")), "large"),
        "a cell beyond the last column": (xlsx(rows(["Course"]) + _cell("ZZZ2", "far")), "columns"),
        "billion laughs": (xlsx(_cell("A1", "&l9;"), _laughs()), "broken"),
        "an entity of the machine's files": (
            xlsx(_cell("A1", "&e;"), '<!DOCTYPE worksheet [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), "broken"),
        "truncated": (xlsx()[:-200], "broken"),
        "only the beginning": (xlsx()[:60], "broken"),
        "wrong checksum": (_wrong_crc(), "broken"),
        "behind a password": (OLE + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le"), "broken"),
        "empty": (b"", "empty"),
        "only blanks": (b" \n\t\n  \r\n" * 50, "empty"),
        "zero bytes": (b"\0" * 1_000, "no_table"),
        "a zero byte in a text": (b"Course,Start\nOne\0,2024\n", "no_table"),
        "an image": (png(), "no_table"),
        "a PDF": (pdf(), "no_table"),
        "a DOCX": (package({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}), "no_table"),
        "a text document": (_flat_ods("text"), "no_table"),
        "an empty package": (package({}), "no_table"),
        "without sheets": (xlsx(more={"xl/workbook.xml": workbook("")}), "empty"),
        "a chart alone": (
            xlsx(more={"xl/_rels/workbook.xml.rels": relations("chartsheet", "chartsheets/sheet1.xml"),
                       "xl/worksheets/sheet1.xml": "", "xl/chartsheets/sheet1.xml": _CHART}), "empty"),
        "a sheet that is not there": (xlsx(more={"xl/worksheets/sheet1.xml": ""}), "broken"),
        "a sheet that is no XML": (xlsx(more={"xl/worksheets/sheet1.xml": b"\xff\xfe<<<"}), "broken"),
        "16,385 columns": ((",".join(f"c{n}" for n in range(16_385)) + "\n").encode(), "columns"),
        "a cell of 5 MB": (b"Course,Notes\nOne," + b"x" * (5 << 20) + b"\n", "cell"),
        "a cell of 5 MB in a workbook": (xlsx(_cell("A1", "x" * (5 << 20))), "cell"),
        "an open quotation mark": (TABLE.encode() + b'"Two,2024\n' + b"Three,2024\n" * 40_000, "cell"),
        "more rows than are taken": (b"Course\n" + b"1\n" * MOST_ROWS, "rows"),
        "HTML": (b"\n<html><table><tr><td>Course</td></tr></table></html>", "markup"),
        "the XML of a spreadsheet": (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "markup"),
        "UTF-16 that is cut": ("\ufeffCourse,Start\nOne,2024\n".encode("utf-16-le") + b"\x0a", "encoding"),
        **refused_records(),
        "lone surrogates": ("\ufeffCourse,".encode("utf-16-le") + b"\x00\xd8" + "\nOne,2024\n".encode("utf-16-le"), "encoding"),
    }  # fmt: skip


def harmless() -> dict[str, tuple[bytes, list[list[str]]]]:
    """What the file is -> its bytes, and the cells that are read."""
    return {
        "a workbook": (xlsx(), [["Course", "Start"], ["One", "2024"]]),
        "a sheet of LibreOffice": (_flat_ods(), [["Course"]]),
        "merged cells": (
            _merged(),
            [["Country", "Course", "Dates", "", "Persons"], ["Country", "Course", "From", "To"], ["Laos", "A", "2024", "5/2024", "25-30"],
             ["Laos", "B", "2024"], ["Laos", "C"]]),
        "merged cells of LibreOffice": (
            _flat_ods("spreadsheet", "2x1:Country|Course|1x2:Dates|.", ".||From|To", "3x1:Laos|A|2024|5", ".|B|2x1:about 7|2025", ".|C|.|"),
            [["Country", "Course", "Dates"], ["Country", "", "From", "To"], ["Laos", "A", "2024", "5"], ["Laos", "B", "about 7", "2025"],
             ["Laos", "C"]]),
        "with macros": (xlsx(more={"xl/vbaProject.bin": OLE + b"Sub Auto_Open()"}), [["Course", "Start"], ["One", "2024"]]),
        "formulas that have no value": (
            xlsx(rows(["Course", "Start"], ["=HYPERLINK(A1)", "2024"])), [["Course", "Start"], ["#NOT CALCULATED", "2024"]]),
        "names that climb out": (xlsx(more={"../../../etc/passwd": "root", "/root/x": "y"}), [["Course", "Start"], ["One", "2024"]]),
        "a stray zero byte": (TABLE.encode() * 50 + b"Th\0ree,2024\n", [["Course", "Start"], ["One", "2024"]] * 50 + [["Th\0ree", "2024"]]),
        "a sign of the end of DOS": (TABLE.encode() * 50 + b"\x1a", [["Course", "Start"], ["One", "2024"]] * 50 + [["\x1a"]]),
        "UTF-16 without a mark": (TABLE.encode("utf-16-le"), [["Course", "Start"], ["One", "2024"]]),
        "UTF-16 with a mark": (TABLE.encode("utf-16"), [["Course", "Start"], ["One", "2024"]]),
        "all kinds of line ends": (b"Course,Start\r\nOne,2024\rTwo,2025\n", [["Course", "Start"], ["One", "2024"], ["Two", "2025"]]),
        "UTF-16, the other way round": (TABLE.encode("utf-16-be"), [["Course", "Start"], ["One", "2024"]]),
        "duplicate headers": (b"Course,Course\nOne,Two\n", [["Course", "Course"], ["One", "Two"]]),
        "only a header": (b"Course,Start\n", [["Course", "Start"]]),
        "a line break in a cell": (b'Course,Start\n"One\nand more",2024\n', [["Course", "Start"], ["One\nand more", "2024"]]),
        "formulas of a text": (b"Course,Start\n=cmd|' /C calc'!A0,@SUM(1)\n", [["Course", "Start"], ["=cmd|' /C calc'!A0", "@SUM(1)"]]),
        **harmless_records(),
        "mixed encodings": (b"Course,Place\nCaf\xe9,Caf\xc3\xa9\n", [["Course", "Place"], ["Caf\xe9", "Caf\xc3\xa9"]]),
    }  # fmt: skip
