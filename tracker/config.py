"""Settings of one installation; the only reader of the environment."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"
LOOPBACK = ("localhost", "127.0.0.1")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  names no host


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
    # names under which the tracker is called, without ports; empty: this machine's own names and HOST
    trusted_hosts: tuple[str, ...] = ()
    # proxies in front of the tracker whose X-Forwarded-* headers are believed; 0: nobody's
    trusted_proxies: int = 0
    # sign-ins end after this long without a request, and after this long in any case
    idle_minutes: int = 30
    session_hours: int = 12
    # before a grave deed the password is asked again when it was last given longer ago
    fresh_minutes: int = 15
    invitation_hours: int = 72
    # wrong guesses within GUESS_MINUTES for one name from one address, from one address for all names, for one name from everywhere
    guess_minutes: int = 15
    guesses_per_name: int = 8
    guesses_per_address: int = 18
    guesses_per_user: int = 50
    require_second_factor: bool = False
    # calls of one token of the API within a minute
    api_calls_per_minute: int = 300
    # single sign-on by OpenID Connect; off while the issuer is empty
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""  # what the button on the sign-in page calls the provider
    oidc_role_claim: str = ""  # a claim that decides the role at every sign-in; empty: administrators do
    oidc_roles: tuple[tuple[str, str], ...] = ()  # value of that claim -> role
    # keys of what is stored encrypted, 32 bytes each: the one in use, then the one before it
    personal_data_keys: tuple[bytes, ...] = ()
    # months until a handover is reviewed for erasure, by legal status; the shortest of its persons holds
    retention_months: tuple[tuple[str, int], ...] = (("default", 36), ("witness", 12), ("victim", 12))
    files_path: str = str(INSTANCE / "files")  # outside of what is served
    file_limit_mb: int = 20
    file_quota_mb: int = 2_000  # all files of one user together
    # the boundaries that maps show: those of the package world-atlas, or none: no map anywhere
    map: str = "world-atlas"
    brief_template: str = ""  # a DOCX with placeholders in which briefs are written; empty: our own layout
    # e-mail; off without a host
    smtp_host: str = ""
    smtp_port: int = 0  # the usual one for SMTP_TLS: 587, 465 or 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: str = "starttls"  # or `tls` from the first byte, or `off` inside a protected network
    mail_from: str = ""
    public_url: str = ""  # where people reach the tracker, https://tracker.example: links in e-mails and invitations begin with it

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
            trusted_hosts=words(environ.get("TRUSTED_HOSTS", "")),
            trusted_proxies=number("TRUSTED_PROXIES", cls.trusted_proxies),
            idle_minutes=number("IDLE_MINUTES", cls.idle_minutes),
            session_hours=number("SESSION_HOURS", cls.session_hours),
            fresh_minutes=number("FRESH_MINUTES", cls.fresh_minutes),
            invitation_hours=number("INVITATION_HOURS", cls.invitation_hours),
            guess_minutes=number("GUESS_MINUTES", cls.guess_minutes),
            guesses_per_name=number("GUESSES_PER_NAME", cls.guesses_per_name),
            guesses_per_address=number("GUESSES_PER_ADDRESS", cls.guesses_per_address),
            guesses_per_user=number("GUESSES_PER_USER", cls.guesses_per_user),
            api_calls_per_minute=number("API_CALLS_PER_MINUTE", cls.api_calls_per_minute),
            require_second_factor=environ.get("REQUIRE_SECOND_FACTOR", "") == "1",
            oidc_issuer=environ.get("OIDC_ISSUER", "").rstrip("/"),
            oidc_client_id=environ.get("OIDC_CLIENT_ID", ""),
            oidc_client_secret=environ.get("OIDC_CLIENT_SECRET", ""),
            oidc_name=environ.get("OIDC_NAME", ""),
            oidc_role_claim=environ.get("OIDC_ROLE_CLAIM", ""),
            oidc_roles=pairs("OIDC_ROLES", environ.get("OIDC_ROLES", "")),
            personal_data_keys=personal_data_keys(environ.get("PERSONAL_DATA_KEY", ""), environ.get("PERSONAL_DATA_KEY_OLD", "")),
            retention_months=retention_months(environ.get("RETENTION_MONTHS", "")) or cls.retention_months,
            files_path=environ.get("FILES_PATH", "") or cls.files_path,
            file_limit_mb=number("FILE_LIMIT_MB", cls.file_limit_mb),
            file_quota_mb=number("FILE_QUOTA_MB", cls.file_quota_mb),
            map=boundaries(environ.get("MAP", "") or cls.map),
            brief_template=environ.get("BRIEF_TEMPLATE", ""),
            smtp_host=environ.get("SMTP_HOST", ""),
            smtp_port=number("SMTP_PORT", cls.smtp_port),
            smtp_user=environ.get("SMTP_USER", ""),
            smtp_password=environ.get("SMTP_PASSWORD", ""),
            smtp_tls=tls,
            mail_from=environ.get("MAIL_FROM", ""),
            public_url=environ.get("PUBLIC_URL", "").rstrip("/"),
        )

    def address(self) -> str:
        """Where people reach the tracker, without a last slash: PUBLIC_URL, else HOST and PORT, seen from this machine."""
        host = "localhost" if self.host in EVERYWHERE else f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    def hosts(self) -> list[str]:
        """Names under which the tracker answers: TRUSTED_HOSTS, else this machine's own, HOST and the name in PUBLIC_URL."""
        if self.trusted_hosts:
            return list(self.trusted_hosts)
        own = [host for host in (self.host, urlsplit(self.public_url).hostname) if host and host not in EVERYWHERE]
        return list(dict.fromkeys([*LOOPBACK, *own]))


def boundaries(text: str) -> str:
    """What maps show. Raises ValueError, naming the variable."""
    if text not in ("world-atlas", "none"):
        raise ValueError(f"MAP must be world-atlas or none, not {text!r}")
    return text


def words(text: str) -> tuple[str, ...]:
    """The parts of a list written with commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def pairs(name: str, text: str) -> tuple[tuple[str, str], ...]:
    """`police-desk=officer, police-audit=viewer` as pairs. Raises ValueError, naming the variable."""
    found = [part.partition("=") for part in words(text)]
    if any(not sign or not left.strip() or not right.strip() for left, sign, right in found):
        raise ValueError(f"{name} is a list of NAME=ROLE with commas between, not {text!r}")
    return tuple((left.strip(), right.strip()) for left, _, right in found)


def default_database_url() -> str:
    """SQLite in the instance folder, which is made when it is missing."""
    INSTANCE.mkdir(mode=0o700, exist_ok=True)
    return f"sqlite:///{INSTANCE / 'tracker.sqlite3'}"


def kept_secret_key() -> str:
    """A key made once and kept beside the database, so that a restart signs nobody out."""
    INSTANCE.mkdir(mode=0o700, exist_ok=True)
    path = INSTANCE / "secret_key"
    if not path.exists():
        path.write_text(secrets.token_hex(32))
        path.chmod(0o600)
    return path.read_text().strip()


def personal_data_keys(current: str, old: str) -> tuple[bytes, ...]:
    """The keys given in the environment, each base64 of 32 bytes; without one, a key made once and kept beside the database.

    Raises ValueError, naming the variable.
    """
    given = [("PERSONAL_DATA_KEY", current or kept_personal_data_key()), ("PERSONAL_DATA_KEY_OLD", old)]
    return tuple(_key(name, text) for name, text in given if text)


def kept_personal_data_key() -> str:
    """A key made once, readable by its owner only. Without it no name can ever be opened again: it is backed up apart from the data."""
    INSTANCE.mkdir(mode=0o700, exist_ok=True)
    path = INSTANCE / "personal_data_key"
    if not path.exists():
        made = path.with_suffix(f".{secrets.token_hex(4)}")  # two processes may start at once: the first link wins
        made.touch(mode=0o600)
        made.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
        with suppress(FileExistsError):
            path.hardlink_to(made)
        made.unlink()
    return path.read_text().strip()


def _key(name: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ValueError(f"{name} must be base64 of 32 bytes (make one with: openssl rand -base64 32)")
    return key


def retention_months(text: str) -> tuple[tuple[str, int], ...]:
    """`default=36,convicted=60` as pairs. Five years is the most (RPD art. 50)."""
    pairs = [part.partition("=") for part in text.replace(" ", "").split(",") if part]
    if not all(status and months.isdigit() and 1 <= int(months) <= 60 for status, _, months in pairs):
        raise ValueError("RETENTION_MONTHS must read like default=36,convicted=60, with 1 to 60 months each")
    found = {status: int(months) for status, _, months in pairs}
    return tuple(({"default": 36} | found).items()) if found else ()
