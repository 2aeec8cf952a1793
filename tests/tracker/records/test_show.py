"""What the pages of one record, of one source and of one year show, and where."""

from __future__ import annotations

import pytest

from tests.app import ClientAs
from tests.forms import enter, minimal
from tests.pages import page
from tests.tracker.records.nasty_forms import AGREEMENT, HANDOVER, TRAINING
from tracker.accounts.models import Role

pytestmark = pytest.mark.once

PASSAGES = ("the first", "the second", "the third", "the fourth", "the fifth")


def test_the_rare_deeds_of_a_handover_stand_under_more(client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    html = client.get(enter(client, HANDOVER, minimal(HANDOVER))).text
    head, _, menu = html.partition('<ul class="menu__list">')
    folded, _, after = menu.partition("</ul>")
    assert 'data-key="e"' in head
    assert "Edit</a>" in head
    for label in ("History", "Retention", "Who received this"):
        assert f"{label}</a>" in folded
        assert f'class="button" href="{label}' not in head + after


def test_a_status_that_nobody_knows_says_that_it_is_the_status(client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    assert "status not known" in page(client, enter(client, HANDOVER, minimal(HANDOVER))).text
    assert "status not known" in page(client, enter(client, AGREEMENT, minimal(AGREEMENT, 2))).text
    ended = {"actions-0-action": "terminated", "actions-0-date": "2024-05-01"}
    told = page(client, enter(client, AGREEMENT, minimal(AGREEMENT, 3) | ended)).text
    assert ("Terminated" in told, "status not known" in told) == (True, False), "its life says how it stands"


def test_c37_participant_days_say_what_they_were_computed_from(client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    typed = {"days": "5", "participants-0-country": "Laos", "participants-0-number": "20"}
    said = page(client, enter(client, TRAINING, minimal(TRAINING) | typed)).text
    assert "Participant-days: 100" in said
    assert "computed: 5 days × 20 participants" in said
    assert "computed" not in page(client, enter(client, TRAINING, minimal(TRAINING, 2) | typed | {"days": ""})).text


def test_a_source_names_each_record_once_with_its_passages(client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    typed = minimal(HANDOVER, title="Ten suspects")
    for number, words in enumerate(PASSAGES):
        typed |= {f"evidence-{number}-source": typed["evidence-0-source"], f"evidence-{number}-quote_exact": words}
    record = enter(client, HANDOVER, typed)
    (source,) = {link for link in page(client, record).links if link.startswith("/sources/SRC")}
    html = client.get(source).text
    assert html.count("Ten suspects</a>") == 1
    shown, _, folded = html.partition("2 more passages")
    assert [words in shown for words in PASSAGES] == [True, True, True, False, False]
    assert [words in folded for words in PASSAGES[3:]] == [True, True]
    assert html.index("files-title") < html.index("supports-title") < html.index("<aside>") < html.index("history-title")


@pytest.mark.parametrize("stored", ["", "not_stated"])
def test_not_stated_stands_once_among_legal_statuses_and_stays_as_stored(client_as: ClientAs, stored: str) -> None:
    client = client_as(Role.OFFICER)
    typed = minimal(HANDOVER) | {"subjects-0-no": "1", "subjects-0-kind": "suspect", "subjects-0-legal_status": stored}
    record = enter(client, HANDOVER, typed)
    _, _, box = client.get(f"{record}/edit").text.partition('name="subjects-0-legal_status"')
    box = box.partition("</select>")[0]
    assert box.lower().count("not stated") == 1
    assert f'selected value="{stored}"' in box or f'value="{stored}" selected' in box or not stored


@pytest.mark.parametrize(("date", "has_column"), [("2024", False), ("2023/2024", True)])
def test_a_year_asks_what_may_belong_to_it_only_where_something_may(client_as: ClientAs, date: str, has_column: bool) -> None:
    client = client_as(Role.OFFICER)
    enter(client, HANDOVER, minimal(HANDOVER) | {"start": "2024"})
    enter(client, HANDOVER, minimal(HANDOVER, 2) | {"start": date})
    assert ("May belong to 2024" in page(client, "/years/2024?basis=working").text) is has_column
