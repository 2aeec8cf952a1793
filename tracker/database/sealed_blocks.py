"""Sealing of long contents block by block: neither sealing nor opening holds more than two blocks in memory.

The STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015) over AES-256-GCM: a block's nonce is its number and
whether it is the last, so that blocks which are changed, moved, left out or cut off do not open. A key seals one content and
never another; that is why no nonce ever comes twice.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracker.database.sealing import SealError

BLOCK = 1 << 20
_TAG = 16
_FORMAT = b"\x01"


def seal_blocks(key: bytes, plain: bytes) -> Iterator[bytes]:
    """`plain` sealed under `key`, which must be new: it seals nothing else."""
    cipher = AESGCM(key)
    yield _FORMAT
    for number, at in enumerate(range(0, max(1, len(plain)), BLOCK)):
        yield cipher.encrypt(_nonce(number, is_last=at + BLOCK >= len(plain)), plain[at : at + BLOCK], _FORMAT)


def sealed_size(size: int) -> int:
    """How long `size` bytes are once they are sealed."""
    return len(_FORMAT) + size + _TAG * max(1, -(-size // BLOCK))


def open_sealed(key: bytes, sealed: BinaryIO) -> io.BufferedReader:
    """The plain content of the file `sealed`, read from beginning to end; closing it closes the file, too.

    Reading raises SealError at the first block that is not what was written: nothing of such a block is ever given.
    """
    return io.BufferedReader(_Opened(key, sealed), BLOCK)


class _Opened(io.RawIOBase):
    def __init__(self, key: bytes, sealed: BinaryIO) -> None:
        self._sealed, self._cipher = sealed, AESGCM(key)
        self._plain, self._number = memoryview(b""), 0
        self._following = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._plain and (self._following or not self._number):
            self._plain = memoryview(self._next_block())
        given = self._plain[: len(buffer)]
        self._plain = self._plain[len(given) :]
        buffer[: len(given)] = given
        return len(given)

    def close(self) -> None:
        self._sealed.close()
        super().close()

    def _next_block(self) -> bytes:
        """Only a block after which nothing comes is the last: a content that was cut between two blocks does not open."""
        if not self._number:
            if self._sealed.read(len(_FORMAT)) != _FORMAT:
                raise SealError("these bytes were not sealed here")
            self._following = self._sealed.read(BLOCK + _TAG)
        block, self._following = self._following, self._sealed.read(BLOCK + _TAG)
        try:
            plain = self._cipher.decrypt(_nonce(self._number, is_last=not self._following), block, _FORMAT)
        except (InvalidTag, ValueError) as error:
            raise SealError(f"block {self._number} is not what was sealed") from error
        self._number += 1
        return plain


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")
