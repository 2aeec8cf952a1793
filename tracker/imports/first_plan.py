"""How a file is probably to be read: as a profile says, as an earlier file with the same columns, else by names and contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from tracker.accounts.clearance import Marking
from tracker.imports.asking import with_proofs
from tracker.imports.fields import fields_of
from tracker.imports.first_look import TOP, first_look, not_exchange, unlike
from tracker.imports.guessing import columns_of, likeness, rules_of, says_types
from tracker.imports.list_file import is_list_file, marking_column, plan_of_list, reference_column
from tracker.imports.models import ImportProfile
from tracker.imports.overview import is_ruled_out
from tracker.imports.plan import Plan, columns_read, for_profile, names_of, of_profile, sheets_of, signature
from tracker.imports.preparing import types_of
from tracker.imports.reading import File
from tracker.imports.services import plan_of_earlier
from tracker.imports.work import Work
from tracker.records import registry


@dataclass(frozen=True)
class Found:
    """A plan, the name of the profile that it follows, and what is to be said about it."""

    plan: Plan
    profile: str = ""
    said: str = ""


def found_plan(work: Work, sheets: tuple[int, ...] = (), header: int = -1) -> Found:
    """The plan of a file about which nobody has said anything, or no more than its sheets and the row of their header."""
    look = first_look(work.file, sheets, header)
    if look.is_exchange:
        return Found(with_marking(work.file, look))
    looks = _looks(work.file, look, None if sheets else range(len(work.batch.sheets)))
    profile = _profile(work, looks)
    if profile:
        said = gettext("Read as the profile “%(name)s” says.", name=profile.name)
        return Found(as_before(work.file, profile.plan, looks[profile.headers], work.locale, sheets), profile.name, said)
    headers = _headers(work.file, look)
    if is_list_file(headers):
        return Found(_plan_of_list(work, look, headers, None))
    earlier = plan_of_earlier(work.user, work.session, work.file.master, work.batch, looks)
    if earlier:
        said = gettext("Read as your file “%(name)s”, which has the same columns.", name=earlier.name)
        return Found(as_before(work.file, earlier.plan, looks[earlier.signature], work.locale, sheets), "", said)
    return Found(_guess(work, look, None), said=not_exchange(headers))


def plan_of_other_table(work: Work, sheets: tuple[int, ...], header: int, kind: str) -> Found:
    """The plan when other sheets, another header or another type were chosen. What was matched stays where the columns are the same."""
    old, old_headers = work.plan, work.file.headers()
    look = first_look(work.file, sheets, header)
    headers = _headers(work.file, look)
    if look.is_exchange:
        return Found(with_marking(work.file, look))
    if kind == old.kind and old.columns and signature(headers) == signature(old_headers):
        return Found(of_profile(for_profile(old, old_headers), headers, sheets=sheets, header=look.header), work.batch.profile)
    known = found_plan(work, sheets, header) if kind == old.kind else None
    if known and known.said:
        return known
    said = gettext("The columns were guessed anew: check what each of them is.") if old.columns else ""
    if is_list_file(headers):
        return Found(_plan_of_list(work, look, headers, kind), "", said)
    return Found(_guess(work, look, kind), "", said)


def _plan_of_list(work: Work, look: Plan, headers: list[str], kind: str | None) -> Plan:
    plan = plan_of_list(Plan(sheets=look.sheets, header=look.header), headers, _rows(work.file, look), kind)
    return with_marking(work.file, plan)


def with_marking(file: File, plan: Plan) -> Plan:
    """A file that the tracker wrote begins with the least restricted marking that one of its rows has, or none of these could come back.

    A list with new rows keeps the usual one: it says of them how the file is handled, and nothing of their own.
    """
    whole = File(file.session, file.master, file.batch, plan)
    headers = whole.headers()
    place = marking_column(headers, is_exchange=plan.is_exchange)
    reference = None if plan.is_exchange else reference_column(headers)
    said: set[str] = set()
    for line in whole.lines() if place is not None else ():
        if is_ruled_out(plan, line):
            continue
        if reference is not None and not _cell(line.cells, reference):
            return plan
        said.add(_cell(line.cells, place).upper().removeprefix("TLP:"))
    least = next((one.value for one in Marking if one.value in said), plan.marking)
    return replace(plan, marking=least)


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _looks(file: File, first: Plan, sheets: Sequence[int] | None) -> dict[str, Plan]:
    """Signature of columns -> the sheet that has them, as it looks; `sheets` are those among which a known one is sought."""
    found = {signature(_headers(file, first)): first}
    for sheet in sheets or ():
        look = first_look(file, (sheet,))
        found.setdefault(signature(_headers(file, look)), look)
    return found


def _headers(file: File, look: Plan) -> list[str]:
    return File(file.session, file.master, file.batch, look).headers()


def _rows(file: File, look: Plan) -> list[list[str]]:
    return [line.cells for line in File(file.session, file.master, file.batch, look).sample()]


def _profile(work: Work, looks: Mapping[str, Plan]) -> ImportProfile | None:
    """The newest profile of whoever imports that fits the columns of a sheet."""
    mine = sa.select(ImportProfile).where(ImportProfile.owner_id == work.user.id, ImportProfile.headers.in_(looks))
    return work.session.scalar(mine.order_by(ImportProfile.changed_at.desc()).limit(1))


class UnlikeError(Exception):
    """A file has not what a profile reads: the names of the sheets and of the columns that are missing."""

    def __init__(self, sheets: Sequence[str], columns: Sequence[str]) -> None:
        super().__init__(sheets, columns)
        self.sheets, self.columns = sheets, columns


def by_profile(file: File, profile: ImportProfile, look: Plan, locale: str) -> Plan:
    """What was kept, for a file that nobody looks at: it is read as the profile says, or not at all. Raises UnlikeError."""
    stored, names = profile.plan, [str(sheet["name"]) for sheet in file.batch.sheets]
    named = sheets_of(stored, names, lambda _: False)
    look = first_look(file, named[:1]) if named else look
    plan = as_before(file, stored, look, locale)
    read = stored.get("read", ())
    here = {names[sheet] for sheet in plan.sheets}
    sheets = [name for _, name in read if name not in here] if len(plan.sheets) < len(read) else []
    there = names_of(File(file.session, file.master, file.batch, plan).headers())
    columns = [written for name, written in columns_read(stored).items() if name not in there]
    if sheets or columns:
        raise UnlikeError(sheets, columns)
    return plan


def as_before(file: File, stored: Mapping[str, Any], look: Plan, locale: str, sheets: tuple[int, ...] = ()) -> Plan:
    """What was kept, for this file: the sheets that were read then as far as they are here. What its dates prove comes first."""
    top = File(file.session, file.master, file.batch, look)
    sheets = sheets or _same_sheets(top, stored)
    whole = File(file.session, file.master, file.batch, of_profile(stored, top.headers(sheets[0]), sheets=sheets, header=look.header))
    return with_proofs(whole, fields_of(file.session, types_of(whole.plan), locale), is_new=True)


def _same_sheets(file: File, stored: Mapping[str, Any]) -> tuple[int, ...]:
    """By their names; one whose name is gone by its number, where the sheet there has the very same columns."""
    look, wanted = file.plan, signature(file.headers())
    found = sheets_of(stored, [str(sheet["name"]) for sheet in file.batch.sheets], lambda sheet: signature(file.headers(sheet)) == wanted)
    is_whole = found and signature(file.headers(found[0])) == wanted and not unlike(file, found, look.header)
    return found if is_whole else look.sheets


def _guess(work: Work, look: Plan, kind: str | None) -> Plan:
    """By names and contents. `kind`: the type of the rows if somebody has said it."""
    headers, rows = _headers(work.file, look), _rows(work.file, look)
    types = registry.every_type()
    kinds = [kind] if kind is not None else [""] if says_types(headers, rows, types) else [one.kind for one in types]
    plans = [_matched(work, replace(look, kind=one), headers, rows) for one in kinds]
    said = [
        work.batch.file_name,
        *headers,
        *(str(sheet["name"]) for sheet in work.batch.sheets),
        *(cell for line in work.file.top(look.sheets[0], TOP) if line.row < look.header for cell in line.cells),
    ]
    best = max(plans, key=lambda plan: (_likeness(plan, said), len({matched.field for matched in plan.columns.values()})))
    return replace(best, rules=rules_of(rows))


def _likeness(plan: Plan, said: list[str]) -> int:
    return likeness(registry.by_kind(plan.kind), said) if plan.kind else 0


def _matched(work: Work, plan: Plan, headers: list[str], rows: list[list[str]]) -> Plan:
    """With the columns that can be told for this type."""
    types = types_of(plan)
    fields = fields_of(work.session, types, work.locale)
    return replace(plan, columns=columns_of(work.session, headers, rows, fields, types[0] if plan.kind else None))
