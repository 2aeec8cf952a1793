"""Answers to programs when something is wrong: problem details (RFC 9457), with what is wrong where."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from flask import Response, has_request_context, request

PREFIX = "/api/"
MIMETYPE = "application/problem+json"


class Problem(Exception):
    """A request of a program cannot be done: `status`, what is wrong in words, and `errors` as pairs of JSON pointer and words.

    `more` are further members of the answer (RFC 9457, 3.2).
    """

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Iterable[tuple[str, str]] = (),
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, tuple(errors)
        self.headers, self.more = dict(headers or {}), dict(more or {})

    def response(self) -> Response:
        """The answer."""
        return problem(self.status, self.detail, self.errors, headers=self.headers, more=self.more)


def asked_by_program() -> bool:
    """Whether the present request is one of the API, or shows a token elsewhere: it is answered in JSON, whatever happens."""
    return has_request_context() and (request.path.startswith(PREFIX) or shows_token())


def shows_token() -> bool:
    """Whether the request has a token in its header, as no browser sends it by itself."""
    return request.headers.get("Authorization", "")[:7].lower() == "bearer "


def problem(
    status: int,
    detail: str,
    errors: Iterable[tuple[str, str]] = (),
    *,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> Response:
    """The answer for `status`. A pointer that begins with `?` is a parameter of the address; `more` are further members."""
    body: dict[str, object] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    body |= more or {}
    told = [{"parameter" if where.startswith("?") else "pointer": where.removeprefix("?"), "message": said} for where, said in errors]
    if told:
        body["errors"] = told
    return Response(json.dumps(body), status, headers=dict(headers or {}), mimetype=MIMETYPE)
