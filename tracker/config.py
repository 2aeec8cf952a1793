"""Settings of one installation; the only reader of the environment."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"


@dataclass(frozen=True)
class Settings:
    """What a deployment may choose. Names of variables are the fields in capitals."""

    database_url: str = ""
    secret_key: str = ""
    # ISO 3166-1 alpha-3 of the country whose ministry runs this copy; never a row in partner tables (C4)
    reporting_state: str = "CHN"
    product_name: str = ""  # the header says "Cooperation tracker", in the language of the reader, without it
    default_language: str = "en"
    time_zone: str = "UTC"
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    # cookies travel over TLS only; off for the plain-HTTP demo on loopback
    secure_cookies: bool = False
    # master keys of personal data, 32 bytes each: the first seals, all open
    personal_data_keys: tuple[bytes, ...] = ()
    # months until a handover is reviewed for erasure, by legal status; the shortest of its persons holds
    retention_months: tuple[tuple[str, int], ...] = (("default", 36), ("witness", 12), ("victim", 12))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read DATABASE_URL, SECRET_KEY, REPORTING_STATE and so on; what is not set keeps its default.

        Raises ValueError, naming the variable, when a value cannot be used.
        """

        def number(name: str, default: int) -> int:
            value = environ.get(name, "")
            if value and not value.isdigit():
                raise ValueError(f"{name} must be a whole number, not {value!r}")
            return int(value) if value else default

        return cls(
            database_url=environ.get("DATABASE_URL", "") or default_database_url(),
            secret_key=environ.get("SECRET_KEY", "") or kept_secret_key(),
            reporting_state=environ.get("REPORTING_STATE", "") or cls.reporting_state,
            product_name=environ.get("PRODUCT_NAME", "") or cls.product_name,
            default_language=environ.get("DEFAULT_LANGUAGE", "") or cls.default_language,
            time_zone=environ.get("TIME_ZONE", "") or cls.time_zone,
            host=environ.get("HOST", "") or cls.host,
            port=number("PORT", cls.port),
            threads=number("THREADS", cls.threads),
            secure_cookies=environ.get("SECURE_COOKIES", "") == "1",
            personal_data_keys=personal_data_keys(environ),
            retention_months=retention_months(environ.get("RETENTION_MONTHS", "")) or cls.retention_months,
        )


def default_database_url() -> str:
    """SQLite in the instance folder, which is made when it is missing."""
    INSTANCE.mkdir(exist_ok=True)
    return f"sqlite:///{INSTANCE / 'tracker.sqlite3'}"


def kept_secret_key() -> str:
    """A key made once and kept beside the database, so that a restart signs nobody out."""
    INSTANCE.mkdir(exist_ok=True)
    path = INSTANCE / "secret_key"
    if not path.exists():
        path.write_text(secrets.token_hex(32))
        path.chmod(0o600)
    return path.read_text().strip()


def personal_data_keys(environ: Mapping[str, str]) -> tuple[bytes, ...]:
    """PERSONAL_DATA_KEY and, while it is being replaced, PERSONAL_DATA_KEY_OLD; without them the key kept in the instance folder."""
    given = [(name, environ.get(name, "")) for name in ("PERSONAL_DATA_KEY", "PERSONAL_DATA_KEY_OLD")]
    if not given[0][1]:
        given[0] = ("instance/personal_data_key", kept_personal_data_key())
    return tuple(_key_of(name, text) for name, text in given if text)


def kept_personal_data_key() -> str:
    """A key made once, readable by its owner only. Without it no name can ever be opened again: it is backed up apart from the data."""
    INSTANCE.mkdir(exist_ok=True)
    path = INSTANCE / "personal_data_key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)).decode())
    return path.read_text().strip()


def _key_of(name: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise ValueError(f"{name} must be 32 bytes in base64 (make one with: openssl rand -base64 32)")
    return key


def retention_months(text: str) -> tuple[tuple[str, int], ...]:
    """`default=36,convicted=60` as pairs. Five years is the most (RPD art. 50)."""
    pairs = [part.partition("=") for part in text.replace(" ", "").split(",") if part]
    if not all(status and months.isdigit() and 1 <= int(months) <= 60 for status, _, months in pairs):
        raise ValueError("RETENTION_MONTHS must read like default=36,convicted=60, with 1 to 60 months each")
    found = {status: int(months) for status, _, months in pairs}
    return tuple(({"default": 36} | found).items()) if found else ()
