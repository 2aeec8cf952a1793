"""Whether documents that no form made - rows of a file, bodies of requests - can be stored, and what is wrong with them, where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.records import document_rules
from tracker.records.documents import Document, references_in
from tracker.records.enums import Preference
from tracker.records.known import Known
from tracker.records.markings import sources_above
from tracker.records.naming import as_it_would_be_stored, has_persons, too_long
from tracker.records.record_type import ColumnKind, RecordType
from tracker.records.relations import ancestry, is_draft
from tracker.records.rights import desk_problem, marking_problem
from tracker.records.shapes import RowShape, Shape, shape_of
from tracker.records.values import Reading, ValueProblem, empty
from tracker.records.visibility import visible_refs
from tracker.vocabularies.terms import terms


@dataclass(frozen=True)
class Problem:
    """What is wrong and where: `start`, `figures.2.country`; '' for the document as a whole."""

    path: str
    message: str
    fits: bool = True  # each value is of the form of its column: it is refused for what else is known


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
        self._known = Known(session, user)
        self._shapes: dict[str, Shape] = {}

    def know_source(self, ref: str) -> None:
        """`ref` will be a source by the time that what cites it is stored."""
        self._known.sources.add(ref)

    def prepare(self, given: Sequence[Mapping[str, Any]], record_type: RecordType) -> None:
        """Learn the records, sources, persons and file numbers that `given` name."""
        self._known.learn(given, record_type)

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
        shape = self._shape(record_type)
        before = base or shape.empty()
        hidden = self._hidden(before, record_type) if base else set()
        document, problems = self._values(given, shape, _without(before, record_type, hidden))
        _keep_hidden(document, before, record_type, hidden)
        if not problems:
            problems = [Problem(*found) for found in self._rules(document, before, record_type, own_ref, draft=draft)]
        if not problems and own_ref:
            problems = [Problem(*found) for found in self._masked(document, before, record_type, own_ref)]
        if not problems:
            found = self._rights(document, before, owner_id or self._user.id, draft=draft)
            problems = [Problem(*one) for one in found]
        return Checked(document, tuple(problems))

    def _hidden(self, before: Document, record_type: RecordType) -> set[str]:
        """The records that `before` names and that the writer may not see: for him it does not name them."""
        named = references_in(before, record_type)
        return named - visible_refs(self._session, self._user, named)

    def _shape(self, record_type: RecordType) -> Shape:
        if record_type.kind not in self._shapes:
            self._shapes[record_type.kind] = shape_of(record_type, self._known)
        return self._shapes[record_type.kind]

    def _values(self, given: Mapping[str, Any], shape: Shape, before: Document) -> tuple[Document, list[Problem]]:
        document, problems, usual = dict(before), [], shape.usual
        for name, value in given.items():
            if name in shape.columns:
                if value == before[name] and type(value) is type(before[name]):
                    continue  # also a term that can no longer be chosen
                try:
                    stored = shape.columns[name].stored(value)
                except ValueProblem as problem:
                    problems.append(Problem(name, str(problem), problem.fits))
                else:
                    document[name] = usual[name] if value is None or stored is None else stored
            elif name in shape.lists:
                document[name], found = self._list(value, shape.lists[name], before[name])
                problems += found
            elif name != "kind":
                problems.append(Problem(str(name)[:60], gettext("There is no such field."), fits=False))
            elif value != usual["kind"]:
                said = gettext("This is a record of another type: write “%(kind)s”.", kind=usual["kind"])
                problems.append(Problem("kind", said, fits=False))
        return document, problems

    def _list(self, given: Any, shape: RowShape, before: list[Document]) -> tuple[list[Document], list[Problem]]:
        name = shape.child.name
        if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
            return [], [Problem(name, gettext("Write a list of rows here."), fits=False)]
        rows, problems = [], []
        for place, row in enumerate(given[: document_rules.most_rows(name) + 1]):
            made, found = self._row(row, shape, before)
            rows.append(made)
            problems += [replace(problem, path=f"{name}.{place}.{problem.path}") for problem in found]
        if "no" in shape.columns:
            _number(rows, before)
        return rows, problems

    def _row(self, given: Mapping[str, Any], shape: RowShape, before: list[Document]) -> tuple[Document, list[Problem]]:
        kept = shape.child.kept
        for stored in before:
            if given in (stored, {name: value for name, value in stored.items() if name not in kept}):
                return dict(stored), []
        made, problems = dict(shape.usual), []
        for name, value in given.items():  # what is not given is as usual
            if value is not None and (reading := shape.columns.get(name)):
                try:
                    made[name] = _value(value, reading, made[name], before)
                except ValueProblem as problem:
                    made[name] = empty(reading.column)
                    problems.append(Problem(name, str(problem), problem.fits))
        for name in shape.required:
            if made[name] in ("", None) and all(problem.path != name for problem in problems):
                said = gettext("Fill this in, or leave the row out.")
                problems.append(Problem(name, said, fits=bool(given.get(name))))  # blanks are text, too
        strange = [name for name in given if name not in shape.columns and name not in kept]
        problems += [Problem(str(name)[:60], gettext("There is no such field."), fits=False) for name in strange]
        old: Document = next((row for row in before if made.get("no") and row["no"] == made["no"]), {})
        if shape.child.name == "figures":
            self._complete_figure(made, old)
        return made | {name: old.get(name, [] if name.startswith("other") else 0) for name in kept}, problems

    def _complete_figure(self, made: Document, old: Document) -> None:
        """C1: every number has a unit. C28: a rule prefers, only people put aside a number that was not behind others already."""
        if not made["unit"] and made["metric"]:
            made["unit"] = terms(self._session, "metric")[made["metric"]].default_unit or "activity"
        if made["preference"] is None or (old.get("preferred") and not made["preferred"]):
            decided = Preference.RULE if made["preferred"] else Preference.OFFICER
            made["preference"] = decided.value if made["preferred"] or old.get("preferred", True) else old["preference"]

    def _rules(
        self, document: Document, before: Document, record_type: RecordType, own_ref: str, *, draft: bool
    ) -> Iterator[tuple[str, str]]:
        if not draft:
            yield from document_rules.mandatory(document)
        yield from document_rules.lengths(document, (child.name for child in record_type.all_lists))
        yield from document_rules.partners(document, self._reporting_state)
        yield from document_rules.dates(document, self._today)
        yield from document_rules.figures(document, before, self._reporting_state)
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
            holder = self._known.holders.get((row["scheme"], row["value"]))
            if holder and holder != own_ref:
                # whoever may not see that record learns no more than that the number is taken
                named = holder if visible_refs(self._session, self._user, [holder]) else gettext("Another record")
                said = gettext("%(ref)s has this number already: each file number belongs to one record.", ref=named)
                yield f"identifiers.{place}.value", said

    def _masked(self, document: Document, before: Document, record_type: RecordType, own_ref: str) -> Iterator[tuple[str, str]]:
        """Texts that have no room for the pseudonyms that take the place of names on file."""
        if has_persons(record_type):
            stored = as_it_would_be_stored(self._session, own_ref, record_type, document, before)
            for name in too_long(stored, record_type):
                yield name, gettext("With the pseudonyms in place of names a text here is too long: shorten it.")

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


def _value(given: Any, reading: Reading, usual: Any, before: list[Document]) -> Any:
    """One value of a row; a term that can no longer be chosen stays."""
    if before and isinstance(given, str) and given and any(row[reading.column.name] == given for row in before):
        return given
    stored = reading.stored(given)
    return usual if stored is None else stored


def _number(rows: list[Document], before: list[Document]) -> None:
    """Rows that have numbers keep them for good; a new one gets the next."""
    following = max([row["no"] or 0 for row in [*before, *rows]], default=0)
    for row in rows:
        if not row["no"]:
            following += 1
            row["no"] = following


def _without(document: Document, record_type: RecordType, hidden: set[str]) -> Document:
    """`document` as somebody sees it who may not see the records `hidden`."""
    if not hidden:
        return document
    fields = {
        column.name: None for column in record_type.all_columns if column.kind is ColumnKind.RECORD and document[column.name] in hidden
    }
    return document | fields | {"links": [row for row in document["links"] if row["to"] not in hidden]}


def _keep_hidden(document: Document, before: Document, record_type: RecordType, hidden: set[str]) -> None:
    """What the writer could not see he has not taken out."""
    for column in record_type.all_columns if hidden else ():
        if column.kind is ColumnKind.RECORD and before[column.name] in hidden and not document[column.name]:
            document[column.name] = before[column.name]
    document["links"] = [*document["links"], *(row for row in before["links"] if row["to"] in hidden)]
