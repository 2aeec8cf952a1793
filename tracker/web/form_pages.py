"""Where an address leads that only takes what a form sends: after a refusal it stays in the address bar, and people open it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

View = TypeVar("View", bound=Callable[..., Any])
_PAGE = "page_of_its_form"


def form_on(endpoint: str, *, anchor: str = "") -> Callable[[View], View]:
    """The form that is sent to the view stands on the page `endpoint`. Needed where that is not the nearest page above the address."""

    def keep(view: View) -> View:
        setattr(view, _PAGE, (endpoint, anchor))
        return view

    return keep


def page_of_form() -> str:
    """The page with the form that is sent to the address of this request; '' for addresses of no form, and for who asks for no page.

    A person's browser asks for HTML by name; programs do not, and are told the methods.
    """
    if request.method not in ("GET", "HEAD") or "text/html" not in request.headers.get("Accept", ""):
        return ""
    adapter = current_app.create_url_adapter(request)
    try:
        rule, args = adapter.match(method="POST", return_rule=True) if adapter else (None, {})
    except (HTTPException, RequestRedirect):
        return ""
    if rule is None:
        return ""
    endpoint, anchor = getattr(current_app.view_functions[rule.endpoint], _PAGE, None) or (_nearest_above(rule), "")
    known = {name: args[name] for name in next(current_app.url_map.iter_rules(endpoint)).arguments}
    return url_for(endpoint, **known, _anchor=anchor or None)


def _nearest_above(rule: Rule) -> str:
    """The endpoint of the page whose address the one of `rule` begins with; the start page is above all of them."""
    pages = {one.rule.rstrip("/"): one.endpoint for one in current_app.url_map.iter_rules() if "GET" in (one.methods or ())}
    path = rule.rule.rstrip("/")
    while path not in pages:
        path = path.rpartition("/")[0]
    found: str = pages[path]
    return found
