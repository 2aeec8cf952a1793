"""A list as its page shows it, downloaded and brought back: which of its columns say whole values, and which only words about them.

What it says in words of its own - figures, sources, steps, related records - is left as it is stored, and so is what was worked out:
earliest and latest day, review, and the marking in force, which may be that of a source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _l

from tracker.imports.fields import NOT_IMPORTED, REFERENCE, ROLES, TOLD, TYPE
from tracker.imports.plan import Matched, Plan, Rule, Test
from tracker.records import registry
from tracker.records.exchange_rows import VERSION
from tracker.records.record_type import RecordType
from tracker.web.language import LANGUAGES

_BETWEEN = ";"
# of the columns that every type has these have no column of their own there, or are worked out
_NOT_OWN = frozenset({"title", "start", "status", "parties_basis", "parties_complete", "marking"}) | NOT_IMPORTED


def is_list_file(headers: Sequence[str]) -> bool:
    """Whether the columns are those of a list as it is shown, in one of the languages."""
    return bool(_language_of(headers))


def plan_of_list(plan: Plan, headers: Sequence[str], rows: Sequence[Sequence[str]], kind: str | None) -> Plan:
    """How it is read; `kind` is the type of its rows if somebody has said it, otherwise its column of types tells."""
    with force_locale(_language_of(headers)):
        kind = _kind_in(headers, rows) if kind is None else kind
        known = dict(_columns(registry.by_kind(kind) if kind else None))
        # the last line says with which filter the list was made: it is no record
        rules = (Rule(0, Test.IS, gettext("Filter")),)
    found: dict[int, Matched] = {}
    for place, header in enumerate(headers):
        if header in known:
            key = known.pop(header)  # a name that stands there again is that of something else
            found[place] = Matched(key, _BETWEEN if key in (ROLES, f"parties:{TOLD}") else "")
    return replace(plan, kind=kind, columns=found, rules=rules)


def version_column(headers: Sequence[str], *, is_exchange: bool) -> int | None:
    """The column of a file of ours that says as of which version it holds each record; lists that were made before have none."""
    return _place(headers, VERSION if is_exchange else _name_in_language(headers, _l("Version")))


def marking_column(headers: Sequence[str], *, is_exchange: bool) -> int | None:
    """The column of a file of ours that says the marking of each record: its own one, or in lists the one that holds."""
    return _place(headers, "marking" if is_exchange else _name_in_language(headers, _l("Handling")))


def reference_column(headers: Sequence[str]) -> int | None:
    """The column of a list as its page shows it that says which record a row is of."""
    return _place(headers, _name_in_language(headers, _l("Reference")))


def _place(headers: Sequence[str], name: str) -> int | None:
    return list(headers).index(name) if name in headers else None


def _name_in_language(headers: Sequence[str], name: Any) -> str:
    """What a list with these headers calls a column; '' where it is none of ours."""
    language = _language_of(headers)
    if not language:
        return ""
    with force_locale(language):
        return str(name)


def _kind_in(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The one type of its rows; '' where they are of several."""
    place = list(headers).index(gettext("Type"))
    said = {row[place] for row in rows if place < len(row) and row[place]}
    found = {one.kind for one in registry.every_type() if str(one.label) in said}
    return found.pop() if len(found) == 1 else ""


def _language_of(headers: Sequence[str]) -> str:
    for language in LANGUAGES:
        with force_locale(language):
            wanted = {gettext("Reference"), gettext("Type"), gettext("Partners"), gettext("Roles"), gettext("Date (EDTF)")}
        if wanted <= set(headers):
            return language
    return ""


def _columns(record_type: RecordType | None) -> Iterator[tuple[str, str]]:
    yield gettext("Reference"), REFERENCE
    if record_type is None:
        yield gettext("Type"), TYPE
    yield gettext("Title"), "title"
    yield gettext("Partners"), f"parties:{TOLD}"
    yield gettext("Roles"), ROLES
    yield gettext("Further partners"), f"parties:{TOLD}"
    yield gettext("Date (EDTF)"), "start"
    yield gettext("Status"), "status"
    for column in record_type.all_columns if record_type else ():
        if column.name not in _NOT_OWN:
            yield str(column.label), column.name
