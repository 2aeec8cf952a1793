"""What forms need to know besides what was typed: the database, the reader's language, today, the reporting state."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.accounts.models import User


@dataclass(frozen=True)
class FormContext:
    """Handed in by the view; forms and their rows never look at the request."""

    session: Session
    locale: str
    reporting_state: str
    today: date
    user: User  # who fills in: what he may not see cannot be named


# Rows of a FieldList are made by WTForms, which passes nothing on: the form leaves its context here for them.
_current: ContextVar[FormContext] = ContextVar("form_context")


def enter(context: FormContext) -> None:
    """Make `context` the one that fields of the form built next see."""
    _current.set(context)


def current() -> FormContext:
    """The context of the form being built or validated."""
    return _current.get()
