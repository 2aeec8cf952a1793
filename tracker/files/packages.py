"""What the table of contents of an Office package says (OOXML, ECMA-376): enough to refuse bombs and macros unread."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

MOST_PARTS, MOST_DIRECTORY, MOST_UNPACKED, HIGHEST_RATIO = 3_000, 1024 * 1024, 200 * 1024 * 1024, 100
RATIO_MATTERS_FROM = 10 * 1024 * 1024
_END = b"PK\x05\x06"
_MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_MAIN_TYPES = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_MACRO_PARTS = ("vbaproject", "vbadata", "macrosheets/", "activex/", "dialogsheets/", "attachedtoolbars", "customui/")
_MACRO_TYPES = (b"macroenabled", b"vbaproject", b"ms-excel.macrosheet", b"ms-office.activex", b"oleobject")


class PackageProblem(ValueError):
    """Why a package is not taken; `code` is one of `broken`, `bomb`, `macros`, `other`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_package(kind: str, data: bytes) -> None:
    """That `data` is one plain package of `kind` (`docx`, `xlsx`) without macros. Raises PackageProblem."""
    _check_end(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            _check_sizes(parts)
            names = [part.filename.lower() for part in parts]
            if len(set(names)) != len(names) or any(_is_strange(part) for part in parts):
                raise PackageProblem("broken")
            if any(word in name for name in names for word in _MACRO_PARTS) or any(
                name.endswith(".bin") and "ole" in name for name in names
            ):
                raise PackageProblem("macros")
            if "[content_types].xml" not in names or _MAIN[kind] not in names:
                raise PackageProblem("other")
            types = package.read("[Content_Types].xml")
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, RuntimeError, NotImplementedError, KeyError) as error:
        raise PackageProblem("broken") from error
    if any(word in types.lower() for word in _MACRO_TYPES):
        raise PackageProblem("macros")
    if _MAIN_TYPES[kind] not in types:
        raise PackageProblem("other")


def _check_end(data: bytes) -> None:
    """The directory's size is looked at before anything reads it, and the package starts and ends where the file does."""
    at = data.rfind(_END, max(0, len(data) - 65_557))
    if at < 0 or len(data) < at + 22:
        raise PackageProblem("broken")
    entries, size, start, comment = struct.unpack_from("<HIIH", data, at + 10)
    if entries > MOST_PARTS or size > MOST_DIRECTORY:
        raise PackageProblem("bomb")
    if comment or at + 22 != len(data) or start + size != at or not data.startswith(b"PK\x03\x04"):
        raise PackageProblem("broken")


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED:
        raise PackageProblem("bomb")
    if unpacked > RATIO_MATTERS_FROM and unpacked > HIGHEST_RATIO * max(1, packed):
        raise PackageProblem("bomb")


def _is_strange(part: zipfile.ZipInfo) -> bool:
    """Encrypted, a way out of the folder, a name that is none, or a packing that Office does not write."""
    name = part.filename
    steps = name.replace("\\", "/").split("/")
    is_plain = part.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and not part.flag_bits & 0x1
    return not is_plain or name.startswith("/") or ":" in name or ".." in steps
