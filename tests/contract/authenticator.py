"""A passkey in software: answers the challenges of the tracker as a device would, without a browser."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

# bits of the flags that a device signs: somebody touched it, it asked for a PIN or a finger, a new key comes along
_PRESENT, _VERIFIED, _NEW_KEY = 0x01, 0x04, 0x40
_ORIGIN, _HOST = "http://localhost", "localhost"


@dataclass
class Authenticator:
    """One key of one device."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    used: int = 0

    def made(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to the options for adding a passkey."""
        told = _client_data("webauthn.create", options)
        named = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self._public_key()
        known = self._data(_PRESENT | _VERIFIED | _NEW_KEY) + named
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": known})
        return self._answer(clientDataJSON=told, attestationObject=attested)

    def signed(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to the options for signing in or confirming."""
        told, known = _client_data("webauthn.get", options), self._data(_PRESENT | _VERIFIED)
        signature = self.key.sign(known + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=told, authenticatorData=known, signature=signature)

    def _answer(self, **parts: bytes) -> dict[str, Any]:
        name = bytes_to_base64url(self.credential_id)
        response = {part: bytes_to_base64url(value) for part, value in parts.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": response}

    def _data(self, flags: int) -> bytes:
        self.used += 1
        return hashlib.sha256(_HOST.encode()).digest() + bytes([flags]) + self.used.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        """The public half in COSE: an elliptic key on P-256 for ES256."""
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})


def _client_data(kind: str, options: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, "challenge": options["challenge"], "origin": _ORIGIN, "crossOrigin": False}).encode()
