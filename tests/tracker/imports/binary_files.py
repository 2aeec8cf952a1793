"""Small workbooks in the formats of bytes, XLS and XLSB, which no library of ours writes."""

from __future__ import annotations

import struct

from tests.tracker.imports.hostile_files import OFFICE, OLE, RELS, package

END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
WRONG = 0x2A  # the code of #N/A


def xlsb(*records: bytes, name: str = "Courses") -> bytes:
    """A workbook of one sheet with these records."""
    book = b"".join([_record(131), _record(143), _record(156, bytes(8) + _wide("rId1") + _wide(name)), _record(144), _record(132)])
    sheet = b"".join([_record(129), _record(148, struct.pack("<4I", 0, 9, 0, 9)), _record(145), *records, _record(146), _record(130)])
    relations = '<Relationships xmlns="{}"><Relationship Id="rId1" Type="{}/{}" Target="{}"/></Relationships>'.format
    return package({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(RELS, OFFICE, "officeDocument", "xl/workbook.bin"), "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": relations(RELS, OFFICE, "worksheet", "worksheets/sheet1.bin"), "xl/worksheets/sheet1.bin": sheet,
    })  # fmt: skip


def row(number: int) -> bytes:
    return _record(0, struct.pack("<I", number) + bytes(13))


def number(column: int, value: float) -> bytes:
    return _record(5, struct.pack("<IId", column, 0, value))


def wrong(column: int, code: int = WRONG) -> bytes:
    return _record(3, struct.pack("<II", column, 0) + bytes([code]))


def wrong_formula(column: int, code: int = WRONG) -> bytes:
    return _record(11, struct.pack("<II", column, 0) + bytes([code]) + bytes(10))


def _record(kind: int, body: bytes = b"") -> bytes:
    said = [kind & 0x7F | 0x80, kind >> 7] if kind > 0x7F else [kind]
    length = len(body)
    while length > 0x7F:
        said.append(length & 0x7F | 0x80)
        length >>= 7
    return bytes([*said, length]) + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xls(*sheets: bytes) -> bytes:
    """A workbook whose sheets have these records, in a compound file."""
    begin = len(_globals([0] * len(sheets)))
    begins = [begin + sum(len(_part(0x10, one)) for one in sheets[:place]) for place in range(len(sheets))]
    return compound(_globals(begins) + b"".join(_part(0x10, one) for one in sheets))


def _globals(begins: list[int]) -> bytes:
    names = [f"Sheet{place}".encode() for place in range(len(begins))]
    return _part(
        5,
        b"".join(record(0x85, struct.pack("<IBBBB", begin, 0, 0, len(name), 0) + name) for begin, name in zip(begins, names, strict=True)),
    )


def _part(kind: int, records: bytes) -> bytes:
    return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0)) + records + record(0x0A)


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def xls_number(place: tuple[int, int], value: float) -> bytes:
    return record(0x203, struct.pack("<HHHd", *place, 0, value))


def xls_wrong(place: tuple[int, int], code: int = WRONG, is_error: int = 1) -> bytes:
    return record(0x205, struct.pack("<HHHBB", *place, 0, code, is_error))


def xls_formula(place: tuple[int, int], result: bytes) -> bytes:
    return record(0x06, struct.pack("<HHH", *place, 0) + result + bytes(8))


def compound(stream: bytes, after: dict[int, int] | None = None) -> bytes:
    """A compound file with one stream, which begins in sector 2; `after`: sectors that follow upon others than the usual ones."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    last = 1 + len(stream) // 512
    table = [FAT, END, *range(3, last + 1), END]
    for place, following in (after or {}).items():
        table[place] = following
    table += [FREE] * (128 - len(table))
    head = OLE + bytes(16) + struct.pack("<5H6x9I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0)
    directory = _entry("Root Entry", 5, END, 0, 1) + _entry("Workbook", 2, 2, len(stream), FREE) + bytes(256)
    return head + struct.pack("<109I", 0, *[FREE] * 108) + struct.pack("<128I", *table) + directory + stream


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return text.ljust(64, b"\0") + struct.pack("<HBBIII36xIQ", len(text), kind, 1, FREE, FREE, child, start, size)
