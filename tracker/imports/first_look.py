"""Which table of a file is meant, and where its header is, before anybody has said anything."""

from __future__ import annotations

from dataclasses import replace

from tracker.imports.guessing import header_of
from tracker.imports.plan import PLACE, REASON, Plan
from tracker.imports.reading import File
from tracker.imports.tables import WITH_NAMES
from tracker.records import registry
from tracker.records.exchange_rows import is_exchange_form

TOP = 20  # lines of a sheet in which its header is looked for


def first_look(file: File, sheets: tuple[int, ...] = (), header: int = -1) -> Plan:
    """A plan of nothing but sheets, header and whether it is the exchange form. Without `sheets`: the sheet of that form, whose workbook
    holds longer ones that explain it; else the one with most rows."""
    longest_first = sorted(range(len(file.batch.sheets)), key=lambda n: -file.batch.sheets[n]["rows"])
    looks = [_look(file, sheet, header) for sheet in (sheets[:1] or longest_first)]
    found = next((look for look in looks if look.is_exchange), looks[0])
    return replace(found, sheets=sheets) if sheets else found


def _look(file: File, sheet: int, header: int) -> Plan:
    if header < 0 and file.batch.file_kind in WITH_NAMES:
        header = 1
    elif header < 0:
        top = file.top(sheet, TOP)
        place = header_of([line.cells for line in top])
        header = top[place].row if place >= 0 else 0
    look = File(file.session, file.master, file.batch, Plan(sheets=(sheet,), header=header))
    names = [name for name in look.headers(sheet) if name.strip() and name not in (REASON, PLACE)]
    return replace(look.plan, is_exchange=is_exchange_form(names, registry.every_type()))
