"""What is wrong, or worth a word, about how columns were matched: seen at once, not at every row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.imports.fields import ROLES, is_undated
from tracker.imports.plan import Plan
from tracker.imports.row_reading import RowReader
from tracker.imports.spellings import Words
from tracker.imports.templates import unknown_names
from tracker.imports.work import Work
from tracker.records.record_type import ColumnKind, RecordType
from tracker.vocabularies.terms import terms

_MOST_NAMED = 12


@dataclass(frozen=True)
class Roles:
    """The roles of partners that a file can name: what they are called, those that make a partner of a record (C5) and the others."""

    counted: tuple[str, ...]
    listed: tuple[str, ...]
    by_direction: bool


def roles_of(session: Session, types: Sequence[RecordType], locale: str) -> Roles:
    """Those of records of these types."""
    known = terms(session, "role")
    used = [known[code] for code in dict.fromkeys(code for one in types for code in one.roles) if not known[code].is_retired]
    counted, listed = ([role.label(locale) for role in used if role.counts_as_partner is counts] for counts in (True, False))
    return Roles(tuple(counted), tuple(listed), any(one.plain_role for one in types))


def check_constants(work: Work, form: Any) -> bool:
    """Whether what every record says can be read; what cannot is said at its box. `form`: as `columns_form` makes it, valid in itself."""
    for box, key, text in form.said_for_all():
        known = form.known[key]
        plan = replace(work.plan, columns={}, constants={key: text})
        words = Words(work.session, work.user, plan, work.locale)
        if known.scheme and words.codes(known, text) is None:
            offers = "; ".join(offer.label for offer in words.offers(known, text)[:3])
            said = gettext("“%(text)s” is not known: write a name or code of the list.", text=text[:60])
            box.errors = [
                *box.errors,
                gettext("%(problem)s Is one of these meant? %(offers)s", problem=said, offers=offers) if offers else said,
            ]
        elif key != ROLES:  # it is held against the partners of each row
            found = RowReader(work.session, plan, form.known, words, work.locale).read([], {})
            if known.column.kind in (ColumnKind.TEXT, ColumnKind.LONG_TEXT) and (unknown := unknown_names(text, form.headers)):
                said = gettext("No column is called “%(name)s”: in braces stand names of columns.", name=unknown[0][:60])
                box.errors = [*box.errors, said]
            hint = gettext("Write it as 2024-05-31, 2024-05 or 2024.") if known.column.kind is ColumnKind.DATE else ""
            box.errors = [*box.errors, *(f"{problem.said} {hint}".strip() for problem in found.problems)]
    return not any(box.errors for box, *_ in form.said_for_all())


def _some(headers: Sequence[str]) -> str:
    """The first of many names."""
    shown = ", ".join(header[:60] for header in headers[:_MOST_NAMED])
    more = len(headers) - _MOST_NAMED
    return gettext("%(names)s and %(number)d more", names=shown, number=more) if more > 0 else shown


def notes_of(plan: Plan, form: Any) -> Iterator[str]:
    """What is done otherwise than one might think: several columns that are put together, a text for all beside a column."""
    if "title" not in {*(matched.field for matched in plan.columns.values()), *plan.constants} and not plan.is_draft:
        yield gettext(
            "Nothing says the title: rows that change a record come in, new records do not. “What every record says” may make one "
            "of cells, such as “Handover, {Country}, {Date}”."
        )
    unread = [header for column, header in enumerate(form.headers) if column not in plan.columns]
    if unread:
        yield gettext("Columns that are not read: %(columns)s.", columns=_some(unread))
    of_field: dict[str, list[str]] = {}
    for column, matched in plan.columns.items():
        of_field.setdefault(matched.field, []).append(form.headers[column][:60])
    for key, headers in of_field.items():
        known = form.known[key]
        if len(headers) > 1 and not known.list_name:
            yield gettext(
                "“%(field)s” is put together from %(number)d columns: %(columns)s. If that is not meant, go back to Columns.",
                field=known.label, number=len(headers), columns=", ".join(headers),
            )  # fmt: skip
    for key, headers in of_field.items():
        if is_undated(key):
            yield gettext(
                "“%(column)s” says steps without their day: “in force” without its day counts nowhere as in force. Match the day of "
                "each step, too, if a column has it.",
                column=headers[0],
            )  # fmt: skip
    for key in plan.constants.keys() & of_field.keys():
        yield gettext(
            "“%(field)s” has a column: what every record says, “%(text)s”, stands only in records whose cell there is blank.",
            field=form.known[key].label, text=plan.constants[key],
        )  # fmt: skip
