"""The notes of a brief: how many records stand behind a figure, and which sources those cite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import sqlalchemy as sa
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict

from tracker.briefs.content import Entry, Numbered
from tracker.counting.filters import RecordFilter
from tracker.counting.models import Basis
from tracker.partial_dates import describe
from tracker.personal_data.books import finder_of, nameless
from tracker.records.filtering import Reader, filter_of
from tracker.records.queries import official_payloads, selected_ids
from tracker.records.sources import Evidence, Source
from tracker.summaries.matrix import Shown

_BATCH = 500


class Citations:
    """Notes in the order in which they are asked for, and the sources that they cite."""

    def __init__(self, reader: Reader, chosen: RecordFilter) -> None:
        self._reader, self._chosen = reader, chosen
        self._finder = finder_of(reader.session, selected_ids(reader, chosen))
        self._cited: dict[int, frozenset[str]] = {}  # record -> references of its sources
        self._texts: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._by_list: dict[str, int] = {}
        self._notes: list[str] = []

    def entry(self, shown: Shown) -> Entry:
        """The number as the page shows it, with the note of exactly the records that its list holds."""
        text = f"{shown.text}+" if shown.open_list else shown.text
        return Entry(text, self._note(shown.url, shown.title) if shown.url else 0)

    def masked(self, text: str) -> str:
        """`text` without the names of persons whom the records hold under a pseudonym."""
        return nameless(self._finder, text, "█████")

    @property
    def notes(self) -> tuple[Numbered, ...]:
        return tuple(Numbered(number, text) for number, text in enumerate(self._notes, start=1))

    @property
    def sources(self) -> tuple[Numbered, ...]:
        return tuple(Numbered(number, self.masked(self._texts[ref])) for ref, number in self._numbers.items())

    def ids_of(self, url: str) -> list[int]:
        """The records of the list at `url`, as far as this document may hold them."""
        args = MultiDict(parse_qsl(urlsplit(url).query))
        chosen = filter_of(self._reader, args).narrowed(clearance=self._chosen.clearance)
        return list(self._reader.session.scalars(selected_ids(self._reader, chosen)))

    def _note(self, url: str, said: str) -> int:
        if url not in self._by_list:
            ids = self.ids_of(url)
            self._read(ids)
            text = self._words(ids, said)
            if text not in self._notes:  # two figures of which the same is to be said share a note
                self._notes.append(text)
            self._by_list[url] = self._notes.index(text) + 1
        return self._by_list[url]

    def _words(self, ids: Sequence[int], said: str) -> str:
        refs = {ref for key in ids for ref in self._cited[key]}
        for ref in sorted(refs - self._numbers.keys()):
            self._numbers[ref] = len(self._numbers) + 1
        parts = [ngettext("%(num)d record", "%(num)d records", len(ids)), *([said] if said else [])]
        if refs:
            parts.append(gettext("sources %(numbers)s", numbers=", ".join(in_ranges([self._numbers[ref] for ref in refs]))))
        without = sum(not self._cited[key] for key in ids)
        if without:
            parts.append(ngettext("%(num)d record cites no source", "%(num)d records cite no source", without))
        return "; ".join(parts)

    def _read(self, ids: Sequence[int]) -> None:
        """Learn the sources of `ids`: those of what was verified where that is what counts (C41)."""
        wanted = [key for key in ids if key not in self._cited]
        session = self._reader.session
        for start in range(0, len(wanted), _BATCH):
            part = wanted[start : start + _BATCH]
            found: dict[int, set[str]] = {key: set() for key in part}
            joined = sa.select(Evidence.record_id, Source.ref).join(Source, Source.id == Evidence.source_id)
            for key, ref in session.execute(joined.where(Evidence.record_id.in_(part)).distinct()):
                found[key].add(ref)
            if self._chosen.basis is Basis.OFFICIAL:
                for key, payload in official_payloads(session, part).items():
                    found[key] = {entry["source"] for entry in payload["evidence"]}
            self._cited |= {key: frozenset(refs) for key, refs in found.items()}
            unknown = {ref for refs in found.values() for ref in refs} - self._texts.keys()
            rows = session.scalars(sa.select(Source).where(Source.ref.in_(unknown))) if unknown else ()
            self._texts |= {source.ref: _source_text(source) for source in rows}
            self._texts |= {ref: ref for ref in unknown - self._texts.keys()}


def in_ranges(numbers: Sequence[int]) -> Iterator[str]:
    """`1–3`, `5`: the numbers in order, neighbours together."""
    ordered = sorted(numbers)
    first = 0
    for place, number in enumerate(ordered):
        if place + 1 == len(ordered) or ordered[place + 1] != number + 1:
            yield str(number) if ordered[first] == number else f"{ordered[first]}–{number}"
            first = place + 1


def _source_text(source: Any) -> str:
    """Title, publisher, date, reference."""
    published = describe(source.published) if source.published.edtf else gettext("date not stated")
    return ". ".join(part for part in (source.title.rstrip("."), source.publisher.rstrip("."), published, source.ref) if part)
