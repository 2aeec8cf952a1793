"""Contents on disk: each once, under its SHA-256, written for good before anybody is told."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_INCOMING = "incoming"
_BLOCK = 1024 * 1024


class Store:
    """The folder of files; made when the first file comes. Nothing given by a person is ever part of a path in it."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def put(self, data: bytes) -> str:
        """Write `data` and give its hash. When this returns, file and name survive a power cut."""
        digest = hashlib.sha256(data).hexdigest()
        target = self.path_of(digest)
        incoming = self.folder / _INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(exist_ok=True)
        part = incoming / secrets.token_hex(16)
        try:
            with part.open("xb") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)  # also when it is there: the same content, whole again and as of now
        finally:
            part.unlink(missing_ok=True)
        for folder in (target.parent, self.folder, self.folder.parent):
            _sync(folder)
        return digest

    def path_of(self, digest: str) -> Path:
        """Where the content with this hash lies, if it does."""
        if not _HASH.fullmatch(digest):
            raise ValueError("not a SHA-256")
        return self.folder / digest[:2] / digest

    def every(self) -> Iterator[Path]:
        """All contents that are there, by hash."""
        return (path for path in sorted(self.folder.glob("??/*")) if _HASH.fullmatch(path.name))

    def leftovers(self) -> Iterator[Path]:
        """What a killed upload has left behind."""
        return iter(sorted((self.folder / _INCOMING).glob("*")))

    def is_whole(self, digest: str) -> bool:
        """Whether the stored bytes still have their hash."""
        found = hashlib.sha256()
        with self.path_of(digest).open("rb") as file:
            while block := file.read(_BLOCK):
                found.update(block)
        return found.hexdigest() == digest


def age_of(path: Path) -> float:
    """Seconds since the file was written last."""
    return time.time() - path.stat().st_mtime


def _sync(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
