"""Reads of records: one by its reference, lists by a filter, likely twins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from tracker.counting import queries as figures
from tracker.counting.cells import Cell
from tracker.counting.conditions import conditions, in_column, in_row
from tracker.counting.endings import Ending, ending_of
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure
from tracker.counting.models import Basis, Fact, NumberState
from tracker.counting.rows import is_sole
from tracker.database import search
from tracker.records.differences import plain
from tracker.records.documents import Document
from tracker.records.enums import ReviewState
from tracker.records.filtering import Reader, measure_of
from tracker.records.list_order import ends_of, ordered
from tracker.records.models import Record, RecordParty, RecordVersion
from tracker.records.record_type import RecordType
from tracker.records.relations import merge_chain
from tracker.records.visibility import own_drafts, visible_to
from tracker.vocabularies.models import Party

PAGE_SIZE = 50


@dataclass(frozen=True)
class ListRow:
    """One line of a list."""

    id: int
    ref: str
    kind: str
    title: str
    start_edtf: str
    status: str
    review_state: str
    marking: str
    is_group_entry: bool
    parties_complete: bool
    partners: tuple[tuple[str, str], ...] = ()  # (code, role)
    lower: Decimal | None = None  # what it contributes to the measure of the filter
    upper: Decimal | None = None
    ending: Ending | None = None  # of what is in force, where the filter asks for that


@dataclass(frozen=True)
class WholeRecord:
    """A record with all that it says: as verified in official lists, else as its newest version keeps it."""

    record: Record
    payload: Document
    lower: Decimal | None  # what it contributes to the measure of the filter
    upper: Decimal | None


@dataclass(frozen=True)
class ListPage:
    """One page of a list, with what lies behind it."""

    rows: tuple[ListRow, ...]
    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def count(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.size))


def get(session: Session, reader: Reader, ref: str, kind: str) -> Record | None:
    """The record with this reference, its newest and its official version, if there is one that the reader may see."""
    verified = aliased(RecordVersion)
    whole = sa.select(Record, RecordVersion, verified).join(Record.newest).outerjoin(Record.official.of_type(verified))
    found = session.execute(whole.where(Record.ref == ref, Record.kind == kind, visible_to(reader.user))).first()
    if found is None:
        return None
    record, *versions = found
    # not by an option of the statement: a record that is locked later would be read with it again, and no outer join can be locked
    for name, version in zip(("newest", "official"), versions, strict=True):
        set_committed_value(record, name, version)
    return record


def merged_into(reader: Reader, record: Record) -> Record | None:
    """The record to which the reference leads since the two were made one; the last of a chain. None where it stands for itself."""
    kept = merge_chain(reader.session, record)[-1]
    return get(reader.session, reader, kept.ref, kept.kind) if kept is not record else None


def page_of_records(reader: Reader, chosen: RecordFilter, number: int, sort: str, size: int = PAGE_SIZE) -> ListPage:
    """Page `number` of the records of `chosen`. The order has no ties, so pages neither repeat nor skip a record."""
    ids = selected_ids(reader, chosen)
    total = reader.session.scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0
    number = min(max(1, number), max(1, -(-total // size)))
    statement = ordered(reader, chosen, lines().where(Record.id.in_(ids)), sort).limit(size).offset((number - 1) * size)
    return ListPage(tuple(completed(reader, chosen, reader.session.execute(statement).all())), number, total, size)


def ids_in_order(reader: Reader, chosen: RecordFilter, sort: str) -> list[int]:
    """The keys of all records of a list, in its order: what a file will hold, known before its first line."""
    statement = sa.select(Record.id).where(Record.id.in_(selected_ids(reader, chosen)))
    return list(reader.session.scalars(ordered(reader, chosen, statement, sort)))


def whole_records(reader: Reader, chosen: RecordFilter, ids: Sequence[int], batch: int = 200) -> Iterator[list[WholeRecord]]:
    """The records `ids` in their order, some at a time: what a file writes. Each batch takes as many statements, whatever its size."""
    whole = sa.select(Record).options(joinedload(Record.newest))
    for start in range(0, len(ids), batch):
        part = ids[start : start + batch]
        records = {record.id: record for record in reader.session.scalars(whole.where(Record.id.in_(part)))}
        verified = official_payloads(reader.session, part) if chosen.basis is Basis.OFFICIAL else {}
        numbers = _contributions(reader, chosen, part)
        yield [WholeRecord(records[key], verified.get(key, records[key].newest.payload), *numbers.get(key, (None, None))) for key in part]


def of_drafts(chosen: RecordFilter) -> RecordFilter:
    """What of a filter can be asked of drafts, which count nowhere and so have no facts: type, partner, year, status, words."""
    asked = {name: getattr(chosen, name) for name in ("kind", "review", "partner", "status", "text", "reporting_state", "clearance")}
    return RecordFilter(**asked, year=chosen.year if chosen.year.isdigit() else "")


def selected_ids(reader: Reader, chosen: RecordFilter) -> sa.Select[Any]:
    """The ids of the records of `chosen`: by the same facts that the figures count, drafts by their owner."""
    if chosen.review == (ReviewState.DRAFT.value,):
        chosen = of_drafts(chosen)
        own = sa.select(Record.id).where(own_drafts(reader.user.id))
        if chosen.kind:
            own = own.where(Record.kind.in_(chosen.kind))
        if chosen.partner:
            named = sa.select(RecordParty.record_id).join(Party, Party.id == RecordParty.party_id).where(Party.code == chosen.partner)
            own = own.where(Record.id.in_(named))
        if chosen.status:
            own = own.where(Record.status.in_(chosen.status))
        if chosen.year:
            columns, year = Record.__table__.c, int(chosen.year)
            own = own.where(columns.start_lo >= date(year, 1, 1), columns.start_hi <= date(year, 12, 31))
        if chosen.text:
            own = own.where(search.matching(reader.session, Record.__table__.c.id, chosen.text))
        return own
    return figures.record_ids(reader.session, chosen, measure_of(chosen), reader.today)


def facet_counts(reader: Reader, chosen: RecordFilter, column: str) -> dict[str, int]:
    """How many records of `chosen` there are for each value of `kind`, `status`, `review_state` or `year`."""
    measure = measure_of(chosen)
    where = [*conditions(reader.session, chosen, measure), *in_row(chosen, measure), *in_column(measure, chosen.year, reader.today)]
    if measure and not chosen.number:
        where.append(Fact.number_state == NumberState.VALUE)
    field = getattr(Fact, column)
    records = sa.func.count() if is_sole(chosen, measure) else sa.func.count(sa.distinct(Fact.record_id))
    statement = sa.select(field, records).where(*where).group_by(field)
    return {str(value): count for value, count in reader.session.execute(statement) if value is not None}


def figure_behind(reader: Reader, chosen: RecordFilter, measure: Measure) -> Cell:
    """The figure that the list of `chosen` is behind: the same row, the same column, the same days (C15)."""
    return figures.total(reader.session, measure, chosen, reader.today)


def lines() -> sa.Select[Any]:
    """What a line of a list shows, but for partners and contributions: see `completed`."""
    table = Record.__table__.c
    return sa.select(
        Record.id, Record.ref, Record.kind, Record.title, table.start_edtf, Record.status, Record.review_state,
        Record.effective_marking, Record.is_group_entry, Record.parties_complete,
    )  # fmt: skip


def completed(reader: Reader, chosen: RecordFilter, lines: Sequence[Any]) -> list[ListRow]:
    """Partners and contributions for the lines of one page: two statements, whatever their number."""
    ids = [line.id for line in lines]
    partners: dict[int, list[tuple[str, str]]] = {}
    rows = sa.select(RecordParty.record_id, Party.code, RecordParty.role).join(Party, Party.id == RecordParty.party_id)
    for record_id, code, role in reader.session.execute(rows.where(RecordParty.record_id.in_(ids)).order_by(RecordParty.position)):
        if code != reader.reporting_state:
            partners.setdefault(record_id, []).append((code, role))
    numbers, endings = _contributions(reader, chosen, ids), _endings(reader, chosen, ids)
    found = [
        ListRow(
            *(line.id, line.ref, line.kind, line.title, line.start_edtf, str(line.status), str(line.review_state)),
            str(line.effective_marking),
            line.is_group_entry,
            line.parties_complete,
            tuple(partners.get(line.id, ())),
            numbers.get(line.id, (None, None))[0],
            numbers.get(line.id, (None, None))[1],
            endings.get(line.id),
        )
        for line in lines
    ]
    return _as_verified(reader, found) if chosen.basis is Basis.OFFICIAL else found


def newest_document(record: Record, record_type: RecordType) -> Document:
    """What the record says, as its newest version keeps it whole: one row, where its lists are ten statements.

    For pages and files; what writes reads the record itself.
    """
    return plain(record.newest.payload, record_type)


def official_payloads(session: Session, ids: Iterable[int]) -> dict[int, Document]:
    """What the verified version says, for those of the records whose newest version is another one (C41)."""
    joined = sa.and_(RecordVersion.record_id == Record.id, RecordVersion.version == Record.verified_version)
    statement = sa.select(Record.id, RecordVersion.payload).join(RecordVersion, joined)
    rows = session.execute(statement.where(Record.id.in_(list(ids)), Record.verified_version != Record.version))
    return {record_id: dict(payload) for record_id, payload in rows}


def _as_verified(reader: Reader, rows: list[ListRow]) -> list[ListRow]:
    """Official lists say what was verified, not what somebody has written since."""
    payloads = official_payloads(reader.session, (row.id for row in rows))

    def said(row: ListRow) -> ListRow:
        payload = payloads.get(row.id)
        if payload is None:
            return row
        partners = [(entry["party"], entry["role"]) for entry in payload["parties"] if entry["party"] != reader.reporting_state]
        return replace(
            row,
            title=payload["title"], start_edtf=payload["start"], status=payload["status"], partners=tuple(partners),
            is_group_entry=payload["is_group_entry"], parties_complete=payload["parties_complete"],
        )  # fmt: skip

    return [said(row) for row in rows]


def _endings(reader: Reader, chosen: RecordFilter, ids: Sequence[int]) -> dict[int, Ending]:
    """When each record ends, where the filter asks for what is in force today or was until lately."""
    found = ends_of(reader, chosen)
    if found is None:
        return {}
    return {row.record_id: ending_of(row) for row in reader.session.execute(found.where(Fact.record_id.in_(ids)))}


def _contributions(reader: Reader, chosen: RecordFilter, ids: Sequence[int]) -> Mapping[int, tuple[Decimal, Decimal | None]]:
    """What each record adds to the quantity of the filter, in its row and column (C43)."""
    measure = measure_of(chosen)
    if not measure or not measure.is_quantity:
        return {}
    where = [*conditions(reader.session, chosen, measure), *in_row(chosen, measure), *in_column(measure, chosen.year, reader.today)]
    unbounded = sa.func.sum(sa.case((Fact.value_hi.is_(None), 1), else_=0))
    statement = (
        sa.select(Fact.record_id, sa.func.sum(Fact.value_lo), sa.func.sum(Fact.value_hi), unbounded)
        .where(*where, Fact.number_state == NumberState.VALUE, Fact.record_id.in_(ids))
        .group_by(Fact.record_id)
    )
    return {
        record_id: (Decimal(str(lower)), None if without else Decimal(str(upper)))
        for record_id, lower, upper, without in reader.session.execute(statement)
    }
