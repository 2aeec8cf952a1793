"""Addresses with a slash too many at their end: people type and programs make them, and the page without it is meant.

The router itself adds the slash that a page has; this is the other way. Addresses of the API are not meant: there a slash with
nothing behind it is a reference that was forgotten.
"""

from __future__ import annotations

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RequestRedirect


def page_without_slash() -> str:
    """The address of the page that this request means, with its parameters; '' when there is none, or the router knew the address.

    It is built anew from the route, so that it never leads to another server, whatever was asked for.
    """
    path = request.path
    if request.method not in ("GET", "HEAD") or not path.endswith("/") or not isinstance(request.routing_exception, NotFound):
        return ""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, values = adapter.match(path.rstrip("/"), method="GET") if adapter else ("", {})
    except (HTTPException, RequestRedirect):
        return ""
    query = request.query_string.decode("latin-1")
    return url_for(endpoint, **values) + (f"?{query}" if query else "") if endpoint else ""
