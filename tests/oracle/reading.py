"""What the second count reads from one record: whether it counts, with whom, and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from tests.oracle.values import (
    Known,
    Reference,
)
from tracker.partial_dates import PartialDate, parse_edtf


class Reading:
    """All records of a data set, read one by one."""

    def __init__(
        self,
        reference: Reference,
        records: Sequence[Known],
        reporting_state: str,
        today: date,
        readable: Callable[[Known], bool] = lambda _: True,
    ) -> None:
        self.reference = reference
        # a draft is not yet a record of anything; what a reader may not read is not in his figures
        self.records = [record for record in records if not record.draft and readable(record)]
        self.kind_of = {record.ref: record.document["kind"] for record in records}
        self.ours = reporting_state
        self.today = today

    def is_outside(self, record: Known) -> bool:
        """Planned, cancelled, requested, granted and refused stand outside every count."""
        document = record.document
        return document["status"] in ("planned", "cancelled") or (document["kind"] == "handover" and document["stage"] != "done")

    def is_phase(self, record: Known) -> bool:
        """A part of a larger operation is counted with that."""
        document = record.document
        return document["kind"] == "operation" and document["parent"] is not None and self.kind_of[document["parent"]] == "operation"

    def is_amendment(self, record: Known) -> bool:
        """C20: amendments, protocols and renewals, linked to what they change."""
        links = {link["type"] for link in record.document["links"]}
        return record.document["kind"] == "agreement" and bool(links & {"amends", "supplements", "renews"})

    def partners(self, record: Known) -> list[str]:
        """C4, C5: parties in roles that count, an agency as its country, ours never."""
        found: list[str] = []
        for entry in record.document["parties"]:
            code = self.reference.homes.get(entry["party"], entry["party"])
            if entry["role"] in self.reference.counting_roles and code != self.ours and code not in found:
                found.append(code)
        return found

    def counting_date(self, record: Known) -> PartialDate:
        """C10: start of what lasts, day of a handover, last signature of an agreement."""
        document = record.document
        if document["kind"] == "agreement":
            written = [document["start"], *(action["date"] for action in document["actions"] if action["action"] == "signed")]
            signed = [parse_edtf(text) for text in written if text]
            if len(signed) > 1:
                return self._last(signed)
            return signed[0] if signed else parse_edtf("")
        return parse_edtf(document["start"])

    def _last(self, days: list[PartialDate]) -> PartialDate:
        lowers = [day.lower for day in days if day.lower]
        lower = max(lowers) if lowers else None
        upper = None if any(day.upper is None for day in days) else max(day.upper for day in days if day.upper)
        basis = next((day.basis for day in days if day.is_inferred), days[0].basis)
        return PartialDate("(several)", lower, upper, basis)

    def end(self, record: Known) -> PartialDate:
        return parse_edtf(record.document["end"])
