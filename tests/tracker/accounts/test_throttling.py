"""Guessing is slowed for the guesser, and for nobody else."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.app import PASSWORD, add_user, stored
from tests.pages import read_page
from tests.tracker.accounts.conftest import actions, sign_in
from tracker.accounts import passwords, throttling
from tracker.accounts.models import Attempt, Role
from tracker.accounts.throttling import Limit, counted

STRANGER = "203.0.113.9"


class TestPromise:
    def test_a_guesser_is_blocked_before_20_guesses_and_others_sign_in_meanwhile(self, app: Flask) -> None:
        add_user(app, Role.OFFICER, "ana")
        add_user(app, Role.OFFICER, "ben")
        guesser = app.test_client()
        texts = [sign_in(guesser, "ana", f"guess number {number}").text for number in range(20)]
        assert "Too many wrong tries" in texts[-1]
        assert "Too many wrong tries" in sign_in(guesser, "ana", PASSWORD).text
        assert sign_in(app.test_client(), "ben").status_code == 302

    def test_strangers_who_guess_lock_nobody_out_of_a_known_address(self, app: Flask) -> None:
        add_user(app, Role.OFFICER, "ana")
        assert sign_in(app.test_client(), "ana", address="10.0.0.5").status_code == 302
        for number in range(60):
            sign_in(app.test_client(), "ana", "a wrong guess", address=f"203.0.113.{number}")
        assert "Too many" in sign_in(app.test_client(), "ana", address="203.0.113.200").text
        assert sign_in(app.test_client(), "ana", address="10.0.0.5").status_code == 302

    def test_one_address_cannot_try_many_names(self, app: Flask) -> None:
        add_user(app, Role.OFFICER, "ana")
        answers = [sign_in(app.test_client(), f"name{number}", "a wrong guess", address=STRANGER) for number in range(19)]
        assert "Too many" not in answers[17].text
        assert "Too many" in answers[18].text
        assert sign_in(app.test_client(), "ana", address="10.0.0.5").status_code == 302

    def test_a_colleague_at_the_address_of_a_guesser_signs_in_where_he_did_before(self, app: Flask) -> None:
        add_user(app, Role.OFFICER, "ana")
        sign_in(app.test_client(), "ana", address=STRANGER)
        for number in range(25):
            sign_in(app.test_client(), f"name{number}", "a wrong guess", address=STRANGER)
        assert sign_in(app.test_client(), "ana", address=STRANGER).status_code == 302

    @pytest.mark.races
    def test_thirty_guesses_at_once_are_no_more_than_thirty_in_turn(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        add_user(app, Role.OFFICER, "ana")
        checked: list[str] = []
        real = passwords.is_right

        def watched(kept: str, typed: str) -> bool:
            checked.append(typed)
            return real(kept, typed)

        monkeypatch.setattr(passwords, "is_right", watched)
        clients = [app.test_client() for _ in range(30)]
        threads = [threading.Thread(target=sign_in, args=(client, "ana", "a wrong guess")) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert len(checked) == 8

    def test_sixteen_right_sign_ins_at_once_are_all_let_in(self, app: Flask) -> None:
        add_user(app, Role.OFFICER, "ana")
        answers: list[int] = []
        clients = [app.test_client() for _ in range(16)]
        threads = [threading.Thread(target=lambda one=client: answers.append(sign_in(one, "ana").status_code)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert answers == [302] * 16

    @pytest.mark.parametrize("name", ["ana", "nobody"])
    def test_a_wrong_name_is_blocked_like_a_real_one(self, app: Flask, name: str) -> None:
        add_user(app, Role.OFFICER, "ana")
        texts = [read_page(0, sign_in(app.test_client(), name, "a wrong guess").text).text for _ in range(10)]
        assert ["Too many wrong tries" in text for text in texts] == [False] * 8 + [True] * 2


class TestBlock:
    def test_it_ends_by_itself_and_says_when(self, app: Flask, clock) -> None:
        add_user(app, Role.OFFICER, "ana")
        for _ in range(9):
            answer = sign_in(app.test_client(), "ana", "a wrong guess")
        found = re.search(r"Try again in (\d+) minutes", answer.text)
        assert found
        assert int(found[1]) in (14, 15)
        clock.move(minutes=16)
        assert sign_in(app.test_client(), "ana").status_code == 302

    def test_a_right_password_forgets_the_wrong_ones_before(self, app: Flask) -> None:
        add_user(app, Role.OFFICER, "ana")
        for _ in range(3):
            for _ in range(7):
                sign_in(app.test_client(), "ana", "a wrong guess")
            assert sign_in(app.test_client(), "ana").status_code == 302

    def test_each_failure_is_an_event_and_the_block_is_one(self, app: Flask) -> None:
        add_user(app, Role.OFFICER, "ana")
        for _ in range(14):
            sign_in(app.test_client(), "ana", "a wrong guess")
        found = actions(app, of="user:ana")
        assert (found.count("sign_in_failed"), found.count("sign_in_blocked")) == (8, 1)

    def test_what_was_typed_is_kept_nowhere(self, app: Flask, anonymous: FlaskClient) -> None:
        sign_in(anonymous, "my-secret-in-the-wrong-field", "another-secret")
        with stored(app) as session:
            rows = [repr(vars(row)) for row in session.scalars(sa.select(Attempt))]
        assert len(rows) == 3
        assert "secret" not in " ".join(rows)


class TestSpend:
    """The limit that an API may use: so many uses of a key in a while."""

    LIMIT = Limit("api", 3, timedelta(minutes=1))

    def test_the_fourth_use_waits(self, session: Session) -> None:
        uses = [throttling.spend(session, counted(self.LIMIT, "token")) for _ in range(4)]
        assert [(use.is_allowed, use.left) for use in uses] == [(True, 2), (True, 1), (True, 0), (False, 0)]
        assert timedelta() < uses[3].until <= timedelta(minutes=1)
        assert throttling.spend(session, counted(self.LIMIT, "another token")).left == 2

    def test_the_window_moves_on(self, session: Session, clock) -> None:
        for _ in range(3):
            throttling.spend(session, counted(self.LIMIT, "token"))
        clock.move(seconds=61)
        assert throttling.spend(session, counted(self.LIMIT, "token")).left == 2

    def test_what_is_a_day_old_is_thrown_away(self, app: Flask, anonymous: FlaskClient, clock) -> None:
        sign_in(anonymous, "nobody", "a wrong guess")
        clock.move(hours=25)
        assert sign_in(anonymous, add_user(app, Role.VIEWER)).status_code == 302
        with stored(app) as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 0
