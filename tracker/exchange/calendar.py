"""A calendar of whole days as text (RFC 5545). Plain values in, text out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LONGEST = 75  # octets of a line, without its end
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Day:
    """Something that falls on `day`, as long as it lasts."""

    uid: str  # of the same thing always the same, in all the world
    day: date
    summary: str
    description: str
    address: str
    changed_at: datetime


def calendar(name: str, days: Iterable[Day], refresh: timedelta) -> str:
    """The calendar `name`; programs are asked to look again after `refresh`, of whole hours."""
    hours = int(refresh.total_seconds() // 3600)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Cooperation tracker//Calendar//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"NAME:{_text(name)}", f"X-WR-CALNAME:{_text(name)}", f"REFRESH-INTERVAL;VALUE=DURATION:PT{hours}H"]
    for day in days:
        lines += _event(day)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(one: Day) -> list[str]:
    """A whole day belongs to no time zone; when it was changed is told in UTC."""
    moment = one.changed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(one.uid)}",
        f"DTSTAMP:{moment}",
        f"LAST-MODIFIED:{moment}",
        f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(one.summary)}",
        f"DESCRIPTION:{_text(one.description)}",
        f"URL:{_CONTROLS.sub('', one.address)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(text: str) -> str:
    """A value of text: what has a meaning in it is escaped, signs that no line may hold are gone."""
    plain = _CONTROLS.sub(" ", text.replace("\r\n", "\n"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets; no sign is cut through, and what follows begins with a blank."""
    part, room = "", _LONGEST
    for sign in line:
        size = len(sign.encode())
        if size > room:
            yield part
            part, room = " ", _LONGEST - 1
        part += sign
        room -= size
    yield part
