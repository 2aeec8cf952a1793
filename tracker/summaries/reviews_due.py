"""Records of the reader's own that are to be looked at soon, since personal data are kept for a time only (LED art. 5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext

from tracker.counting.filters import SOON
from tracker.personal_data.models import Retention
from tracker.personal_data.retention import is_kept
from tracker.records import registry
from tracker.records.ends import day_in_words
from tracker.records.filtering import Reader
from tracker.records.models import Record
from tracker.records.visibility import visible_to
from tracker.summaries.in_force import EndLine


def reviews_due(reader: Reader, most: int) -> tuple[EndLine, ...]:
    """Those to be reviewed for erasure within 90 days, or before today, the oldest first."""
    columns = (Record.ref, Record.kind, Record.title, Retention.review_on)
    found = reader.session.execute(_due(reader, *columns).order_by(Retention.review_on, Record.ref).limit(most))
    return tuple(
        EndLine(
            title or gettext("Untitled"),
            ref,
            url_for("records.show", record_type=registry.by_kind(kind).slug, ref=ref),
            day_in_words(day),
            *((gettext("past its date"), "bad") if day <= reader.today else ("", "")),
        )
        for ref, kind, title, day in found
    )


def ids_of_reviews(reader: Reader) -> sa.Select[Any]:
    """Whatever `reviews_due` can name: what the marking of its page has to cover."""
    return _due(reader, Record.id)


def _due(reader: Reader, *columns: Any) -> sa.Select[Any]:
    until = reader.today + timedelta(days=int(SOON))
    mine = (Record.owner_id == reader.user.id, visible_to(reader.user))
    joined = sa.select(*columns).join(Retention, Retention.record_id == Record.id)
    return joined.where(*mine, Retention.review_on <= until, is_kept(Record.id))
