"""The promise "No regular expression hangs": every compiled pattern of the product on 50,000 characters of what it likes least."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import tracker

pytestmark = pytest.mark.engine_free

LENGTH = 50_000
PIECES = (
    *("a", "A", "1", "0", " ", "-", ",", ".", "/", "(", "[", "]", "'", ";", "&", "<", "=", "\n", "é", "中"),
    *("a ", "1,", "1.", "-1", "a-", "[a", "a, "),
)
ENDS = ("", "!")
HANGS = 1.0  # seconds of this process; the promise is a tenth, and benchmarks measure it


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern that a module or a class of the product holds, with its name."""
    for found in pkgutil.walk_packages(tracker.__path__, "tracker."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield f"{found.name}.{name}", value
            if isinstance(value, type) and value.__module__ == found.name:
                yield from ((f"{found.name}.{name}.{key}", one) for key, one in vars(value).items() if isinstance(one, re.Pattern))


PATTERNS = dict(patterns())
SOURCES = "\n".join(file.read_text(encoding="utf-8") for file in sorted(Path(tracker.__file__).parent.rglob("*.py")))
ASKED = set(re.findall(r"\b(\w+)\.(match|fullmatch|search|finditer|findall|split|subn?)\(", SOURCES))


def asked(name: str) -> set[str]:
    """How the product asks the pattern of this name: at the start, as a whole, or anywhere."""
    used = {ask for its, ask in ASKED if its == name}
    return {one if one in ("match", "fullmatch") else "search" for one in used} or {"match", "fullmatch", "search"}


@pytest.mark.parametrize("name", PATTERNS)
def test_promise_each_compiled_pattern_on_50000_characters_does_not_hang(name: str) -> None:
    pattern = PATTERNS[name]
    asks = [getattr(pattern, ask) for ask in asked(name.rpartition(".")[2])]
    for piece in PIECES:
        for end in ENDS:
            typed = (piece * LENGTH)[: LENGTH - len(end)] + end
            text: str | bytes = typed.encode() if isinstance(pattern.pattern, bytes) else typed
            started = time.process_time()
            for ask in asks:
                ask(text)
            assert time.process_time() - started < HANGS, (piece, end)


def test_there_are_patterns() -> None:
    assert len(PATTERNS) > 20
