"""Settled 2: every figure of every reader is a slow count over the records that he may see, and over no other."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests import oracle
from tests.factories import records, users
from tests.tracker.counting.datasets import Plan, data_sets, store
from tests.tracker.counting.test_properties import FIGURES, MEASURES, TODAY, VIEWS, View, differences, lists_that_differ
from tracker.accounts.models import Role, User
from tracker.counting import queries
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure
from tracker.counting.models import Basis
from tracker.records import registry
from tracker.records.filtering import Reader, all_records
from tracker.records.models import RecordRecipient

# written down apart from the product: the markings of TLP 2.0 from the least restricted, and how far each role reads
ORDER = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
FURTHEST = {Role.VIEWER: 2, Role.OFFICER: 3, Role.REVIEWER: 3, Role.MANAGER: 3, Role.ADMINISTRATOR: 3}


@dataclass(frozen=True)
class Handling:
    """How one record is handled: its marking, which of two officers wrote it, whether the reader is named on it."""

    marking: str
    is_readers_own: bool
    names_reader: bool


HANDLINGS = st.lists(
    st.builds(Handling, st.sampled_from((*ORDER, "RED", "AMBER+STRICT")), st.booleans(), st.booleans()), min_size=15, max_size=15
)


@dataclass(frozen=True)
class ReadersView(View):
    """A view through the eyes of one reader."""

    reader: Reader | None = None

    def filter(self, measure: Measure) -> RecordFilter:
        assert self.reader is not None
        return all_records(self.reader, Basis.WORKING).narrowed(measure=measure.code, expand=self.expand, inferred=self.inferred)


def may_read(role: Role, handling: Handling) -> bool:
    """By the rules: a marking within reach of the role; RED for its owner, who wrote what was RED, and those it names."""
    if handling.marking == "RED":
        return handling.is_readers_own or handling.names_reader
    return ORDER.index(handling.marking) <= FURTHEST[role]


class TestEveryReader:
    @given(data_sets(most=12), HANDLINGS, st.sampled_from(tuple(Role)), VIEWS, MEASURES)
    @FIGURES
    def test_every_figure_is_the_slow_count_over_the_records_that_the_reader_may_see(
        self, session: Session, plans: list[Plan], handlings: list[Handling], role: Role, view: View, measures: list[str]
    ) -> None:
        session.rollback()
        writer, reader = users.user(session), users.user(session, Role.OFFICER)
        known = self._stored(session, writer, reader, plans, handlings)
        reader.role = role  # whoever wrote as an officer may have another role by now
        session.flush()
        by_id = {record.id: handling for record, handling in zip(known, handlings, strict=False)}
        slow = oracle.Oracle(
            oracle.read_reference(session), known, records.REPORTING_STATE, TODAY, lambda record: may_read(role, by_id[record.id])
        )
        eyes = Reader(reader, session, "en", TODAY, records.REPORTING_STATE)
        through = ReadersView(view.rows, view.expand, view.inferred, view.ranges, view.step, eyes)
        found = [
            f"{measure.code} by {view} for {role}: {difference}"
            for measure in (registry.every_measure()[code] for code in measures)
            for difference in (*differences(session, slow, measure, through), *lists_that_differ(session, measure, through))
        ]
        listed = set(session.scalars(queries.record_ids(session, all_records(eyes, Basis.WORKING), None, TODAY)))
        expected = {record.id for record in slow.records}
        session.rollback()
        assert not found, "\n".join(found)
        assert listed == expected

    def _stored(self, session: Session, writer: User, reader: User, plans: list[Plan], handlings: list[Handling]) -> list[oracle.Known]:
        """The data set, each record with its handling."""
        known: list[oracle.Known] = []
        marked = [
            Plan(plan.document | {"marking": handling.marking}, plan.draft, plan.parent, plan.change_of)
            for plan, handling in zip(plans, handlings, strict=False)
        ]
        for place, handling in zip(range(len(marked)), handlings, strict=False):
            known += store(session, reader if handling.is_readers_own else writer, marked[place : place + 1], known)
            if handling.names_reader:
                session.add(RecordRecipient(record_id=known[-1].id, user_id=reader.id))
        session.flush()
        return known
