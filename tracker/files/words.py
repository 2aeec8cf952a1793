"""What is said about files: why one is not taken, and why one is not found by its words."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from tracker.database.sealing import SealError
from tracker.files.contents import RefusedError
from tracker.files.models import NAME_LENGTH, TextState
from tracker.files.store import LockedError

KIND_WORDS = {
    "pdf": "PDF", "docx": "Word (DOCX)", "xlsx": "Excel (XLSX)", "png": "PNG", "jpg": "JPEG", "gif": "GIF", "webp": "WebP",
}  # fmt: skip

TEXT_WORDS = {
    TextState.READ: "",
    TextState.CUT: _l("found by the words of its first 100,000 characters"),
    TextState.NONE: "",
    TextState.LOCKED: _l("behind a password: not found by its words"),
    TextState.TOO_MUCH: _l("too large to be read: not found by its words"),
    TextState.UNREADABLE: _l("could not be read: not found by its words"),
}

_REASONS = {
    "empty": _l("it is empty."),
    "size": _l("it is larger than the tracker takes."),
    "kind": _l("only PDF, DOCX, XLSX, PNG, JPEG, GIF and WebP are taken."),
    "mismatch": _l("its content is not what its name says. Save it again from the program that made it."),
    "name_long": _l("its name is too long: at most %(most)d characters."),
    "name_signs": _l("its name holds signs that no file name may hold. Rename it."),
    "name_bare": _l("its name lacks its kind, such as .pdf. Rename it."),
    "name_double": _l("its name holds the ending of a program or page. Rename it."),
    "broken": _l("it is damaged. Save it again from the program that made it."),
    "tail": _l("something is hidden behind its end. Save it again from the program that made it."),
    "two": _l("it is two kinds of file at once. Save it again from the program that made it."),
    "pixels": _l("the picture has more than 50 million pixels. Make it smaller."),
    "bomb": _l("it unpacks to far more than its size. Save it again from the program that made it."),
    "macros": _l("it holds macros or embedded programs. Save it without them."),
    "other": _l("it is not a plain Word document or Excel workbook."),
    "xml": _l("it holds declarations that Office files do not have. Save it again with Word or Excel."),
    "active": _l("it holds scripts, other files or links that load by themselves. Print it to a new PDF, or save it without them."),
    "again": _l("the same file is attached already."),
    "many": _l("there are as many files here as the tracker takes."),
    "quota": _l("your files together are as large as the tracker takes. Ask an administrator."),
}


def refusal(error: RefusedError) -> str:
    """Which file was refused and why, for the field."""
    why = str(_REASONS[error.code])
    if error.code == "name_long":
        why = why % {"most": NAME_LENGTH}
    return gettext("“%(name)s” was not taken: %(why)s", name=shown_name(error.name), why=why)


def why_closed(error: SealError) -> str:
    """Why a file that is attached cannot be handed out. No name: it may be somebody's."""
    if isinstance(error, LockedError):
        return gettext("This file is locked: the tracker runs with another key than before. Nothing is lost; tell an administrator.")
    return gettext("This file is damaged on the disk and cannot be handed out. Tell an administrator: a backup may hold it whole.")


def shown_name(name: str) -> str:
    """A refused name as it can be shown: short, and without signs that disguise it."""
    plain = "".join(char if char.isprintable() else "\ufffd" for char in name)
    return plain if len(plain) <= 60 else f"{plain[:40]}…{plain[-15:]}"
