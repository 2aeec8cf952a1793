"""The application's log: each entry one line of JSON, whatever was sent to us; one entry for each request.

No address as it was typed is written, since people type names into it: of an address its shape, of its parts only
those that are references, numbers or codes. Values after the question mark are never written.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from datetime import UTC, datetime
from typing import Any, TextIO, cast

from flask import Flask, Response, g, request
from flask.logging import default_handler, wsgi_errors_stream

ACCESS = "tracker.access"
_log = logging.getLogger(ACCESS)
_ARGUMENT = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_KNOWN_SHAPE = re.compile(r"[A-Z]{2,5}-\d{4}-\d{1,9}|\d{1,9}|[A-Z]{3}", re.ASCII)
_VALUES = re.compile(r"DETAIL: .*")  # PostgreSQL quotes the row that it refuses
_FIELDS = "fields"


class OneLine(logging.Formatter):
    """A record as one line of JSON; other than ASCII is escaped, so that no sign ends the line or turns it around."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said: dict[str, Any] = {"time": at, "level": record.levelname, "logger": record.name}
        said |= getattr(record, _FIELDS, None) or {"message": record.getMessage()}
        if record.exc_info:
            said["exception"] = _VALUES.sub("DETAIL: …", self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=True, default=str)


def request_id() -> str:
    """The number of this request, in the log and in the trail."""
    number: str = g.request_id
    return number


def safe_path() -> str:
    """The address of the request as it may be kept: `/handovers/HND-2026-0001`, `/partners/…`; `…` alone for one that is none of ours."""
    if request.url_rule is None:
        return "…"
    values = request.view_args or {}

    def shown(match: re.Match[str]) -> str:
        value = values.get(match[1], "")
        text = str(getattr(value, "slug", value))  # a record type stands in addresses by its slug
        return text if hasattr(value, "slug") or _KNOWN_SHAPE.fullmatch(text) else "…"

    return _ARGUMENT.sub(shown, request.url_rule.rule)


def register(app: Flask) -> None:
    """Before everything else, so that what refuses a request is logged, too."""
    app.before_request(_begin)
    app.after_request(_end)
    if app.testing:
        return  # tests look at the records themselves
    handler = logging.StreamHandler(cast(TextIO, wsgi_errors_stream))
    handler.setFormatter(OneLine())
    app.logger.removeHandler(default_handler)
    root = logging.getLogger()  # what other packages have to say comes in the same form; waitress adds no second handler
    for old in list(root.handlers):
        if isinstance(old.formatter, OneLine):
            root.removeHandler(old)
    root.addHandler(handler)
    _log.setLevel(logging.INFO)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.begun = time.perf_counter()


def _end(response: Response) -> Response:
    user = g.get("user")
    said = {
        "request": g.get("request_id", ""),
        "method": request.method if request.method.isascii() and request.method.isalpha() else "?",
        "path": safe_path(),
        "asked": len(request.args),  # how many parameters
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.get("begun", time.perf_counter())) * 1000),
        "user": _key_of(user),
    }
    _log.info("request", extra={_FIELDS: said})
    return response


def _key_of(user: Any) -> Any:
    """Without asking the database, which may be what failed."""
    state = getattr(user, "_sa_instance_state", None)
    return state.identity[0] if state is not None and state.identity else None
