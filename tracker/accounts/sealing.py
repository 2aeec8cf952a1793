"""Keys made from SECRET_KEY: to keep secrets of second factors unreadable in the database, and to compare without keeping."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


def seal(purpose: str, text: str) -> str:
    """`text` as only this installation can read it, and only for the same `purpose`. About 100 characters more than `text`."""
    return Fernet(base64.urlsafe_b64encode(_key(purpose))).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str | None:
    """What was sealed for `purpose`; None when it is damaged or was sealed under another SECRET_KEY."""
    try:
        return Fernet(base64.urlsafe_b64encode(_key(purpose))).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def keyed_hash(purpose: str, *parts: str) -> str:
    """64 hexadecimal digits that stand for `parts` and cannot be guessed back without SECRET_KEY."""
    return hmac.new(_key(purpose), "\x1f".join(parts).encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def token_hash(token: str) -> str:
    """What is kept of a random token: enough to recognise it, not to use it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _key(purpose: str) -> bytes:
    """One key for each purpose (HKDF, RFC 5869)."""
    secret: str = current_app.config["SECRET_KEY"]
    return HKDF(SHA256(), length=32, salt=None, info=f"tracker accounts {purpose}".encode()).derive(secret.encode())
