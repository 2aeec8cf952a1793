"""Numbers in addresses are never too large for the database."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.app import ClientAs
from tests.contract.addresses import methods, rules
from tracker.accounts.models import Role

VALUES = {"record_type": "handovers", "ref": "HND-2026-0001", "code": "LAO", "into": "HND-2026-0002", "username": "officer", "year": "2024"}


@pytest.mark.parametrize("digits", [10, 20, 5000])
def test_a_number_too_large_is_a_page_that_is_not_there(app: Flask, client_as: ClientAs, digits: int) -> None:
    client, tried = client_as(Role.ADMINISTRATOR), 0
    for rule in rules(app):
        if "<int:" not in rule.rule:
            continue
        url = rule.rule
        for name in rule.arguments:
            for form in (f"<int:{name}>", f"<{name}>", f"<record_type:{name}>"):
                url = url.replace(form, VALUES.get(name, "1") if form[1:4] != "int" else "9" * digits)
        for method in methods(rule) - {"HEAD", "OPTIONS"}:
            assert client.open(url, method=method).status_code in (404, 405), (method, url[:80])
            tried += 1
    assert tried >= 15
