"""The promise about wrong clocks: at eight moments nothing fails, nothing vanishes, and the trail goes by number, not by the clock."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import application, signed_in, stored
from tests.forms import enter, minimal
from tests.pages import page
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.audit.verification import faults, head_of, stored_events
from tracker.database import columns
from tracker.record_types import RECORD_TYPES

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
ZONE = "Europe/Berlin"
# back and forth, as a clock that is set wrong and put right again
MOMENTS = (
    datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),  # an hour that is skipped begins
    datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC),  # an hour that comes twice
    datetime(2024, 2, 29, 12, tzinfo=UTC),
    datetime(2027, 12, 31, 23, 30, tzinfo=UTC),  # next year already where the ministry is
    datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC),
    datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2100, 2, 28, 23, 59, 59, tzinfo=UTC),  # no leap year
    datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
)
PAGES = (
    "/",
    "/records/",
    "/handovers/",
    "/figures/",
    "/years/",
    "/partners/LAO",
    "/review/",
    "/bin/",
    "/notifications/",
    "/account",
    "/help",
)


@pytest.fixture
def app(database_url: str, cheap_passwords: None) -> Iterator[Flask]:
    """The product of a ministry with summer time."""
    with application(database_url, time_zone=ZONE) as app:
        yield app


def test_promise_at_8_moments_of_a_wrong_clock_0_errors_0_vanished_and_the_trail_goes_by_number(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    for number, moment in enumerate(MOMENTS):
        set_clock(monkeypatch, moment)
        officer, reviewer = signed_in(app, Role.OFFICER), signed_in(app, Role.REVIEWER)
        made.append(enter(officer, HANDOVER, minimal(HANDOVER, number) | {"start": str(moment.year)}))
        verified(reviewer, made[-1])
        assert [address for address in PAGES if reviewer.get(address).status_code >= 500] == []
        for part in ("", "/history", "/retention", "/readers", "/edit"):
            page(officer, made[-1] + part)
        listed = page(officer, "/handovers/").html
        assert [address for address in made if address not in listed] == []
    with stored(app) as session:
        events = list(session.scalars(sa.select(AuditEvent).order_by(AuditEvent.no)))
        assert [event.no for event in events] == list(range(1, len(events) + 1))
        assert [event.at for event in events] != sorted(event.at for event in events), "the clock went back"
        assert list(faults(stored_events(session), head_of(session))) == []
    administrator = signed_in(app, Role.ADMINISTRATOR)
    shown = page(administrator, "/audit/").text
    assert "2100" in shown or "1999" in shown


def verified(reviewer: FlaskClient, address: str) -> None:
    assert reviewer.post(f"{address}/verify", data={"version": "1"}).status_code == 303


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """From here on it is `moment` and a little later each time that anybody looks."""
    looked = 0

    def now() -> datetime:
        nonlocal looked
        looked += 1
        return moment + timedelta(milliseconds=looked)

    for name, module in list(sys.modules.items()):
        if name.startswith("tracker.") and module is not columns and hasattr(module, "utc_now"):
            monkeypatch.setattr(module, "utc_now", now)
