"""The form of a decision: a note, the version that was looked at, and the words of a refusal."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField

from tracker.records.fields import LongText
from tracker.records.models import NOTE_LENGTH
from tracker.records.named_sources import NamedSourceError
from tracker.records.numbers import small_number
from tracker.records.review_services import (
    ChangedMeanwhileError,
    HasPartsError,
    NoteMissingError,
    OwnWorkError,
    ReviewError,
    ReviewersOnlyError,
)


class DecisionForm(FlaskForm):
    """A note, and the version that was looked at."""

    note = LongText(_l("Note"), limit=NOTE_LENGTH, render_kw={"rows": "3"})
    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version that the page showed; 0 when the field was tampered with."""
        return small_number(self.version.data, 9) or 0


def why_restricted(ref: str) -> str:
    """Why nothing can be done to the restricted record `ref`, in words."""
    return gettext("%(ref)s is restricted: it is kept as it is, and nothing in it can be changed.", ref=ref)


def why_named(error: NamedSourceError) -> str:
    """Which sources are called by the name of a person of a record that cites them, or did, in words."""
    others = [gettext("others that you may not see")] if error.has_others else []
    refs = ", ".join([*error.refs, *others])
    return gettext(
        "These sources, which this record cites or did, name one of its persons in title, publisher or address, where everybody reads it: "
        "%(refs)s. Correct them first.",
        refs=refs,
    )


def why_refused(error: ReviewError) -> str:
    """The reason of a refusal in words."""
    if isinstance(error, OwnWorkError):
        return gettext("You wrote or submitted this yourself: another person must decide about it.")
    if isinstance(error, ChangedMeanwhileError):
        return gettext("Somebody saved a newer version meanwhile. Look at the difference again, then decide.")
    if isinstance(error, HasPartsError):
        return gettext("Other records are parts of this one and count with it: give them another parent first, or retire them.")
    if isinstance(error, NoteMissingError):
        return gettext("Say why, so that the next person knows.")
    if isinstance(error, ReviewersOnlyError):
        return gettext("What is official is taken out by a reviewer only: ask one.")
    return gettext("This has been decided already, or cannot be done in the present state.")
