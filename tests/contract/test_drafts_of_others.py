"""Laws of drafts: no page, file, suggestion or figure tells anybody of them but their owner."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from tests.app import ClientAs, contents
from tests.contract.addresses import HANDOVER
from tests.contract.test_every_route import ROLES
from tests.forms import enter, minimal
from tracker.accounts.models import Role
from tracker.record_types import RECORD_TYPES


@pytest.mark.once
class TestDraftsOfOthers:
    """A draft is its owner's alone; for everybody else it is not there."""

    @pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.kind)
    def test_its_addresses_are_not_there_for_anybody_else(self, app: Flask, client_as: ClientAs, record_type: Any) -> None:
        owner = client_as(Role.OFFICER, "owner")
        data = minimal(record_type) | {"title": "Zebra crossing", "action": "draft"}
        address = enter(owner, record_type, data)
        before = contents(app)["record"]
        for role in ROLES:
            client = client_as(role)
            for url in (address, f"{address}/history", f"{address}/history/1"):
                assert client.get(url).status_code == 404, (role, url)
            if role not in (Role.VIEWER, Role.MANAGER):
                assert client.get(f"{address}/edit").status_code == 404
                assert client.post(f"{address}/edit", data=data | {"title": "Taken over"}).status_code == 404
                assert "Zebra" not in client.post(f"/{record_type.slug}/twins", data={"title": "Zebra crossing 2", "start": "2024"}).text
        assert contents(app)["record"] == before
        assert "Zebra crossing" in owner.get(address).text

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.ADMINISTRATOR])
    def test_no_page_file_or_suggestion_tells_of_it(self, app: Flask, client_as: ClientAs, role: Role) -> None:
        owner = client_as(Role.OFFICER, "owner")
        data = minimal(HANDOVER) | {"title": "Zebra crossing", "action": "draft", "evidence-0-source": "Quagga diary"}
        ref = enter(owner, HANDOVER, data).rpartition("/")[2]
        assert ref in owner.get("/records/?review=draft").text
        client = client_as(role)
        for url in reading(HANDOVER.slug):
            answer = client.get(url)
            assert answer.status_code == 200 or (answer.status_code, role) == (403, Role.VIEWER), url
            assert ref not in answer.text, url
            asked = ('value="Zebra crossing"', "“Zebra crossing”")
            assert "Zebra crossing" not in answer.text.replace(asked[0], "").replace(asked[1], ""), url

    def test_a_draft_counts_nowhere_not_even_for_its_owner(self, app: Flask, client_as: ClientAs) -> None:
        owner = client_as(Role.OFFICER, "owner")
        enter(owner, HANDOVER, minimal(HANDOVER) | {"action": "draft"})
        answer = owner.get("/records/?measure=handovers")
        assert '<p class="list-figure"><strong>0</strong>' in answer.text

    def test_a_source_does_not_tell_how_many_drafts_of_others_cite_it(self, app: Flask, client_as: ClientAs) -> None:
        owner, other = client_as(Role.OFFICER, "owner"), client_as(Role.OFFICER, "other")
        enter(owner, HANDOVER, minimal(HANDOVER) | {"action": "draft", "evidence-0-source": "Quagga diary"})
        row = re.search(r"Quagga diary.*?</tr>", other.get("/sources/").text, re.DOTALL)
        assert row is None or re.search(r'class="num"[^>]*>0<', row[0])

    def test_a_draft_of_others_cannot_be_named_in_a_record(self, app: Flask, client_as: ClientAs) -> None:
        owner, other = client_as(Role.OFFICER, "owner"), client_as(Role.OFFICER, "other")
        ref = enter(owner, HANDOVER, {"title": "Zebra crossing", "action": "draft"}).rpartition("/")[2]
        for number, field in enumerate(("parent", "links-0-to")):
            data = minimal(HANDOVER, number) | {field: ref, "links-0-type": "related"}
            known = other.post("/handovers/new", data=data)
            unknown = other.post("/handovers/new", data=data | {field: "HND-1999-0001"})
            assert (known.status_code, unknown.status_code) == (422, 422), field
            assert known.text.count("There is no record") == unknown.text.count("There is no record"), field


def reading(slug: str) -> list[str]:
    """Addresses at which a foreign draft might show."""
    words = "Zebra+crossing"
    listed = [
        f"/{path}{query}"
        for path in ("records/", f"{slug}/", "records.csv", f"{slug}.csv")
        for query in ("", f"?q={words}", "?review=draft")
    ]
    return [
        *listed,
        f"/suggest/records?q={words}",
        "/suggest/records",
        "/",
        "/review/",
        "/bin/",
        *(
            f"{path}?basis={basis}"
            for path in ("/partners/LAO", "/years/2024", "/figures/", "/figures.csv")
            for basis in ("official", "working")
        ),
        "/sources/",
        "/partners/",
        "/years/",
        "/records/?sort=-changed",
        "/records/?owner=owner",
    ]
