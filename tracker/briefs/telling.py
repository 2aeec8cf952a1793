"""A file that tells while it is being made how far it is: lines of JSON, each a step, the last one the file itself.

Nothing of it is kept anywhere: whoever waits for the file is the only one who can read the answer, and when he leaves, the work stops.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Response, current_app, stream_with_context
from flask_babel import gettext

from tracker.briefs.steps import Step, Work, in_words

LINES = "application/x-ndjson"


@dataclass(frozen=True)
class MadeFile:
    """The name under which a file is saved, and what it is."""

    name: str
    mimetype: str


class NotMade(Exception):
    """There is no file: why, and what can be done about it."""

    def __init__(self, text: str, remedy: str) -> None:
        super().__init__(text)
        self.text, self.remedy = text, remedy


def told(work: Work[bytes], steps: Sequence[Step], file: MadeFile) -> Response:
    """The lines, each sent as soon as it is known."""
    response = Response(stream_with_context(_lines(work, steps, file)), mimetype=LINES)
    response.headers["X-Accel-Buffering"] = "no"  # or nginx holds them back until the last
    return response


def _lines(work: Work[bytes], steps: Sequence[Step], file: MadeFile) -> Iterator[str]:
    data = b""

    def kept() -> Iterator[Step]:
        nonlocal data
        data = yield from work

    try:
        for number, step in enumerate(kept(), start=1):
            yield _line(done=number - 1, of=len(steps), said=in_words(step, number, len(steps)))
    except NotMade as problem:
        yield _line(failed=f"{problem.text} {problem.remedy}")
    except Exception:  # the answer has begun: there is no page any more that could say it
        current_app.logger.exception("A brief was not made")
        yield _line(
            failed=gettext("The file was not made; the reason is in the log. Try again, and tell an administrator if it happens again.")
        )
    else:
        yield _line(name=file.name, type=file.mimetype, data=b64encode(data).decode())


def _line(**values: object) -> str:
    return json.dumps(values) + "\n"
