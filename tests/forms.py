"""Forms as browsers send them, and records entered as people do."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.pages import errors_of
from tracker.records.record_type import RecordType


class _FormReader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.found: MultiDict[str, str] = MultiDict()
        self.select: str | None = None
        self.first: str | None = None
        self.chosen = False
        self.textarea: str | None = None
        self.typed = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = values.get("id") == self.form_id
        if not self.inside:
            return
        name = values.get("name", "")
        if tag == "input" and name:
            if values.get("type") in ("checkbox", "radio"):
                if "checked" in values:
                    self.found.add(name, values.get("value", "on"))
            elif values.get("type") != "submit":
                self.found.add(name, values.get("value", ""))
        elif tag == "select":
            self.select, self.first, self.chosen = name, None, False
        elif tag == "option" and self.select:
            value = values.get("value", "")
            self.first = value if self.first is None else self.first
            if "selected" in values:
                self.found.add(self.select, value)
                self.chosen = True
        elif tag == "textarea":
            self.textarea, self.typed = name, ""

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.typed += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            if not self.chosen and self.first is not None:
                self.found.add(self.select, self.first)
            self.select = None
        elif tag == "textarea" and self.textarea is not None:
            self.found.add(self.textarea, self.typed.removeprefix("\r\n").removeprefix("\n"))
            self.textarea = None


def form_fields(html: str, form_id: str = "entry") -> MultiDict[str, str]:
    """What a browser would send of the form, its buttons left out."""
    reader = _FormReader(form_id)
    reader.feed(html)
    return reader.found


def minimal(record_type: RecordType, number: int = 1, **more: str) -> dict[str, str]:
    """The least that can be recorded, as a form sends it; the titles of two numbers are unlike, so that none is taken for a twin."""
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    title = f"{digest[:11]} {digest[11:23]} {digest[23:33]}"
    return {
        "title": title,
        "parties-0-names": "Laos",
        "parties-0-role": record_type.roles[0],
        "start": "2024",
        "evidence-0-source": "Letter of the desk",
        "action": "save",
    } | more


def apart(record_type: RecordType, number: int, **more: str) -> dict[str, str]:
    """The same, on a day of its own: of thousands of titles some are alike by chance, and take long to compare."""
    return minimal(record_type, number, start=(date(1980, 1, 1) + timedelta(days=number % 16_000)).isoformat()) | more


def enter(client: FlaskClient, record_type: RecordType, data: Any) -> str:
    """Send the form of a new record; the address of what was made."""
    answer = client.post(f"/{record_type.slug}/new", data=data)
    assert answer.status_code == 303, errors_of(answer.get_data(as_text=True)) or answer.get_data(as_text=True)[:500]
    return str(answer.headers["Location"])


def approval(address: str) -> dict[str, str]:
    """What whoever decides sends, who lets names of the handover at `address` be erased."""
    return {"decision": "approve", "reference": address.rpartition("/")[2]}
