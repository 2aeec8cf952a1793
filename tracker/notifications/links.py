"""Links to set a password, by e-mail: written in the transaction that makes the link, sent by the same request once that is stored.

A link is a secret that stands nowhere but in the letter and on one page: so it never becomes a row that waits to be sent, and a
letter that could not be sent is not tried again. Whoever asked for the link is told, and hands it over.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime
from email.message import EmailMessage

from flask_babel import force_locale, gettext

from tracker.accounts.models import InvitationKind, User
from tracker.config import Settings
from tracker.notifications.addresses import address_of, language_of
from tracker.notifications.mail import is_address, letter_of, letterhead_of
from tracker.notifications.post import RefusedError, ServerDownError, server_of
from tracker.web.formatters import moment

log = logging.getLogger(__name__)
_PATIENCE = 8  # seconds: somebody waits for the page


def can_mail(settings: Settings) -> bool:
    """Whether letters with links leave this installation."""
    return bool(settings.smtp_host and settings.public_url) and is_address(settings.mail_from)


def link_letter(settings: Settings, user: User, kind: InvitationKind, link: str, expires_at: datetime) -> EmailMessage | None:
    """The letter that carries `link` to `user`, in the language that the user reads; None where there is no way to send one."""
    to = address_of(user)
    if not to or not can_mail(settings):
        return None
    head = letterhead_of(settings)
    with force_locale(language_of(user) or head.language):
        said = {"product": head.product, "username": user.username}
        if kind is InvitationKind.INVITE:
            subject = gettext("Your invitation")
            what = gettext("an account is ready for you in %(product)s. Your user name is %(username)s. Set your password here:", **said)
        else:
            subject = gettext("A new password")
            what = gettext("here you set a new password in %(product)s. Your user name is %(username)s.", **said)
        until = gettext("The address works once, until %(moment)s (%(zone)s).", moment=moment(expires_at), zone=settings.time_zone)
        text = (
            gettext("Hello %(name)s,", name=" ".join(user.display_name.split())), what, link, until,
            gettext("Whoever has it can set the password: pass it on to nobody. If you did not expect it, tell an administrator."),
        )  # fmt: skip
    return letter_of(head, to, subject, "\n\n".join(text) + "\n", secrets.token_hex(16))


def send(settings: Settings, letter: EmailMessage) -> bool:
    """Hand the letter over now, once; False when the mail server does not take it. Holds no transaction and raises nothing."""
    try:
        with server_of(settings, _PATIENCE).open() as post:
            post.send(letter)
    except (ServerDownError, RefusedError, ValueError) as error:  # ValueError: a name of a server that none can have
        log.error("a letter with a link could not be sent: %s", type(error).__name__)
        return False
    return True
