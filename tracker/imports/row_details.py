"""Everything that lines would say, in words: of a new record each value, of one that is there what would be different."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.imports.checking import rows_of
from tracker.imports.chunks import Line
from tracker.imports.models import ImportRow, RowState
from tracker.imports.preparing import Unit
from tracker.imports.work import Work
from tracker.records import registry
from tracker.records.differences import Change, changes, everything
from tracker.records.documents import read_document, references_in
from tracker.records.filtering import Reader
from tracker.records.words import Wording

_SHOWN = frozenset({RowState.NEW, RowState.CHANGE, RowState.DOUBLE})  # what is wrong may have no words yet
_NOT_SAID = frozenset({"evidence", "marking"})  # the line itself, and what the import says of all of them


def details_of(reader: Reader, work: Work, state: RowState, lines: Mapping[int, Line]) -> dict[int, tuple[Change, ...]]:
    """Of each line, by its number, what its record would say; nothing of lines in states that make none."""
    if state not in _SHOWN:
        return {}
    units, _ = work.sort(list(lines.values()))
    members = [part for unit in units for part in unit.parts]
    rows: dict[int, ImportRow] = rows_of(work.session, work.batch, [*lines, *(part.no for part in members)])
    work.preparer.prepare(units, rows)
    return {unit.line.no: tuple(_said(reader, unit)) for unit in units if unit.document and not unit.problems}


def _said(reader: Reader, unit: Unit) -> Sequence[Change]:
    record_type = registry.by_kind(unit.document["kind"])
    wording = Wording(reader, record_type)
    if unit.record is None:
        wording.look_up(references_in(unit.document, record_type))
        said = {path.partition(".")[0] for path in unit.columns}
        return [one for one in everything(unit.document, wording) if one.field in said - _NOT_SAID]
    base = read_document(unit.record, record_type)
    wording.look_up(references_in(unit.document, record_type) | references_in(base, record_type))
    return [one for one in changes(base, unit.document, wording) if one.field not in _NOT_SAID]
