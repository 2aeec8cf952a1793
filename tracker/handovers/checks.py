"""What must fit together in the document of a handover."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext

from tracker.handovers.rules import sides_that_contradict


def problems(document: Mapping[str, Any], reporting_state: str) -> Iterator[tuple[str, str]]:
    """Direction and roles must agree, since each is read on its own."""
    wrong = sides_that_contradict(document["direction"], document["parties"], reporting_state)
    if wrong:
        said = gettext("The direction and the role of %(names)s contradict each other: change one of them.", names=", ".join(wrong))
        yield "direction", said
