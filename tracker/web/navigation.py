"""The main menu: each part of the product adds its own entry, with the permission it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import LazyString

_KEY = "navigation"


@dataclass(frozen=True)
class Entry:
    """One place of the menu; `key` is the letter after `g`."""

    label: LazyString
    endpoint: str
    permission: str
    position: int
    key: str = ""

    @property
    def url(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_current(self) -> bool:
        return request.endpoint == self.endpoint


def add(app: Flask, entry: Entry) -> None:
    """Put `entry` into the menu of `app`."""
    app.extensions.setdefault(_KEY, []).append(entry)


def entries(app: Flask, may: Callable[[str], bool]) -> list[Entry]:
    """The entries that the reader may open, in order."""
    return sorted((entry for entry in app.extensions.get(_KEY, []) if may(entry.permission)), key=lambda entry: entry.position)
