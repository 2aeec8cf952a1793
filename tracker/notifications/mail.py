"""The text of e-mails: references and links, never a title (they travel in clear through other people's servers)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from flask_babel import force_locale, gettext, ngettext

from tracker.config import Settings
from tracker.database.columns import utc_now
from tracker.notifications.kinds import ABOUT_NO_RECORD, OF_IMPORT, Kind, import_of, sentence
from tracker.notifications.models import Notification


@dataclass(frozen=True)
class Letterhead:
    """What all e-mails of one installation share."""

    sender: str  # MAIL_FROM
    public_url: str  # PUBLIC_URL without the last slash, or '': no links then
    product: str
    language: str  # of whoever chose none


def is_address(text: str) -> bool:
    """Whether `text` is one e-mail address and nothing else: no name, no second one, no line of its own."""
    if not text.isascii() or not text.isprintable() or any(char in text for char in " ,;<>\"'()\\"):
        return False
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError):
        return False
    return bool(address.username) and "." in address.domain.strip(".")


def message(head: Letterhead, to: str, language: str, notices: Sequence[Notification], key: str) -> EmailMessage:
    """One e-mail about `notices`. The same `key` gives the same Message-ID, by which servers know a letter that came twice."""
    with force_locale(language or head.language):
        said = [_line(head, notice) for notice in notices]
        subject = said[0][0] if len(said) == 1 else ngettext("%(num)s notification", "%(num)s notifications", len(said))
        body = "\n\n".join("\n".join(part for part in line if part) for line in said)
        foot = gettext("You get this because of your choice of notifications.")
        link = f"\n{head.public_url}/notifications/preferences" if head.public_url else ""
    return letter_of(head, to, subject, f"{body}\n\n-- \n{foot}{link}\n", key)


def letter_of(head: Letterhead, to: str, subject: str, text: str, key: str) -> EmailMessage:
    """A letter of the installation to one address; `subject` is one line."""
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = head.sender, to, f"[{head.product}] {subject}"
    letter["Date"] = format_datetime(utc_now())
    letter["Message-ID"] = f"<{key}@{head.sender.rpartition('@')[2].strip('> ') or 'localhost'}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    letter.set_content(text)
    return letter


def letterhead_of(settings: Settings) -> Letterhead:
    """What the settings of an installation say."""
    product = " ".join(settings.product_name.split()) or "Cooperation tracker"
    return Letterhead(settings.mail_from, settings.public_url.rstrip("/"), product, settings.default_language)


def _line(head: Letterhead, notice: Notification) -> tuple[str, str]:
    link = f"{head.public_url}{_path(notice)}" if head.public_url and _path(notice) else ""
    link += "?about=correction_due" if link and notice.kind == Kind.CORRECTION_DUE else ""
    said = sentence(Kind(notice.kind), notice.target, notice.detail)
    return " ".join(said.split()), "".join(link.split())  # one line each, whatever a reference may hold: a subject is a header


def _path(notice: Notification) -> str:
    if notice.target.startswith(OF_IMPORT):
        number = import_of(notice.target, notice.detail)
        return f"/imports/{number}" if number else ""
    return "" if notice.kind in ABOUT_NO_RECORD else f"/records/{notice.target}"
