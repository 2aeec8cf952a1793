"""The figures of a form: their numbers, by which sources and other figures speak of them, and what contains what (C27).

A figure is a row of the common list, or a box of the type's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectChoice

from tracker.records.fields import NumberField
from tracker.records.form_rows import CONTAINED_HINT
from tracker.records.numbers import small_number
from tracker.records.whole_numbers import fraction_problem

if TYPE_CHECKING:
    from tracker.records.forms import RecordForm

PREFIX = "figure:"


@dataclass(frozen=True)
class SpecialFigure:
    """A box that holds a figure: the hidden field with its number, the box itself, its unit, and whose it is where there are several."""

    number: HiddenField
    box: NumberField
    unit: str
    whose: str = ""

    @property
    def no(self) -> str:
        return str(self.number.data)

    @property
    def label(self) -> str:
        return f"{self.box.label.text} ({self.whose})" if self.whose else str(self.box.label.text)


def number_rows(form: RecordForm) -> None:
    """Figures and sources keep their number for good; a new one, and one whose number is taken, gets the next one."""
    special = [figure.number for figure in form.special_figures()]
    for name, first in (("figures", special), ("evidence", [])):
        fields: list[Any] = [*first, *(row.form.no for row in form[name])]
        numbers = [small_number(field.data) for field in fields]
        following = max([*(int(entry["no"]) for entry in form.base[name]), *filter(None, numbers)], default=0) + 1
        taken: set[int] = set()
        for field, number in zip(fields, numbers, strict=True):
            if not number or number in taken:
                number, following = following, following + 1  # noqa: PLW2901  the field's number is what is being decided
            taken.add(number)
            field.data = str(number)


def offer_numbers(form: RecordForm) -> None:
    """What a source may support; and beside each figure the numbers of boxes that may contain it."""
    special = form.special_figures()
    fields = [(column.name, column.label) for column in form.record_type.all_columns] + [("parties", _l("Partners"))]
    fields += [(f"{PREFIX}{row.form.no.data}", gettext("figure %(no)s", no=row.form.no.data)) for row in form.figures]
    fields += [(f"{PREFIX}{figure.no}", figure.label) for figure in special]
    for row in form.evidence:
        row.form.target_field.choices = [row.form.target_field.choices[0], *(SelectChoice(name, label) for name, label in fields)]
    known = [gettext("“%(label)s” is figure no. %(no)s.", label=figure.label, no=figure.no) for figure in special if figure.box.data]
    for row in form.figures:
        row.form.contained_in.description = " ".join([str(CONTAINED_HINT), *known])


def check_containment(form: RecordForm) -> None:
    """A part and its whole are figures of this record in the same unit, and no circle."""
    rows = {str(row.form.no.data): row for row in form.figures if not row.form.is_blank}
    boxes = {figure.no: figure for figure in form.special_figures() if figure.box.data}
    for row in rows.values():
        seen, here = set(), row
        while here and here.form.contained_in.data:
            problem = _problem(here, rows, boxes)
            if here.form.no.data in seen:
                problem = problem or gettext("These figures contain each other in a circle.")
            if problem:
                here.form.contained_in.errors = [problem]
                form.figures.errors = [entry.errors for entry in form.figures]
                break
            seen.add(here.form.no.data)
            here = rows.get(here.form.contained_in.data)


def _problem(part: Any, rows: Mapping[str, Any], boxes: Mapping[str, SpecialFigure]) -> str:
    """What is wrong between a part and its whole by themselves."""
    no = part.form.contained_in.data
    whole = rows.get(no)
    if no not in boxes and (whole is None or whole is part):
        return gettext("There is no other figure with this number in this record.")
    unit = boxes[no].unit if no in boxes else whole.form.unit.data if whole else ""
    return "" if unit == part.form.unit.data else gettext("A part has the same unit as its whole.")


def check_whole(form: RecordForm) -> None:
    """What is counted one by one is whole, in rows and in boxes of the type's own."""
    rows = [row.form for row in form.figures if not (row.form.is_blank or row.form.number.errors or row.form.qualifier.errors)]
    read = [(row.no.data, row.unit.data, row.number, row.result()) for row in rows]
    read += [(figure.no, figure.unit, figure.box, figure.box.number) for figure in form.special_figures() if not figure.box.errors]
    for no, unit, box, number in read:
        problem = fraction_problem(no, unit, (number.lower, number.upper), form.base["figures"]) if number else ""
        if problem:
            box.errors = [problem]
    for entries in form.split_by_country():
        if any(entry.errors for entry in entries):
            entries.errors = [entry.errors for entry in entries]


def check_targets(form: RecordForm) -> None:
    """What a source is said to support is there."""
    filled = {figure.no for figure in form.special_figures() if figure.box.data}
    filled |= {str(row.form.no.data) for row in form.figures if not row.form.is_blank}
    for row in form.evidence:
        kind, _, no = (row.form.target_field.data or "").partition(PREFIX)
        if not kind and no and no not in filled and not row.form.target_field.errors:
            row.form.target_field.errors = [gettext("This figure is not filled in: fill it in, or choose what else the source supports.")]
            form.evidence.errors = [entry.errors for entry in form.evidence]
