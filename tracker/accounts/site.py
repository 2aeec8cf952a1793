"""The address under which this request reached the tracker; the list of trusted hosts stands before it."""

from __future__ import annotations

from ipaddress import ip_address

from flask import request

from tracker.accounts import policy
from tracker.accounts.passkeys import Site


def site_here() -> Site:
    """Host name and origin of this request."""
    host = request.host
    name = host if host.endswith("]") or ":" not in host else host.rpartition(":")[0]
    return Site(name, f"{request.scheme}://{host}")


def passkeys_at() -> str:
    """Where passkeys work when they cannot here: under the public name, or on this machine under localhost; '' for nowhere known."""
    site = site_here()
    if site.is_possible:
        return ""
    if policy.settings().public_url:
        return f"{policy.settings().public_url}/"
    is_own = ip_address(site.host.strip("[]")).is_loopback
    return f"{site.origin.replace(site.host, 'localhost', 1)}/" if is_own else ""
