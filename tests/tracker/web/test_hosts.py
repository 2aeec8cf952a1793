"""Under which names the tracker answers, and whose word it takes for where a request comes from."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import application
from tracker.config import Settings


class TestHost:
    """A foreign Host is refused with 400."""

    @pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:8000", "10.0.0.1"])
    def test_a_foreign_name_is_refused(self, anonymous: FlaskClient, host: str) -> None:
        for url in ("/sign-in", "/", "/nothing", "/static/css/base.css"):
            assert anonymous.get(url, headers={"Host": host}).status_code == 400, url
        assert anonymous.post("/sign-in", headers={"Host": host}).status_code == 400

    @pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000"])
    def test_the_own_machine_is_not(self, anonymous: FlaskClient, host: str) -> None:
        assert anonymous.get("/sign-in", headers={"Host": host}).status_code == 200

    def test_names_are_a_setting(self, database_url: str) -> None:
        with application(database_url, trusted_hosts=("tracker.example", ".desk.example")) as app:
            client = app.test_client()
            answers = {host: client.get("/sign-in", headers={"Host": host}).status_code for host in
                       ("tracker.example", "a.desk.example", "localhost", "tracker.example.evil.example")}  # fmt: skip
        assert answers == {"tracker.example": 200, "a.desk.example": 200, "localhost": 400, "tracker.example.evil.example": 400}

    @pytest.mark.engine_free
    def test_by_default_the_own_names_and_where_it_listens(self) -> None:
        assert Settings().hosts() == ["localhost", "127.0.0.1"]
        assert Settings(host="0.0.0.0").hosts() == ["localhost", "127.0.0.1"]
        assert "10.1.2.3" in Settings(host="10.1.2.3").hosts()
        assert "tracker.example" in Settings(public_url="https://tracker.example:8443").hosts()


class TestProxies:
    FORWARDED = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}

    def test_nobody_is_believed_by_default(self, app: Flask) -> None:
        answer = app.test_client().get("/sign-in", headers=self.FORWARDED)
        assert answer.status_code == 200
        assert "Strict-Transport-Security" not in answer.headers

    def test_as_many_as_are_set_are(self, database_url: str) -> None:
        with application(database_url, trusted_proxies=1, trusted_hosts=("tracker.example",)) as app:
            client = app.test_client()
            headers = self.FORWARDED | {"X-Forwarded-Host": "tracker.example"}
            assert "Strict-Transport-Security" in client.get("/sign-in", headers=headers).headers
            assert client.get("/sign-in", headers=self.FORWARDED).status_code == 400


class TestCookie:
    def test_over_tls_it_is_bound_to_the_host(self, database_url: str, cheap_passwords: None) -> None:
        with application(database_url, secure_cookies=True) as app:
            answer = app.test_client().post("/language", data={"language": "zh"}, base_url="https://localhost")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-session=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
        assert "Domain" not in cookie

    def test_the_demo_on_loopback_has_a_plain_one(self, anonymous: FlaskClient) -> None:
        assert anonymous.post("/language", data={"language": "zh"}).headers["Set-Cookie"].startswith("session=")


@pytest.mark.engine_free
class TestSettings:
    def test_they_are_read_from_the_environment(self) -> None:
        read = Settings.from_environment(
            {
                "DATABASE_URL": "sqlite://", "SECRET_KEY": "x", "TRUSTED_HOSTS": "a.example, b.example", "TRUSTED_PROXIES": "2",
                "IDLE_MINUTES": "10", "SESSION_HOURS": "4", "REQUIRE_SECOND_FACTOR": "1", "OIDC_ISSUER": "https://idp.example/",
                "OIDC_ROLES": "desk=officer, it = administrator", "PUBLIC_URL": "https://tracker.example/",
            }
        )  # fmt: skip
        assert read.trusted_hosts == ("a.example", "b.example")
        assert (read.trusted_proxies, read.idle_minutes, read.session_hours, read.require_second_factor) == (2, 10, 4, True)
        assert (read.oidc_issuer, read.public_url) == ("https://idp.example", "https://tracker.example")
        assert read.oidc_roles == (("desk", "officer"), ("it", "administrator"))

    @pytest.mark.parametrize(("name", "value"), [("IDLE_MINUTES", "soon"), ("OIDC_ROLES", "desk"), ("OIDC_ROLES", "=officer")])
    def test_one_that_cannot_be_used_is_named(self, name: str, value: str) -> None:
        with pytest.raises(ValueError, match=name):
            Settings.from_environment({"DATABASE_URL": "sqlite://", "SECRET_KEY": "x", name: value})
