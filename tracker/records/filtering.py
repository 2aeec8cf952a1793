"""The filter of an address, checked against what this installation knows, and in words for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from babel.dates import format_skeleton
from flask_babel import get_locale, gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tracker.accounts.models import User
from tracker.counting.filters import (
    LATELY,
    NO_REGION,
    NOT_STATED,
    SHARED,
    UNCERTAIN,
    FilterError,
    FilterWords,
    PartOfYear,
    RecordFilter,
    Step,
    item_and_unit,
    part_of_year,
    read_filter,
)
from tracker.counting.measures import Measure, Mode
from tracker.counting.models import Basis
from tracker.counting.rivals import ADDED, COMPETING, UNDECIDED
from tracker.records import registry
from tracker.records.ends import day_in_words, ends_words
from tracker.records.enums import ReviewState, Status
from tracker.records.filter_names import COMMON_DIMENSIONS, filter_dimensions, type_dimensions
from tracker.records.record_type import REVIEW_WORDS, STATUS_WORDS, ColumnKind
from tracker.records.visibility import clearance_of
from tracker.vocabularies.kept import traits_by_code
from tracker.vocabularies.models import PartyKind
from tracker.vocabularies.parties import names_by_code, resolve
from tracker.vocabularies.terms import terms


@dataclass(frozen=True)
class Reader:
    """Who looks, in which language, on which day, from which state: what every page of figures needs."""

    user: User
    session: Session
    locale: str
    today: date
    reporting_state: str


def all_records(reader: Reader, basis: Basis) -> RecordFilter:
    """Every record that the reader may see: what each page of figures starts from."""
    return RecordFilter(basis=basis, reporting_state=reader.reporting_state, today=reader.today, clearance=clearance_of(reader.user))


def dimension_labels(reader: Reader, dimension: str) -> dict[str, str]:
    """The values of a dimension with their labels, `not_stated` included."""
    labels: dict[str, str] = {}
    column = type_dimensions().get(dimension)
    scheme = COMMON_DIMENSIONS.get(dimension) or (column.scheme if column else "")
    if scheme:
        labels = {code: term.label(reader.locale) for code, term in terms(reader.session, scheme).items()}
        if scheme == "iccs":
            labels = {code: f"{code} {label}" for code, label in labels.items()}
    elif column and column.kind is ColumnKind.ENUM:
        labels = {str(value): str(word) for value, word in column.words.items()}
    elif dimension == COMPETING:
        return {UNDECIDED: gettext("the first counts for now"), ADDED: gettext("all are added up")}
    elif dimension == "agency":
        names = names_by_code(reader.session, reader.locale)
        agencies = (code for code, traits in traits_by_code(reader.session).items() if traits.kind is PartyKind.AGENCY)
        labels = {code: names.get(code, code) for code in agencies}
    return labels | {NOT_STATED: labels.get(NOT_STATED, gettext("not stated"))}


def filter_words(reader: Reader, args: Mapping[str, Any]) -> FilterWords:
    """What an address that asks for `args` may ask for here and now."""
    return FilterWords(
        kinds=frozenset(record_type.kind for record_type in registry.every_type()),
        measures=frozenset(registry.every_measure()),
        dimensions={name: frozenset(dimension_labels(reader, name)) for name in filter_dimensions()},
        partners=frozenset(names_by_code(reader.session, reader.locale)),
        regions=frozenset(terms(reader.session, "m49")),
        statuses=frozenset(Status),
        reviews=frozenset(ReviewState),
        owners=frozenset(reader.session.scalars(sa.select(User.username)) if args.get("owner") else ()),
    )


def filter_of(reader: Reader, args: Mapping[str, Any]) -> RecordFilter:
    """The filter that an address means. Raises FilterError, in words for people."""
    words = filter_words(reader, args)
    chosen = read_filter(_with_codes(reader, args, words), words, _unknown, reader.locale)
    measure = measure_of(chosen)
    if measure and measure.is_span and part_of_year(chosen.year):
        raise FilterError({"year": gettext("“%(measure)s” is counted by year only.", measure=measure.label)})
    if measure and measure.is_running and (chosen.year or not chosen.series):
        raise FilterError(
            {"series": gettext("A running total is that of one named series, up to a day: give its name, and “to” for the day.")}
        )
    if chosen.ends:
        stock = _stock_that_ends(measure)
        chosen = chosen.narrowed(measure="" if chosen.ends == LATELY else stock.code, stock=stock)
    if chosen.number and not chosen.measure:
        raise FilterError({"number": gettext("Which number? “number” says what is known of what a measure counts: name the measure, too.")})
    return replace(chosen, reporting_state=reader.reporting_state, today=reader.today, clearance=clearance_of(reader.user))


def _stock_that_ends(measure: Measure | None) -> Measure:
    """An end is asked of what is in force: of the stock that the address names, or where it names nothing of the only one."""
    stocks = [one for one in registry.every_measure().values() if one.mode is Mode.STOCK]
    if measure is None and len(stocks) == 1:
        return stocks[0]
    if measure not in stocks:
        names = ", ".join(f"“{one.label}”" for one in stocks)
        raise FilterError(
            {"ends": gettext("Only what is in force is asked for its end: count %(measures)s, or drop “ends”.", measures=names)}
        )
    return measure


def _with_codes(reader: Reader, args: Any, words: FilterWords) -> Any:
    """A partner or group may stand in an address under any of its names, as people type it into the filter."""
    named = MultiDict(args)
    for name in ("partner", "group"):
        typed = str(named.get(name, "")).strip()
        if typed and typed not in words.partners and typed not in (NOT_STATED, SHARED):
            party = resolve(reader.session, typed[:200]).party
            named[name] = party.code if party else typed
    return named


def measure_of(chosen: RecordFilter) -> Measure | None:
    """The measure that the filter narrows to."""
    return registry.every_measure().get(chosen.measure)


def _unknown(name: str, value: str) -> str:
    if name == "ends":
        return gettext("“%(value)s” says no end: give days up to 9999, such as 90, or past, not_stated, lately.", value=value[:60])
    return gettext('There is no "%(value)s" to choose in “%(field)s”.', value=value[:60], field=field_label(name))


def field_label(name: str) -> str:
    labels = {
        "kind": gettext("type"), "measure": gettext("measure"), "partner": gettext("partner"), "region": gettext("region"),
        "group": gettext("group"), "year": gettext("year"), "since": gettext("from"), "until": gettext("to"), "status": gettext("status"),
        "review": gettext("review"), "standing": gettext("standing"), "number": gettext("number"), "owner": gettext("owner"),
        "basis": gettext("basis"), "crime": gettext("crime type"), "crime_primary": gettext("primary crime type"), "iccs": "ICCS",
        "iccs_primary": gettext("primary ICCS"), "role": gettext("role"), "agency": gettext("agency"), "q": gettext("text"),
        "series": gettext("series"), "item": gettext("item"), "ends": gettext("ends"),
        COMPETING: gettext("competing numbers, undecided"),
    }  # fmt: skip
    column = type_dimensions().get(name)
    return labels.get(name) or (str(column.label).lower() if column else name)


STANDING_WORDS = {
    "counted": lambda: gettext("counted"),
    "statement": lambda: gettext("statements about several"),
    "phase": lambda: gettext("phases of a larger operation"),
    "planned": lambda: gettext("planned"),
    "cancelled": lambda: gettext("cancelled"),
    "requested": lambda: gettext("requested"),
    "granted": lambda: gettext("granted, not done"),
    "refused": lambda: gettext("refused"),
    "restricted": lambda: gettext("restricted"),
}
NUMBER_WORDS = {
    "value": lambda: gettext("with a number"),
    "unquantified": lambda: gettext("statements without a number"),
    "missing": lambda: gettext("number not stated"),
}


def partner_label(reader: Reader, code: str) -> str:
    """A row of a partner table in words."""
    special = {NOT_STATED: gettext("Partner not stated"), SHARED: gettext("Shared, not split")}
    return special.get(code) or names_by_code(reader.session, reader.locale).get(code, code)


def region_label(reader: Reader, code: str) -> str:
    """A region in words."""
    term = terms(reader.session, "m49").get(code)
    return gettext("No region (organisations)") if code == NO_REGION else term.label(reader.locale) if term else code


def item_label(reader: Reader, key: str) -> str:
    """An item in its unit in words: `Cocaine, kilogram`."""
    found = item_and_unit(key)
    item, unit = found or (key, "")
    label, measured = terms(reader.session, "item").get(item), terms(reader.session, "unit").get(unit)
    name = label.label(reader.locale) if label else (item or gettext("Item not stated"))
    return f"{name}, {measured.label(reader.locale) if measured else unit}"


def year_label(year: str) -> str:
    """A column of years, or of parts of years, in words."""
    part = part_of_year(year)
    if part:
        return _part_label(part)
    special = {UNCERTAIN: gettext("Year uncertain"), NOT_STATED: gettext("Year not stated")}
    if year in special or "-" not in year:
        return special.get(year, year)
    first, last = year.split("-")
    if int(last) - int(first) == 1:
        return gettext("%(first)s or %(last)s", first=first, last=last)
    return gettext("between %(first)s and %(last)s", first=first, last=last)


def _part_label(part: PartOfYear) -> str:
    if part.step is Step.QUARTER:
        known = gettext("Q%(quarter)d %(year)d", quarter=part.number, year=part.year)
        return known if part.number else gettext("%(year)d, quarter not known", year=part.year)
    if not part.number:
        return gettext("%(year)d, month not known", year=part.year)
    return str(format_skeleton("yMMM", datetime(part.year, part.number, 1, tzinfo=UTC), locale=get_locale()))


def in_words(reader: Reader, chosen: RecordFilter) -> list[tuple[str, str, RecordFilter]]:
    """Each part of the filter as (name, words, the filter without it), for chips, print and files."""
    return [(name, words, chosen.narrowed(**without)) for name, words, without in _parts(reader, chosen) if words]


Part = tuple[str, str, dict[str, Any]]


def _parts(reader: Reader, chosen: RecordFilter) -> Iterator[Part]:
    measure = measure_of(chosen)
    for kind in chosen.kind:
        yield "kind", str(registry.by_kind(kind).label_plural), {"kind": _without(chosen.kind, kind)}
    if measure:
        without = {"measure": "", "number": "", "standing": "", "ends": ""}
        yield "measure", gettext("counted in: %(measure)s", measure=measure.label), without
    yield "partner", chosen.partner and partner_label(reader, chosen.partner), {"partner": "", "expand": False}
    yield "region", chosen.region and region_label(reader, chosen.region), {"region": ""}
    group = chosen.group and gettext("%(group)s and its members", group=partner_label(reader, chosen.group))
    yield "group", group, {"group": ""}
    yield "expand", gettext("groups expanded to members") if chosen.expand else "", {"expand": False}
    yield "year", chosen.year and year_label(chosen.year), {"year": ""}
    yield "since", gettext("from %(day)s", day=day_in_words(chosen.since)) if chosen.since else "", {"since": None}
    yield "until", gettext("to %(day)s", day=day_in_words(chosen.until)) if chosen.until else "", {"until": None}
    yield "inferred", "" if chosen.inferred else gettext("without inferred dates"), {"inferred": True}
    for status in chosen.status:
        yield "status", str(STATUS_WORDS[status]), {"status": _without(chosen.status, status)}
    for state in chosen.review:
        yield "review", str(REVIEW_WORDS[state]), {"review": _without(chosen.review, state)}
    yield "standing", STANDING_WORDS[chosen.standing]() if chosen.standing else "", {"standing": ""}
    yield "number", NUMBER_WORDS[chosen.number]() if chosen.number else "", {"number": ""}
    yield "owner", chosen.owner and gettext("entered by %(user)s", user=chosen.owner), {"owner": ""}
    yield "item", _item_words(reader, chosen, measure), {"item": ""}
    yield "ends", chosen.ends and ends_words(chosen.ends, reader.today), {"ends": ""}
    yield "series", chosen.series and gettext("series: %(name)s", name=chosen.series), {"series": ""} | _without_running(measure)
    yield "q", chosen.text and f"“{chosen.text}”", {"text": ""}
    for dimension, code in chosen.keys:
        words = f"{field_label(dimension)}: {dimension_labels(reader, dimension).get(code, code)}"
        yield dimension, words, {"keys_without": dimension}
    yield "basis", gettext("verified only") if chosen.basis is Basis.OFFICIAL else "", {"basis": Basis.WORKING}


def _item_words(reader: Reader, chosen: RecordFilter, measure: Measure | None) -> str:
    """What is added up, or of which records: those that say something of the item."""
    label = chosen.item and item_label(reader, chosen.item)
    return gettext("seized: %(item)s", item=label) if label and not (measure and measure.by_item) else label


def _without_running(measure: Measure | None) -> dict[str, Any]:
    """Without its series a running total is none."""
    return {"measure": "", "number": ""} if measure and measure.is_running else {}


def _without(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(other for other in values if other != value)
