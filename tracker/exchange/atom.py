"""A feed of news as text (Atom, RFC 4287). Plain values in, text out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

_NAMESPACE = "http://www.w3.org/2005/Atom"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class News:
    """One entry; its address is also its name, for good."""

    address: str
    title: str
    summary: str
    category: str
    updated_at: datetime


def atom(address: str, title: str, author: str, entries: Iterable[News], changed_at: datetime) -> str:
    """The feed that is called `title`; `address` is its page and its name, `changed_at` when nothing is in it."""
    register_namespace("", _NAMESPACE)
    news = list(entries)
    feed = Element(_tag("feed"))
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "updated", _moment(max((one.updated_at for one in news), default=changed_at)))
    SubElement(feed, _tag("link"), rel="alternate", href=address)
    _add(SubElement(feed, _tag("author")), "name", author)
    for one in news:
        entry = SubElement(feed, _tag("entry"))
        _add(entry, "id", one.address)
        _add(entry, "title", one.title)
        _add(entry, "updated", _moment(one.updated_at))
        SubElement(entry, _tag("link"), rel="alternate", href=one.address)
        SubElement(entry, _tag("category"), term=one.category)
        _add(entry, "summary", one.summary)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode") + "\n"


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, _tag(name)).text = _NOT_IN_XML.sub("", text)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
