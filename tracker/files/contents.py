"""Which files are taken: a short list of kinds, told by content and by name, and looked at as far as that can be done unread."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from tracker.files.images import GIF, JPEG, PNG, ImageProblem, size_of
from tracker.files.names import NameProblem, checked_name, extension
from tracker.files.packages import PackageProblem, check_package

MOST_PIXELS = 50_000_000
EXTENSIONS = {"pdf": "pdf", "docx": "docx", "xlsx": "xlsx", "png": "png", "jpg": "jpg", "jpeg": "jpg", "gif": "gif", "webp": "webp"}
PICTURES = frozenset({"png", "jpg", "gif", "webp"})
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}
# what runs in a PDF, where it stands openly: found even when the whole takes too long to be read (see reader.py)
_RUNS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
_PAGES = (b"<?php", b"<script", b"<html", b"<!doctype html")  # a picture that is a page, too
ACCEPT = ",".join(f".{name}" for name in EXTENSIONS)


class RefusedError(ValueError):
    """A file is not taken. `code` says why; the words for it are in `files/words.py`."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.name = name


@dataclass(frozen=True)
class Looked:
    """A file that may be stored, as far as its outside tells."""

    name: str
    kind: str


def look_at(given_name: str, data: bytes) -> Looked:
    """Check name, content, and that both say the same. Raises RefusedError."""
    try:
        name = checked_name(given_name)
        wanted = EXTENSIONS.get(extension(name))
        if not data:
            raise RefusedError("empty")
        if wanted is None:
            raise RefusedError("kind")
        if kind_of(data, wanted) != wanted:
            raise RefusedError("mismatch")
        _check_inside(wanted, data)
    except (NameProblem, ImageProblem, PackageProblem) as error:
        raise RefusedError(f"name_{error.code}" if isinstance(error, NameProblem) else error.code) from error
    return Looked(name, wanted)


def kind_of(data: bytes, wanted: str = "") -> str:
    """What the first bytes say; `docx` and `xlsx` begin alike, so that `wanted` decides between them until they are read."""
    if data.startswith((b"%PDF-1.", b"%PDF-2.")):
        return "pdf"
    if data.startswith(PNG):
        return "png"
    if data.startswith(JPEG):
        return "jpg"
    if data.startswith(GIF):
        return "gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith(b"PK\x03\x04"):
        return wanted if wanted in ("docx", "xlsx") else "zip"
    return ""


def _check_inside(kind: str, data: bytes) -> None:
    if kind not in ("docx", "xlsx") and zipfile.is_zipfile(io.BytesIO(data)):
        raise RefusedError("two")
    if kind in PICTURES:
        if b"%PDF-" in data[:2048] or any(word in data.lower() for word in _PAGES):
            raise RefusedError("two")
        width, height = size_of(kind, data)
        if not width or not height:
            raise RefusedError("broken")
        if width * height > MOST_PIXELS:
            raise RefusedError("pixels")
    elif kind == "pdf":
        if any(word in data for word in _RUNS):
            raise RefusedError("active")
        end = data.rfind(b"%%EOF")
        if end < 0 or b"startxref" not in data:
            raise RefusedError("broken")
        if data[end + 5 :].strip(b"\r\n \t\x00"):
            raise RefusedError("tail")
    else:
        check_package(kind, data)
