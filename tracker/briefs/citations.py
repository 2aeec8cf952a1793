"""The notes of a brief: how many records stand behind a figure, and which sources those cite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import sqlalchemy as sa
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict

from tracker.briefs.behind import Behind, ids_of_each
from tracker.briefs.content import Entry, Numbered, Table
from tracker.briefs.lists import ListAsked, table_of
from tracker.briefs.steps import Step, Work
from tracker.counting.filters import RecordFilter
from tracker.partial_dates import describe
from tracker.personal_data.books import finder_of, nameless
from tracker.personal_data.models import SubjectKey
from tracker.records.filtering import Reader, filter_of
from tracker.records.sources import Source
from tracker.summaries.matrix import Shown

BLACK = "█████"


class Citations:
    """Entries of tables ask for their notes; `settled` answers all of them at once, in the order in which they stand."""

    def __init__(self, reader: Reader, chosen: RecordFilter) -> None:
        self._reader, self._chosen = reader, chosen
        # every sealed name: the record that holds it may concern another partner, or be one that this reader does not read
        self._finder = finder_of(reader.session, sa.select(SubjectKey.record_id))
        self._asked: list[tuple[str, str]] = []  # (address of the list, what else is to be said); an entry holds its place, from 1
        self._notes: list[str] = []
        self._numbers: dict[str, int] = {}  # source -> its number
        self._texts: dict[str, str] = {}
        self.records = 0  # how many stand behind its figures and lists

    def entry(self, shown: Shown) -> Entry:
        """The number as the page shows it, with the note of exactly the records that its list holds."""
        text = shown.signs
        if not shown.url:
            return Entry(text)
        self._asked.append((shown.url, shown.title))
        return Entry(text, len(self._asked))

    def settled(self, parts: Sequence[Table | ListAsked]) -> Work[tuple[Table, ...]]:
        """The tables with their notes numbered, lists filled in; those without a record are left out."""
        yield Step.RECORDS
        urls = list(dict.fromkeys(url for url, _ in self._asked))
        lists = [part for part in parts if isinstance(part, ListAsked)]
        found = ids_of_each(self._reader, [*map(self.selection_of, urls), *(one.chosen for one in lists)])
        self.records = len({key for ids in found for key in ids})
        by_url, of_lists = dict(zip(urls, found, strict=False)), found[len(urls) :]
        yield Step.SOURCES
        in_lists = {key for ids in of_lists for key in ids}
        behind = Behind(self._reader.session, {key for ids in found for key in ids}, in_lists, self._chosen.basis)
        self._texts = behind.source_texts(_source_text)
        made = iter(self._lists(lists, of_lists, behind))
        tables = (next(made) if isinstance(part, ListAsked) else part for part in parts)
        return tuple(self._numbered(table, by_url, behind) for table in tables if table)

    def selection_of(self, url: str) -> RecordFilter:
        """The records of the list at `url`, as far as this document may hold them."""
        args = MultiDict(parse_qsl(urlsplit(url).query))
        return filter_of(self._reader, args).narrowed(clearance=self._chosen.clearance)

    def masked(self, text: str) -> str:
        """`text` without the names of persons whom any record holds under a pseudonym."""
        return nameless(self._finder, text, BLACK)

    @property
    def notes(self) -> tuple[Numbered, ...]:
        return tuple(Numbered(number, text) for number, text in enumerate(self._notes, start=1))

    @property
    def sources(self) -> tuple[Numbered, ...]:
        return tuple(Numbered(number, self.masked(self._texts[ref])) for ref, number in self._numbers.items())

    def _lists(self, asked: Sequence[ListAsked], found: Sequence[Sequence[int]], behind: Behind) -> Iterator[Table | None]:
        for one, ids in zip(asked, found, strict=True):
            yield table_of(one, ids, behind.documents, self.masked, self._reader)

    def _numbered(self, table: Table, by_url: dict[str, list[int]], behind: Behind) -> Table:
        def note(entry: Entry) -> Entry:
            if not entry.note:
                return entry
            url, said = self._asked[entry.note - 1]
            text = self._words(by_url[url], said, behind)
            if text not in self._notes:  # two figures of which the same is to be said share a note
                self._notes.append(text)
            return replace(entry, note=self._notes.index(text) + 1)

        return replace(table, lines=tuple(replace(line, entries=tuple(map(note, line.entries))) for line in table.lines))

    def _words(self, ids: Sequence[int], said: str, behind: Behind) -> str:
        refs = {ref for key in ids for ref in behind.cited_by(key)}
        for ref in sorted(refs - self._numbers.keys()):
            self._numbers[ref] = len(self._numbers) + 1
        parts = [ngettext("%(num)d record", "%(num)d records", len(ids)), *([said] if said else [])]
        if refs:
            parts.append(gettext("sources %(numbers)s", numbers=", ".join(in_ranges([self._numbers[ref] for ref in refs]))))
        without = sum(not behind.cited_by(key) for key in ids)
        if without:
            parts.append(ngettext("%(num)d record cites no source", "%(num)d records cite no source", without))
        return "; ".join(parts)


def in_ranges(numbers: Sequence[int]) -> Iterator[str]:
    """`1–3`, `5`: the numbers in order, neighbours together."""
    ordered = sorted(numbers)
    first = 0
    for place, number in enumerate(ordered):
        if place + 1 == len(ordered) or ordered[place + 1] != number + 1:
            yield str(number) if ordered[first] == number else f"{ordered[first]}–{number}"
            first = place + 1


def _source_text(source: Source) -> str:
    """`Title. Publisher, date. Reference`."""
    published = describe(source.published) if source.published.edtf else gettext("date not stated")
    said = ", ".join(part for part in (source.publisher.rstrip("."), published) if part)
    return ". ".join(part for part in (source.title.rstrip("."), said, source.ref) if part)
