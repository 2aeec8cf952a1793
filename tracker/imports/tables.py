"""The tables of a file that somebody wants to import, read by a process that may take little time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

_READER = Path(__file__).with_name("table_reader.py")
MOST_CELLS = 60_000_000
WITH_NAMES = frozenset({"jsonl", "parquet"})  # kinds of files whose first row are the names, and whose texts are as they are


class UnreadableError(ValueError):
    """The file cannot be read as tables. `code` says why (the words are in `imports/words.py`), `row` where; 0 for nowhere."""

    def __init__(self, code: str, row: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.row = row


@dataclass(frozen=True)
class Head:
    """What kind of file it is; encoding and delimiter only of a text."""

    kind: str
    encoding: str
    delimiter: str


@dataclass(frozen=True)
class SheetStart:
    """The rows that follow are of this sheet; `first` is the number of the first of them, as a spreadsheet counts."""

    name: str
    first: int


def read_tables(
    file: IO[bytes], *, encoding: str = "", delimiter: str = "", most_cells: int = MOST_CELLS
) -> Iterator[Head | SheetStart | list[str]]:
    """What is in `file`, line by line: its head, then each sheet with its rows. Raises UnreadableError, also in the middle."""
    command = [sys.executable, "-I", str(_READER), str(most_cells), encoding, delimiter]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader:  # noqa: S603  our own program
        assert reader.stdin
        assert reader.stdout
        feeder = threading.Thread(target=_feed, args=(file, reader.stdin), daemon=True)
        feeder.start()
        try:
            for line in reader.stdout:
                found = json.loads(line)
                if isinstance(found, dict) and "done" in found:
                    return
                yield _read(found)
            raise UnreadableError("large")  # it was stopped at its limit of memory or time
        finally:
            reader.kill()
            feeder.join()


def _feed(file: IO[bytes], pipe: IO[bytes]) -> None:
    try:
        with pipe:
            while chunk := file.read(1 << 16):
                pipe.write(chunk)
    except (BrokenPipeError, ValueError, OSError):
        return  # the reader has seen enough


def _read(found: Any) -> Head | SheetStart | list[str]:
    if isinstance(found, list):
        return found
    if "refused" in found:
        raise UnreadableError(found["refused"], found["row"])
    return Head(**found) if "kind" in found else SheetStart(found["sheet"], found["first"])
