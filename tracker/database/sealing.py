"""Sealing: bytes that only this installation reads back, under keys that never lie in the database.

AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits. The context - what the bytes are and whose - is authenticated
with them, so that a sealed value moved to another row does not open.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from sqlalchemy.orm import Session

KEY_LENGTH, _NONCE_LENGTH = 32, 12
SEALED_UNDER_MASTER = "sealed_under_master"
_FORMAT = b"\x01"


class SealError(Exception):
    """Sealed bytes cannot be opened: another key, another context, or they were changed."""


class Sealer:
    """Seals under the first of `keys` (32 bytes each); opens what any of them sealed, so that keys can be rotated."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_LENGTH for key in keys):
            raise ValueError(f"a sealer needs at least one key, each of {KEY_LENGTH} bytes")
        self._ciphers = [AESGCM(key) for key in keys]

    def seal(self, plain: bytes, context: str) -> bytes:
        """`plain` encrypted and bound to `context`; the same bytes never look the same twice."""
        nonce = secrets.token_bytes(_NONCE_LENGTH)
        return _FORMAT + nonce + self._ciphers[0].encrypt(nonce, plain, context.encode())

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """What was sealed. Raises SealError."""
        if sealed[:1] != _FORMAT:
            raise SealError("these bytes were not sealed here")
        nonce, body = sealed[1 : 1 + _NONCE_LENGTH], sealed[1 + _NONCE_LENGTH :]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, body, context.encode())
            except (InvalidTag, ValueError):
                continue
        raise SealError("no key opens these bytes in this context")


class Reseal(Protocol):
    def __call__(self, session: Session, opens: Sealer, seals: Sealer, *, leave_lost: bool) -> Mapping[str, int]:
        """Seal anew what is sealed under the master key, in the transaction of `session`; what was done, in numbers. Raises SealError.

        `leave_lost`: what no key opens and what may be lost stays as it is and is counted.
        """


def also_sealed(app: Flask, reseal: Reseal) -> None:
    """From above: what else lies under the master key and is sealed anew when it changes."""
    app.extensions.setdefault(SEALED_UNDER_MASTER, []).append(reseal)
