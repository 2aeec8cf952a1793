"""Older versions: any can be the newest again, and a day leads to the one that stood then."""

from __future__ import annotations

import pytest

from tests.app import ClientAs
from tests.forms import enter, minimal
from tests.journeys.test_review import save_again
from tests.pages import page
from tracker.accounts.models import Role
from tracker.record_types import RECORD_TYPES

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")


class TestVersions:
    def test_any_version_can_be_the_newest_again(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER) | {"place": "Boten"})
        save_again(officer, address, place="Mohan")
        old = page(officer, f"{address}/history/1")
        assert "Restore this version" in old.text
        assert officer.post(f"{address}/history/1/restore", data={"version": "2"}).status_code == 303
        assert "Boten" in page(officer, address).text
        assert "as it was in version 1" in page(officer, f"{address}/history").text
        assert officer.post(f"{address}/history/1/restore", data={"version": "1"}).status_code == 303
        assert "changed or retired meanwhile" in page(officer, address).text

    def test_how_it_read_on_a_day(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        answer = officer.get(f"{address}/history?on=31.12.2099")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{address}/history/1")
        assert "did not exist yet" in page(officer, f"{address}/history?on=1999", 400).text
        assert page(officer, f"{address}/history?on=the other day", 400)
