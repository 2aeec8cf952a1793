"""Whether documents that no form made - rows of a file, bodies of requests - can be stored, and what is wrong with them, where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.records import document_rules
from tracker.records.documents import Document, empty_document, references_in
from tracker.records.list_columns import DEFAULTS, columns_of, limit_of, limit_of_column
from tracker.records.markings import sources_above
from tracker.records.models import Record, RecordIdentifier
from tracker.records.record_type import ChildList, ColumnKind, RecordType
from tracker.records.relations import ancestry, is_draft
from tracker.records.rights import desk_problem, marking_problem
from tracker.records.sources import Source
from tracker.records.values import Known, Reading, ValueProblem, empty
from tracker.records.visibility import sources_visible_to, visible_to
from tracker.vocabularies.terms import terms

_AT_ONCE = 500


@dataclass(frozen=True)
class Problem:
    """What is wrong and where: `start`, `figures.2.country`; '' for the document as a whole."""

    path: str
    message: str


@dataclass(frozen=True)
class Checked:
    """A document as it would be stored, and what forbids it."""

    document: Document
    problems: tuple[Problem, ...]


class Checker:
    """Checks documents for one writer. `prepare` looks up at once what many documents name."""

    def __init__(self, session: Session, user: User, reporting_state: str, today: date) -> None:
        self._session, self._user = session, user
        self._reporting_state, self._today = reporting_state, today
        self._known = Known(session)
        self._holders: dict[tuple[str, str], str] = {}  # file number -> the record that has it

    def know_source(self, ref: str) -> None:
        """`ref` will be a source by the time that what cites it is stored."""
        self._known.sources.add(ref)

    def prepare(self, given: Sequence[Mapping[str, Any]], record_type: RecordType) -> None:
        """Learn the records, sources and file numbers that `given` name."""
        refs, sources, numbers = set[str](), set[str](), set[tuple[str, str]]()
        columns = [column.name for column in record_type.all_columns if column.kind is ColumnKind.RECORD]
        for one in given:
            refs |= _texts([one.get(name) for name in columns] + [row.get("to") for row in _rows(one, "links")])
            sources |= _texts(row.get("source") for row in _rows(one, "evidence"))
            numbers |= {(str(row.get("scheme")), str(row.get("value"))) for row in _rows(one, "identifiers")}
        for some in _batches({ref.strip().upper() for ref in refs} - self._known.kinds.keys()):
            seen = sa.select(Record.ref, Record.kind).where(Record.ref.in_(some), visible_to(self._user))
            self._known.kinds |= dict(self._session.execute(seen).all())
        for some in _batches(sources - self._known.sources):
            found = sa.select(Source.ref).where(Source.ref.in_(some), sources_visible_to(self._user))
            self._known.sources |= set(self._session.scalars(found))
        for some in _batches({value for _, value in numbers}):
            held = sa.select(RecordIdentifier.scheme, RecordIdentifier.value, Record.ref).join(
                Record, Record.id == RecordIdentifier.record_id
            )
            for scheme, value, ref in self._session.execute(held.where(RecordIdentifier.value.in_(some))):
                self._holders[scheme, value] = ref

    def check(
        self,
        given: Mapping[str, Any],
        record_type: RecordType,
        *,
        draft: bool,
        base: Document | None = None,
        own_ref: str = "",
        owner_id: int | None = None,
    ) -> Checked:
        """`given` on top of `base` (what is stored now; nothing for a new record) as a whole document, with all that is wrong with it.

        Names that are not given stay as they are; a list that is given is given whole.
        """
        before = base or empty_document(record_type)
        document, problems = self._values(given, record_type, before)
        if not problems:
            problems = [Problem(*found) for found in self._rules(document, record_type, own_ref, draft=draft)]
        if not problems:
            found = self._rights(document, before, owner_id or self._user.id, draft=draft)
            problems = [Problem(*one) for one in found]
        return Checked(document, tuple(problems))

    def _values(self, given: Mapping[str, Any], record_type: RecordType, before: Document) -> tuple[Document, list[Problem]]:
        document, problems = dict(before), []
        columns = {column.name: column for column in record_type.all_columns}
        lists = {child.name: child for child in record_type.all_lists}
        for name, value in given.items():
            if name in columns:
                if value == before[name] and type(value) is type(before[name]):
                    continue  # also a term that can no longer be chosen
                try:
                    document[name] = Reading(columns[name], limit_of_column(record_type, columns[name]), self._known).stored(value)
                except ValueProblem as problem:
                    problems.append(Problem(name, str(problem)))
            elif name in lists:
                document[name], found = self._list(value, lists[name], before[name])
                problems += found
            elif name != "kind":
                problems.append(Problem(str(name)[:60], gettext("There is no such field.")))
        for name in ("status", "parties_basis", "marking", *(column.name for column in record_type.columns)):
            if document[name] is None and columns[name].kind is ColumnKind.ENUM:
                document[name] = empty_document(record_type)[name]
        document["marking"] = document["marking"] or empty_document(record_type)["marking"]
        return document, problems

    def _list(self, given: Any, child: ChildList, before: list[Document]) -> tuple[list[Document], list[Problem]]:
        if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
            return [], [Problem(child.name, gettext("Write a list of rows here."))]
        rows, problems = [], []
        for place, row in enumerate(given[: document_rules.MOST_ROWS + 1]):
            made, found = self._row(row, child, before)
            rows.append(made)
            problems += [Problem(f"{child.name}.{place}.{name}", said) for name, said in found]
        _number(rows, child, before)
        return rows, problems

    def _row(self, given: Mapping[str, Any], child: ChildList, before: list[Document]) -> tuple[Document, list[tuple[str, str]]]:
        if given in before:
            return dict(given), []
        made, problems = {}, []
        columns = {column.name: column for column in columns_of(child)}
        for name, column in columns.items():
            value = given.get(name, DEFAULTS.get((child.name, name)))
            made[name] = empty(column)
            try:
                made[name] = Reading(column, limit_of(child, column), self._known).stored(value)
            except ValueProblem as problem:
                problems.append((name, str(problem)))
            else:
                if column.is_required and made[name] in ("", None):
                    problems.append((name, gettext("Fill this in, or leave the row out.")))
        strange = [name for name in given if name not in columns and name not in child.kept]
        problems += [(str(name)[:60], gettext("There is no such field.")) for name in strange]
        if child.name == "figures" and not made["unit"] and made["metric"]:  # C1: every number has a unit
            made["unit"] = terms(self._session, "metric")[made["metric"]].default_unit or "activity"
        if child.kept:
            old: Document = next((row for row in before if row["no"] == made["no"]), {})
            made |= {name: old.get(name, [] if name.startswith("other") else 0) for name in child.kept}
        return made, problems

    def _rules(self, document: Document, record_type: RecordType, own_ref: str, *, draft: bool) -> Iterator[tuple[str, str]]:
        if not draft:
            yield from document_rules.mandatory(document)
        yield from document_rules.lengths(document, (child.name for child in record_type.all_lists))
        yield from document_rules.partners(document, self._reporting_state)
        yield from document_rules.dates(document, self._today)
        yield from document_rules.figures(document, self._reporting_state)
        yield from document_rules.sources(document, {column.name for column in record_type.all_columns})
        yield from document_rules.repeated(document["links"], "links", ("type", "to"))
        yield from document_rules.repeated(document["aliases"], "aliases", ("name",))
        yield from document_rules.repeated(document["identifiers"], "identifiers", ("scheme", "value"))
        yield from self._relations(document, record_type, own_ref, draft=draft)
        if record_type.rules:
            yield from record_type.rules(document, self._reporting_state)

    def _relations(self, document: Document, record_type: RecordType, own_ref: str, *, draft: bool) -> Iterator[tuple[str, str]]:
        """A record is no part of itself nor of a draft, and not related to itself; a file number is one record's."""
        parent = document["parent"]
        if parent and own_ref and own_ref in ancestry(self._session, parent):
            yield "parent", gettext("%(ref)s would be part of itself: choose another record.", ref=own_ref)
        elif parent and not draft and is_draft(self._session, parent):
            yield "parent", gettext("%(ref)s is a draft: record it first, then its parts.", ref=parent)
        if own_ref and own_ref in references_in(document, record_type) - {parent}:
            yield "links", gettext("This is the record itself: choose another one.")
        for place, row in enumerate(document["identifiers"]):
            holder = self._holders.get((row["scheme"], row["value"]))
            if holder and holder != own_ref:
                said = gettext("Another record has this number already: each file number belongs to one record.")
                yield f"identifiers.{place}.value", said

    def _rights(self, document: Document, before: Document, owner_id: int, *, draft: bool) -> Iterator[tuple[str, str]]:
        problem = marking_problem(self._user, before["marking"], document["marking"], is_owner=owner_id == self._user.id)
        if problem:
            yield "marking", problem
        if draft:
            return
        problem = desk_problem(self._user, self._session, document, owner_id, self._reporting_state)
        if problem:
            yield "parties", problem
        above = sources_above(self._session, document)
        if above:
            named = "; ".join(f"{source.ref} (TLP:{source.marking})" for source in above)
            yield (
                "marking",
                gettext("A record is at least as restricted as its sources: mark it higher, or leave out %(sources)s.", sources=named),
            )


def _number(rows: list[Document], child: ChildList, before: list[Document]) -> None:
    """Rows that have numbers keep them for good; a new one gets the next."""
    if not any(column.name == "no" for column in columns_of(child)):
        return
    following = max([row["no"] or 0 for row in [*before, *rows]], default=0)
    for row in rows:
        if not row["no"]:
            following += 1
            row["no"] = following


def _rows(given: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = given.get(name)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def _texts(values: Iterable[Any]) -> set[str]:
    return {value for value in values if isinstance(value, str) and value}


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]
