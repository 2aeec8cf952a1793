"""What an address of the API may ask for: the filter of the lists and of the figures, and nothing that is not known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from tracker.accounts.services import usernames
from tracker.api.calls import Call
from tracker.counting.filters import NO_REGION, NOT_STATED, SERIES_LENGTH, SHARED, TEXT_LENGTH, FilterError, RecordFilter
from tracker.counting.models import Basis, NumberState, Standing
from tracker.records import registry
from tracker.records.enums import ReviewState, Status
from tracker.records.filter_names import filter_dimensions
from tracker.records.filtering import Reader, dimension_labels, field_label, filter_of
from tracker.records.list_order import SORTS
from tracker.records.record_type import RecordType
from tracker.records.source_lists import WORDS_LENGTH
from tracker.vocabularies.kept import traits_by_code
from tracker.vocabularies.terms import terms
from tracker.web.problems import Problem

PAGE, MOST, CURSOR_LENGTH = 50, 200, 2_000
_YEAR = "^(uncertain|not_stated|[12][0-9]{3}(-[12][0-9]{3}|q[0-4]|m(0[0-9]|1[0-2]))?)$"
_DAY = (
    "^[12][0-9]{3}(-(0[1-9]|1[0-2])|-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|-(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    "|-02-(0[1-9]|1[0-9]|2[0-8]))?$"
)
_ENDS = "^(past|lately|not_stated|[1-9][0-9]{0,3})$"
_NO_CONTROLS = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
_CURSOR = {"type": "string", "maxLength": CURSOR_LENGTH, "pattern": "^[A-Za-z0-9_-]*$"}
_FLAG = ["0", "1"]
REFERENCE = "^[A-Z]{2,10}-[0-9]{4}-[0-9]{4,6}$"
_ITEM = "^[a-z0-9_]{1,49}:[a-z0-9_]{1,49}$"
_SORTS = [f"{sign}{name}" for name in SORTS for sign in ("", "-")]


@dataclass(frozen=True)
class Parameter:
    """One parameter of an address. `schema` is that of one value; `is_several`: it may stand there more than once."""

    name: str
    schema: Mapping[str, Any]
    words: LazyString | str
    is_several: bool = False
    is_open: bool = False  # people may write it otherwise, too: names for codes, days as they are typed

    def problem(self, values: Sequence[str]) -> str:
        """Why `values` cannot be asked for; '' when they can."""
        if len(values) > 1 and not self.is_several:
            return gettext("This stands there more than once.")
        if self.is_open and "" in values:
            return gettext("This is empty: write something, or leave it out.")
        for value in values if not self.is_open else ():
            if "enum" in self.schema and value not in self.schema["enum"]:
                some = [str(one) for one in self.schema["enum"][:12]]
                return gettext("Write one of: %(words)s.", words=", ".join(some) + (" …" if len(self.schema["enum"]) > len(some) else ""))
            if self.schema["type"] == "integer" and not self._is_within(value):
                least, most = self.schema["minimum"], self.schema["maximum"]
                return gettext("Write a whole number from %(least)s to %(most)s.", least=least, most=most)
            if len(value) > self.schema.get("maxLength", CURSOR_LENGTH) or not re.search(self.schema.get("pattern", ""), value, re.ASCII):
                return gettext("This cannot be read: %(words)s.", words=self.words)
        return ""

    def is_described(self, values: Sequence[str]) -> bool:
        """Whether `values` are as the description has them, and no other way of writing."""
        return not replace(self, is_open=False).problem(values)

    def _is_within(self, value: str) -> bool:
        is_number = re.fullmatch("[0-9]{1,4}", value, re.ASCII) is not None
        return is_number and self.schema["minimum"] <= int(value) <= self.schema["maximum"]


def filter_parameters(reader: Reader, record_type: RecordType | None) -> list[Parameter]:
    """The same filter as that of the lists; `record_type` where the address names the type."""
    kinds = [] if record_type else [Parameter("kind", _words([one.kind for one in registry.every_type()]), field_label("kind"), True)]
    parties = sorted(traits_by_code(reader.session))
    regions = [*terms(reader.session, "m49"), NO_REGION]
    return [
        *kinds,
        Parameter("measure", _words(list(registry.every_measure())), _l("what is counted: only records that contribute to it")),
        Parameter("basis", _words(list(Basis)), _l("which version speaks: the newest, or the last verified one")),
        Parameter("partner", _words([*parties, NOT_STATED, SHARED]), _l("a partner by code; “not_stated”, “shared”"), is_open=True),
        Parameter("region", _words(regions), _l("region by its UN M49 code")),
        Parameter("group", _words(parties), _l("a group or organisation: records with it or with a member of the day"), is_open=True),
        Parameter("expand", _words(_FLAG), _l("1: a group stands in the rows of its members")),
        Parameter("year", {"type": "string", "pattern": _YEAR}, _l("column of time: 2024, 2024q1, 2024m03, uncertain, not_stated")),
        Parameter("since", {"type": "string", "pattern": _DAY}, _l("first day, as far as it is known"), is_open=True),
        Parameter("until", {"type": "string", "pattern": _DAY}, _l("last day, as far as it is known"), is_open=True),
        Parameter(
            "ends",
            {"type": "string", "pattern": _ENDS},
            _l("how what is in force ends: 90 (days), past, not_stated, lately"),
        ),
        Parameter("inferred", _words(_FLAG), _l("0: without inferred dates")),
        Parameter("status", _words(list(Status)), field_label("status"), True),
        Parameter("review", _words(list(ReviewState)), field_label("review"), True),
        Parameter("standing", _words(list(Standing)), field_label("standing")),
        Parameter("number", _words(list(NumberState)), field_label("number")),
        Parameter("owner", _words(list(usernames(reader.session))), _l("who entered it, by user name")),
        Parameter("q", _text(TEXT_LENGTH), _l("words of the text")),
        Parameter(
            "item",
            {"type": "string", "pattern": _ITEM},
            _l("what was seized and its unit, cocaine:kg: what “seizures” adds up, else which records"),
        ),
        Parameter("series", _text(SERIES_LENGTH), _l("name of a running total")),
        *(Parameter(name, _words(list(dimension_labels(reader, name))), field_label(name)) for name in filter_dimensions()),
    ]


def paging_parameters() -> list[Parameter]:
    """Order and piece of a list."""
    return [
        Parameter("sort", _words(_SORTS), _l("order; “-” before it: the largest first")),
        Parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE}, _l("items in one answer")),
        Parameter(
            "cursor",
            _CURSOR,
            _l("where the piece begins: from “next” of the answer before"),
        ),
    ]


def writing_parameters() -> tuple[Parameter, ...]:
    """Whether what is written stays a draft, and which records that may be the same were looked at."""
    said = _l("a record that may be the same and is not: from “twins” of the answer before")
    return (
        Parameter("state", _words(["draft", "submitted"]), _l("“submitted” sends it to review; without it a draft is or stays a draft")),
        Parameter("seen", {"type": "string", "pattern": REFERENCE}, said, True),
    )


def source_parameters() -> tuple[Parameter, ...]:
    """Which sources are listed, and which piece of the list."""
    _, size, cursor = paging_parameters()
    return (Parameter("q", _text(WORDS_LENGTH), _l("words of title or publisher")), size, cursor)


def require_known(call: Call, known: Sequence[Parameter]) -> None:
    """Raise Problem unless the address asks for what is `known`, each in its form."""
    by_name = {one.name: one for one in known}
    errors = [(f"?{name[:60]}", gettext("There is no such parameter.")) for name in call.args if name not in by_name]
    for name, one in by_name.items():
        said = one.problem(call.args.getlist(name))
        if said:
            errors.append((f"?{name}", said))
    if errors:
        raise Problem(400, gettext("The address cannot be read."), errors)


def filter_asked(call: Call, reader: Reader, record_type: RecordType | None) -> RecordFilter:
    """The filter that the address means. Raises Problem."""
    try:
        chosen = filter_of(reader, call.args)
    except FilterError as error:
        errors = [(f"?{name}", str(said)) for name, said in error.problems.items()]
        # what stands in the description was read: what is refused now does not fit together
        known = {one.name: one for one in filter_parameters(reader, record_type)}
        fits = all(known[name].is_described(call.args.getlist(name)) for name in error.problems if name in known)
        raise Problem(409 if fits else 400, gettext("The address cannot be read."), errors) from error
    return chosen.narrowed(kind=(record_type.kind,)) if record_type else chosen


def _words(words: Sequence[str]) -> dict[str, Any]:
    return {"type": "string", "enum": [str(word) for word in words]}


def _text(most: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": most, "pattern": _NO_CONTROLS}
