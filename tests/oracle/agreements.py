"""The second count of agreements in force."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tests.oracle.reading import Reading
from tests.oracle.values import (
    ALL,
    ENDINGS,
    NOT_STATED,
    Amount,
    Known,
)
from tracker.partial_dates import PartialDate, parse_edtf


class Agreements(Reading):
    """Which agreements are in force on a day, for whom."""

    def is_over(self, record: Known) -> bool:
        """The instrument has ended, by itself or by another, whatever is known of its beginning."""
        return bool(self._dates(record, ENDINGS, None))

    def entries_into_force(self, record: Known) -> list[PartialDate]:
        """Dated entries into force of the instrument as a whole."""
        return [
            parse_edtf(action["date"])
            for action in record.document.get("actions", [])
            if action["action"] == "entered_into_force" and action["party"] is None and action["date"]
        ]

    def stock(self, record: Known, years: tuple[int, ...]) -> dict[tuple[str, str], tuple[Amount, ...]]:
        """C16, C18: on the last day of each year, today in the current one and in the total."""
        given: dict[tuple[str, str], tuple[Amount, ...]] = {}
        partners = self.partners(record)
        for column, day in [(ALL, self.today), *((str(year), min(date(year, 12, 31), self.today)) for year in years)]:
            for key in (ALL, *(partners or (NOT_STATED,))):
                sides = [self.ours, *([key] if key in partners else [])]
                states = [self.instrument_on(record, day), *(self.party_on(record, side, day) for side in sides)]
                if all(possible for _, possible in states):
                    given[key, column] = (Amount(lower=Decimal(int(all(certain for certain, _ in states)))),)
        return given

    def instrument_on(self, record: Known, day: date) -> tuple[bool, bool]:
        """Whether the instrument is certainly, whether possibly in force on `day`."""
        bilateral = len(self.partners(record)) == 1 and record.document["parties_complete"]
        ends = self._dates(record, ENDINGS, None)
        if bilateral:  # a denunciation by one side ends it
            for party in (self.ours, *self.partners(record)):
                ends += self._dates(record, ("denounced", "withdrawn"), party)
        begun = self.entries_into_force(record)
        return self._state(begun, ends, self._pauses(record, None), day)

    def party_on(self, record: Known, party: str, day: date) -> tuple[bool, bool]:
        """Whether the party certainly, whether possibly takes part on `day`: with the instrument unless it says otherwise."""
        begun = [when for when in self._dates(record, ("entered_into_force",), party) if when.is_stated]
        ends = self._dates(record, ("denounced", "withdrawn"), party)
        return self._state(begun, ends, self._pauses(record, party), day, from_the_start=not begun)

    def ending(self, record: Known, key: str, asked: str) -> Amount | None:
        """Whether what is in force today with `key` surely ends so, perhaps (from 0), or not; told of what was never suspended."""
        today = self.stock(record, ()).get((key, ALL)) if self.counts("agreements_in_force", record) else None
        if not today:
            return None
        bilateral = len(self.partners(record)) == 1 and record.document["parties_complete"]
        sides = {self.ours, *([key] if key != ALL else []), *(self.partners(record) if bilateral else [])}
        ends = self._dates(record, ENDINGS, None)
        for side in sides:
            ends += self._dates(record, ("denounced", "withdrawn"), side)
        expires = parse_edtf(record.document["expires_on"])
        due = [expires] if expires.is_stated and not ends else []
        is_past = any(when.upper and when.upper < self.today for when in due)
        if not asked.isdigit():
            return today[0] if (is_past if asked == "past" else not ends and not due) else None
        last = self.today + timedelta(days=int(asked))
        if is_past or not any(when.lower is None or when.lower <= last for when in (*ends, *due)):
            return None
        surely = any(when.upper and when.upper <= last for when in (*ends, *due))
        return today[0] if surely else Amount(lower=Decimal(0))

    def _state(
        self,
        begun: list[PartialDate],
        ends: list[PartialDate],
        pauses: list[tuple[PartialDate, PartialDate | None]],
        day: date,
        *,
        from_the_start: bool = False,
    ) -> tuple[bool, bool]:
        certain = from_the_start or any(when.upper and when.upper <= day for when in begun)
        # C17: a resumption is a move into force; what was resumed had begun, however little is known of when
        certain = certain or (bool(begun) and any(resumed and resumed.upper and resumed.upper <= day for _, resumed in pauses))
        possible = from_the_start or any(when.lower is None or when.lower <= day for when in begun)
        had_not_ended = any(resumed and resumed.lower and resumed.lower > day for _, resumed in pauses)
        for when in ends:
            certain = certain and (had_not_ended or (when.lower is not None and when.lower > day))
            possible = possible and (when.upper is None or when.upper > day)
        for suspended, resumed in pauses:
            may_have_begun = suspended.lower is None or suspended.lower <= day
            may_go_on = resumed is None or resumed.upper is None or resumed.upper > day
            has_begun = suspended.upper is not None and suspended.upper <= day
            goes_on = resumed is None or (resumed.lower is not None and resumed.lower > day)
            certain = certain and not (may_have_begun and may_go_on)
            possible = possible and not (has_begun and goes_on)
        return certain, possible

    def _dates(self, record: Known, names: tuple[str, ...], party: str | None) -> list[PartialDate]:
        return [
            parse_edtf(action["date"])
            for action in record.document.get("actions", [])
            if action["action"] in names and self.reference.homes.get(action["party"], action["party"]) == party
        ]

    def _pauses(self, record: Known, party: str | None) -> list[tuple[PartialDate, PartialDate | None]]:
        """Suspensions, each with its resumption where there is one."""
        turns = sorted(
            [(when, True) for when in self._dates(record, ("suspended",), party)]
            + [(when, False) for when in self._dates(record, ("resumed",), party)],
            key=lambda turn: (turn[0].lower or date.min, turn[0].upper or date.max),
        )
        pauses: list[tuple[PartialDate, PartialDate | None]] = []
        for when, is_pause in turns:
            if is_pause and not (pauses and pauses[-1][1] is None):  # what is suspended cannot be suspended again
                pauses.append((when, None))
            elif not is_pause and pauses and pauses[-1][1] is None:
                pauses[-1] = (pauses[-1][0], when)
        return pauses
