"""The text of a file for search, read by a process that may take little time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tracker.files.contents import PICTURES, RefusedError
from tracker.files.models import TextState

_READER = Path(__file__).with_name("reader.py")
SECONDS = 20


@dataclass(frozen=True)
class Text:
    """What a file says, as far as it could be read."""

    state: TextState
    text: str = ""


def text_of(kind: str, data: bytes) -> Text:
    """The text of a file, handed on without touching the disk. Raises RefusedError when its inside is not to be stored."""
    if kind in PICTURES:
        return Text(TextState.NONE)
    command = [sys.executable, "-I", str(_READER), kind]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, input=data)  # noqa: S603  our own program
    except subprocess.TimeoutExpired:
        return Text(TextState.TOO_MUCH)
    if done.returncode:
        return Text(TextState.TOO_MUCH if done.returncode < 0 or b"MemoryError" in done.stderr else TextState.UNREADABLE)
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise RefusedError(answer["refused"])
    return Text(TextState(answer["state"]), answer["text"])
