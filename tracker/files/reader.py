"""Reads the text of one file, in a process of its own with little memory and time: `python reader.py KIND < FILE`.

Run by its path, so that it imports nothing of the tracker; the file comes by the standard input, so that it lies nowhere in plain.
The answer is one JSON object on the standard output:
{"state": "read" | "cut" | "none" | "locked" | "unreadable", "text": "..."} or {"refused": "bomb" | "xml" | "active" | "broken"}.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import re
import sys
import zipfile
from collections.abc import Iterator
from typing import IO, Any

MOST_TEXT = 100_000  # characters
MOST_UNPACKED = 200 * 1024 * 1024
MEMORY, SECONDS = 700 * 1024 * 1024, 10
_TEXT_PARTS = re.compile(
    r"(word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml|xl/(sharedStrings|worksheets/sheet\d+)\.xml)"
)
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
_REMOTE = (b"/attachedTemplate", b"/oleObject", b"/frame", b"/subDocument")
_ACTIVE_KEYS = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia")


class RefusedError(Exception):
    """The file is not to be stored; the argument says why."""


def read(kind: str, file: IO[bytes]) -> dict[str, str]:
    """The answer for one file."""
    try:
        found = _pdf(file) if kind == "pdf" else _package(file)
    except RefusedError as error:
        return {"refused": str(error)}
    except (zipfile.BadZipFile, EOFError, ValueError, RecursionError):
        return {"refused": "broken"}
    if found is None:
        return {"state": "locked", "text": ""}
    text = " ".join("".join(found).replace("\x00", " ").split()).encode("utf-8", "replace").decode()
    return {"state": "cut" if len(text) > MOST_TEXT else "read" if text else "none", "text": text[:MOST_TEXT]}


def _pdf(file: IO[bytes]) -> list[str] | None:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(file)
        if reader.is_encrypted:
            return None
        _refuse_active(reader)
        words: list[str] = []
        for page in reader.pages:
            words += (page.extract_text(), "\n")
            if sum(map(len, words)) > MOST_TEXT:
                break
    except PyPdfError as error:
        raise RefusedError("broken") from error
    return words


def _refuse_active(reader: Any) -> None:
    """Nothing that runs, starts programs or carries other files: every object that the document reaches is looked at."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

    todo: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    while todo:
        one = todo.pop()
        if isinstance(one, IndirectObject):
            if (one.idnum, one.generation) in seen:
                continue
            seen.add((one.idnum, one.generation))
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            if any(key in _ACTIVE_KEYS for key in one) or any(
                isinstance(value, NameObject) and value in _ACTIVE_KEYS for key, value in one.items() if key in ("/S", "/Type", "/Subtype")
            ):
                raise RefusedError("active")
            todo += [dict.__getitem__(one, key) for key in one]
        elif isinstance(one, ArrayObject):
            todo += list(list.__iter__(one))


def _package(file: IO[bytes]) -> list[str]:
    words: list[str] = []
    length, unpacked = 0, 0
    with zipfile.ZipFile(file) as package:
        for part in package.infolist():
            data = _unpack(package, part, MOST_UNPACKED - unpacked)
            unpacked += len(data)
            if not part.filename.lower().endswith((".xml", ".rels")):
                continue
            plain = data.replace(b"\x00", b"")  # the same letters in UTF-16
            if any(word in plain for word in _DECLARATIONS):
                raise RefusedError("xml")
            if part.filename.endswith(".rels") and b"External" in plain and any(word in plain for word in _REMOTE):
                raise RefusedError("active")
            if b"<ddeLink" in plain or b"DDEAUTO" in plain:
                raise RefusedError("active")
            if _TEXT_PARTS.fullmatch(part.filename) and length <= MOST_TEXT:
                found = list(_words(data, part.filename))
                words += found
                length += sum(map(len, found))
    return words


def _unpack(package: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> bytes:
    """What is really inside, whatever the table of contents says."""
    with package.open(part) as stream:
        data = stream.read(room + 1)
    if len(data) > room:
        raise RefusedError("bomb")
    return data


def _words(data: bytes, name: str) -> Iterator[str]:
    """Texts of paragraphs and cells; numbers of cells too, but not the numbers of shared texts."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    try:
        for _, element in iterparse(io.BytesIO(data), forbid_dtd=True):
            tag = element.tag.rpartition("}")[2]
            if tag == "t" and element.text:
                yield element.text
            elif tag in ("p", "si", "tab", "br", "is"):
                yield "\n"
            elif tag == "c" and name.startswith("xl/") and element.get("t") in (None, "n", "str"):
                yield from (f"{child.text} " for child in element if child.tag.endswith("}v") and child.text)
            if tag in ("p", "si", "row"):
                element.clear()
    except DefusedXmlException as error:
        raise RefusedError("xml") from error
    except ParseError as error:
        raise RefusedError("broken") from error


def _limit() -> None:
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # what pypdf thinks of a file is no line of ours
    _limit()
    sys.setrecursionlimit(2_000)
    answer = json.dumps(read(sys.argv[1], io.BytesIO(sys.stdin.buffer.read()))).encode()
    sys.stdout.buffer.write(answer)
