"""Drafts as they are stored: closed, swept, opened with the right key only, and the stamps that tell them apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import users
from tests.tracker.unsaved.test_drafts import NEW
from tracker.database.columns import utc_now
from tracker.database.sealing import Sealer
from tracker.unsaved import queries, services
from tracker.unsaved.models import Draft
from tracker.unsaved.stamps import Stamp

pytestmark = pytest.mark.once


class TestServices:
    SEALER = Sealer([b"k" * 32])

    def test_what_was_closed_is_forgotten_after_a_day(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        actor = users.user(session)
        first, second = Stamp.new(), Stamp.new()
        services.close(actor, session, first.key)
        with pytest.raises(services.ClosedError):
            services.keep(actor, session, self.SEALER, first, NEW, [("title", "x")])
        later = utc_now() + timedelta(days=2)
        monkeypatch.setattr(services, "utc_now", lambda: later)
        services.close(actor, session, second.key)
        assert [row.key for row in session.scalars(sa.select(Draft))] == [second.key]

    def test_without_a_timer_whoever_begins_a_draft_sweeps_what_ran_out_of_anybody(
        self, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        left, actor = users.user(session), users.user(session)
        services.hold(left, session, self.SEALER, Stamp.new(), "/bin/", [("note", "held")], is_form=False)
        kept = services.keep(left, session, self.SEALER, Stamp.new(), NEW, [("title", "kept")])
        services.close(left, session, Stamp.new().key)
        monkeypatch.setattr(services, "utc_now", lambda: utc_now() + timedelta(days=2))
        begun = services.keep(actor, session, self.SEALER, Stamp.new(), NEW, [("title", "x")])
        assert {row.key for row in session.scalars(sa.select(Draft))} == {kept.stamp.key, begun.stamp.key}

    def test_what_no_key_opens_is_not_offered(self, session: Session) -> None:
        actor = users.user(session)
        services.keep(actor, session, self.SEALER, Stamp.new(), NEW, [("title", "x")])
        assert len(queries.newest(session, self.SEALER, actor, 5)) == 1
        assert queries.newest(session, Sealer([b"z" * 32]), actor, 5) == []

    @pytest.mark.parametrize(
        "text", ["", "x", "0" * 32, f"{'0' * 32}.{'0' * 16}.-1", f"{'A' * 32}.{'0' * 16}.1", f"{'0' * 32}.{'0' * 16}.²"]
    )
    def test_a_stamp_that_is_none_becomes_a_new_one(self, text: str) -> None:
        assert Stamp.read(text) != Stamp.read(text)
        assert Stamp.read(text).seen == 0

    def test_a_stamp_reads_back(self) -> None:
        stamp = Stamp.new(seen=7)
        assert Stamp.read(str(stamp)) == stamp
