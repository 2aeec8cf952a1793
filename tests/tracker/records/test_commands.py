"""The commands about figures."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from tests.app import stored
from tests.factories import records, users
from tests.factories.operations import operation
from tracker.counting.models import Basis, Fact, FactState
from tracker.counting.projection import RULE_VERSION
from tracker.counting.services import is_current
from tracker.records import facts


class TestUpgrade:
    def test_c42_facts_made_under_other_rules_are_made_again(self, app: Flask) -> None:
        with stored(app) as session:
            records.save(session, users.user(session), operation(["LAO"], "2024", arrests="30"))
            for basis in Basis:
                session.merge(FactState(basis=basis, rule_version="0", reporting_state="CHN"))
            session.execute(sa.delete(Fact))
        told = self.upgrade(app)
        assert "Counted again under the rules of this release, working: 1 records contribute." in told
        with stored(app) as session:
            assert facts.check(session, "CHN") == []
            assert all(is_current(session, basis, "CHN") for basis in Basis)
            assert session.get_one(FactState, Basis.WORKING).rule_version == RULE_VERSION
        assert "Counted again" not in self.upgrade(app)

    def upgrade(self, app: Flask) -> str:
        result = app.test_cli_runner().invoke(args=["database", "upgrade"])
        assert result.exit_code == 0, result.output
        return result.output
