"""Names of files as they were given: shown and offered for download, never used as a path."""

from __future__ import annotations

import unicodedata

from tracker.files.models import NAME_LENGTH

# Endings of what a system or a browser runs: not the last but one part of a name either. Those that are also domains of the
# internet (`.com`, `.pl`, `.py`, `.sh`, `.app`) are left out, since files are named after addresses.
_ENDINGS = """
asp aspx bat bin cgi chm cmd cpl dll docm dotm exe hta htm html iso jar js jse jsp lnk mht mhtml msi msp php php5 phtml pif potm ppam
pptm ps1 reg scr shtml svg svgz swf vbe vbs wsf xhtml xht xlam xlsm xltm xml
"""
ACTIVE = frozenset(_ENDINGS.split())


class NameProblem(ValueError):
    """Why a name is not taken; `code` is one of `long`, `signs`, `bare`, `double`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def checked_name(given: str) -> str:
    """`given` in Unicode's composed form, when it is a plain file name. Raises NameProblem."""
    name = unicodedata.normalize("NFC", given)
    if len(name) > NAME_LENGTH:
        raise NameProblem("long")
    if any(_is_odd(char) for char in name) or name != name.strip():
        raise NameProblem("signs")
    stem, dot, _ = name.rpartition(".")
    if not dot or not stem.strip(". "):
        raise NameProblem("bare")
    if name.startswith("."):  # a hidden file, or what is left of a path
        raise NameProblem("signs")
    if ACTIVE & {part.strip().lower() for part in stem.split(".")[1:]}:
        raise NameProblem("double")
    return name


def extension(name: str) -> str:
    """What stands after the last dot, in small letters."""
    return name.rpartition(".")[2].lower()


def _is_odd(char: str) -> bool:
    """Separators of paths, quotes of shells, control signs, and signs that turn the direction of a text around them."""
    if char in '/\\:*?"<>|\ufffd':
        return True
    # zero-width joiners (U+200C, U+200D) belong to Persian and Indic words; all other format signs only disguise
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and char not in "\u200c\u200d"
