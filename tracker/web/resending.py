"""Forms whose text must not be lost: which they are, and what of them is kept to be sent again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request

View = TypeVar("View", bound=Callable[..., Any])

# their forms hold passwords and codes, which are kept nowhere and shown to nobody
SECRET_BLUEPRINTS = {"accounts"}
# what a form carries for the tracker itself: made anew when it is opened again
TOKEN, STAMP = {"csrf_token"}, {"draft", "offered"}
BUTTONS = {"action", "add", "remove"}


def keeps_form(view: View) -> View:
    """Mark the view that takes an entry form: what is typed into it is kept as unsaved work under its address."""
    view.keeps_form = True  # type: ignore[attr-defined]
    return view


def is_entry_form(endpoint: str | None) -> bool:
    """Whether `endpoint` takes an entry form."""
    return bool(endpoint) and getattr(current_app.view_functions.get(str(endpoint)), "keeps_form", False)


def may_be_sent_again() -> bool:
    """Whether what this request brought may be kept or shown to be sent again."""
    return request.method == "POST" and request.endpoint is not None and request.blueprint not in SECRET_BLUEPRINTS


def sent_fields(*, typed_only: bool) -> list[tuple[str, str]]:
    """Names and values that were sent, in the order of the form, without its token; `typed_only` leaves out buttons and stamp, too."""
    left_out = TOKEN | STAMP | BUTTONS if typed_only else TOKEN
    return [(name, value) for name, value in request.form.items(multi=True) if name not in left_out]
