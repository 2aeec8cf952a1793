"""Single numbers asked for together say what each says alone."""

from __future__ import annotations

import pytest

from tracker.counting.cells import Cell
from tracker.counting.models import Basis
from tracker.counting.queries import Question, total
from tracker.counting.totals import Asked, totals
from tracker.records import registry
from tracker.records.filtering import Reader, all_records
from tracker.records.queries import selected_ids


def said(cell: Cell) -> tuple[object, ...]:
    return cell.records, cell.lower, cell.upper, cell.about


@pytest.mark.parametrize("column", ["", "2024"])
def test_every_measure_says_alone_what_it_says_among_others(many: Reader, column: str) -> None:
    chosen = all_records(many, Basis.OFFICIAL)
    measures = list(registry.every_measure().values())
    lists = [selected_ids(many, all_records(many, basis)) for basis in Basis]
    cells, counts = totals(
        many.session, [Asked(Question(one, chosen.narrowed(measure=one.code)), column) for one in measures], lists, many.today
    )
    alone = [total(many.session, one, chosen.narrowed(measure=one.code, year=column), many.today) for one in measures]
    assert [said(one) for one in cells] == [said(one) for one in alone]
    assert counts == [len(many.session.scalars(one).all()) for one in lists]
    assert totals(many.session, [], [], many.today) == ([], [])
