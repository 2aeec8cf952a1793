"""E-mail: none twice, none lost, nothing in it that others must not read."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import users
from tests.tracker.notifications.ports import unused_port
from tracker.accounts.models import User
from tracker.database.columns import utc_now
from tracker.extensions import db
from tracker.notifications import addresses, sending
from tracker.notifications.kinds import Choice, Kind
from tracker.notifications.mail import Letterhead, is_address, message
from tracker.notifications.models import Delivery, Notification
from tracker.notifications.post import Post, RefusedError, Server, ServerDownError
from tracker.notifications.sending import Sent, send_at_once, send_digest, wait_after
from tracker.notifications.services import choose, notify


def everything(_user_id: int) -> Any:
    return sa.true()


class TestAtOnce:
    def test_a_return_goes_out_at_once_with_reference_and_link_and_nothing_else(
        self, session: Session, ana: User, server: Server, head: Letterhead, mailbox: Any
    ) -> None:
        notify(session, ana.id, Kind.RETURNED, "HND-2026-0001", {"version": 2})
        assert send_at_once(session, head, server.open, everything) == Sent(letters=1)
        letter = mailbox.letters[0]
        assert mailbox.recipients == ["ana@ministry.example"]
        assert letter["Subject"] == "[Cooperation tracker] HND-2026-0001 was returned to you."
        assert letter.get_content_type() == "text/plain"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert "https://tracker.ministry.example/records/HND-2026-0001" in letter.get_content()
        assert send_at_once(session, head, server.open, everything) == Sent()
        assert len(mailbox.letters) == 1

    def test_what_waits_for_the_digest_does_not_go_out_at_once(
        self, session: Session, ana: User, server: Server, head: Letterhead, mailbox: Any
    ) -> None:
        notify(session, ana.id, Kind.VERIFIED, "HND-2026-0001")
        assert send_at_once(session, head, server.open, everything) == Sent()
        assert mailbox.letters == []

    def test_it_speaks_the_language_of_the_reader(
        self, session: Session, ana: User, server: Server, head: Letterhead, mailbox: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = []
        monkeypatch.setattr(sending, "message", lambda *words: asked.append(words[2]) or message(*words))
        monkeypatch.setattr(addresses, "language_of", lambda _: "zh")
        notify(session, ana.id, Kind.RETURNED, "HND-2026-0001")
        send_at_once(session, head, server.open, everything)
        assert asked == ["zh"]

    def test_runs_at_the_same_time_send_each_letter_once(
        self, app: Flask, session: Session, ana: User, server: Server, head: Letterhead, mailbox: Any
    ) -> None:
        for number in range(12):
            notify(session, ana.id, Kind.RETURNED, f"HND-2026-{number:04d}")
        session.commit()

        def run() -> None:
            with app.app_context():
                send_at_once(db.session, head, server.open, everything)

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(letter["Subject"].split()[2] for letter in mailbox.letters) == [f"HND-2026-{number:04d}" for number in range(12)]


class TestDigest:
    def test_one_letter_for_each_user_with_all_that_waits_and_none_where_nothing_does(
        self, session: Session, ana: User, server: Server, head: Letterhead, mailbox: Any
    ) -> None:
        ben, cleo = users.user(session, username="ben"), users.user(session, username="cleo")
        assert send_digest(session, head, server.open, everything) == Sent()
        for ref in ("HND-2026-0001", "AGR-2026-0002"):
            notify(session, ana.id, Kind.VERIFIED, ref)
        notify(session, ben.id, Kind.SUBMITTED, "OPS-2026-0003")
        notify(session, cleo.id, Kind.RETURNED, "OPS-2026-0004")  # at once, not here
        assert send_digest(session, head, server.open, everything) == Sent(letters=2)
        assert sorted(mailbox.recipients) == ["ana@ministry.example", "ben@ministry.example"]
        of_ana = next(letter for letter in mailbox.letters if letter["To"].startswith("ana"))
        assert of_ana["Subject"] == "[Cooperation tracker] 2 notifications"
        assert [ref in of_ana.get_content() for ref in ("HND-2026-0001", "AGR-2026-0002", "OPS")] == [True, True, False]
        assert send_digest(session, head, server.open, everything) == Sent()

    def test_what_was_read_meanwhile_is_not_told_again(
        self, session: Session, ana: User, server: Server, head: Letterhead, mailbox: Any
    ) -> None:
        notify(session, ana.id, Kind.VERIFIED, "HND-2026-0001")
        session.execute(sa.update(Notification).values(read_at=utc_now()))
        assert send_digest(session, head, server.open, everything) == Sent()
        assert mailbox.letters == []


class TestFailures:
    def test_while_the_server_is_down_everything_waits_and_then_goes_out(
        self, session: Session, ana: User, server: Server, head: Letterhead, mailbox: Any, clock: Any
    ) -> None:
        for number in range(3):
            notify(session, ana.id, Kind.RETURNED, f"HND-2026-{number:04d}")
        down = Server("127.0.0.1", unused_port(), tls="off")
        assert send_at_once(session, head, down.open, everything) == Sent(failed=3)
        assert send_at_once(session, head, server.open, everything) == Sent(), "tried again before its time"
        clock.go(wait_after(1))
        assert send_at_once(session, head, down.open, everything) == Sent(failed=3)
        clock.go(wait_after(1))
        assert send_at_once(session, head, server.open, everything) == Sent(), "the wait does not grow"
        clock.go(wait_after(2))
        assert send_at_once(session, head, server.open, everything) == Sent(letters=3)
        assert len(mailbox.letters) == 3

    def test_a_letter_that_is_refused_waits_and_holds_up_no_other(
        self, session: Session, ana: User, server: Server, head: Letterhead, mailbox: Any, clock: Any
    ) -> None:
        notify(session, ana.id, Kind.RETURNED, "HND-2026-0001")
        mailbox.answer = "451 try again"
        assert send_at_once(session, head, server.open, everything) == Sent(failed=1)
        notify(session, ana.id, Kind.RETURNED, "HND-2026-0002")
        mailbox.answer = "250 OK"
        assert send_at_once(session, head, server.open, everything) == Sent(letters=1)
        clock.go(wait_after(1))
        assert send_at_once(session, head, server.open, everything) == Sent(letters=1)
        assert [letter["Subject"].split()[2] for letter in mailbox.letters] == ["HND-2026-0002", "HND-2026-0001"]

    @pytest.mark.parametrize("is_handed_over", [False, True])
    def test_a_crash_between_mark_and_hand_over_or_after_it_sends_nothing_twice(
        self, session: Session, ana: User, head: Letterhead, server: Server, mailbox: Any, clock: Any, is_handed_over: bool
    ) -> None:
        notify(session, ana.id, Kind.RETURNED, "HND-2026-0001")
        session.commit()

        class Crashing:
            def __enter__(self) -> Post:
                return self

            def __exit__(self, *_: Any) -> None:
                return None

            def send(self, letter: Any) -> None:
                if is_handed_over:
                    with server.open() as post:
                        post.send(letter)
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            send_at_once(session, head, Crashing, everything)
        session.rollback()
        clock.go(timedelta(hours=2))
        assert send_at_once(session, head, server.open, everything) == Sent(unsure=1)
        assert len(mailbox.letters) == (1 if is_handed_over else 0)
        assert session.scalar(sa.select(sa.func.count()).select_from(Notification).where(Notification.read_at.is_(None))) == 1

    def test_the_log_says_which_user_and_never_the_address(
        self, session: Session, ana: User, server: Server, head: Letterhead, mailbox: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        notify(session, ana.id, Kind.RETURNED, "HND-2026-0001")
        mailbox.answer = "550 no such user ana@ministry.example"
        send_at_once(session, head, server.open, everything)
        assert f"user {ana.id}" in caplog.text
        assert "ana@" not in caplog.text
        assert "HND-" not in caplog.text

    def test_what_could_not_go_out_for_two_weeks_stays_in_the_app_only(
        self, session: Session, ana: User, server: Server, head: Letterhead, mailbox: Any, clock: Any
    ) -> None:
        notify(session, ana.id, Kind.RETURNED, "HND-2026-0001")
        clock.go(sending.KEPT_FOR + timedelta(days=1))
        assert send_at_once(session, head, server.open, everything) == Sent()
        assert session.scalars(sa.select(Notification.delivery)).one() is Delivery.NONE


class TestWhoGetsNone:
    def test_whoever_may_not_see_it_any_more(self, session: Session, ana: User, server: Server, head: Letterhead, mailbox: Any) -> None:
        notify(session, ana.id, Kind.RETURNED, "HND-2026-0001")
        notify(session, ana.id, Kind.RETURNED, "HND-2026-0002")
        assert send_at_once(session, head, server.open, lambda _: Notification.target == "HND-2026-0002") == Sent(letters=1)
        assert "0001" not in mailbox.letters[0].as_string()

    def test_whoever_was_disabled_or_has_no_address(
        self, session: Session, ana: User, server: Server, head: Letterhead, mailbox: Any
    ) -> None:
        gone, mute = users.user(session, username="gone", is_active=False), users.user(session, username="mute")
        for user in (gone, mute):
            notify(session, user.id, Kind.RETURNED, "HND-2026-0001")
        assert send_at_once(session, head, server.open, everything) == Sent()
        assert mailbox.letters == []

    def test_whoever_chose_so(self, session: Session, ana: User, server: Server, head: Letterhead, mailbox: Any) -> None:
        choose(ana, session, {Kind.RETURNED: Choice.IN_APP, Kind.VERIFIED: Choice.OFF})
        assert notify(session, ana.id, Kind.RETURNED, "HND-2026-0001") is True
        assert notify(session, ana.id, Kind.VERIFIED, "HND-2026-0001") is False
        send_at_once(session, head, server.open, everything)
        send_digest(session, head, server.open, everything)
        assert mailbox.letters == []


class TestHeaders:
    @pytest.mark.parametrize(
        "target", ["X\r\nBcc: spy@evil.example", "X\nSubject: other", "X\r\n\r\nbody", "X\x00Y", "=?utf-8?q?=0ABcc:_x?="]
    )
    def test_nothing_told_becomes_a_header_or_a_line(self, app: Flask, head: Letterhead, target: str) -> None:
        with app.app_context():
            notice = Notification(kind=Kind.RETURNED, target=target, detail={})
            letter = message(head, "ana@ministry.example", "en", [notice], "n1")
        assert letter["Bcc"] is None
        assert len(letter.get_all("Subject", [])) == 1
        text = letter.as_bytes().partition(b"\r\n\r\n")[0]
        assert not [line for line in text.split(b"\r\n") if line.startswith((b"Bcc", b"Subject: other", b"body"))]

    @pytest.mark.engine_free
    @pytest.mark.parametrize(
        "text",
        ["", "ana", "ana@", "@ministry.example", "a b@ministry.example", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example",
         "Ana <a@b.example>", "a@b.example;c@d.example", "a@localhost", "ä@b.example", "a@b.example\x00"],
    )  # fmt: skip
    def test_what_is_no_single_address_is_none(self, text: str) -> None:
        assert not is_address(text)

    @pytest.mark.engine_free
    @pytest.mark.parametrize("text", ["ana@ministry.example", "ana.b+c@sub.ministry.example", "a@b.example"])
    def test_an_address_is_one(self, text: str) -> None:
        assert is_address(text)


class TestServer:
    def test_a_server_that_offers_no_tls_is_not_used_in_clear(self, mailbox: Any) -> None:
        server = Server("127.0.0.1", mailbox.port, tls="starttls")
        opened: AbstractContextManager[Post] = server.open()
        with pytest.raises(ServerDownError), opened:
            pass

    def test_a_refusal_is_told_from_a_server_that_is_gone(self, app: Flask, server: Server, head: Letterhead, mailbox: Any) -> None:
        mailbox.answer = "554 no"
        with app.app_context():
            letter = message(head, "ana@ministry.example", "en", [Notification(kind=Kind.RETURNED, target="X", detail={})], "n1")
        with server.open() as post, pytest.raises(RefusedError):
            post.send(letter)


class TestCommands:
    def test_without_a_host_nothing_is_tried(self, app: Flask) -> None:
        for command in ("send", "digest"):
            done = app.test_cli_runner().invoke(args=["notify", command])
            assert done.exit_code == 0
            assert "E-mail is off" in done.output

    def test_with_one_the_letters_go_out(self, app: Flask, session: Session, ana: User, mailbox: Any) -> None:
        from dataclasses import replace

        notify(session, ana.id, Kind.ACCOUNT, "user:ana", {"what": "password"})
        session.commit()
        settings = app.config["SETTINGS"]
        app.config["SETTINGS"] = replace(
            settings, smtp_host="127.0.0.1", smtp_port=mailbox.port, smtp_tls="off", mail_from="tracker@ministry.example"
        )
        done = app.test_cli_runner().invoke(args=["notify", "send"])
        assert (done.exit_code, done.output) == (0, "1 sent, 0 to be tried again.\n")
        assert "Your password was changed" in mailbox.letters[0].get_content()
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_from="Tracker")
        assert "MAIL_FROM" in app.test_cli_runner().invoke(args=["notify", "send"]).output


class Clock:
    def __init__(self) -> None:
        self.ahead = timedelta()

    def go(self, by: timedelta) -> None:
        self.ahead += by + timedelta(seconds=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time that passes when a test says so."""
    clock = Clock()
    real = utc_now
    monkeypatch.setattr(sending, "utc_now", lambda: real() + clock.ahead)
    return clock
