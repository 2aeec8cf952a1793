"""The views for BI tools say what the pages say, for every measure, and nothing that is stricter than their name."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import application, stored
from tests.engines import Databases
from tests.factories import records, users
from tests.factories.handovers import handover
from tests.factories.many import any_record
from tests.factories.operations import operation
from tests.factories.trainings import training
from tracker.accounts.clearance import Marking
from tracker.accounts.models import Role
from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import RecordFilter, item_key
from tracker.counting.measures import Measure
from tracker.counting.models import Basis
from tracker.counting.queries import Question, answers
from tracker.counting.rows import PARTNER, Rows
from tracker.database import migrations
from tracker.database.commands import upgrade
from tracker.exchange import bi_views
from tracker.exchange.bi_figures import filter_up_to, markings_up_to
from tracker.records.documents import read_document
from tracker.records.figure_words import cell_text
from tracker.records.models import Record
from tracker.records.registry import every_measure
from tracker.records.restriction import restrict

DOCUMENTATION = Path(__file__).resolve().parents[3] / "docs" / "analysts.md"
MARKINGS = ("CLEAR", "GREEN", "AMBER", "AMBER", "AMBER+STRICT", "RED")
# what a cell holds besides its bounds, and these as the pages and the API say them: None where there is no number (C32)
Known = tuple[Cell, Decimal | None, Decimal | None]
Said = dict[tuple[str, str], Known]


def plant(session: Session) -> None:
    """Records of all types and markings, some verified, some changed since; operations with phases, and seizures."""
    chance = random.Random(7)
    officer, reviewer = users.user(session), users.user(session, Role.REVIEWER)
    for number in range(28):
        record = records.save(session, officer, any_record(chance, number) | {"marking": chance.choice(MARKINGS)})
        if number % 3 and record.marking != "RED":
            records.verify(session, reviewer, record)
        if number % 9 == 1:
            changed = read_document(record, records.type_of_kind(record.kind)) | {"title": "Changed", "start": "2021-05"}
            records.change(session, officer, record, changed)
    for marking, arrests in (("AMBER+STRICT", "30"), ("GREEN", "at least 8"), ("CLEAR", "")):
        above = records.save(session, officer, operation(["LAO"], "2024-02", arrests=arrests) | {"marking": marking})
        seized = [records.figure("seized_drugs", "7.5", "kg", item="cocaine", no=7)]
        phase = operation(["LAO", "THA"], "2024-03", arrests="5", figures=seized)
        below = records.save(session, officer, phase | {"parent": above.ref})
        records.verify(session, reviewer, below)
    words = [records.figure("trainings", "multiple", "training", no=1)]
    for told in (
        training(["MNG"], "2009", figures=words, is_group_entry=True),
        training(["MNG"], "2007", participants="many"),
        operation([], "2008", arrests="several"),
        handover(["MNG"], "2006"),
    ):
        records.save(session, officer, told | {"marking": "CLEAR"})
    restrict(reviewer, session, below, "Disputed by the person", records.REPORTING_STATE)


def in_view(session: Session, marking: Marking) -> dict[tuple[str, str, str, str], Said]:
    """The cells of the view by basis, measure, item and unit, as a table of the counting code has them."""
    found: dict[tuple[str, str, str, str], Said] = {}
    for row in session.execute(sa.text(f"SELECT * FROM {bi_views.name_of('figures', marking)}")):
        assert (row.year is None) == (not row.period.isdigit())
        lower, upper = (None if bound is None else Decimal(str(bound)) for bound in (row.lower, row.upper))
        others = (bool(row.about), row.unquantified, row.missing, row.inferred, bool(row.open_list))
        cell = Cell(row.records, Decimal(0), None, *others)
        place = (TOTAL if row.partner == "total" else row.partner, TOTAL if row.period == "total" else row.period)
        cells = found.setdefault((row.basis, row.measure, row.item, row.unit), {})
        assert place not in cells
        cells[place] = (cell, lower, upper)
    return found


def as_said(cell: Cell, measure: Measure) -> Known:
    is_known = cell_text(cell, measure) != "–"
    return replace(cell, lower=Decimal(0), upper=None), cell.lower if is_known else None, cell.upper if is_known else None


def counted(session: Session, chosen: RecordFilter, views: dict[tuple[str, str, str, str], Said], today: Any) -> dict[Any, Said]:
    """The same of the counting code, all at once; of seizures each item in its unit that the view has."""
    asked = {}
    for code, measure in every_measure().items():
        if measure.by_item:
            keys = [key[2:] for key in views if key[:2] == (chosen.basis.value, code)]
            asked |= {(code, *key): Question(measure, replace(chosen, item=item_key(*key)), Rows(PARTNER)) for key in keys}
        elif not measure.is_running:
            asked[code, "", measure.unit] = Question(measure, chosen, Rows(PARTNER))
    tables = dict(zip(asked, answers(session, list(asked.values()), today), strict=True))
    cells = {
        key: {place: as_said(cell, table.measure) for place, cell in table.cells.items() if not cell.is_empty}
        for key, table in tables.items()
    }
    return {(chosen.basis.value, *key): known for key, known in cells.items() if known}


@pytest.fixture(scope="module")
def house(databases: Databases, cheap_passwords: None) -> Iterator[Flask]:
    """Planted once: nothing here changes it."""
    with databases.fresh() as url, application(url) as app:
        with app.test_request_context(), stored(app) as session:
            plant(session)
            bi_views.make()
        yield app


def test_every_number_of_the_views_is_the_one_of_the_counting_code(house: Flask) -> None:
    with house.test_request_context(), stored(house) as session:
        today, seen = session.scalar(sa.select(sa.func.current_date())), 0
        for marking in bi_views.MARKINGS:
            views = in_view(session, marking)
            for basis in Basis:
                chosen = filter_up_to(markings_up_to(marking), basis, records.REPORTING_STATE)
                expected = counted(session, chosen, views, today)
                for key in expected.keys() | {key for key in views if key[0] == basis.value}:
                    assert views.get(key) == expected.get(key), (marking, key)
                seen += sum(map(len, expected.values()))
        assert seen > 500
        assert any(key[1] == "seizures" for key in views)
        without = {
            (measure, partner or "total", period or "total")
            for (_, measure, _, _), cells in views.items()
            for (partner, period), (cell, *bounds) in cells.items()
            if not cell.records and bounds == [None, None]
        }
        words_only = {("trainings_started", "2009"), ("participants", "2007"), ("persons_handed_over", "2006")}
        expected_places = {(measure, partner, period) for measure, period in words_only for partner in ("MNG", "total")}
        assert without >= expected_places | {("arrests", "not_stated", period) for period in ("2008", "total")}


def test_records_partners_and_properties_hold_what_their_marking_covers_and_nothing_restricted(house: Flask) -> None:
    with house.test_request_context(), stored(house) as session:
        open_ones = sa.select(Record.ref).where(Record.restricted_at.is_(None), Record.review_state != "draft")
        for marking in bi_views.MARKINGS:
            up_to = markings_up_to(marking)
            expected = set(session.scalars(open_ones.where(Record.effective_marking.in_(up_to))))
            told = session.execute(sa.text(f"SELECT * FROM {bi_views.name_of('records', marking)} WHERE basis = 'working'")).all()
            assert {row.reference for row in told} == expected
            assert {row.marking for row in told} <= set(up_to)
            for view in ("partners", "properties"):
                named = session.scalars(sa.text(f"SELECT reference FROM {bi_views.name_of(view, marking)} WHERE basis = 'working'"))
                assert set(named) <= expected
        measures = dict(session.execute(sa.text("SELECT measure, years_add_up FROM bi_measures")).all())
        assert (measures["handovers"], measures["agreements_in_force"], "running_total" in measures) == (1, 0, False)
        example = re.search(r"```sql\n(SELECT.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL)
        assert example
        assert session.execute(sa.text(example[1].replace("_green", "_amber"))).all(), "what docs/analysts.md asks has an answer"


def test_an_upgrade_makes_them_again_and_a_downgrade_takes_them_away(app: Flask) -> None:
    url = app.config["SETTINGS"].database_url
    runner = app.test_cli_runner()
    for _ in range(2):
        assert runner.invoke(upgrade).exit_code == 0
        assert "bi_figures_amber" in views_of(url)
    migrations.downgrade(url, "0020")
    assert views_of(url) == []
    migrations.upgrade(url)


def views_of(url: str) -> list[str]:
    engine = sa.create_engine(url)
    names = sa.inspect(engine).get_view_names()
    engine.dispose()
    return names
