"""What the pages about retention show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import render_template
from flask_babel import gettext

from tracker.accounts.guards import current_user
from tracker.accounts.services import names_of_users
from tracker.extensions import db
from tracker.handovers import persons, retention
from tracker.handovers.forms_of_persons import ErasureForm, ReviewDateForm
from tracker.handovers.models import Handover
from tracker.handovers.words import GROUND_WORDS
from tracker.personal_data.books import Books, pseudonym_of
from tracker.personal_data.models import Decision, ErasureRequest, Retention
from tracker.records.record_type import RecordType

DECISION_WORDS: dict[Decision | None, Callable[[], str]] = {
    None: lambda: gettext("waits for a decision"),
    Decision.APPROVED: lambda: gettext("erased"),
    Decision.REFUSED: lambda: gettext("refused"),
}


def one(record: Handover, record_type: RecordType, review: ReviewDateForm | None = None, asked: ErasureForm | None = None) -> str:
    """The retention of one handover: its review date, its persons, and erasure by two."""
    kept = db.session.get_one(Retention, record.id)
    people = persons.people(db.session, record)
    requests = retention.requests_of(db.session, record.id)
    waits = next((row for row in requests if row.decision is None), None)
    failed = review if review and review.errors else asked if asked and asked.errors else None
    return render_template(
        "handovers/retention.html",
        record=record,
        record_type=record_type,
        kept=kept,
        people=people,
        review=review or ReviewDateForm(Books(db.session, record.ref), formdata=None, data={"review_on": kept.review_on}),
        asked=asked or ErasureForm(people, formdata=None),
        form=failed,
        can_ask=waits is None and any(person.has_name for person in people),
        waits=waits is not None,
        is_mine=waits is not None and waits.asked_by_id == current_user().id,
        requests=[_in_words(record, row) for row in requests],
    )


def _in_words(record: Handover, row: ErasureRequest) -> dict[str, object]:
    users = names_of_users(db.session)
    return {
        "asked_at": row.asked_at,
        "asked_by": users.get(row.asked_by_id, ""),
        "persons": ", ".join(pseudonym_of(record.ref, int(no)) for no in row.nos.split(",")),
        "ground": GROUND_WORDS[row.ground],
        "decision": DECISION_WORDS[row.decision](),
        "decided_at": row.decided_at,
        "decided_by": users.get(row.decided_by_id or 0, ""),
    }


def explain(form: ReviewDateForm, problem: str) -> None:
    """Say at the field why the date cannot be set."""
    if problem == "reason":
        form.reason.errors = [gettext("Say why the data are needed longer.")]
    else:
        form.review_on.errors = [gettext("Between the day of entry and %(latest)s, five years later.", latest=problem)]


def every(today: date, user_id: int) -> str:
    """What is due, what will be within six months, and what waits for a decision."""
    sections = (
        (gettext("Waiting for a decision"), retention.waiting(db.session, user_id), gettext("Nobody asks for an erasure.")),
        (gettext("Due now"), retention.due(db.session, today, user_id=user_id), gettext("Nothing is due.")),
        (gettext("Due within six months"), retention.soon(db.session, today, user_id), gettext("Nothing will be due within six months.")),
    )
    return render_template("handovers/retention_due.html", sections=sections)
