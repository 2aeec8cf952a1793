"""What an address of the matrix asks for: measure, rows, filter and order, each checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from tracker.counting.filters import LATELY, NOT_STATED, SHARED, FilterError, RecordFilter, Step, is_year
from tracker.counting.measures import RUNNING_TOTAL, SEIZURES, Measure
from tracker.counting.models import Basis
from tracker.records import registry
from tracker.records.filter_names import filter_names
from tracker.records.filtering import Reader, all_records, filter_of
from tracker.summaries.links import figure_args
from tracker.summaries.periods import ANOTHER, BEFORE, FIELDS, Comparison, read_comparison
from tracker.summaries.row_choices import PARTNERS, RowChoice, choices_for, every_choice
from tracker.vocabularies.parties import names_by_code, resolve

DEFAULT_MEASURE = "activities"
SORTS = ("name", "total")
COMPARED = ("other", "difference")  # further columns of a comparison
# fields of the filter that a table has columns or lines of its own for
NOT_HERE = ("year", "number", "standing", "review", "owner")


OWN = ("rows", "columns", "sort", "grouped", "ranges", *FIELDS)  # what an address asks for besides the filter


def parameters() -> tuple[str, ...]:
    """Every parameter that the address of a table may have."""
    return (*filter_names(), *OWN)


@dataclass(frozen=True)
class Asked:
    """What was asked for; with `problems`, the defaults, and no table is made."""

    measure: Measure
    choice: RowChoice
    chosen: RecordFilter
    sort: str = "name"
    by_region: bool = False
    ranges: bool = False
    step: Step = Step.YEAR
    problems: Mapping[str, str] = field(default_factory=dict)
    comparison: Comparison | None = None  # two periods instead of columns of time

    @property
    def columns(self) -> str:
        """What the columns are, as the form offers it."""
        return self.comparison.code if self.comparison else self.step.value

    def args(self, **changes: str) -> dict[str, Any]:
        """The parameters of an address that asks the same; '' drops one."""
        own = {
            "rows": "" if self.choice.code == PARTNERS.code else self.choice.code,
            "columns": "" if self.step is Step.YEAR else self.step.value,
            "sort": "" if self.sort == SORTS[0] else self.sort,
            "grouped": "1" if self.by_region else "",
            "ranges": "1" if self.ranges else "",
        } | (self.comparison.args() if self.comparison else {})
        return {name: value for name, value in (figure_args(self.chosen) | own | changes).items() if value}


def read(reader: Reader, args: Mapping[str, Any]) -> Asked:
    """What the parameters of an address ask for; never anything else than what they say."""
    given = MultiDict(args)
    problems = _codes_of_names(reader, given)
    for name in NOT_HERE:
        if given.get(name):
            problems[name] = gettext("This table has no filter “%(name)s”: use the columns, or the list of records.", name=name)
            given.poplist(name)
    if given.get("ends") == LATELY:
        problems["ends"] = gettext("What was in force until lately is no table: see the list of records.")
        given.poplist("ends")
    wanted = given.get("measure") or DEFAULT_MEASURE
    given["measure"] = wanted
    given["basis"] = given.get("basis") or Basis.OFFICIAL.value
    try:
        chosen = filter_of(reader, given)
    except FilterError as error:
        problems |= error.problems
        chosen = all_records(reader, Basis.OFFICIAL)
    if wanted == RUNNING_TOTAL.code:
        problems["measure"] = gettext("A running total is told by series, not by year: see Running totals.")
        wanted = ""
    if wanted == SEIZURES.code and not chosen.item:
        problems["item"] = gettext("Seizures add up only within one item and unit: choose one under Seizures.")
    measure = registry.every_measure().get(wanted) or registry.every_measure()[DEFAULT_MEASURE]
    choice = _rows(measure, given.get("rows") or PARTNERS.code, problems)
    columns = given.get("columns") or Step.YEAR
    step, comparison = Step.YEAR, None
    if columns in (BEFORE, ANOTHER):
        comparison = read_comparison(reader, columns, measure, chosen, given, problems)
    else:
        step = _step(measure, columns, problems)
    sort = given.get("sort") or SORTS[0]
    if (sort in COMPARED and not comparison) or (comparison and is_year(sort)):
        sort = SORTS[1]  # that column is not in this table: the largest first all the same
    elif sort not in (*SORTS, *COMPARED) and not is_year(sort):
        problems["sort"] = gettext("A table is sorted by name, by total, or by one of its columns.")
        sort = SORTS[0]
    if problems:
        chosen = all_records(reader, Basis.OFFICIAL)
    chosen = chosen.narrowed(measure=measure.code)
    return Asked(measure, choice, chosen, sort, given.get("grouped") == "1", given.get("ranges") == "1", step, problems, comparison)


def _rows(measure: Measure, code: str, problems: dict[str, str]) -> RowChoice:
    choices = choices_for(measure)
    if code in choices:
        return choices[code]
    other = every_choice().get(code)
    if other:
        problems["rows"] = gettext("“%(measure)s” cannot be broken down by “%(rows)s”.", measure=measure.label, rows=other.label)
    else:
        problems["rows"] = gettext('There are no rows "%(rows)s".', rows=code[:60])
    return PARTNERS


def _step(measure: Measure, code: str, problems: dict[str, str]) -> Step:
    """C11: what lasts has a certain and a possible number, and is told by year only."""
    if code not in tuple(Step):
        problems["columns"] = gettext("A table has columns by year, quarter or month.")
    elif code != Step.YEAR and measure.is_span:
        problems["columns"] = gettext("“%(measure)s” is counted by year only.", measure=measure.label)
    else:
        return Step(code)
    return Step.YEAR


def _codes_of_names(reader: Reader, given: MultiDict[str, Any]) -> dict[str, str]:
    """Replace names that people typed by codes; what is no name stays a problem."""
    problems: dict[str, str] = {}
    known = names_by_code(reader.session, reader.locale)
    for name in ("partner", "group"):
        typed = str(given.get(name, "")).strip()
        if not typed or typed in known or typed in (NOT_STATED, SHARED):
            continue
        found = resolve(reader.session, typed)
        if found.party:
            given[name] = found.party.code
            continue
        given.poplist(name)
        similar = ", ".join(known.get(party.code, party.code) for party in found.candidates[:3])
        said = gettext("No party is called “%(typed)s”.", typed=typed[:60])
        problems[name] = (
            gettext("No party is called “%(typed)s”. Did you mean: %(names)s?", typed=typed[:60], names=similar) if similar else said
        )
    return problems
