"""Reads of records: who sees what, in which order, page by page."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories import records, users
from tests.factories.agreements import agreement
from tests.factories.handovers import handover
from tests.factories.trainings import training
from tracker.accounts.models import Role, User
from tracker.counting.filters import RecordFilter
from tracker.database.columns import utc_now
from tracker.records import queries
from tracker.records.filtering import Reader
from tracker.records.list_order import SORTS

EVERYTHING = RecordFilter(reporting_state=records.REPORTING_STATE)


class TestGet:
    def test_a_record_is_found_by_its_reference_and_type(self, session: Session, reader: Reader) -> None:
        record = records.save(session, reader.user, handover(["LAO"], "2024"))
        assert queries.get(session, reader, record.ref, "handover") is record
        assert queries.get(session, reader, record.ref, "training") is None
        assert queries.get(session, reader, record.ref.lower(), "handover") is None
        assert queries.get(session, reader, "HND-1999-0001", "handover") is None

    @pytest.mark.parametrize("role", list(Role))
    def test_a_draft_is_its_owners_alone(self, session: Session, reader: Reader, role: Role) -> None:
        record = records.save(session, reader.user, handover(["LAO"], "2024"), draft=True)
        other = Reader(users.user(session, role), session, "en", utc_now().date(), records.REPORTING_STATE)
        assert queries.get(session, reader, record.ref, "handover") is record
        assert queries.get(session, other, record.ref, "handover") is None


class TestPages:
    def test_pages_neither_repeat_nor_skip_a_record(self, session: Session, reader: Reader) -> None:
        for number in range(11):
            records.save(session, reader.user, handover(["LAO"], "2024" if number % 2 else "", title="Same title"))
        for sort in (f"{sign}{name}" for name in SORTS for sign in ("", "-")):
            pages = [queries.page_of_records(reader, EVERYTHING, number, sort, size=4) for number in (1, 2, 3)]
            refs = [row.ref for found in pages for row in found.rows]
            assert len(refs) == len(set(refs)) == 11, sort
            assert [
                one.record.ref
                for batch in queries.whole_records(reader, EVERYTHING, queries.ids_in_order(reader, EVERYTHING, sort), batch=4)
                for one in batch
            ] == refs, sort

    @pytest.mark.parametrize(("asked", "given"), [(-5, 1), (0, 1), (1, 1), (3, 3), (4, 3), (10**9, 3)])
    def test_a_page_that_is_not_there_is_the_nearest_one(self, session: Session, reader: Reader, asked: int, given: int) -> None:
        for _ in range(5):
            records.save(session, reader.user, handover(["LAO"], "2024"))
        found = queries.page_of_records(reader, EVERYTHING, asked, "date", size=2)
        assert (found.number, found.count, found.total) == (given, 3, 5)

    def test_an_empty_list_is_one_empty_page(self, reader: Reader) -> None:
        found = queries.page_of_records(reader, EVERYTHING, 1, "date")
        assert (found.rows, found.number, found.count, found.total) == ((), 1, 1, 0)

    def test_what_has_no_date_comes_last_either_way(self, session: Session, reader: Reader) -> None:
        for start in ("2024", "", "2023-05", "2025", "../2022"):
            records.save(session, reader.user, handover(["LAO"], start, title=start or "none"))
        up = [row.title for row in queries.page_of_records(reader, EVERYTHING, 1, "date").rows]
        down = [row.title for row in queries.page_of_records(reader, EVERYTHING, 1, "-date").rows]
        assert (up[:3], down[:3]) == (["2023-05", "2024", "2025"], ["2025", "2024", "2023-05"])
        assert set(up[3:]) == set(down[3:]) == {"none", "../2022"}

    def test_titles_are_sorted_without_regard_to_case(self, session: Session, reader: Reader) -> None:
        for title in ("beta", "Alpha", "alpha two", "Gamma"):
            records.save(session, reader.user, handover(["LAO"], "2024", title=title))
        assert [row.title for row in queries.page_of_records(reader, EVERYTHING, 1, "title").rows] == [
            "Alpha",
            "alpha two",
            "beta",
            "Gamma",
        ]

    def test_partners_stand_in_order_without_our_own_state(self, session: Session, reader: Reader) -> None:
        records.save(session, reader.user, agreement(["THA", "LAO"], "2024"))
        assert queries.page_of_records(reader, EVERYTHING, 1, "date").rows[0].partners == (("THA", "signatory"), ("LAO", "signatory"))


class TestSelections:
    def test_a_list_of_drafts_holds_my_own_and_no_others(self, session: Session, reader: Reader) -> None:
        mine = records.save(session, reader.user, handover(["LAO"], "2024", title="Mine alone"), draft=True).ref
        records.save(session, users.user(session), handover(["LAO"], "2024", title="Another's"), draft=True)
        recorded = records.save(session, reader.user, handover(["LAO"], "2024")).ref
        drafts = RecordFilter(review=("draft",))
        assert refs(reader, drafts) == {mine}
        assert refs(reader, drafts.narrowed(kind=("training",))) == set()
        assert refs(reader, drafts.narrowed(text="alone")) == {mine}
        assert refs(reader, EVERYTHING) == {recorded}

    @pytest.mark.parametrize("narrowing", [{"partner": "LAO"}, {"year": "2024"}, {"status": ("ongoing",)}, {"kind": ("handover",)}])
    def test_a_list_of_drafts_can_be_narrowed_like_any_other(self, session: Session, reader: Reader, narrowing: dict[str, object]) -> None:
        fitting = records.save(session, reader.user, handover(["LAO"], "2024", status="ongoing"), draft=True).ref
        records.save(session, reader.user, training(["KAZ"], "2020"), draft=True)
        assert refs(reader, RecordFilter(review=("draft",)).narrowed(**narrowing)) == {fitting}

    def test_counts_beside_the_list_are_those_of_the_lists_they_open(self, session: Session, reader: Reader) -> None:
        records.save(session, reader.user, handover(["LAO"], "2024", status="ongoing"))
        records.save(session, reader.user, handover(["LAO", "THA"], "2023"))
        records.save(session, reader.user, training(["LAO"], "2024"))
        for column in ("kind", "status", "year"):
            for value, count in queries.facet_counts(reader, EVERYTHING, column).items():
                chosen = EVERYTHING.narrowed(**{column: value if column == "year" else (value,)})
                assert len(refs(reader, chosen)) == count, (column, value)

    def test_the_quantity_of_each_row_is_what_it_adds(self, session: Session, reader: Reader) -> None:
        records.save(session, reader.user, handover(["LAO"], "2024", "10", title="Ten"))
        records.save(session, reader.user, handover(["LAO"], "2024", "at least 5", title="Five or more"))
        records.save(session, reader.user, handover(["LAO"], "2024", "several", title="Several"))
        found = {
            row.title: (row.lower, row.upper)
            for row in queries.page_of_records(reader, RecordFilter(measure="persons_handed_over"), 1, "date").rows
        }
        assert found["Ten"] == (10, 10)
        assert found["Five or more"] == (5, None)


def refs(reader: Reader, chosen: RecordFilter) -> set[str]:
    found = queries.page_of_records(reader, chosen, 1, "date").rows
    batches = queries.whole_records(reader, chosen, queries.ids_in_order(reader, chosen, "date"))
    assert {one.record.ref for batch in batches for one in batch} == {row.ref for row in found}
    return {row.ref for row in found}


@pytest.fixture
def reader(session: Session, officer: User) -> Reader:
    return Reader(officer, session, "en", utc_now().date(), records.REPORTING_STATE)
