"""A link that was just made: what its page and its letter need, taken before the transaction ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage

from sqlalchemy.orm import Session

from tracker.accounts import invitations, policy
from tracker.accounts.models import User
from tracker.notifications.links import link_letter


@dataclass(frozen=True)
class MadeLink:
    """`letter` is None where there is no mail server, no address from outside, or the person has no e-mail address."""

    username: str
    email: str
    link: str = field(repr=False)
    letter: EmailMessage | None = field(repr=False)


def made_link(session: Session, user: User, token: str, host_url: str) -> MadeLink:
    """The link of `token`, under PUBLIC_URL or else under the address that the asking browser used."""
    settings = policy.settings()
    link = (settings.public_url or host_url.rstrip("/")) + invitations.path_of(token)
    found = invitations.find(session, token)
    letter = link_letter(settings, user, found.kind, link, found.expires_at) if found else None
    return MadeLink(user.username, user.email, link, letter)
