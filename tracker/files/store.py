"""Contents on disk: sealed, each under a name that says nothing and is never used again, written for good before anybody is told.

Contents from before files were sealed lie in plain under their SHA-256 until `flask files seal`.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

from tracker.config import Settings
from tracker.database.sealed_blocks import open_sealed, seal_blocks, sealed_size
from tracker.database.sealing import KEY_LENGTH, Sealer, SealError
from tracker.files.models import SealedContent

_SEALED, _PLAIN = re.compile(r"[0-9a-f]{32}", re.ASCII), re.compile(r"[0-9a-f]{64}", re.ASCII)
_INCOMING = "incoming"
_BLOCK = 1024 * 1024


class LockedError(SealError):
    """The master key of the installation does not open the key of this content: another one did."""


@dataclass(frozen=True)
class Kept:
    """A content that was written and that no row names yet: its SHA-256, the name of its file, and its key under the master key."""

    sha256: str
    place: str
    size: int  # bytes of the plain content
    wrapped: bytes = field(repr=False)


class Store:
    """The folder of files; made when the first file comes. Nothing given by a person is ever part of a path in it."""

    def __init__(self, folder: str | Path, master: Sealer) -> None:
        self.folder = Path(folder)
        self._master = master

    def put(self, data: bytes) -> Kept:
        """Seal `data` under a key of its own and write it. When this returns, file and name survive a power cut."""
        digest, place, key = hashlib.sha256(data).hexdigest(), secrets.token_hex(16), secrets.token_bytes(KEY_LENGTH)
        wrapped = self._master.seal(key, _of_key(digest, place))
        self._write(self.path_of(place), seal_blocks(key, data))
        return Kept(digest, place, len(data), wrapped)

    def put_plain(self, sealed: SealedContent) -> None:
        """Write a content as it lay before files were sealed. Raises FileNotFoundError, SealError, and then nothing is written."""
        with self.open(sealed.sha256, sealed) as content:
            self._write(self.path_of(sealed.sha256), iter(lambda: content.read(_BLOCK), b""))

    def open(self, digest: str, sealed: SealedContent | None) -> BufferedReader:
        """The plain content, wherever it lies. Raises FileNotFoundError, LockedError; reading raises SealError where it is damaged."""
        if sealed is None:
            return self.path_of(digest).open("rb")
        key = self.key_of(sealed)
        return open_sealed(key, self.path_of(sealed.place).open("rb"))

    def key_of(self, sealed: SealedContent) -> bytes:
        """Raises LockedError."""
        try:
            return self._master.unseal(sealed.wrapped, _of_key(sealed.sha256, sealed.place))
        except SealError as error:
            raise LockedError(str(error)) from error

    def opens(self, sealed: SealedContent) -> bool:
        """Whether the master key of this installation opens the key of the content."""
        try:
            self.key_of(sealed)
        except LockedError:
            return False
        return True

    def holds(self, sealed: SealedContent, size: int) -> bool:
        """Whether the content, of `size` bytes in plain, is there in full length and can be opened."""
        try:
            return self.opens(sealed) and self.path_of(sealed.place).stat().st_size == sealed_size(size)
        except FileNotFoundError:
            return False

    def is_whole(self, digest: str, sealed: SealedContent | None) -> bool:
        """Whether the stored bytes still have their hash. Raises FileNotFoundError, LockedError."""
        with self.open(digest, sealed) as content:
            try:
                return hashlib.file_digest(content, "sha256").hexdigest() == digest
            except SealError:
                return False

    def path_of(self, name: str) -> Path:
        """Where the file of this name lies, if it does: 32 digits are a sealed content, 64 the SHA-256 of one in plain."""
        if not _is_name(name):
            raise ValueError("not the name of a content: neither a place nor a SHA-256")
        return self.folder / name[:2] / name

    def discard(self, name: str) -> None:
        """Take a file away. One that cannot be now is named by no row, and swept."""
        with suppress(OSError):
            self.path_of(name).unlink(missing_ok=True)

    def every(self) -> Iterator[Path]:
        """All contents that are there, by name."""
        return (path for path in sorted(self.folder.glob("??/*")) if _is_name(path.name))

    def plain(self) -> Iterator[str]:
        """The hashes of the contents that lie in plain."""
        return (path.name for path in self.every() if _PLAIN.fullmatch(path.name))

    def leftovers(self) -> Iterator[Path]:
        """What a killed upload has left behind."""
        return iter(sorted((self.folder / _INCOMING).glob("*")))

    def _write(self, target: Path, pieces: Iterable[bytes]) -> None:
        incoming = self.folder / _INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(exist_ok=True)
        part = incoming / secrets.token_hex(16)
        try:
            with part.open("xb") as file:
                os.fchmod(file.fileno(), 0o600)
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        for folder in (target.parent, self.folder, self.folder.parent):
            _sync(folder)


def store_of(settings: Settings) -> Store:
    """The folder of files of an installation."""
    return Store(settings.files_path, Sealer(settings.personal_data_keys))


def reseal(sealed: SealedContent, opens: Sealer, seals: Sealer) -> None:
    """Seal the key of a content, and not the content, under another master key. Raises SealError."""
    context = _of_key(sealed.sha256, sealed.place)
    sealed.wrapped = seals.seal(opens.unseal(sealed.wrapped, context), context)


def age_of(path: Path) -> float:
    """Seconds since the file was written last."""
    return time.time() - path.stat().st_mtime


def _is_name(name: str) -> bool:
    return bool(_SEALED.fullmatch(name) or _PLAIN.fullmatch(name))


def _of_key(digest: str, place: str) -> str:
    return f"content-key {digest} {place}"


def _sync(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
