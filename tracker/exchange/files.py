"""A list of records as a file: in words for people, or in the exchange form for programs; the same rows in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Response, url_for
from flask_babel import gettext

from tracker.counting.filters import RecordFilter
from tracker.exchange import exchange_files
from tracker.exchange.list_rows import ListRows, flat, list_rows
from tracker.exchange.persons import refs_with_persons
from tracker.records import registry
from tracker.records.csv_text import csv_response
from tracker.records.exchange_rows import FORMATS as EXCHANGE_FORMATS
from tracker.records.file_notes import Notes, notes_of
from tracker.records.filtering import Reader, in_words
from tracker.records.json_text import json_response
from tracker.records.markings import highest_marking
from tracker.records.queries import selected_ids
from tracker.records.record_type import RecordType
from tracker.records.workbooks import Link, Sheet, workbook_response

Row = TypeVar("Row")
FORMATS = ("csv", "xlsx", "json", *EXCHANGE_FORMATS)


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
    def is_exchange_form(self) -> bool:
        """Whether it is for programs, with everything that the records say; in words only lists of one type hold their rows."""
        return self.file_format in EXCHANGE_FORMATS

    @property
    def types(self) -> tuple[RecordType, ...]:
        """Of which types a row may be."""
        return (self.record_type,) if self.record_type else registry.every_type()

    @property
    def target(self) -> str:
        return f"list:{self.name}"

    @property
    def filter_words(self) -> str:
        return "; ".join(words for _, words, _ in in_words(self.reader, self.chosen))

    @property
    def url(self) -> str:
        return self._address("exchange.list_file", file_format=self.file_format)

    @property
    def question_url(self) -> str:
        """Where purpose and recipient are asked for."""
        return self._address("exchange.ask_export", format=self.file_format)

    @property
    def list_url(self) -> str:
        """The page with the same rows."""
        return url_for("records.index" if self.record_type else "records.index_all", **self._args)

    def _address(self, endpoint: str, **more: Any) -> str:
        return url_for(endpoint if self.record_type else f"{endpoint}_all", **self._args, **more)

    @property
    def _args(self) -> dict[str, Any]:
        """The same filter and order at another address."""
        args: dict[str, Any] = self.chosen.to_args() | {"sort": self.sort}
        if self.record_type:
            args |= {"record_type": self.record_type}
            args.pop("kind", None)
        return args

    def refs_with_persons(self) -> Iterator[str]:
        """Of the records whose rows in this file say something of a single person; in words no row of a list of all types does."""
        told = self.types if self.record_type or self.is_exchange_form else ()
        return refs_with_persons(self.reader, self.chosen, told, self.ids)

    def response(self, now: datetime) -> Response:
        """The answer that downloads the file."""
        if self.is_exchange_form:
            return exchange_files.response(self, now)
        made = list_rows(self.reader, self.chosen, self.record_type, self.ids)
        filename = f"{self.name}.{self.file_format}"
        if self.file_format == "csv":
            return csv_response(filename, self.closing(_csv_rows(made, self.filter_words)))
        if self.file_format == "json":
            rows = (dict(zip(made.names, row, strict=True)) for row in self.closing(made.rows))
            return json_response(filename, self.notes(now), "records", rows)
        sheet = Sheet(self.title, made.labels, map(_linked, made.rows))
        return workbook_response(filename, [sheet], self.notes(now))

    @property
    def title(self) -> str:
        return str(self.record_type.label_plural) if self.record_type else gettext("Records")

    def notes(self, now: datetime) -> Notes:
        marking = highest_marking(self.reader.session, selected_ids(self.reader, self.chosen))
        return notes_of(self.reader, self.chosen, self.title, now, marking, self.list_url)

    def closing(self, rows: Iterator[Row]) -> Iterator[Row]:
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


def _linked(row: Sequence[Any]) -> list[object]:
    """The reference, which is first, and the address, which is last, open the record."""
    reference, *between, address = row
    return [Link(address, reference), *map(_cell, between), Link(address)]


def _cell(value: object) -> object:
    """A workbook keeps numbers and days as what they are."""
    return flat(value) if isinstance(value, list) else value
