"""The address under which this request reached the tracker; the list of trusted hosts stands before it."""

from __future__ import annotations

from flask import request

from tracker.accounts.passkeys import Site


def site_here() -> Site:
    """Host name and origin of this request."""
    host = request.host
    name = host if host.endswith("]") or ":" not in host else host.rpartition(":")[0]
    return Site(name, f"{request.scheme}://{host}")
