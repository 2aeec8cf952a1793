"""What the views of the API hand on of the request."""

from __future__ import annotations

from flask import request

from tracker.api.calls import Call


def current_call() -> Call:
    """The call that is being answered."""
    read = {name: request.headers[name] for name in ("Idempotency-Key", "If-Match", "If-None-Match") if name in request.headers}
    return Call(request.method, request.full_path, request.args, read, request.mimetype, request.get_data)
