"""Calendars read back by a strict reader of RFC 5545, news by that of the standard library: whatever stands in them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.exchange.atom import News, atom
from tracker.exchange.calendar import Day, calendar

pytestmark = pytest.mark.engine_free

AT = datetime(2026, 11, 27, 12, 30, tzinfo=UTC)
ADDRESS = "https://tracker.example/agreements/AGR-2026-0001"
ATOM = "{http://www.w3.org/2005/Atom}"
texts = st.one_of(
    st.sampled_from(("a;b,c\\n\\,", "x\r\nBEGIN:VEVENT", "协议" * 60, "\\", "é" * 74)), st.text(st.characters(exclude_categories=("Cs",)))
)


def read(text: str) -> list[tuple[str, str, str]]:
    """The lines as (name, parameters, value). Fails on what the standard does not allow."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    found = []
    for line in text[:-2].replace("\r\n ", "").split("\r\n"):
        match = re.fullmatch(r"([A-Z-]+)((?:;[A-Z-]+=[^:;,\"]+)*):([^\x00-\x08\x0a-\x1f\x7f]*)", line)
        assert match, line
        found.append((match[1], match[2], match[3]))
    return found


def plain(value: str) -> str:
    """A value of text without its escapes; none may be left over."""
    assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,n])*", value), value
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], value)


@settings(max_examples=15)
@given(texts, texts)
def test_whatever_stands_in_a_day_comes_back_and_ends_no_line(summary: str, description: str) -> None:
    lines = read(
        calendar(
            "Tracker",
            [Day("AGR-2026-0001-expiry@tracker.example", date(2027, 2, 28), summary, description, ADDRESS, AT)],
            timedelta(hours=6),
        )
    )
    assert [value for name, _, value in lines if name in ("BEGIN", "END")] == ["VCALENDAR", "VEVENT", "VEVENT", "VCALENDAR"]
    said = {name: (parameters, value) for name, parameters, value in lines}
    controls = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
    assert plain(said["SUMMARY"][1]) == controls.sub(" ", summary.replace("\r\n", "\n"))
    assert plain(said["DESCRIPTION"][1]) == controls.sub(" ", description.replace("\r\n", "\n"))
    assert (said["DTSTART"], said["DTEND"]) == ((";VALUE=DATE", "20270228"), (";VALUE=DATE", "20270301"))
    assert (said["DTSTAMP"][1], said["URL"][1]) == ("20261127T123000Z", ADDRESS)
    assert {"VERSION", "PRODID", "UID"} <= said.keys()


@given(texts)
def test_whatever_stands_in_news_comes_back(title: str) -> None:
    entry = News(ADDRESS, title, "It was verified.", "Agreement", AT)
    feed = ET.fromstring(atom("https://tracker.example/records/", title, "Tracker", [entry], AT - timedelta(days=1)).encode())
    for found in (feed, feed.find(f"{ATOM}entry")):
        assert found is not None
        told = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", title).replace("\r\n", "\n").replace("\r", "\n")
        assert (found.findtext(f"{ATOM}title") or "") == told
        assert found.findtext(f"{ATOM}updated") == "2026-11-27T12:30:00Z"
        assert found.findtext(f"{ATOM}id")
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Tracker"


def test_without_anything_both_are_still_what_they_are() -> None:
    assert [name for name, _, _ in read(calendar("Tracker", [], timedelta(hours=6)))][-1] == "END"
    feed = ET.fromstring(atom("https://tracker.example/", "News", "Tracker", [], AT))
    assert feed.findtext(f"{ATOM}updated") == "2026-11-27T12:30:00Z"
