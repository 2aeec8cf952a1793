"""The views for BI tools: figures, records, partners and properties, one set for each marking up to which they show.

They hold codes, dates and numbers only: no title, no text, no person, nothing that is restricted or stricter than their marking.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from tracker.accounts.clearance import Marking
from tracker.counting.measures import Measure
from tracker.counting.models import Fact, FactKey, Scope, Standing
from tracker.counting.projection import ITSELF, PHASE_OF, RECORDS
from tracker.database.commands import AFTER_UPGRADE
from tracker.database.views import PREFIX, make_views
from tracker.exchange.bi_figures import figures, markings_up_to
from tracker.extensions import db
from tracker.records.models import Record
from tracker.records.registry import every_measure

# what a role for BI may be let read: nothing above AMBER, so that neither a slip of a grant nor a join shows more
MARKINGS = (Marking.CLEAR, Marking.GREEN, Marking.AMBER)


def name_of(view: str, marking: Marking) -> str:
    """`bi_figures_amber`: the view up to a marking."""
    return f"{PREFIX}{view}_{marking.value.lower()}"


def statements(session: Session, measures: Iterable[Measure], reporting_state: str) -> dict[str, Any]:
    """The statement of each view by its name."""
    counted = list(measures)
    found: dict[str, Any] = {f"{PREFIX}measures": _measures(counted)}
    for marking in MARKINGS:
        up_to = markings_up_to(marking)
        found[name_of("figures", marking)] = figures(session, counted, up_to, reporting_state)
        found[name_of("records", marking)] = _records(up_to)
        found[name_of("partners", marking)] = _partners(up_to)
        found[name_of("properties", marking)] = _properties(up_to)
    return found


def _measures(measures: Iterable[Measure]) -> Any:
    """What each measure counts, in English; whether its years may be added up (C11)."""
    with force_locale("en"):
        rows = [
            sa.select(
                sa.literal(one.code).label("measure"),
                sa.literal(str(one.label)).label("label"),
                sa.literal(one.unit).label("unit"),
                sa.literal(str(one.date_label)).label("counting_date"),
                sa.literal("quantity" if one.is_quantity else "records").label("counts"),
                sa.literal(one.mode.value).label("time"),
                sa.literal(0 if one.is_span else 1).label("years_add_up"),
            )
            for one in measures
            if not one.is_running
        ]
    return sa.union_all(*rows)


def _of_records(up_to: tuple[str, ...]) -> list[Any]:
    """One fact for each record and basis; nothing restricted."""
    return [Fact.measure == RECORDS, Fact.standing != Standing.RESTRICTED, Fact.marking.in_(up_to)]


def _records(up_to: tuple[str, ...]) -> Any:
    columns = (
        Fact.basis, Record.ref.label("reference"), Fact.kind.label("type"), Fact.standing, Fact.status, Fact.review_state, Fact.marking,
        Fact.year, Fact.lo.label("earliest"), Fact.hi.label("latest"), sa.cast(Fact.is_inferred, sa.Integer).label("date_inferred"),
        Fact.end_state, Fact.end_lo.label("end_earliest"), Fact.end_hi.label("end_latest"),
        sa.cast(Fact.is_open_list, sa.Integer).label("open_list"),
    )  # fmt: skip
    return sa.select(*columns).join(Record, Record.id == Fact.record_id).where(*_of_records(up_to), Fact.scope == Scope.TOTAL)


def _partners(up_to: tuple[str, ...]) -> Any:
    counts = sa.case((Fact.scope == Scope.PARTNER, 1), else_=0).label("counts")
    columns = (Fact.basis, Record.ref.label("reference"), Fact.partner, counts)
    of_partners = Fact.scope.in_([Scope.PARTNER, Scope.MENTIONED])
    return sa.select(*columns).join(Record, Record.id == Fact.record_id).where(*_of_records(up_to), of_partners)


def _properties(up_to: tuple[str, ...]) -> Any:
    """Crime types, directions and the like. Of a larger operation nothing is said: its reader need not be theirs."""
    columns = (FactKey.basis, Record.ref.label("reference"), FactKey.dimension.label("property"), FactKey.code)
    joined = sa.select(*columns).join(Record, Record.id == FactKey.record_id)
    joined = joined.join(Fact, sa.and_(Fact.record_id == FactKey.record_id, Fact.basis == FactKey.basis))
    return joined.where(*_of_records(up_to), Fact.scope == Scope.TOTAL, FactKey.dimension.not_in([ITSELF, PHASE_OF]))


def make() -> list[str]:
    """Make all views as this release declares them; gives the names of those on which grants have to be given again."""
    made = statements(db.session, every_measure().values(), current_app.config["SETTINGS"].reporting_state)
    changed = make_views(db.session.connection(), made)
    db.session.commit()
    return changed


def _after_upgrade() -> None:
    for name in make():
        click.echo(f"The view {name} has other columns: what was granted on it has to be granted again.")


def register(app: Flask) -> None:
    app.extensions.setdefault(AFTER_UPGRADE, []).append(_after_upgrade)
