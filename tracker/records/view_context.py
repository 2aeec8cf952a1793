"""What views of records and figures need of the request, gathered once."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app

from tracker.accounts.guards import current_user
from tracker.database.columns import utc_now
from tracker.extensions import db
from tracker.records.filtering import Reader
from tracker.records.form_context import FormContext
from tracker.web.language import current_language


def now_here() -> datetime:
    """The present moment in the ministry's time zone."""
    return utc_now().astimezone(ZoneInfo(current_app.config["TIME_ZONE"]))


def current_reader() -> Reader:
    """Who looks, in which language, on which day."""
    settings = current_app.config["SETTINGS"]
    return Reader(current_user(), db.session, current_language(), now_here().date(), settings.reporting_state)


def form_context() -> FormContext:
    """What forms need to know besides what was typed."""
    reader = current_reader()
    return FormContext(reader.session, reader.locale, reader.reporting_state, reader.today, reader.user)
