"""Settings of the environment: what cannot be used is said with the name of the variable."""

from __future__ import annotations

import pytest

from tracker.config import Settings

pytestmark = pytest.mark.engine_free
BASE = {"DATABASE_URL": "sqlite://", "SECRET_KEY": "x"}


def test_e_mail_is_off_unless_a_host_is_named() -> None:
    assert Settings.from_environment(BASE).smtp_host == ""


def test_e_mail_is_never_sent_in_clear_unless_asked_for() -> None:
    assert Settings.from_environment(BASE | {"SMTP_HOST": "mail.ministry.example"}).smtp_tls == "starttls"


@pytest.mark.parametrize(
    ("name", "value"), [("SMTP_TLS", "yes"), ("SMTP_PORT", "25x"), ("SMTP_PORT", "-1"), ("PORT", "eighty"), ("MAP", "globe")]
)
def test_a_value_that_cannot_be_used_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        Settings.from_environment(BASE | {name: value})
