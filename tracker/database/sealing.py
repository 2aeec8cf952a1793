"""Sealing what nobody may read in the files of the database: AES-256-GCM, with the place it belongs to authenticated.

A sealed text moved to another row, or changed by one bit, does not open (NIST SP 800-38D).
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_LENGTH = 32
_NONCE = 12


class SealError(ValueError):
    """There is no key, or none that opens this here."""


class Sealer:
    """Seals under the first of `keys` (32 bytes each) and opens what any of them has sealed."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if any(len(key) != KEY_LENGTH for key in keys):
            raise SealError("a key has 32 bytes")
        self._ciphers = [AESGCM(key) for key in keys]

    def seal(self, plain: bytes, context: str) -> bytes:
        """`plain` unreadable, to be opened under the same `context` only. Raises SealError without a key."""
        if not self._ciphers:
            raise SealError("there is no key")
        nonce = os.urandom(_NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, plain, context.encode())

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """What was sealed. Raises SealError when no key opens it, or it was sealed for another `context`."""
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
            except (InvalidTag, ValueError):
                continue
        raise SealError("no key opens this")
