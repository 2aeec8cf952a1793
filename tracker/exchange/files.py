"""A list of records as a file: CSV, a workbook or JSON, of the same rows in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, url_for
from flask_babel import gettext

from tracker.counting.filters import RecordFilter
from tracker.exchange.list_rows import ListRows, flat, list_rows
from tracker.exchange.persons import refs_with_persons
from tracker.records.csv_text import csv_response
from tracker.records.file_notes import Notes, notes_of
from tracker.records.filtering import Reader, in_words
from tracker.records.json_text import json_response
from tracker.records.markings import highest_marking
from tracker.records.queries import selected_ids
from tracker.records.record_type import RecordType
from tracker.records.workbooks import Link, Sheet, workbook_response

FORMATS = ("csv", "xlsx", "json")


@dataclass(frozen=True)
class ListFile:
    """One file: for whom, with which filter, of which records, in which format."""

    reader: Reader
    record_type: RecordType | None
    chosen: RecordFilter
    ids: Sequence[int]
    sort: str
    file_format: str

    @property
    def name(self) -> str:
        return self.record_type.slug if self.record_type else "records"

    @property
    def target(self) -> str:
        return f"list:{self.name}"

    @property
    def filter_words(self) -> str:
        return "; ".join(words for _, words, _ in in_words(self.reader, self.chosen))

    def address(self, endpoint: str, **more: Any) -> str:
        """The same filter and order at another address."""
        args: dict[str, Any] = self.chosen.to_args()
        if self.record_type:
            args |= {"record_type": self.record_type}
            args.pop("kind", None)
        return url_for(endpoint, **args, sort=self.sort, **more)

    def refs_with_persons(self) -> Iterator[str]:
        return refs_with_persons(self.reader, self.chosen, self.record_type, self.ids) if self.record_type else iter(())

    def response(self, now: datetime) -> Response:
        """The answer that downloads the file."""
        made = list_rows(self.reader, self.chosen, self.record_type, self.ids)
        filename = f"{self.name}.{self.file_format}"
        if self.file_format == "csv":
            return csv_response(filename, self._closing(_csv_rows(made, self.filter_words)))
        if self.file_format == "json":
            rows = (dict(zip(made.names, row, strict=True)) for row in self._closing(made.rows))
            return json_response(filename, self._notes(now), "records", rows)
        sheet = Sheet(self._title, made.labels, ([*map(_cell, row[:-1]), Link(str(row[-1]))] for row in made.rows))
        return workbook_response(filename, [sheet], self._notes(now))

    @property
    def _title(self) -> str:
        return str(self.record_type.label_plural) if self.record_type else gettext("Records")

    def _notes(self, now: datetime) -> Notes:
        marking = highest_marking(self.reader.session, selected_ids(self.reader, self.chosen))
        page = self.address("records.index" if self.record_type else "records.index_all")
        return notes_of(self.reader, self.chosen, self._title, now, marking, page)

    def _closing(self, rows: Iterator[Sequence[object]]) -> Iterator[Sequence[object]]:
        """The file is written after the request has ended and its session was closed: what it opens again is closed here."""
        try:
            yield from rows
        finally:
            self.reader.session.close()


def _csv_rows(made: ListRows, filter_words: str) -> Iterator[Sequence[object]]:
    yield made.labels
    for row in made.rows:
        yield [flat(value) for value in row]
    if filter_words:
        yield ()
        yield (gettext("Filter"), filter_words)


def _cell(value: object) -> object:
    """A workbook keeps numbers and days as what they are."""
    return flat(value) if isinstance(value, list) else value
