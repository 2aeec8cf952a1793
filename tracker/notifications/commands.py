"""`flask notify send` (every minute or so) and `flask notify digest` (once a day, at eight): e-mail, by cron."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from tracker.extensions import db
from tracker.notifications import sending
from tracker.notifications.mail import Letterhead, is_address, letterhead_of
from tracker.notifications.post import server_of
from tracker.notifications.sending import Open, Seen, Sent

group = AppGroup("notify", help="Notifications by e-mail, for cron.")
_SEEN = "seen_by"


def may_see_with(app: Flask, seen: Seen) -> None:
    """From above: the condition that a user may still see what a notification is about."""
    app.extensions[_SEEN] = seen


@group.command("send")
def send() -> None:
    """Send what is to go out at once. May run every minute, and twice at a time."""
    _run(sending.send_at_once)


@group.command("digest")
def digest() -> None:
    """Send each user one e-mail with what waits for it; nobody gets an empty one."""
    _run(sending.send_digest)


def _run(send_all: Callable[[Session, Letterhead, Open, Seen], Sent]) -> None:
    settings = current_app.config["SETTINGS"]
    if not settings.smtp_host:
        click.echo("E-mail is off (no SMTP_HOST); notifications stand in the app.")
        return
    if not is_address(settings.mail_from):
        raise click.ClickException("MAIL_FROM must be one plain e-mail address, such as tracker@ministry.example.")
    done = send_all(db.session, letterhead_of(settings), server_of(settings).open, current_app.extensions[_SEEN])
    click.echo(f"{done.letters} sent, {done.failed} to be tried again.")
    if done.unsure:
        click.echo(f"{done.unsure} notifications were marked by a run that did not come to its end: perhaps sent, not sent again.")
    raise SystemExit(1 if done.failed else 0)


def register(app: Flask) -> None:
    app.cli.add_command(group)
