"""Which table of a file is meant, and where its header is, before anybody has said anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask_babel import gettext

from tracker.database.folding import fold
from tracker.imports.chunks import Line
from tracker.imports.guessing import header_of
from tracker.imports.list_file import is_list_file
from tracker.imports.plan import PLACE, REASON, Plan
from tracker.imports.reading import MOST_ABOVE, File
from tracker.imports.tables import WITH_NAMES
from tracker.records import registry
from tracker.records.exchange_rows import further_columns, is_exchange_form

TOP = 20  # lines of a sheet in which its header is looked for
_SEVERAL = 2
_MOST_NAMED = 10
_MOST_SHEETS, _FEW = 5, 6  # of a preview: sheets, and lines of those that are not chosen


def first_look(file: File, sheets: tuple[int, ...] = (), header: int = -1) -> Plan:
    """A plan of nothing but sheets, header and whether it is the exchange form. Without `sheets`: the sheet of that form, or of a list of
    ours, whose workbook may hold longer ones that explain it; else the one with most rows."""
    longest_first = sorted(range(len(file.batch.sheets)), key=lambda n: -file.batch.sheets[n]["rows"])
    looks = [_look(file, sheet, header) for sheet in (sheets[:1] or longest_first)]
    found = next((look for look, is_ours in looks if is_ours), looks[0][0])
    return replace(found, sheets=sheets) if sheets else found


def _look(file: File, sheet: int, header: int) -> tuple[Plan, bool]:
    """How the sheet looks, and whether the tracker itself wrote it."""
    if header < 0 and file.batch.file_kind in WITH_NAMES:
        header = 1
    elif header < 0:
        top = file.top(sheet, TOP)
        place = header_of([line.cells for line in top])
        header = top[place].row if place >= 0 else 0
    look = File(file.session, file.master, file.batch, Plan(sheets=(sheet,), header=header))
    names = [name for name in look.headers(sheet) if name.strip() and name not in (REASON, PLACE)]
    is_exchange = is_exchange_form(names, registry.every_type())
    return replace(look.plan, is_exchange=is_exchange), is_exchange or is_list_file(names)


def not_exchange(headers: Sequence[str]) -> str:
    """Why a file with nearly all columns of the exchange form is not read as one; '' for any other."""
    further = further_columns([name for name in headers if name.strip() and name not in (REASON, PLACE)], registry.every_type())
    if not further:
        return ""
    names = ", ".join(f"“{name[:60]}”" for name in further[:_MOST_NAMED])
    return gettext(
        "The file would be of the exchange form, which needs no matching, but for %(names)s: take these columns out, or match all by hand.",
        names=names,
    )


def unlike(file: File, sheets: Sequence[int], header: int) -> list[int]:
    """Those of further sheets that have none of the first one's names in the row of its header: all their cells would be lost."""
    if not header or len(sheets) < _SEVERAL:
        return []
    rows = {sheet: [line.cells for line in file.top(sheet, MOST_ABOVE) if line.row == header] for sheet in sheets}
    names = {sheet: {fold(cell) for cells in rows[sheet] for cell in cells} - {""} for sheet in sheets}
    return [sheet for sheet in sheets[1:] if names[sheets[0]].isdisjoint(names[sheet])]


def previews(file: File, chosen: Sequence[int]) -> dict[int, list[Line]]:
    """The first lines of some sheets, so that the row of the header can be seen: the chosen ones first, and more of them."""
    known = range(len(file.batch.sheets))
    shown = dict.fromkeys([*(sheet for sheet in chosen if sheet in known), *known])
    return {sheet: file.top(sheet, TOP if sheet in chosen else _FEW) for sheet in list(shown)[:_MOST_SHEETS]}
