"""Passwords: which are taken, that they are taken exactly, how they are kept."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.app import PASSWORD, ClientAs, stored
from tests.pages import inspected
from tests.tracker.accounts.conftest import actions, sign_in
from tracker.accounts import passwords, services
from tracker.accounts.models import Role

pytestmark = pytest.mark.once

TAKEN = (
    "correct horse battery",
    "x7 Kp!" + "zebra lantern " * 2,
    "twelve chars",
    "lantern mango tide kettle orchid window paper salmon harbour t64",
    "quartz-vivid-" + "".join(chr(33 + number * 7 % 90) for number in range(115)),
    " leading blank x",
    "trailing blank x ",
    "  two  blanks  ",
    "NFC é password here",
    "NFD e\u0301 password here",
    "长城以北有许多安静的村庄吧",
    "كلمة سر طويلة جدا",
    "пароль из четырёх слов",
    "nul\x00in the middle",
    "\x00starts with a nul",
    "tab\tand\nline end",
    "lantern 👮‍♀️ mango tide",
    "<script>alert(1)</script>",
    "' OR 1=1 -- tangerine",
    "{{7*7}} %s%n tangerine",
    "\u202ereversed lantern",
    "zero\u200dwidth\u200cjoiners",
    "semi;colon&amper=sand",
    "percent%00encoded%20x",
    "IstanbulİıIi tangerine",
)
REFUSED = (
    ("", "at least 12"),
    ("short", "at least 12"),
    ("eleven char", "at least 12"),
    ("é" * 11, "at least 12"),
    ("x" * 129, "at most 128"),
    ("lantern " * 1000, "at most 128"),
    ("password1234", "common"),
    ("Password1234", "common"),
    ("123456789012", "common"),
    ("qwertyuiop12", "common"),
    ("aaaaaaaaaaaa", "common"),
    ("abcabcabcabc", "common"),
    ("密码密码密码密码密码密码", "common"),
    ("passwordpassword", "common"),
    ("ilovelisbethly", "user name"),
    ("LISBETH tangerine", "user name"),
)


class TestPromise:
    """12 to 128 characters, any characters, common ones refused, exact: 41 passwords."""

    def test_there_are_40_passwords(self) -> None:
        assert len({*TAKEN, *(password for password, _ in REFUSED)}) >= 40

    @pytest.mark.parametrize("password", TAKEN)
    def test_a_good_password_is_taken_exactly(self, app: Flask, password: str) -> None:
        with stored(app) as session:
            services.add_user(None, session, "lisbeth", "", Role.VIEWER, password)
        assert sign_in(app.test_client(), "lisbeth", password).status_code == 302
        for other in (password[:-1], password + "x", password.swapcase(), password.strip(), password + " "):
            if other != password:
                wrong = sign_in(app.test_client(), "lisbeth", other, address=f"10.0.0.{len(other)}")
                assert wrong.status_code == 422, other

    @pytest.mark.parametrize(("password", "why"), REFUSED)
    def test_a_bad_one_is_refused_with_the_reason(self, session: Session, password: str, why: str) -> None:
        with pytest.raises(services.AccountError, match=why):
            services.add_user(None, session, "lisbeth", "Lisbeth", Role.OFFICER, password)

    @pytest.mark.engine_free
    def test_far_more_than_3000_common_ones_are_known(self) -> None:
        assert len([word for word in passwords._common() if word.isascii()]) > 3000

    def test_of_the_common_ones_that_are_long_enough_none_is_taken(self, session: Session) -> None:
        long_enough = sorted(word for word in passwords._common() if len(word) >= passwords.PASSWORD_MIN)
        assert len(long_enough) >= 10
        assert [word for word in long_enough if not passwords.complaint(word, "ana")] == []

    def test_two_keyboards_write_one_letter_in_two_ways(self, app: Flask) -> None:
        typed = "caf\u00e9 lantern tide"
        with stored(app) as session:
            services.add_user(None, session, "lisbeth", "", Role.VIEWER, typed)
        assert sign_in(app.test_client(), "lisbeth", unicodedata.normalize("NFD", typed)).status_code == 302

    def test_a_hash_from_before_passwords_were_made_one_in_form_still_opens(self, app: Flask) -> None:
        typed = "cafe\u0301 lantern tide"
        with stored(app) as session:
            user = services.add_user(None, session, "lisbeth", "", Role.VIEWER, PASSWORD)
            user.password_hash = passwords._hasher.hash(typed)
        assert sign_in(app.test_client(), "lisbeth", typed).status_code == 302


class TestKeeping:
    def test_a_password_is_kept_only_as_an_argon2_hash(self, session: Session) -> None:
        user = services.add_user(None, session, "ana", "Ana", Role.OFFICER, PASSWORD)
        assert user.password_hash.startswith("$argon2id$")
        assert PASSWORD not in user.password_hash

    @pytest.mark.engine_free
    def test_the_hasher_of_the_product_costs_what_owasp_asks(self) -> None:
        assert PasswordHasher().memory_cost >= 19 * 1024
        assert PasswordHasher().time_cost >= 2

    @pytest.mark.engine_free
    def test_no_password_is_right_where_there_is_none(self) -> None:
        assert not passwords.is_right("", "")
        assert not passwords.is_right("", PASSWORD)
        assert not passwords.is_right("none", PASSWORD)

    def test_an_old_password_is_never_refused_for_its_age(self, app: Flask, client_as: ClientAs, clock) -> None:
        client_as(Role.VIEWER)
        clock.move(days=4000)
        assert sign_in(app.test_client(), "viewer").headers["Location"] == "/"


class TestChanging:
    def test_the_account_page_changes_it_with_the_old_one_and_ends_other_sign_ins(self, app: Flask, client_as: ClientAs) -> None:
        here, elsewhere = client_as(Role.OFFICER), client_as(Role.OFFICER)
        answer = here.post("/account/password", data={"old": PASSWORD, "new": "lantern mango tide"})
        assert answer.status_code == 302
        assert "all your other sign-ins are ended" in here.get("/account").text
        assert elsewhere.get("/account").status_code == 302
        assert sign_in(app.test_client(), "officer").status_code == 422
        assert sign_in(app.test_client(), "officer", "lantern mango tide").status_code == 302
        assert actions(app, of="user:officer").count("password_changed") == 1
        assert "Password changed" in here.get("/account").text

    @pytest.mark.parametrize(
        ("old", "new", "field", "why"),
        [
            ("wrong", "lantern mango tide", "old", "present password"),
            ("", "lantern mango tide", "old", "Enter your present password"),
            (PASSWORD, "short", "new", "at least 12"),
            (PASSWORD, "my officer lantern", "new", "user name"),
            (PASSWORD, PASSWORD, "new", "already"),
            (PASSWORD, "", "new", "Enter a new password"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, client_as: ClientAs, old: str, new: str, field: str, why: str) -> None:
        client = client_as(Role.OFFICER)
        found = inspected(client.post("/account/password", data={"old": old, "new": new}), 422)
        assert f'id="{field}-error"' in found.html
        assert why in found.text
        assert client.get("/account").status_code == 200

    def test_without_a_script_the_new_password_is_shown_on_demand(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        data = {"old": PASSWORD, "new": "short <one>", "shown": "y"}
        assert 'type="text" value="short &lt;one&gt;"' in client.post("/account/password", data=data).text
        del data["shown"]
        html = client.post("/account/password", data=data).text
        assert "short &lt;one&gt;" not in html
        assert 'data-reveal="new"' in html

    def test_a_password_field_takes_what_is_pasted(self, anonymous: FlaskClient) -> None:
        html = anonymous.get("/sign-in").text
        assert "onpaste" not in html
        assert "maxlength" not in html.partition('id="password"')[2][:200]
