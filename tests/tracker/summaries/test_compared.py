"""This year beside the same days of last year, and the partners that moved most."""

from __future__ import annotations

from collections.abc import Callable

from tests.factories import operations
from tracker.counting.models import Basis
from tracker.counting.queries import answers
from tracker.records.filtering import Reader, all_records
from tracker.summaries.by_type import all_types
from tracker.summaries.compared import biggest_moves, candidates, compared, questions_of_moves


class TestBiggestMoves:
    def test_leaves_out_what_came_after_the_day_and_names_the_records(self, reader: Reader, save: Callable[..., None]) -> None:
        save(*(operations.operation(("LAO",), f"2026-03-0{day}", title=f"Lao {day}") for day in (1, 2, 3)))
        save(operations.operation(("THA",), "2025-02-01", title="Thai"), operations.operation(("KHM",), "2025-12-24", title="Khmer"))
        chosen, measure = all_records(reader, Basis.OFFICIAL), all_types()
        codes = candidates(answers(reader.session, questions_of_moves(reader, measure, chosen), reader.today), reader.today.year)
        both = dict(zip(codes, compared(reader, [(measure, chosen.narrowed(partner=code)) for code in codes]), strict=True))
        moves = biggest_moves(reader, measure, chosen, both)
        assert [(move.url[10:13], move.both.difference) for move in moves] == [("LAO", "+3"), ("THA", "−1")]
        assert [[line.title for line in move.records] for move in moves] == [["Lao 3", "Lao 2"], ["Thai"]]

    def test_tells_no_difference_where_a_date_is_not_known_to_the_day(self, reader: Reader, save: Callable[..., None]) -> None:
        save(operations.operation(("LAO",), "2026"))
        both = compared(reader, [(all_types(), all_records(reader, Basis.OFFICIAL))])[0]
        assert (both.moved, both.difference) == (None, "")

    def test_nothing_is_nobody(self, reader: Reader) -> None:
        assert biggest_moves(reader, all_types(), all_records(reader, Basis.OFFICIAL), {}) == ()
