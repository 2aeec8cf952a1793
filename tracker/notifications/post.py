"""The way to the mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

from tracker.config import Settings

PORTS = {"starttls": 587, "tls": 465, "off": 25}


class ServerDownError(Exception):
    """The mail server does not answer, or refuses us altogether: nothing more can be sent now."""


class RefusedError(Exception):
    """The server is there but does not take this letter."""


class Post(Protocol):
    def send(self, letter: EmailMessage) -> None:
        """Hand one letter over. Raises ServerDownError or RefusedError when it was not taken."""


@dataclass(frozen=True)
class Server:
    """SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASSWORD and SMTP_TLS."""

    host: str
    port: int = 0  # the usual one for `tls` without it
    user: str = ""
    password: str = ""
    tls: str = "starttls"
    patience: int = 20  # seconds for each answer

    @contextmanager
    def open(self) -> Iterator[Post]:
        """One connection for a whole run. Raises ServerDownError."""
        try:
            connection = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerDownError(type(error).__name__) from error
        try:
            yield _Connection(connection)
        finally:
            _hang_up(connection)

    def _connect(self) -> smtplib.SMTP:
        port = self.port or PORTS[self.tls]
        context = ssl.create_default_context()
        if self.tls == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self.host, port, timeout=self.patience, context=context)
        else:
            connection = smtplib.SMTP(self.host, port, timeout=self.patience)
        try:
            if self.tls == "starttls":
                connection.starttls(context=context)
            if self.user:
                connection.login(self.user, self.password)
        except BaseException:
            connection.close()
            raise
        return connection


def server_of(settings: Settings, patience: int = Server.patience) -> Server:
    """The mail server of an installation."""
    return Server(settings.smtp_host, settings.smtp_port, settings.smtp_user, settings.smtp_password, settings.smtp_tls, patience)


class _Connection:
    def __init__(self, connection: smtplib.SMTP) -> None:
        self.connection = connection

    def send(self, letter: EmailMessage) -> None:
        try:
            self.connection.send_message(letter)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            # SMTPException is an OSError: those that only concern this letter are told apart by their kind
            refused = isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected)
            raise (RefusedError if refused else ServerDownError)(type(error).__name__) from error


def _hang_up(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):
        connection.close()
