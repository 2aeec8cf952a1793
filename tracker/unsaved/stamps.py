"""The stamp that an opened form carries: which draft it keeps, which opened page it is, and what it last saw kept."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

_WRITTEN = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{16})\.([0-9]{1,9})", re.ASCII)
KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True)
class Stamp:
    """`key` names the draft; `writer` the page; `seen` is the draft's revision that this page knows, 0 for none."""

    key: str
    writer: str
    seen: int = 0

    def __str__(self) -> str:
        return f"{self.key}.{self.writer}.{self.seen}"

    @classmethod
    def new(cls, key: str = "", seen: int = 0) -> Stamp:
        """The stamp of a page just opened: on a draft of its own, or on the one that it continues."""
        return cls(key or secrets.token_hex(16), secrets.token_hex(8), seen)

    @classmethod
    def read(cls, text: str) -> Stamp:
        """A stamp as it came back with a form; a new one when that is none."""
        match = _WRITTEN.fullmatch(text)
        return cls(match[1], match[2], int(match[3])) if match else cls.new()
