"""What a form may say: partners of a desk of the officer's, markings that he may give, nothing less restricted than its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask_babel import gettext

from tracker.accounts.clearance import Marking, rank
from tracker.records.markings import sources_above
from tracker.records.models import Record
from tracker.records.rights import desk_problem, marking_problem
from tracker.records.sources import Source

if TYPE_CHECKING:
    from tracker.records.forms import RecordForm


def check_rights(form: RecordForm) -> None:
    """Tell at the fields what the service would refuse. After all other checks: it needs a form that can be read."""
    context = form.context
    owner_id, before = context.user.id, Marking.AMBER.value
    stored = context.session.execute(sa.select(Record.owner_id, Record.marking).where(Record.ref == form.own_ref)).first()
    if stored:
        owner_id, before = stored
    problem = marking_problem(context.user, before, form.marking.data, is_owner=owner_id == context.user.id)
    if problem:
        form.marking.errors = [problem]
    if form.is_draft:
        return
    named = {"parties": [{"party": code} for row in form.parties for code in row.form.names.codes]}
    problem = desk_problem(context.user, context.session, named, owner_id, context.reporting_state)
    if problem:
        form.parties[0].form.names.errors = [problem]
        form.parties.errors = [entry.errors for entry in form.parties]
    if not form.marking.errors:
        _check_sources(form)


def _check_sources(form: RecordForm) -> None:
    """A record is at least as restricted as the sources it cites (settled 2): known ones, and new ones as they are marked here."""
    wanted = form.marking.data
    document = form.document()
    above = [f"{source.ref} · {source.title} (TLP:{source.marking})" for source in sources_above(form.context.session, document)]
    for row in form.evidence:
        marked = row.form.marking.data
        if marked and rank(marked) > rank(wanted) and not _is_known(form, row.form.source.data):
            above.append(f"{row.form.source.data} (TLP:{marked})")
    if above:
        said = gettext(
            "A record is at least as restricted as its sources: mark it higher, or leave out %(sources)s.", sources="; ".join(above)
        )
        form.marking.errors = [said]


def _is_known(form: RecordForm, typed: str | None) -> bool:
    """Whether the row names a source that exists, whose own marking holds whatever the row says."""
    ref = (typed or "").split(" ")[0].upper()
    return form.context.session.scalar(sa.select(Source.id).where(Source.ref == ref)) is not None
