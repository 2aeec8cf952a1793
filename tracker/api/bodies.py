"""What a program sends: read strictly, so that nothing is taken for something that it was not meant to be."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from flask_babel import gettext

from tracker.api.calls import Call
from tracker.web.problems import Problem

JSON, MERGE_PATCH = "application/json", "application/merge-patch+json"
_DEEPEST = 20


def sent_object(call: Call, taken: Collection[str] = (JSON,)) -> dict[str, Any]:
    """The JSON object that was sent. Raises Problem."""
    if call.media_type not in taken:
        accepted = ", ".join(taken)
        raise Problem(
            415,
            gettext("Send the body as %(types)s.", types=accepted),
            headers={"Accept-Patch" if call.method == "PATCH" else "Accept": accepted},
        )
    try:
        found = json.loads(call.body().decode(), object_pairs_hook=_once, parse_constant=_refused)
        is_deep = _depth(found) > _DEEPEST
    except (ValueError, RecursionError) as error:
        raise Problem(400, gettext("The body is no JSON: %(why)s.", why=str(error)[:200])) from error
    if not isinstance(found, dict):
        raise Problem(422, gettext("The body is one object with the fields of the record."), [("", gettext("Send an object: {…}."))])
    if is_deep:
        raise Problem(400, gettext("The body is nested too deeply."))
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(gettext("a name stands twice in one object"))
    return found


def _refused(name: str) -> Any:
    raise ValueError(gettext("%(name)s is no number", name=name))


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0
