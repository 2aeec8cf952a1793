"""A brief as PDF. Typst's wheel brings its own fonts and needs no program of the system.

They have no Chinese, Thai or Arabic letters: those come from the fonts of the machine. A file with empty boxes is never made:
PDF/A forbids them, and so the compiler refuses.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tracker.briefs.content import MOST_TOGETHER, Brief, printable

_LAYOUT = Path(__file__).with_name("brief.typ")
_NOT_DRAWN = re.compile(r'(?:the text|contains the codepoint) `"((?:\\.|[^"])+)"`')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
UNKNOWN_SIGN = "[?]"


class FontError(ValueError):
    """The machine has no font for the letters that this holds."""


def pdf_of(brief: Brief, *, with_fonts_of_machine: bool = True) -> bytes:
    """The bytes of the file. Raises FontError. A sign that is no letter and that no font has, an emoji, is set as `[?]`."""
    content: Any = asdict(brief)
    for table, one in zip(content["tables"], brief.tables, strict=True):
        table |= {"shares": one.shares, "is_together": len(one.lines) < MOST_TOGETHER}
    missing = ""
    for _ in range(3):
        data, missing = _compiled(_each_text(content, printable), with_fonts_of_machine)
        if data:
            return data
        if any(unicodedata.category(sign)[0] in "LM" for sign in missing):
            break
        content = _without(content, missing)
    raise FontError("".join(sign for sign in missing if unicodedata.category(sign)[0] != "C"))


def _compiled(content: Any, with_fonts_of_machine: bool) -> tuple[bytes, str]:
    """The file; else nothing, and the signs that no font has."""
    import typst

    try:
        data = typst.compile(
            _LAYOUT.read_bytes(),
            format="pdf",
            sys_inputs={"brief": json.dumps(content)},
            pdf_standards="a-2a",  # for archives: tagged, every letter drawn
            ignore_system_fonts=not with_fonts_of_machine,
        )
    except typst.TypstError as error:
        found = _NOT_DRAWN.findall(error.diagnostic)
        if not found:
            raise
        return b"", "".join(sorted({sign for text in found for sign in _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)}))
    return data, ""


def _without(content: Any, missing: str) -> Any:
    """What only steers the letters beside it is seen by nobody, and needs no sign in its place."""
    signs = {ord(sign): "" if unicodedata.category(sign) == "Cf" else UNKNOWN_SIGN for sign in missing}
    return _each_text(content, lambda text: text.translate(signs))


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """`value` with each text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each_text(inner, change) for key, inner in value.items()}
    return [_each_text(inner, change) for inner in value] if isinstance(value, list | tuple) else value
