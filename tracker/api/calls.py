"""A call of a program as plain values: what everything below the views knows of the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict


@dataclass(frozen=True)
class Call:
    """What was asked. `body` reads what was sent, at most as much as the tracker takes."""

    method: str
    address: str  # path and parameters
    args: MultiDict[str, str]
    headers: Mapping[str, str]
    media_type: str
    body: Callable[[], bytes]

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.method in ("GET", "HEAD")
