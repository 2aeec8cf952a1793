"""Codes of an app and recovery codes: each works once."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import PASSWORD, ClientAs, add_user, application, signed_in, stored
from tests.pages import inspected, page
from tests.tracker.accounts.conftest import actions, code_at, forget_used_code, set_up_app, sign_in, user_of
from tracker.accounts.models import RecoveryCode, Role, User

pytestmark = pytest.mark.once


def waiting_client(app: Flask, name: str = "officer") -> FlaskClient:
    """A browser whose password was right."""
    client = app.test_client()
    assert sign_in(client, name).headers["Location"].startswith("/sign-in/code")
    return client


def codes_of(app: Flask, client_as: ClientAs) -> tuple[str, list[str]]:
    secret, codes = set_up_app(client_as(Role.OFFICER))
    forget_used_code(app)
    return secret, codes


class TestPromise:
    @pytest.mark.parametrize("form", ["{}", " {} ", "{0[0]} {0[1]} {0[2]} {0[3]} {0[4]} {0[5]}"])
    def test_a_code_works_once_also_with_spaces(self, app: Flask, client_as: ClientAs, form: str) -> None:
        secret, _ = codes_of(app, client_as)
        code = code_at(secret)
        first, second = waiting_client(app), waiting_client(app)
        assert first.post("/sign-in/code", data={"code": form.format(code)}).headers["Location"] == "/"
        assert first.get("/account").status_code == 200
        for again in (code, f" {code} ", f"{code[:3]} {code[3:]}", f"{code[:3]}-{code[3:]}"):
            assert second.post("/sign-in/code", data={"code": again}).status_code == 422

    def test_of_eight_replays_in_parallel_one_succeeds(self, app: Flask, client_as: ClientAs) -> None:
        secret, _ = codes_of(app, client_as)
        assert self._in_parallel(app, code_at(secret)) == [302] + [422] * 7

    def test_of_eight_uses_of_a_recovery_code_in_parallel_one_succeeds(self, app: Flask, client_as: ClientAs) -> None:
        _, codes = codes_of(app, client_as)
        assert self._in_parallel(app, codes[0]) == [302] + [422] * 7

    def _in_parallel(self, app: Flask, code: str) -> list[int]:
        clients = [waiting_client(app) for _ in range(8)]
        barrier, answers = threading.Barrier(8), []

        def use(client: FlaskClient) -> None:
            barrier.wait(60)
            answers.append(client.post("/sign-in/code", data={"code": code}).status_code)

        threads = [threading.Thread(target=use, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        return sorted(answers)

    def test_a_recovery_code_works_once(self, app: Flask, client_as: ClientAs) -> None:
        _, codes = codes_of(app, client_as)
        assert len(set(codes)) == 10
        assert waiting_client(app).post("/sign-in/code", data={"code": codes[3].upper().replace("-", " ")}).status_code == 302
        assert waiting_client(app).post("/sign-in/code", data={"code": codes[3]}).status_code == 422
        assert waiting_client(app).post("/sign-in/code", data={"code": codes[4]}).status_code == 302

    def test_recovery_codes_and_secrets_are_not_readable_in_the_database(self, app: Flask, client_as: ClientAs) -> None:
        secret, codes = codes_of(app, client_as)
        with stored(app) as session:
            kept = repr([row.code_hash for row in session.scalars(sa.select(RecoveryCode))]) + user_of(session, "officer").totp_secret
        assert secret not in kept
        assert not [code for code in codes if code.replace("-", "") in kept or code in kept]


class TestSignIn:
    def test_the_password_alone_opens_nothing(self, app: Flask, client_as: ClientAs) -> None:
        codes_of(app, client_as)
        client = waiting_client(app)
        for url in ("/", "/account", "/records/"):
            assert client.get(url).headers["Location"].startswith("/sign-in")
        assert client.post("/account/password", data={}).headers["Location"].startswith("/sign-in")
        inspected(client.get("/sign-in/code"))

    def test_a_code_needs_the_password_first(self, anonymous: FlaskClient) -> None:
        assert anonymous.get("/sign-in/code").headers["Location"] == "/sign-in"
        assert anonymous.post("/sign-in/code", data={"code": "123456"}).headers["Location"] == "/sign-in"

    def test_the_way_back_is_kept(self, app: Flask, client_as: ClientAs) -> None:
        secret, _ = codes_of(app, client_as)
        client = app.test_client()
        place = sign_in(client, "officer", next="/handovers/?year=2024").headers["Location"]
        html = client.get(place).text
        assert 'name="next" type="hidden" value="/handovers/?year=2024"' in html
        assert client.post("/sign-in/code", data={"code": code_at(secret), "next": "https://evil.example"}).headers["Location"] == "/"

    def test_the_step_between_lasts_ten_minutes(self, app: Flask, client_as: ClientAs, clock) -> None:
        codes_of(app, client_as)
        client = waiting_client(app)
        clock.move(minutes=11)
        assert client.get("/sign-in/code").headers["Location"] == "/sign-in"

    def test_codes_cannot_be_guessed(self, app: Flask, client_as: ClientAs) -> None:
        secret, _ = codes_of(app, client_as)
        client = waiting_client(app)
        for _ in range(8):
            assert "Too many" not in client.post("/sign-in/code", data={"code": "000000"}).text
        assert "Too many" in client.post("/sign-in/code", data={"code": code_at(secret)}).text

    @pytest.mark.parametrize("typed", ["", "x", "nul\x00", "123456789", "１２３４５６", "x" * 5000, "👮", "' OR 1=1 --"])
    def test_no_code_breaks_the_page(self, app: Flask, client_as: ClientAs, typed: str) -> None:
        codes_of(app, client_as)
        inspected(waiting_client(app).post("/sign-in/code", data={"code": typed}), 422)

    def test_the_token_is_new_after_the_code(self, app: Flask, client_as: ClientAs) -> None:
        secret, _ = codes_of(app, client_as)
        client = waiting_client(app)
        with client.session_transaction() as cookie:
            before = cookie["sign_in"]
        client.post("/sign-in/code", data={"code": code_at(secret)})
        with client.session_transaction() as cookie:
            assert cookie["sign_in"] != before
        thief = app.test_client()
        with thief.session_transaction() as cookie:
            cookie["sign_in"] = before
        assert thief.get("/account").status_code == 302


class TestSettingUp:
    def test_a_wrong_code_changes_nothing_and_keeps_the_picture(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        html = client.get("/account/second-factor").text
        sealed = html.partition('name="sealed"')[2].partition('value="')[2].partition('"')[0]
        found = inspected(client.post("/account/second-factor", data={"sealed": sealed, "code": "000000"}), 422)
        assert sealed in found.html
        assert "not the code" in found.text
        with stored(app) as session:
            assert user_of(session, "officer").totp_secret == ""

    def test_a_picture_of_somebody_else_is_not_taken(self, app: Flask, client_as: ClientAs) -> None:
        html = client_as(Role.VIEWER).get("/account/second-factor").text
        foreign = html.partition('name="sealed"')[2].partition('value="')[2].partition('"')[0]
        client = client_as(Role.OFFICER)
        for sealed in (foreign, "", "made-up", "nul\x00"):
            inspected(client.post("/account/second-factor", data={"sealed": sealed, "code": "000000"}), 422)

    def test_it_ends_the_other_sign_ins_and_is_told(self, app: Flask, client_as: ClientAs) -> None:
        here, elsewhere = client_as(Role.OFFICER), client_as(Role.OFFICER)
        set_up_app(here)
        assert here.get("/account").status_code == 200
        assert elsewhere.get("/account").status_code == 302
        assert "second_factor_changed" in actions(app, of="user:officer")
        text = page(here, "/account").text
        assert "10 left" in text
        assert "Second factor changed" in text

    def test_taking_it_away_needs_a_fresh_sign_in(self, app: Flask, client_as: ClientAs, clock) -> None:
        client = client_as(Role.OFFICER)
        set_up_app(client)
        clock.move(minutes=16)
        assert client.post("/account/second-factor/remove").status_code == 403
        with stored(app) as session:
            assert user_of(session, "officer").totp_secret
        clock.ahead *= 0
        assert client.post("/account/second-factor/remove").status_code == 302
        with stored(app) as session:
            assert not user_of(session, "officer").totp_secret
            assert not session.scalar(sa.select(RecoveryCode.id))

    def test_new_recovery_codes_replace_the_old_ones(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        _, old = set_up_app(client)
        inspected(client.post("/account/recovery-codes"))
        assert waiting_client(app).post("/sign-in/code", data={"code": old[0]}).status_code == 422

    def test_there_are_none_without_a_second_factor(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        assert client.post("/account/recovery-codes").status_code == 302
        assert "Set up a second factor first" in client.get("/account").text


class TestRequired:
    def test_whoever_has_none_can_do_nothing_but_set_one_up(self, database_url: str, cheap_passwords: None) -> None:
        with application(database_url, require_second_factor=True) as app:
            client = signed_in(app, Role.OFFICER)
            for url in ("/", "/records/", "/account", "/handovers/new"):
                assert client.get(url).headers["Location"] == "/account/second-factor", url
            assert client.post("/handovers/new", data={}).headers["Location"] == "/account/second-factor"
            inspected(client.get("/account/second-factor"))
            set_up_app(client)
            assert client.get("/records/").status_code == 200
            client.post("/account/second-factor/remove")
            assert "A second factor is required here" in page(client, "/account").text
            with stored(app) as session:
                assert session.scalars(sa.select(User)).one().totp_secret

    def test_they_may_sign_out_and_change_the_language(self, database_url: str, cheap_passwords: None) -> None:
        with application(database_url, require_second_factor=True) as app:
            client = signed_in(app, Role.OFFICER)
            assert client.post("/language", data={"language": "zh"}).status_code == 302
            assert client.post("/sign-out").headers["Location"] == "/sign-in"

    def test_it_is_off_by_default(self, app: Flask) -> None:
        assert add_user(app, Role.OFFICER)
        client = app.test_client()
        assert sign_in(client, "officer", PASSWORD).headers["Location"] == "/"
        assert client.get("/records/").status_code == 200
