"""What lines of a file become: the document of each record as it would be stored, and what is wrong, at the cell that says it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts.clearance import rank
from tracker.accounts.models import User
from tracker.desks.queries import ours_among_parties
from tracker.imports.added_up import ALIKE, SUMMED
from tracker.imports.chunks import Line
from tracker.imports.fields import Field, fields_of, is_undated
from tracker.imports.found import Found, Together
from tracker.imports.list_file import version_column
from tracker.imports.marked import MARKED
from tracker.imports.models import ImportRow
from tracker.imports.plan import Plan
from tracker.imports.problems import Problem
from tracker.imports.quoting import quotation
from tracker.imports.read_as import LITERAL, decided
from tracker.imports.reading import File, cells_of
from tracker.imports.row_reading import RowReader, exchanged, pieces_of
from tracker.imports.spellings import Words
from tracker.imports.stored_rows import with_stored
from tracker.imports.told_steps import with_days
from tracker.records import document_rules, registry
from tracker.records.checking import Checker
from tracker.records.differences import is_same
from tracker.records.documents import Document, read_document, whole_figure
from tracker.records.enums import ReviewState
from tracker.records.fields import has_forbidden
from tracker.records.models import Record, RecordIdentifier
from tracker.records.numbers import small_number
from tracker.records.record_type import RecordType
from tracker.records.rights import RightsError, coverage_for, is_bound_to_desks, require_edit
from tracker.records.visibility import visible_to

SOURCE = "SRC-0000-0000"  # of the file itself, until it has a reference


@dataclass
class Unit:
    """One record to be, of one line or of several with the same key."""

    line: Line
    parts: list[Line] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    mended: dict[int, Mapping[str, str]] = field(default_factory=dict)  # line -> column -> what was written there instead
    document: Document = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    columns: dict[str, int | None] = field(default_factory=dict)  # path in the document -> the column that said it
    chosen: str = ""  # the reference of the record that its importer says it is
    record: Record | None = None  # that it changes
    is_same: bool = False
    made_of: int = 0  # the version of the record that a list of ours was made of; 0 where it does not say it

    @cached_property
    def fingerprint(self) -> str:
        """Tells whether the same line came before; asked for when its cells are known."""
        said = "\x1f".join(cell.strip() for line in (self.cells, *(part.cells for part in self.parts)) for cell in line)
        return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class Preparer:
    """Prepares lines of one file for one importer; what it has looked up is kept."""

    def __init__(self, session: Session, user: User, file: File, *, locale: str, today: date, reporting_state: str) -> None:
        self._session, self._user, self._file, self._plan = session, user, file, file.plan
        self._reporting_state, self._today = reporting_state, today
        self.fields = fields_of(session, types_of(file.plan), locale)
        self.words = Words(session, user, file.plan, locale)
        self._reader = RowReader(session, file.plan, self.fields, self.words, locale, file.headers(), is_workbook=file.is_workbook)
        self._undated = [known for key, known in self.fields.items() if is_undated(key)]
        self._checker = Checker(session, user, reporting_state, today)
        self._checker.know_source(SOURCE)
        self._coverage = coverage_for(session, user, reporting_state) if is_bound_to_desks(user) else None
        self._ours = ours_among_parties(session, reporting_state)

    def prepare(self, units: Sequence[Unit], rows: Mapping[int, ImportRow]) -> None:
        """Fill in the documents and problems of `units`; `rows` know what was mended in their lines."""
        for unit in units:
            unit.cells = cells_of(unit.line, rows.get(unit.line.no))
            unit.mended = {line.no: row.written for line in (unit.line, *unit.parts) if (row := rows.get(line.no)) and row.written}
            unit.made_of = self._version_in(unit.cells)
            unit.chosen = row.chosen if (row := rows.get(unit.line.no)) else ""
        self._learn_words(units)
        found = [self._found(unit, rows) for unit in units]
        self._find_records(units, found)
        for record_type in registry.every_type():
            self._checker.prepare([one.given for one in found if one.kind == record_type.kind], record_type)
        for unit, one in zip(units, found, strict=True):
            self._check(unit, one)

    def judge(self, units: Sequence[Unit]) -> None:
        """Fill in the problems of `units` whose documents were found right before: what the importer may do is seen to again."""
        for unit in units:
            unit.problems = list(self._last_problems(unit))

    @cached_property
    def _together(self) -> Together:
        ways = {column: matched.separator for column, matched in self._plan.columns.items()}
        summed = {column for column, way in ways.items() if way == SUMMED}
        return Together(self.fields, summed, {column for column, way in ways.items() if way not in (SUMMED, ALIKE)})

    @cached_property
    def _version_at(self) -> int | None:
        return version_column(self._file.headers(), is_exchange=self._plan.is_exchange)

    def _version_in(self, cells: Sequence[str]) -> int:
        place = self._version_at
        return small_number(cells[place]) or 0 if place is not None and place < len(cells) else 0

    def _learn_words(self, units: Sequence[Unit]) -> None:
        for column, matched in self._plan.columns.items():
            known = self.fields.get(matched.field)
            if known and known.scheme:
                texts = {unit.cells[column].strip() for unit in units if column < len(unit.cells)}
                if matched.separator == MARKED:
                    texts = {self._file.headers()[column]}
                self.words.prepare(known, {piece for text in texts for piece in pieces_of(known, text, matched.separator)})

    def _found(self, unit: Unit, rows: Mapping[int, ImportRow]) -> Found:
        if self._plan.is_exchange:
            return exchanged(dict(zip(self._file.headers(), unit.cells, strict=False)))
        found = self._reader.read(unit.cells, {})
        for part in unit.parts:
            found.add(self._reader.read(cells_of(part, rows.get(part.no)), {}, is_further=True), part.no, self._together)
        with_days(found, self._undated, self.fields, self._today)
        return found

    def _find_records(self, units: Sequence[Unit], found: Sequence[Found]) -> None:
        """The records that lines change: by their reference, by what their importer says, or by a file number of a visible record."""
        said = [one.ref or unit.chosen for unit, one in zip(units, found, strict=True)]
        refs = {ref for ref in said if ref and not has_forbidden(ref)}
        keys = [numbers_in(one.given) for one in found]
        numbers = {key for some in keys for key in some}
        by_ref = {record.ref: record for record in self._session.scalars(self._visible().where(Record.ref.in_(refs)))} if refs else {}
        by_number = self._by_number(numbers) if numbers else {}
        for unit, one, own in zip(units, found, keys, strict=True):
            if one.ref:
                unit.record = by_ref.get(one.ref)
                if unit.record is None:
                    said = gettext("There is no record “%(ref)s”: leave the cell empty for a new record.", ref=one.ref[:40])
                    one.refuse(self._column_of("reference"), said)
                continue
            if unit.chosen:
                unit.record = _of_kind(by_ref.get(unit.chosen), one.kind)
                if unit.record is None:
                    one.refuse(None, gettext("There is no record “%(ref)s” of this type: choose again what the row is.", ref=unit.chosen))
                continue
            unit.record = next((by_number[key] for key in own if key in by_number), None)

    def _by_number(self, numbers: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Record]:
        wanted = sa.select(RecordIdentifier.scheme, RecordIdentifier.value, Record).join(Record, Record.id == RecordIdentifier.record_id)
        wanted = wanted.where(RecordIdentifier.value.in_({value for _, value in numbers}), visible_to(self._user))
        return {(scheme, value): record for scheme, value, record in self._session.execute(wanted)}

    def _visible(self) -> sa.Select[Any]:
        return sa.select(Record).where(visible_to(self._user))

    def _check(self, unit: Unit, found: Found) -> None:
        kind, unit.columns = unit.record.kind if unit.record else found.kind, found.origins
        if kind not in {record_type.kind for record_type in registry.every_type()}:
            unit.problems = [*found.problems, Problem(self._column_of("type"), gettext("Say what type of record this is."))]
            return
        record_type = registry.by_kind(kind)
        given = found.given
        base = read_document(unit.record, record_type) if unit.record else None
        if not self._plan.is_exchange:
            found.settle_roles(record_type, base or {}, self._reporting_state)
            if record_type.told_by_the_rest and base is None:
                for name, value in record_type.told_by_the_rest(given, self._reporting_state).items():
                    given.setdefault(name, value)
        given.setdefault("marking", base["marking"] if base else self._plan.marking)
        if found.names_others:
            given.setdefault("parties_complete", False)
        if unit.record is None or base is None:
            given.setdefault("parties_basis", "stated" if self._partners(given.get("parties", ())) else "not_stated")
        else:
            self._say_same(unit, unit.record, found, base, record_type)
            if unit.is_same or unit.problems:
                unit.document = base
                return
        place = ", ".join([self._file.place(unit.line), *(str(part.row) for part in unit.parts)])
        row = {"source": SOURCE, "locator": place[:60], "quote_exact": self._quoted(unit)}
        cited: list[Any] = given.get("evidence") or (list(base["evidence"]) if base else [])
        given["evidence"] = [*cited, row]
        own, owner_id = (unit.record.ref, unit.record.owner_id) if unit.record else ("", None)
        checked = self._checker.check(given, record_type, draft=True, base=base, own_ref=own, owner_id=owner_id)
        unit.document = checked.document | {"figures": [whole_figure(figure) for figure in checked.document["figures"]]}
        at_cells = {(problem.column, problem.line) for problem in found.problems}
        said = [found.problem_at(problem.path, problem.message) for problem in checked.problems]
        unit.problems = found.problems + [one for one in said if one.column is None or (one.column, one.line) not in at_cells]
        if not unit.problems:
            unit.problems = list(self._last_problems(unit))

    def _quoted(self, unit: Unit) -> str:
        """The cells that say something of the record, as they stand in the file: what is not matched may name persons and is not kept."""
        if self._plan.is_exchange:
            return ""
        lines = [(line.cells, self._read_as(line.cells) | dict(unit.mended.get(line.no, {}))) for line in (unit.line, *unit.parts)]
        return quotation(self._file.headers(), sorted(self._plan.columns), lines)

    def _read_as(self, cells: Sequence[str]) -> dict[str, str]:
        """What was said to stand in place of cells that cannot be read, once for all of them."""
        if not self._plan.has_read_as:
            return {}
        known = columns_for(self.fields, self._plan).items()
        found = {column: decided(self._plan, field, cells[column]) for column, field in known if column < len(cells)}
        return {str(column): said for column, said in found.items() if said is not None and said != LITERAL}

    def _say_same(self, unit: Unit, record: Record, found: Found, base: Document, record_type: RecordType) -> None:
        """Lists begin with what is stored; whether nothing new is said then."""
        given = found.given
        if not self._plan.is_exchange:
            with_stored(given, base, self.fields, self._plan, unit.columns, record_type.roles[0])
        plain = {name: value for name, value in given.items() if name != "marking" or self._plan.is_exchange}
        checked = self._checker.check(plain, record_type, draft=True, base=base, own_ref=record.ref)
        said = checked.document | {"figures": [whole_figure(figure) for figure in checked.document["figures"]]}
        # what cannot be read might be what is new
        unit.is_same = not (found.problems or checked.problems) and is_same(base, said, record_type)
        if not unit.is_same:
            unit.problems += [Problem(None, said) for said in self._forbids_change(record)]

    def _forbids_change(self, record: Record) -> Iterator[str]:
        """Why a record is not for the importer to change, or not now."""
        try:
            require_edit(self._user, self._session, record, self._reporting_state)
        except RightsError as error:
            yield str(error)
        if record.restricted_at:
            yield gettext("%(ref)s is restricted: it is not changed until that is lifted. Leave the row out.", ref=record.ref)
        elif record.review_state is ReviewState.RETIRED or record.discarded_at:
            yield gettext("%(ref)s is retired: bring it back first, or leave the row out.", ref=record.ref)

    def _last_problems(self, unit: Unit) -> Iterable[Problem]:
        """What only records need, asked without another question to the database for each."""
        document = unit.document
        if rank(document["marking"]) < rank(self._plan.marking):
            yield Problem(
                self._column_of("marking"),
                gettext(
                    "A record is at least as restricted as its file, which is TLP:%(marking)s. Mark the record higher, or change the"
                    " handling of the file in the step “Columns”.",
                    marking=self._plan.marking,
                ),
            )
        if self._plan.is_draft and unit.record is None:
            return
        for path, message in document_rules.mandatory(document):
            yield Problem(self._column_of(path), message)
        if self._coverage is not None:
            partners = self._partners(document["parties"])
            if partners and not self._coverage.touches(partners):
                yield Problem(
                    self._column_of("parties"),
                    gettext(
                        "None of your desks (%(desks)s) is in charge of these partners: import as drafts, or leave it to the desk that is.",
                        desks=", ".join(self._coverage.names) or "–",
                    ),
                )

    def _partners(self, parties: Iterable[Mapping[str, Any]]) -> set[str]:
        named = (row.get("party") for row in parties)
        return {party for party in named if isinstance(party, str)} - set(self._ours)

    def _column_of(self, name: str) -> int | None:
        """The column to mend for a field or list as a whole."""
        keys = ((column, matched.field) for column, matched in self._plan.columns.items())
        return next((column for column, key in keys if key == name or key.startswith(f"{name}:")), None)


def _of_kind(record: Record | None, kind: str) -> Record | None:
    return record if record and record.kind == kind else None


def numbers_in(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The file numbers, as (scheme, value), that a row says; what is none is for its check to tell."""
    rows = given.get("identifiers")
    pairs = [(row.get("scheme"), row.get("value")) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [(scheme, value) for scheme, value in pairs if isinstance(scheme, str) and isinstance(value, str) and not has_forbidden(value)]


def types_of(plan: Plan) -> list[RecordType]:
    """The types whose fields the columns may hold."""
    return [registry.by_kind(plan.kind)] if plan.kind else list(registry.every_type())


def columns_for(fields: Mapping[str, Field], plan: Plan) -> dict[int, Field]:
    """The field of each matched column."""
    return {column: fields[matched.field] for column, matched in plan.columns.items() if matched.field in fields}
