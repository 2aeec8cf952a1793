"""Settings of one installation; the only reader of the environment."""

from __future__ import annotations

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
    # e-mail; off without a host
    smtp_host: str = ""
    smtp_port: int = 0  # the usual one for SMTP_TLS: 587, 465 or 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: str = "starttls"  # or `tls` from the first byte, or `off` inside a protected network
    mail_from: str = ""
    public_url: str = ""  # where people reach the tracker: links in e-mails begin with it

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

        tls = environ.get("SMTP_TLS", "") or cls.smtp_tls
        if tls not in ("starttls", "tls", "off"):
            raise ValueError(f"SMTP_TLS must be starttls, tls or off, not {tls!r}")
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
            smtp_host=environ.get("SMTP_HOST", ""),
            smtp_port=number("SMTP_PORT", cls.smtp_port),
            smtp_user=environ.get("SMTP_USER", ""),
            smtp_password=environ.get("SMTP_PASSWORD", ""),
            smtp_tls=tls,
            mail_from=environ.get("MAIL_FROM", ""),
            public_url=environ.get("PUBLIC_URL", ""),
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
