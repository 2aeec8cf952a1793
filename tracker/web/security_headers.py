"""Headers that keep a page from being framed, sniffed, cached or fed with scripts of others."""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# a file that somebody uploaded or asked for: to be saved; should a browser show it all the same, it may do nothing there
FILE_POLICY = f"{POLICY}; sandbox"
ONE_YEAR = 31_536_000


def set_headers(response: Response) -> Response:
    """The same headers on every answer; pages are never kept, hashed static files always."""
    response.headers["Content-Security-Policy"] = FILE_POLICY if _is_file(response) else POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
    if request.endpoint == "static" and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    elif request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _is_file(response: Response) -> bool:
    return response.headers.get("Content-Disposition", "").startswith("attachment")


def register(app: Flask) -> None:
    app.after_request(set_headers)
