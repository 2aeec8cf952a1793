"""Every line of a file is checked before anything is stored: piece by piece, so that nobody waits and the work can be left and resumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.counting.models import Standing
from tracker.counting.projection import counting_partners, standing_of
from tracker.database.inserting import insert_rows
from tracker.imports import chunks, ready
from tracker.imports.chunks import Line
from tracker.imports.models import BatchState, ImportBatch, ImportRow, RowState, is_alike
from tracker.imports.overview import type_left_out
from tracker.imports.preparing import Unit
from tracker.imports.problems import Problem
from tracker.imports.seized import UNITS
from tracker.imports.work import Work
from tracker.records import registry
from tracker.records.bulk_rows import BulkRows
from tracker.records.models import Record
from tracker.records.numbers import as_read
from tracker.records.twins import likely_twin_of_each
from tracker.records.visibility import visible_to

_MOST_SHOWN, _MOST_AT_ONCE = 12, 500


def check_next(work: Work) -> bool:
    """Check the next chunk; whether there are more. The caller holds the batch and commits."""
    batch = work.batch
    if batch.checked_to >= chunks.count(work.session, batch):
        return False
    units, out = work.units(batch.checked_to)
    lines = list(work.file.lines(batch.checked_to, batch.checked_to + 1))
    _write(work, lines, units, out)
    ready.keep(work, batch.checked_to, units)
    batch.checked_to += 1
    work.session.flush()
    return batch.checked_to < chunks.count(work.session, batch)


def check_lines(work: Work, numbers: Sequence[int]) -> None:
    """Check single lines again after something was mended in them; of records of several lines the first. Then also those that are wrong
    and change the same records: one of them may do so now. After too many for a request all is to be checked anew, piece by piece."""
    heads = {work.groups.head.get(number, number) for number in numbers} if work.plan.group is not None else set(numbers)
    others: list[int] = []
    if len(heads) <= _MOST_AT_ONCE:
        before = _refs_of(work, heads)
        _check(work, heads)
        others = _wrong_changes(work, before | _refs_of(work, heads), heads)
    if max(len(heads), len(others)) > _MOST_AT_ONCE:
        work.batch.checked_to = 0
    elif others:
        _check(work, others)
    work.session.flush()


def _check(work: Work, numbers: Iterable[int]) -> None:
    lines = list(work.file.some(sorted(numbers)).values())
    units, out = work.sort(lines)
    _write(work, lines, units, out)


def _refs_of(work: Work, numbers: Iterable[int]) -> set[str]:
    """The records that lines change."""
    mine = ImportRow.batch_id == work.batch.id, ImportRow.line.in_(numbers), ImportRow.ref.not_in(("", "="))
    return set(work.session.scalars(sa.select(ImportRow.ref).where(*mine)))


def _wrong_changes(work: Work, refs: Collection[str], but: Collection[int]) -> list[int]:
    """The other lines that would change these records and are refused."""
    wrong = ImportRow.batch_id == work.batch.id, ImportRow.state == RowState.WRONG, ImportRow.ref.in_(refs), ImportRow.line.not_in(but)
    return list(work.session.scalars(sa.select(ImportRow.line).where(*wrong).limit(_MOST_AT_ONCE + 1)))


def is_checked(session: Session, batch: ImportBatch) -> bool:
    """Whether every line was looked at since the plan changed last."""
    return batch.state is not BatchState.OPEN or batch.checked_to >= chunks.count(session, batch)


def rows_of(session: Session, batch: ImportBatch, numbers: Sequence[int]) -> dict[int, ImportRow]:
    """What was decided about lines before; what pages show of them is not read."""
    wanted = sa.select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.line.in_(numbers))
    wanted = wanted.options(sa.orm.defer(ImportRow.shown)).execution_options(populate_existing=True)
    return {row.line: row for row in session.scalars(wanted)}


def _write(work: Work, lines: Sequence[Line], units: Sequence[Unit], out: Sequence[Line]) -> None:
    session, batch = work.session, work.batch
    members = [part for unit in units for part in unit.parts]
    before = rows_of(session, batch, [line.no for line in (*lines, *members)])
    skipped = {number for number, row in before.items() if row.decision == "skip"}
    wanted = [unit for unit in units if unit.line.no not in skipped]
    work.preparer.prepare(wanted, before)
    _refuse_repeated(work, wanted)
    _refuse_second_changes(work, wanted)
    shown = _Shown(work)
    doubles, twins = _doubles(work, wanted), _twins(work, wanted)
    made: dict[int, dict[str, Any]] = {}
    for unit in wanted:
        row = before.get(unit.line.no)
        made[unit.line.no] = _row(unit, doubles.get(unit.line.no, ""), is_taken=bool(row and row.decision == "take")) | {
            "shown": shown.of(unit) | _made_of(unit) | ({"twin": twins[unit.line.no]} if unit.line.no in twins else {})
        }
        made |= {part.no: {"state": RowState.PART, "shown": {"head": unit.line.no}} for part in unit.parts}
    made |= {line.no: {"state": RowState.RULED_OUT, "problems": _why_out(work, line)} for line in out}
    here = {line.no for line in lines}
    made |= {number: {"state": RowState.SKIPPED, "problems": before[number].problems} for number in skipped & here}
    places = {line.no: {"sheet": line.sheet, "row": line.row} for line in (*lines, *members)}
    usual: dict[str, Any] = {"problems": [], "fingerprint": "", "ref": "", "version": 0, "shown": {}}
    rows = []
    for number, said in sorted(made.items()):
        old = before.get(number)
        kept = {"mended": old.mended if old else {}, "decision": old.decision if old else ""}
        rows.append(usual | kept | said | {"batch_id": batch.id, "line": number, "shown": places[number] | said.get("shown", {})})
    session.expire_all()
    table: Any = ImportRow.__table__
    session.execute(sa.delete(table).where(table.c.batch_id == batch.id, table.c.line.in_(list(made))))
    insert_rows(session, ImportRow, rows)


def _why_out(work: Work, line: Line) -> list[Any]:
    """Why a line is left out, where it is not a rule."""
    word = type_left_out(work.plan, line)
    return [[None, gettext("Rows of the type “%(word)s” are left out.", word=word[:60]), None]] if word else []


def _refuse_repeated(work: Work, units: Sequence[Unit]) -> None:
    """A file number that a line above has belongs to its record; that of a line mended meanwhile is found when it is stored."""
    for unit in units if work.numbers else ():
        for place, row in enumerate(unit.document.get("identifiers", ())):
            first = work.numbers.get((row["scheme"], row["value"]), unit.line.no)
            if first < unit.line.no and first not in {part.no for part in unit.parts}:
                said = gettext(
                    "“%(number)s” stands in a row above already. Are both rows one record? Then choose this column under “Rows of one "
                    "record have the same value in”.",
                    number=row["value"],
                )
                unit.problems.append(Problem(unit.columns.get(f"identifiers.{place}"), said))


def _refuse_second_changes(work: Work, units: Sequence[Unit]) -> None:
    """A record is changed by one row: a second one would put back what the first has written. Until all rows are checked only those
    above are known; what a row below was before is no longer true."""
    changing = [unit for unit in units if unit.record and not unit.is_same and not unit.problems]
    if not changing:
        return
    refs = {unit.record.ref for unit in changing if unit.record}
    others = sa.select(ImportRow.ref, ImportRow.line, ImportRow.shown).where(
        ImportRow.batch_id == work.batch.id, ImportRow.state == RowState.CHANGE, ImportRow.ref.in_(refs),
        ImportRow.line.not_in([unit.line.no for unit in units]),
    )  # fmt: skip
    if not is_checked(work.session, work.batch):
        others = others.where(ImportRow.line < units[0].line.no)
    first = {ref: str(shown["row"]) for ref, _, shown in work.session.execute(others.order_by(ImportRow.line.desc()))}
    for unit in changing:
        ref = unit.record.ref if unit.record else ""
        if ref in first:
            said = gettext("Row %(row)s changes %(ref)s, too: put both into one of them and leave the other out.", row=first[ref], ref=ref)
            unit.problems.append(Problem(None, said))
        else:
            first[ref] = str(unit.line.row)


def _row(unit: Unit, double: str, *, is_taken: bool) -> dict[str, Any]:
    state = RowState.NEW
    if unit.problems:
        state = RowState.WRONG
    elif unit.record:
        state = RowState.SAME if unit.is_same else RowState.CHANGE
    elif double and not is_taken:
        state = RowState.DOUBLE
    ref, version = (unit.record.ref, unit.record.version) if unit.record else (double, 0)
    problems = [list(problem) for problem in unit.problems]
    return {"state": state, "problems": problems, "fingerprint": unit.fingerprint, "ref": ref, "version": version}


def _made_of(unit: Unit) -> dict[str, int]:
    """The version of the record that the list was made of, where somebody has changed the record since."""
    return {"made_of": unit.made_of} if unit.record and 0 < unit.made_of < unit.record.version else {}


def _doubles(work: Work, units: Sequence[Unit]) -> dict[int, str]:
    """Lines that came before: in a file whose record is there, with its reference; or word for word in this file, then `=`."""
    found: dict[str, str] = {}
    prints = {unit.fingerprint for unit in units}
    first = min((unit.line.no for unit in units), default=0)
    earlier = sa.select(ImportRow.fingerprint).where(
        ImportRow.batch_id == work.batch.id,
        ImportRow.fingerprint.in_(prints),
        ImportRow.line < first,
        ImportRow.state != RowState.DOUBLE,
    )
    found |= dict.fromkeys(work.session.scalars(earlier), "=")
    stored = sa.select(ImportRow.fingerprint, Record.ref).join(Record, Record.id == ImportRow.record_id)
    found |= dict(work.session.execute(stored.where(ImportRow.fingerprint.in_(prints), visible_to(work.user))).all())
    doubles: dict[int, str] = {}
    for unit in units:
        if unit.fingerprint in found:
            doubles[unit.line.no] = found[unit.fingerprint]
        elif not unit.problems:
            found[unit.fingerprint] = "="
    return doubles


def _twins(work: Work, units: Sequence[Unit]) -> dict[int, str]:
    """Records that may be the same, by type, day, title and partners; they are shown and block nothing."""
    new = {unit.line.no: unit.document for unit in units if unit.document.get("title") and not unit.record}
    return likely_twin_of_each(work.session, work.user, new, work.reporting_state)


class _Shown:
    """What the page of rows shows of a document, and where it will count."""

    def __init__(self, work: Work) -> None:
        self._rows, self._reporting_state = BulkRows(work.session), work.reporting_state

    def of(self, unit: Unit) -> dict[str, Any]:
        document = unit.document
        if not document:
            return {}
        figures = [
            [
                one["metric"],
                as_read(one["qualifier"], one["value_lo"], one["value_hi"], one["text_original"]),
                *((one["unit"], one["item"]) if one["metric"] in UNITS else ()),
            ]
            for one in document["figures"]
            if one["metric"] and one["qualifier"]  # else what stood there is among the problems
        ]
        parties = [row["party"] for row in document["parties"] if row["party"]]
        said = {
            "kind": document["kind"], "title": document["title"], "start": document["start"], "end": document["end"],
            "parties": parties[:_MOST_SHOWN], "figures": figures[:_MOST_SHOWN],
            "more": max(0, len(parties) - _MOST_SHOWN), "parts": len(unit.parts), "is_open": not document["parties_complete"],
        }  # fmt: skip
        return said if unit.problems else said | self._counted(document)

    def _counted(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The rows and the column of the table of records by country and year in which it will stand."""
        contribution = registry.by_kind(document["kind"]).contribution
        payload = self._rows.payload(dict(document), "", 0, "submitted")
        if standing_of(payload, contribution) is not Standing.COUNTED:
            return {"rows": []}
        beside = [measure for measure, _ in contribution.extra_facts(payload)] if contribution.extra_facts else []
        return {
            "rows": counting_partners(payload, self._reporting_state) or [""], "year": contribution.counting_date(payload).year,
            **({"beside": beside[0]} if beside else {}),
        }  # fmt: skip


def count_alike(session: Session, batch: ImportBatch) -> int:
    """How many new records look like one that is there."""
    asked = sa.select(sa.func.count()).where(ImportRow.batch_id == batch.id, ImportRow.state == RowState.NEW, is_alike())
    return session.scalar(asked) or 0


def count_beside(session: Session, batch: ImportBatch) -> dict[str, int]:
    """How many records will be shown only beside a number, not in it (C19), by the name of that measure."""
    beside = ImportRow.shown["beside"].as_string()
    here = ImportRow.batch_id == batch.id, ImportRow.state.in_((RowState.NEW, RowState.CHANGE)), beside != ""
    found: dict[str, int] = dict(session.execute(sa.select(beside, sa.func.count()).where(*here).group_by(beside)).all())
    measures = [measure for one in registry.every_type() for measure in one.measures]
    return {str(measure.label): found[code] for measure in measures for code in measure.facts if code in found}


def counts(session: Session, batch: ImportBatch) -> Counter[str]:
    """How many lines are in each state."""
    asked = sa.select(ImportRow.state, sa.func.count()).where(ImportRow.batch_id == batch.id).group_by(ImportRow.state)
    return Counter({state.value: number for state, number in session.execute(asked)})
