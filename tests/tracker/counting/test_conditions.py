"""Each field of a filter alone: which records of one small data set it leaves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.agreements import agreement
from tests.factories.operations import operation
from tests.factories.records import figure
from tests.tracker.counting.desk import TODAY, Desk
from tracker.counting import queries
from tracker.records.documents import Document
from tracker.vocabularies.models import Membership, Party, PartyKind

pytestmark = pytest.mark.once  # on both engines the property-based tests count every cell

STARTED, ACTIVE, IN_FORCE = "operations_started", "operations_active", "agreements_in_force"
DOCUMENTS: dict[str, Document] = {
    "new year's eve": operation(["LAO"], "2024-12-31", "2025-02"),
    "guessed end": operation(["THA"], "2023-03", "2023-05?"),
    "mentioned": operation(["VNM", ("KHM", "mentioned")], "2022-02", "2022-03", title="Operation Lotus"),
    "unsplit": operation(["LAO", "THA"], "2021-05", "2021-05", arrests="30"),
    "of one": operation(["LAO"], "2021-06", "2021-06", arrests="5"),
    "seized": operation(["FJI"], "2020-06", "2020-06", arrests="2", figures=[figure("seized_drugs", "7", "kg", item="heroin", no=2)]),
    "seized in words": operation(["FJI"], "2020-07", "2020-07", figures=[figure("seized_drugs", "much", "kg", item="heroin")]),
    "in one of two years": operation(["LAO"], "2018-12/2019-01", "2019-01"),
    "undated, of a group without dates": operation(["G7"]),
    "of another group": operation(["ASEAN"], "2024-07-01", "2024-07-01"),
    "before its country left": operation(["GBR"], "2020-01-20", "2020-01-20"),  # the EU with 31 January
    "of a group of ours alone": operation(["OURS"], "2021-01-01", "2021-01-01"),
    "in force before it was signed": agreement(["SCO"], "2024-07-05", actions=[("entered_into_force", "2024-07-01")]),
    "in force after today": agreement(["KAZ"], "2026-01-01", actions=[("entered_into_force", "2026-10-01")]),
}
# measure, the rest of the filter, and whose records it finds
ASKED: list[tuple[str, dict[str, Any], set[str]]] = [
    (ACTIVE, {"year": "2024"}, {"new year's eve", "of another group"}),  # C11: also what begins on its last day
    (ACTIVE, {"year": "2023"}, {"guessed end"}),
    (ACTIVE, {"year": "2023", "inferred": False}, set()),  # C13: either date of what lasts
    (STARTED, {"year": "2023", "inferred": False}, {"guessed end"}),
    ("", {"year": "2023", "inferred": False}, {"guessed end"}),
    (STARTED, {"year": "2024m12"}, {"new year's eve"}),
    (STARTED, {"year": "2024q3"}, {"of another group"}),
    (STARTED, {"year": "not_stated"}, {"undated, of a group without dates"}),
    ("", {"partner": "KHM"}, {"mentioned"}),  # C5: a list finds who is only mentioned, a row does not
    (STARTED, {"partner": "KHM"}, set()),
    (STARTED, {"partner": "VNM"}, {"mentioned"}),
    ("arrests", {"partner": "shared"}, {"unsplit"}),
    ("arrests", {"partner": "THA"}, set()),
    ("", {"group": "EU"}, {"before its country left"}),
    (STARTED, {"partner": "JPN", "expand": True}, {"undated, of a group without dates"}),
    (STARTED, {"partner": "G7", "expand": True}, set()),
    (STARTED, {"partner": "KAZ", "expand": True}, set()),
    (STARTED, {"partner": "OURS", "expand": True}, {"of a group of ours alone"}),  # nobody stands for it
    (IN_FORCE, {"year": "2026"}, {"in force before it was signed"}),  # C16: in the running year, today
    (IN_FORCE, {"partner": "BLR", "expand": True}, {"in force before it was signed"}),  # C6: a member since the day before the signature
    (STARTED, {"text": "lotus"}, {"mentioned"}),
    (STARTED, {"owner": "nobody"}, set()),
    ("", {"item": "heroin:kg"}, {"seized", "seized in words"}),
    ("", {"item": "heroin:g"}, set()),
    ("", {"item": "none:kg"}, set()),
    ("arrests", {"item": "heroin:kg"}, {"seized"}),
    ("seizures", {"item": "heroin:kg"}, {"seized"}),
]


def test_every_field_leaves_its_records(desk: Desk) -> None:
    ours = Party(kind=PartyKind.GROUP, code="OURS", name_en="Ours alone")
    desk.session.add(ours)
    desk.session.flush()
    home = desk.session.query(Party).filter_by(code="CHN").one()
    desk.session.add(Membership(group_id=ours.id, member_id=home.id))
    names = {record.id: name for name, record in zip(DOCUMENTS, desk.store(*DOCUMENTS.values()), strict=True)}
    found = []
    for code, narrowed, _ in ASKED:
        measure, chosen = desk.measure(code) if code else None, desk.chosen(code, **narrowed)
        found.append(
            (code, narrowed, {names[key] for key in desk.session.scalars(queries.record_ids(desk.session, chosen, measure, TODAY))})
        )
    assert found == ASKED
    everything = {name for name, document in DOCUMENTS.items() if document["kind"] == "operation"}
    assert desk.count(STARTED, owner=desk.officer.username) == len(everything)
    assert desk.table(IN_FORCE).cell(queries.TOTAL, "2026").records == 1
    assert desk.table(STARTED).cell(queries.TOTAL).inferred == 0  # an end that somebody worked out says nothing of the start
    (plain,) = queries.answers(desk.session, [queries.Question(desk.measure(STARTED), desk.chosen(STARTED))], TODAY)
    assert (plain.ranges, plain.cell(queries.TOTAL, "uncertain").records) == ((), 1)  # one column, unless ranges are asked for
    assert desk.table(STARTED).years == (2020, 2021, 2022, 2023, 2024)
