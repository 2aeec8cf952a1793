"""A live example of each counting rule: what a record that the reader may see contributes, or a figure of today.

Examples name references and countries, never titles or persons. Each is built from values that `cases.py` and the figures gave.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from tracker.counting.models import Scope
from tracker.summaries.case_words import Words, bounds, days
from tracker.summaries.cases import Case
from tracker.vocabularies.kept import traits_by_code
from tracker.vocabularies.models import PartyKind


@dataclass(frozen=True)
class Example:
    """One sentence about a record or a figure, which `url` opens under the name `label`."""

    text: str
    label: str = ""
    url: str = ""


Builder = Callable[[Words, Case], str]


def examples_of(words: Words, cases: Mapping[int, Case]) -> dict[int, Example]:
    """The examples that records give, by the number of the rule."""
    found = {number: (cases[source], build) for number, (source, build) in BUILDERS.items() if source in cases}
    return {number: Example(text, case.ref, case.url) for number, (case, build) in found.items() if (text := build(words, case))}


def _units(words: Words, case: Case) -> str:
    shown = [words.figure(fact) for fact in (case.whole, *case.quantities()[:2])]
    return gettext("%(figures)s. They are never added to each other.", figures=words.all(shown))


def _one_event(words: Words, case: Case) -> str:
    rows = len(case.rows())
    said = ngettext("%(num)d partner takes part", "%(num)d partners take part", rows)
    return gettext("%(partners)s; it is one %(type)s and 1 in the total.", partners=said, type=words.type(case))


def _each_row(words: Words, case: Case) -> str:
    rows = case.rows()
    numbers = ", ".join(["1"] * (len(rows) + 1))
    return gettext("with %(partners)s: once in each row and once in the total: %(numbers)s.", partners=words.parties(rows), numbers=numbers)


def _ours(words: Words, _case: Case) -> str:
    ours = words.party(words.reader.reporting_state)
    return gettext("%(state)s is named in it and stands in no row.", state=ours)


def _no_partner(words: Words, case: Case) -> str:
    known, ours = traits_by_code(words.reader.session), words.reader.reporting_state
    named = {fact.partner for fact in case.of(Scope.MENTIONED) if fact.partner != ours} - set(case.rows())
    countries = [code for code in named if code in known and known[code].kind is not PartyKind.AGENCY]
    return gettext("%(parties)s: kept with the record, in no row.", parties=words.parties(countries))


def _group(words: Words, case: Case) -> str:
    said = {"rows": words.parties(case.rows()), "members": words.parties(case.expanded)}
    return gettext("1 in each row of: %(rows)s. With the switch, 1 in each row of: %(members)s.", **said)


def _open_list(words: Words, case: Case) -> str:
    return gettext("%(partners)s, and others whom the source does not name: 1+ in each row.", partners=words.parties(case.rows()))


def _no_partner_stated(_words: Words, _case: Case) -> str:
    return gettext("no partner is stated: 1 in the row “Partner not stated” and 1 in the total.")


def _region(words: Words, case: Case) -> str:
    known = traits_by_code(words.reader.session)
    places: dict[str, list[str]] = {}
    for code in case.rows():
        places.setdefault((known[code].region if code in known else None) or "", []).append(code)
    region, inside = max(places.items(), key=lambda place: (bool(place[0]), len(place[1])))
    where = words.term("m49", region)
    return gettext("%(partners)s: 1 in each of their rows, and 1 in the row of %(region)s.", partners=words.parties(inside), region=where)


def _dated(_words: Words, case: Case) -> str:
    fact = case.whole
    return gettext("%(days)s: it counts in %(year)s.", days=days(fact), year=fact.year)


def _lasting(words: Words, case: Case) -> str:
    fact = next(fact for fact in case.of(Scope.TOTAL) if fact.end_year and fact.year)
    years = words.all(str(year) for year in range(fact.year, fact.end_year + 1))
    said = {"first": fact.year, "years": years, "last": fact.end_year, "type": words.type(case)}
    return gettext("started in %(first)s: 1; active in %(years)s: 1 each; ended in %(last)s: 1. It is one %(type)s.", **said)


def _uncertain(_words: Words, case: Case) -> str:
    return gettext("%(days)s, nobody knows when: it stands in “Year uncertain” and in no year.", days=days(case.whole))


def _inferred(_words: Words, case: Case) -> str:
    return gettext("%(days)s, concluded by an officer: it counts, marked, until the switch leaves it out.", days=days(case.whole))


def _no_end(_words: Words, case: Case) -> str:
    fact = next(fact for fact in case.of(Scope.TOTAL) if str(fact.end_state) == "not_stated")
    return gettext("begun %(days)s, and no end is stated: in later years it is possibly active, not certainly.", days=days(fact))


def _both_sides(_words: Words, case: Case) -> str:
    spans = [fact.partner for fact in case.of(Scope.PARTNER) if fact.end_state and fact.year is None]
    parties = sorted(set(spans))
    said = ngettext("%(num)d party's row", "%(num)d parties' rows", len(parties))
    return gettext("in force in %(rows)s, and 1 in the total.", rows=said)


def _beside(_words: Words, _case: Case) -> str:
    return gettext("signed, and no source says whether it is in force: beside the stock, not in it.")


def _amendment(_words: Words, _case: Case) -> str:
    return gettext("it changes another instrument: 0 among the agreements, 1 among the amendments.")


def _events_and_persons(words: Words, case: Case) -> str:
    persons = next(fact for fact in case.quantities() if fact.unit == "person")
    return gettext("%(figures)s.", figures=words.all([words.figure(case.whole), words.figure(persons)]))


def _status(words: Words, case: Case) -> str:
    facts = [fact for fact in case.quantities() if fact.person_status]
    kept = [f"{words.value(fact)} ({words.term('person_status', fact.person_status)})" for fact in facts]
    return gettext("persons as the source calls them: %(numbers)s.", numbers=words.all(kept))


def _running(words: Words, case: Case) -> str:
    fact = next(fact for fact in case.quantities() if fact.nature != "new_in_period")
    return gettext("%(figure)s, so far: it stands on the record and is in no sum.", figure=words.figure(fact))


def _part(_words: Words, case: Case) -> str:
    by_id = {figure.id: figure for figure in case.figures if figure.value_lo is not None}
    part = next(one for one in case.figures if one.contained_in_id in by_id and one.preferred and not one.country_id)
    whole = by_id[part.contained_in_id]
    said = {"part": _number(part), "whole": _number(whole)}
    return gettext("%(part)s are in %(whole)s: together %(whole)s.", **said)


def _competing(_words: Words, case: Case) -> str:
    other = next(one for one in case.figures if not one.preferred and one.value_lo is not None)
    same = [one for one in case.figures if one.preferred and (one.metric, one.unit) == (other.metric, other.unit)]
    said = {"counted": _number(same[0]) if same else "–", "other": _number(other)}
    return gettext("%(counted)s counts, %(other)s stays visible beside it; they are not added.", **said)


def _bounds(words: Words, case: Case) -> str:
    fact = next(fact for fact in case.quantities() if fact.value_lo is not None and fact.value_lo != fact.value_hi)
    return gettext("%(figure)s, added with both its bounds.", figure=words.figure(fact))


def _crimes(words: Words, case: Case) -> str:
    rows = words.all(words.term("crime", code) for code in case.crimes)
    return gettext("1 in each row of %(crimes)s where any crime type counts, and in one row at most by the primary type.", crimes=rows)


def _in_words(words: Words, case: Case) -> str:
    fact = next(fact for fact in case.of(Scope.TOTAL) if str(fact.number_state) == "unquantified")
    return gettext("%(what)s: words without a number; in no sum, and listed beside it.", what=words.what(fact))


def _zero(words: Words, case: Case) -> str:
    fact = next(fact for fact in case.quantities() if fact.value_lo == 0 and fact.value_hi == 0)
    return gettext("%(figure)s: the source says none, so 0 stands there and not –.", figure=words.figure(fact))


def _shared(words: Words, case: Case) -> str:
    fact = next(fact for fact in case.of(Scope.SHARED) if fact.value_lo is not None)
    partners = words.parties(case.rows())
    return gettext("%(figure)s with %(partners)s: “shared, not split”, and in the total.", figure=words.figure(fact), partners=partners)


def _phase(_words: Words, _case: Case) -> str:
    return gettext("a phase of something larger: 0 in the number of records of its type, since the whole is 1.")


def _item(words: Words, case: Case) -> str:
    shown = [words.figure(fact) for fact in case.quantities() if fact.item][:3]
    return gettext("%(figures)s: each in its own unit, in no common sum.", figures=words.all(shown))


def _mixed(words: Words, case: Case) -> str:
    fact = next(fact for fact in case.quantities() if fact.unit == "delegation_mixed")
    return gettext("%(figure)s: delegations, and no number of countries.", figure=words.figure(fact))


def _number(figure: Any) -> str:
    return "–" if figure.value_lo is None else bounds(figure.value_lo, figure.value_hi)


# by rule: the rule whose case is told, and how
BUILDERS: dict[int, tuple[int, Builder]] = {
    1: (1, _units), 2: (3, _one_event), 3: (3, _each_row), 4: (4, _ours), 5: (5, _no_partner), 6: (6, _group), 7: (7, _open_list),
    8: (8, _no_partner_stated), 9: (9, _region), 10: (10, _dated), 11: (11, _lasting), 12: (12, _uncertain), 13: (13, _inferred),
    14: (14, _no_end), 18: (18, _both_sides), 19: (19, _beside), 20: (20, _amendment), 21: (21, _events_and_persons),
    25: (25, _status), 26: (26, _running), 27: (27, _part), 28: (28, _competing), 29: (29, _bounds), 30: (30, _crimes),
    31: (31, _in_words), 32: (32, _zero), 33: (33, _shared), 34: (34, _phase), 35: (35, _item), 36: (36, _mixed), 37: (37, _units),
}  # fmt: skip
