"""The page of seizures: every number opens its records, and nothing adds up different things (C35)."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from tests.app import signed_in, stored
from tests.factories import records, users
from tests.factories.operations import operation
from tests.factories.records import figure
from tests.pages import page
from tracker.accounts.models import Role


@pytest.mark.once
def test_every_number_of_the_page_opens_exactly_its_records(own_app: Flask) -> None:
    with stored(own_app) as session:
        officer = users.user(session)
        for year, kilograms in (("2023", "more than 9,700"), ("2024", "12"), ("2024", "3.5")):
            seized = [
                figure("seized_drugs", kilograms, "kg", item="heroin", no=1),
                figure("seized_weapons", "40", "piece", item="pistol", no=2),
            ]
            records.save(session, officer, operation(["LAO", "THA"], year, figures=seized))
        session.commit()
    manager = signed_in(own_app, Role.MANAGER)
    assert "Nothing seized yet" in page(manager, "/figures/seizures").text  # nobody verified them
    shown = page(manager, "/figures/seizures?basis=working")
    links = re.findall(r'<td class="figure[^"]*"[^>]*><a href="([^"]+)"[^>]*>\s*([^<]+?)\s*<', shown.html)
    assert {text for _, text in links} >= {"≥ 9\u202f715.5", "≥ 9\u202f700", "15.5", "40", "80", "120"}
    for url, text in links:
        listed = page(manager, unescape(url))
        assert text in listed.html, url
    assert "Distinct total" not in shown.text
    table = page(manager, "/figures/?measure=seizures&item=heroin:kg&basis=working")
    assert "kilogram" in table.text
    assert "Shared, not split" in table.text


@pytest.mark.once
def test_what_is_undated_or_in_words_opens_its_records(own_app: Flask) -> None:
    with stored(own_app) as session:
        officer = users.user(session)
        for when, said in (("", "9"), ("2024", "a large amount")):
            records.save(session, officer, operation(["LAO"], when, figures=[figure("seized_drugs", said, "kg", item="heroin")]))
        session.commit()
    manager = signed_in(own_app, Role.MANAGER)
    shown = page(manager, "/figures/seizures?basis=working")
    for words in ("1 record, year not stated", "1 record, in words only"):
        (url,) = re.findall(rf'href="([^"]+)"[^>]*>\s*{words}', shown.html)
        assert "1 record" in page(manager, unescape(url)).text


@pytest.mark.once
@pytest.mark.parametrize("query", ["measure=seizures", "measure=seizures&item=heroin", "measure=seizures&item='", "measure=running_total"])
def test_what_adds_up_nothing_is_refused_with_a_word(own_app: Flask, query: str) -> None:
    manager = signed_in(own_app, Role.MANAGER)
    answer = manager.get(f"/figures/?{query}")
    assert answer.status_code == 400
    assert "error-summary" in answer.text
