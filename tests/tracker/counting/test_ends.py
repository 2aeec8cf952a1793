"""What is in force and ends soon, is past its date, or says no end (C14, C16): bounds, rows, and a slow count."""

# mypy: disable-error-code="comparison-overlap"
# Decimals are compared with whole numbers, which they equal.

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from tests import oracle
from tests.factories import records
from tests.factories.agreements import agreement
from tests.tracker.counting.desk import TODAY, Desk
from tracker.counting.cells import TOTAL
from tracker.counting.endings import no_longer
from tracker.counting.filters import PAST, RecordFilter, is_end
from tracker.records.models import Record

IN_FORCE = "agreements_in_force"
ASKED = ("1", "90", "365", PAST, oracle.NOT_STATED)
BEGUN = ("2020-05-01", "2020-05-01", "2021", "2026-06/2026-08")
# today is 2026-06-30, in 90 days it is 2026-09-28
ENDS = ("2026-07-01", "2026-09-28", "2026-09-29", "2026-08", "2026-09", "2026", "2027?", "2026-09/..", "../2026-09", "")
EXPIRES = (*ENDS, *ENDS, "2026-06-30", "2026-06-29", "2026-06", "2025", "../2026-05", "2028")


def ends(desk: Desk, asked: str, **narrowed: Any) -> tuple[Decimal, Decimal | None]:
    """How many agreements surely end as `asked`, and how many perhaps."""
    cell = desk.table(IN_FORCE, ends=asked, today=TODAY, **narrowed).cell(TOTAL)
    return cell.lower, cell.upper


def store(desk: Desk, expires_on: str = "", *more: Any, partners: tuple[str, ...] = ("KAZ",), begun: str = "2020-05-01") -> Record:
    document = agreement(list(partners), "2020", actions=[("entered_into_force", begun), *more], expires_on=expires_on)
    return desk.store(document)[0]


class TestWhatEnds:
    def test_c14_a_date_of_expiry_ends_nothing(self, desk: Desk) -> None:
        store(desk, "2026-06-29")
        assert desk.stock(TODAY) == (1, 1)
        assert [ends(desk, asked)[1] for asked in ASKED] == [0, 0, 0, 1, 0]

    def test_a_date_known_to_the_month_ends_surely_or_perhaps(self, desk: Desk) -> None:
        store(desk, "2026-09")
        assert [ends(desk, asked) for asked in ("62", "63", "91", "92")] == [(0, 0), (0, 1), (0, 1), (1, 1)]

    def test_an_end_that_is_recorded_comes_before_the_date_of_expiry(self, desk: Desk) -> None:
        record = store(desk, "2028", ("terminated", "2026-07-10"))
        assert ends(desk, "90") == (1, 1)
        assert desk.count(IN_FORCE, ends="90") == 1
        assert ends(desk, "90", kind=(record.kind,), year="") == (1, 1)

    def test_a_party_that_leaves_ends_it_in_its_own_row(self, desk: Desk) -> None:
        store(desk, "2028", ("denounced", "2026-08-01", "KAZ"), partners=("KAZ", "LAO"))
        table = desk.table(IN_FORCE, ends="90", today=TODAY)
        assert (table.rows, table.cell(TOTAL).records) == (("KAZ",), 0)
        assert desk.count(IN_FORCE, ends="90", partner="KAZ") == 1

    def test_c13_a_date_worked_out_by_somebody_is_marked_and_can_be_left_out(self, desk: Desk) -> None:
        store(desk, "2026-08?")
        assert desk.table(IN_FORCE, ends="90", today=TODAY).cell(TOTAL).inferred == 1
        assert ends(desk, "90", inferred=False) == (0, 0)
        assert desk.table(IN_FORCE).cell(TOTAL).inferred == 0

    def test_until_lately_is_two_years_back_and_not_today(self, desk: Desk) -> None:
        """The last day in force is the day before the one on which it was terminated."""
        kept = {day: store(desk, "", ("terminated", day)).id for day in ("2026-07-01", "2026-06-30", "2024-07-01", "2024-06-30")}
        over = no_longer(desk.session, desk.chosen(IN_FORCE), desk.measure(IN_FORCE), TODAY)
        found = {row.record_id for row in desk.session.execute(over)}
        assert [day for day, record_id in kept.items() if record_id in found] == ["2026-06-30", "2024-07-01"]

    def test_every_end_is_told_as_a_slow_count_tells_it(self, desk: Desk) -> None:
        known = self._many(desk, random.Random(5), 60)
        slow = oracle.Oracle(oracle.read_reference(desk.session), known, records.REPORTING_STATE, TODAY)
        told = 0
        for asked in ASKED:
            table = desk.table(IN_FORCE, ends=asked, today=TODAY)
            for row in (TOTAL, "KAZ", "LAO"):
                found = {one.id: amount for one in known if (amount := slow.ending(one, row, asked))}
                chosen = {"ends": asked} | ({"partner": row} if row else {})
                assert set(desk.ids(IN_FORCE, **chosen)) == found.keys(), (asked, row)
                assert table.cell(row).lower == sum(amount.lower for amount in found.values()), (asked, row)
                assert table.cell(row).records == len(found)
                told += len(found)
        assert told > 100

    def _many(self, desk: Desk, chance: random.Random, number: int) -> list[oracle.Known]:
        known = []
        for _ in range(number):
            partners = chance.choice((("KAZ",), ("KAZ", "LAO"), ("LAO",)))
            actions: list[Any] = [("entered_into_force", chance.choice(BEGUN))]
            if chance.random() < 0.3:
                actions.append((chance.choice(oracle.ENDINGS), chance.choice(ENDS)))
            if chance.random() < 0.3:
                actions.append(("denounced", chance.choice(ENDS), chance.choice((*partners, "CHN"))))
            expires_on = chance.choice(EXPIRES) if chance.random() < 0.8 else ""
            document = agreement(list(partners), "2020", actions=actions, expires_on=expires_on)
            record = desk.store(document)[0]
            known.append(oracle.Known(record.id, record.ref, document))
        return known


@pytest.mark.engine_free
def test_the_address_says_an_end_and_nothing_else() -> None:
    assert [text for text in ("90", "1", "9999", "past", "not_stated") if not is_end(text)] == []
    assert [text for text in ("0", "090", "10000", "-1", "²", "soon", "90 ", "") if is_end(text)] == []
    assert RecordFilter(ends="90").to_args() == {"ends": "90"}
