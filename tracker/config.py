"""Settings of one installation; the only reader of the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
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
    # where the tracker is reached from outside, for links made on the command line: https://tracker.example
    base_url: str = ""
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
    # single sign-on by OpenID Connect; off while the issuer is empty
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""  # what the button on the sign-in page calls the provider
    oidc_role_claim: str = ""  # a claim that decides the role at every sign-in; empty: administrators do
    oidc_roles: tuple[tuple[str, str], ...] = ()  # value of that claim -> role

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
            trusted_hosts=words(environ.get("TRUSTED_HOSTS", "")),
            trusted_proxies=number("TRUSTED_PROXIES", cls.trusted_proxies),
            base_url=environ.get("BASE_URL", "").rstrip("/"),
            idle_minutes=number("IDLE_MINUTES", cls.idle_minutes),
            session_hours=number("SESSION_HOURS", cls.session_hours),
            fresh_minutes=number("FRESH_MINUTES", cls.fresh_minutes),
            invitation_hours=number("INVITATION_HOURS", cls.invitation_hours),
            guess_minutes=number("GUESS_MINUTES", cls.guess_minutes),
            guesses_per_name=number("GUESSES_PER_NAME", cls.guesses_per_name),
            guesses_per_address=number("GUESSES_PER_ADDRESS", cls.guesses_per_address),
            guesses_per_user=number("GUESSES_PER_USER", cls.guesses_per_user),
            require_second_factor=environ.get("REQUIRE_SECOND_FACTOR", "") == "1",
            oidc_issuer=environ.get("OIDC_ISSUER", "").rstrip("/"),
            oidc_client_id=environ.get("OIDC_CLIENT_ID", ""),
            oidc_client_secret=environ.get("OIDC_CLIENT_SECRET", ""),
            oidc_name=environ.get("OIDC_NAME", ""),
            oidc_role_claim=environ.get("OIDC_ROLE_CLAIM", ""),
            oidc_roles=pairs("OIDC_ROLES", environ.get("OIDC_ROLES", "")),
        )

    def hosts(self) -> list[str]:
        """Names under which the tracker answers: TRUSTED_HOSTS, else this machine's own, HOST and the name in BASE_URL."""
        if self.trusted_hosts:
            return list(self.trusted_hosts)
        own = [host for host in (self.host, urlsplit(self.base_url).hostname) if host and host not in EVERYWHERE]
        return list(dict.fromkeys([*LOOPBACK, *own]))


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
