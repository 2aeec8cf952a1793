"""What the page of a list shows: rows, tabs, facets, chips, the figure behind it, and every address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from tracker.counting.filters import LATELY, RecordFilter
from tracker.counting.measures import Mode
from tracker.counting.models import Basis
from tracker.partial_dates import describe, parse_edtf
from tracker.records import queries, registry
from tracker.records.ends import end_in_words, end_tag
from tracker.records.enums import ReviewState
from tracker.records.exchange_rows import FORMATS as EXCHANGE_FORMATS
from tracker.records.figure_words import cell_sentence, cell_text
from tracker.records.filter_form import filter_form, own_dimensions
from tracker.records.filtering import Reader, in_words, measure_of, year_label
from tracker.records.list_order import BY_END, sorts_of
from tracker.records.markings import page_marking
from tracker.records.numbers import small_number
from tracker.records.queries import ListPage, ListRow
from tracker.records.record_type import REVIEW_WORDS, STATUS_WORDS, RecordType
from tracker.vocabularies.parties import names_by_code
from tracker.web.formatters import number

DEFAULT_SORT = "-date"
Item = dict[str, Any]


@dataclass(frozen=True)
class Pages:
    """The pages of a list with their addresses."""

    number: int
    count: int
    total: int
    base: str
    args: Mapping[str, Any]

    def url(self, page: int) -> str:
        return url_for(self.base, **self.args, page=page)


class ListView:
    """Everything the template of a list needs; addresses carry the whole state."""

    def __init__(self, reader: Reader, chosen: RecordFilter, record_type: RecordType | None, sort: str, found: ListPage) -> None:
        self.reader, self.chosen, self.record_type, self.sort, self.found = reader, chosen, record_type, sort, found
        self.measure = measure_of(chosen)
        self.endpoint = "records.index" if record_type else "records.index_all"
        self.own: dict[str, Any] = {"record_type": record_type} if record_type else {}
        self.form = filter_form(reader, chosen, record_type)
        self.dimensions = own_dimensions(reader, chosen, record_type)

    def url(self, chosen: RecordFilter | None = None, **more: Any) -> str:
        """The address of this list under another filter."""
        args: dict[str, Any] = (chosen or self.chosen).to_args()
        if self.record_type:
            args.pop("kind", None)
        if self.sort != DEFAULT_SORT:
            args["sort"] = self.sort
        return url_for(self.endpoint, **self.own, **args | more)

    @property
    def is_official(self) -> bool:
        return self.chosen.basis is Basis.OFFICIAL

    @property
    def title(self) -> str:
        return str(self.record_type.label_plural) if self.record_type else gettext("Records")

    @property
    def tabs(self) -> list[Item]:
        """All types and each, with their counts under the rest of the filter."""
        bare = self.chosen.narrowed(kind=(), keys_without=None) if not self.record_type else self.chosen.narrowed(kind=())
        counts = queries.facet_counts(self.reader, bare, "kind") if self.chosen.review != ("draft",) else {}
        args: dict[str, Any] = bare.to_args()
        tabs = [
            {
                "label": gettext("All"),
                "url": url_for("records.index_all", **args),
                "count": sum(counts.values()),
                "is_current": not self.record_type,
            }
        ]
        for one in registry.every_type():
            item = {"label": one.label_plural, "url": url_for("records.index", record_type=one, **args), "count": counts.get(one.kind, 0)}
            tabs.append(item | {"is_current": one is self.record_type})
        return tabs

    @property
    def chips(self) -> list[Item]:
        parts = in_words(self.reader, self.chosen)
        return [
            {"label": words, "remove_url": self.url(without)} for name, words, without in parts if not (name == "kind" and self.record_type)
        ]

    @property
    def facets(self) -> list[tuple[str, list[Item]]]:
        """Counts beside the values that narrow further; a chosen one can be dropped by its chip."""
        found = []
        if not self.chosen.year and not (self.measure and self.measure.mode is Mode.STOCK):  # a stock is no year's
            years = queries.facet_counts(self.reader, self.chosen, "year")
            items = [(year_label(year), self.chosen.narrowed(year=year), count) for year, count in sorted(years.items(), reverse=True)[:12]]
            found.append((gettext("Year"), items))
        if not self.chosen.status:
            states = queries.facet_counts(self.reader, self.chosen, "status")
            items = [(str(STATUS_WORDS[state]), self.chosen.narrowed(status=(state,)), count) for state, count in sorted(states.items())]
            found.append((gettext("Status"), items))
        if not self.chosen.review and not self.is_official:
            reviews = queries.facet_counts(self.reader, self.chosen, "review_state")
            items = [(str(REVIEW_WORDS[state]), self.chosen.narrowed(review=(state,)), count) for state, count in sorted(reviews.items())]
            found.append((gettext("Review"), items))
        return [
            (title, [{"label": label, "url": self.url(narrowed), "count": count} for label, narrowed, count in items])
            for title, items in found
            if len(items) > 1
        ]

    @property
    def marking(self) -> str:
        """The highest marking of the records that this page names."""
        return page_marking(row.marking for row in self.found.rows)

    @property
    def rows(self) -> list[Item]:
        return [self._row(row) for row in self.found.rows]

    def _row(self, row: ListRow) -> Item:
        record_type = registry.by_kind(row.kind)
        names = names_by_code(self.reader.session, self.reader.locale)
        partners = list(dict.fromkeys(names.get(code, code) for code, _ in row.partners))
        contribution = "" if row.lower is None else _bounds(row)
        return {
            "ref": row.ref,
            "title": row.title or gettext("Untitled"),
            "url": url_for("records.show", record_type=record_type, ref=row.ref),
            "type": record_type.label,
            "partners": ", ".join(partners) + ("" if row.parties_complete else " +"),
            "date": describe(parse_edtf(row.start_edtf)) if row.start_edtf else "",
            "status": STATUS_WORDS[row.status],
            "status_unknown": row.status == "unknown",
            "review_tag": "" if self.is_official or row.review_state == ReviewState.VERIFIED else REVIEW_WORDS[row.review_state],
            "is_draft": row.review_state == ReviewState.DRAFT,
            "is_statement": row.is_group_entry,
            "marking": row.marking,
            "contribution": contribution,
            "ends": end_in_words(row.ending) if row.ending else "",
            "end_tag": end_tag(row.ending) if row.ending else ("", ""),
        }

    @property
    def has_ends(self) -> bool:
        """Whether the rows say when they end."""
        return any(row.ending for row in self.found.rows)

    @property
    def ends_label(self) -> str:
        return gettext("No longer in force since") if self.chosen.ends == LATELY else gettext("Ends")

    @property
    def figure(self) -> Item | None:
        """The number that this list is behind (C43), with what it leaves open."""
        if not self.measure or self.chosen.number or self.chosen.standing or (self.measure.by_item and not self.chosen.item):
            return None
        cell = queries.figure_behind(self.reader, self.chosen, self.measure)
        return {"text": cell_text(cell, self.measure), "label": self.measure.label, "sentence": cell_sentence(cell, self.measure)}

    @property
    def heads(self) -> list[Item]:
        """The column heads with the address that sorts by each."""
        columns = [("title", gettext("Title")), ("kind", gettext("Type")), ("", gettext("Partners")), ("date", gettext("Date"))]
        columns += [(BY_END, self.ends_label)] if self.has_ends else []
        heads = []
        for name, label in columns:
            if name == "kind" and self.record_type:
                continue
            current = self.sort.lstrip("-") == name
            descending = self.sort.startswith("-")
            target = name if (current and descending) or (not current and name != "date") else f"-{name}"
            direction = ("descending" if descending else "ascending") if current and name else ""
            args: dict[str, Any] = self.chosen.to_args()
            if self.record_type:
                args.pop("kind", None)
            heads.append(
                {
                    "label": label,
                    "url": url_for(self.endpoint, **self.own, **args | {"sort": target}) if name else "",
                    "direction": direction,
                }
            )
        return heads

    @property
    def pages(self) -> Pages:
        args = self.own | self.chosen.to_args()
        if self.record_type:
            args.pop("kind", None)
        if self.sort != DEFAULT_SORT:
            args["sort"] = self.sort
        return Pages(self.found.number, self.found.count, self.found.total, self.endpoint, args)

    @property
    def files(self) -> list[tuple[str, str]]:
        """The same list as files for people: each format with its address."""
        return self._files(("csv", "xlsx", "json"))

    @property
    def exchange_files(self) -> list[tuple[str, str]]:
        """And for programs, with everything that the records say."""
        return self._files(EXCHANGE_FORMATS)

    @property
    def codebook_url(self) -> str:
        """What stands in their columns; of all types the page begins with the first."""
        return url_for("codebook.show", record_type=self.record_type or registry.every_type()[0])

    def _files(self, formats: Iterable[str]) -> list[tuple[str, str]]:
        endpoint = "exchange.list_file" if self.record_type else "exchange.list_file_all"
        args: dict[str, Any] = self.chosen.to_args()
        if self.record_type:
            args.pop("kind", None)
        return [(name, url_for(endpoint, file_format=name, **self.own, **args, sort=self.sort)) for name in formats]

    @property
    def keep(self) -> dict[str, str]:
        """What the filter form does not show and must not lose."""
        shown = {field.short_name for field in (*self.form, *self.dimensions)} | {"kind"}
        return {name: str(value) for name, value in self.chosen.to_args().items() if name not in shown and not isinstance(value, list)}

    @property
    def has_filter(self) -> bool:
        return bool(self.chips)

    @property
    def clear_url(self) -> str:
        return url_for(self.endpoint, **self.own)


def _bounds(row: ListRow) -> str:
    if row.upper is None:
        return f"≥ {number(row.lower)}"
    return number(row.lower) if row.lower == row.upper else f"{number(row.lower)}–{number(row.upper)}"


def list_page(
    reader: Reader, chosen: RecordFilter, record_type: RecordType | None, args: Mapping[str, str], *, is_wrong: bool = False
) -> ListView:
    """The page of a list; with a wrong address, one without rows, so that nothing is shown that was not asked for."""
    if record_type:
        chosen = chosen.narrowed(kind=(record_type.kind,))
    if chosen.review == (ReviewState.DRAFT,):
        chosen = queries.of_drafts(chosen)
    sort = args.get("sort", DEFAULT_SORT)
    if sort.lstrip("-") not in sorts_of(reader, chosen):
        sort = DEFAULT_SORT
    number_asked = small_number(args.get("page")) or 1
    found = ListPage((), 1, 0) if is_wrong else queries.page_of_records(reader, chosen, number_asked, sort)
    return ListView(reader, chosen, record_type, sort, found)
