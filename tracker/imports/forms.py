"""The forms of the steps. Those with a field for each column or word are made for one file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.database.folding import fold
from tracker.imports.added_up import ALIKE, SUMMED
from tracker.imports.fields import REFERENCE, ROLES, TOLD, TYPE, Field
from tracker.imports.marked import MARKED
from tracker.imports.models import PROFILE_LENGTH
from tracker.imports.plan import Matched, Plan, Rule, Test
from tracker.imports.seized import is_silent, with_unit
from tracker.imports.several import OTHERS
from tracker.imports.words import DELIMITER_WORDS, ENCODING_WORDS, SEPARATOR_WORDS, TEST_WORDS
from tracker.records.fields import Text

ACCEPT = ".xlsx,.xls,.xlsb,.xlsm,.ods,.csv,.tsv,.txt,.jsonl,.ndjson,.parquet"
MOST_RULES, MOST_CONSTANTS = 4, 5
RULE_LENGTH = 100
_PROFILE = _l("Files with the same columns are then read like this one.")
_GROUPED = _l("One row for each participant, charge or result: the first row makes the record, the others add to it.")
_HANDLING = _l("Of the file as a source. No record of it can be less restricted.")
_DRAFTS = _l("Drafts need no title and count nowhere; otherwise the records wait for verification.")


class UploadForm(FlaskForm):
    """The file. What it is, is told by its content."""

    file = FileField(
        _l("File"),
        description=_l(
            "A workbook (XLSX, XLS, XLSB, ODS), a text (CSV, TSV), JSON lines or Parquet. Values are read, never formulas or macros."
        ),
        render_kw={"accept": ACCEPT},
    )
    encoding = SelectField(
        _l("Letters of a text"),
        choices=list(ENCODING_WORDS.items()),
        default="",
        description=_l("Choose when letters with accents, or of another script, came out wrong."),
    )
    delimiter = SelectField(_l("Delimiter of a text"), choices=list(DELIMITER_WORDS.items()), default="")


class Boxes(SelectMultipleField):
    """Several to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TableForm(FlaskForm):
    """Which sheets, where the header is, how a text is read."""

    sheets = Boxes(_l("Sheets"), coerce=int, description=_l("Several may be read at once when their columns have the same names."))
    header = Text(_l("Row with the names of the columns"), limit=7, description=_l("0 when there is none."))
    kind = SelectField(_l("What the rows are"))

    def __init__(self, sheets: Sequence[Mapping[str, Any]], kinds: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        unnamed = gettext("the table")
        self.sheets.choices = [(number, f"{sheet['name'] or unnamed} ({sheet['rows']})") for number, sheet in enumerate(sheets)]
        self.kind.choices = [*kinds, ("", gettext("Mixed: a column says the type"))]

    def validate_sheets(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(gettext("Choose at least one sheet."))

    def validate_header(self, field: Text) -> None:
        if not (field.data or "").isascii() or not (field.data or "").isdigit():
            raise ValidationError(gettext("Write the number of a row, for example 1; 0 when there is none."))


class HandlingForm(FlaskForm):
    """How a file is handled of which nothing else is to be said."""

    marking = SelectField(_l("Handling"), description=_HANDLING)

    def __init__(self, markings: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.marking.choices = list(markings)


class FieldName(Text):
    """The name of a field, chosen from a list or typed. `names`: folded name -> key."""

    def __init__(self, label: Any = None, *, names: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(label, render_kw={"list": "import-fields", "autocomplete": "off"}, **kwargs)
        self._names = names

    @property
    def key(self) -> str:
        """The key of the field that is meant; '' for none."""
        return self._names.get(fold(self.data or ""), "")

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if (self.data or "").strip() and not self.key:
            raise ValidationError(
                gettext("“%(typed)s” is no field: choose one from the list, or empty the box.", typed=(self.data or "")[:60])
            )


def columns_form(
    fields: Mapping[str, Field], headers: Sequence[str], plan: Plan, markings: Sequence[tuple[str, str]], **kwargs: Any
) -> Any:
    """A form with two boxes for each column, and those for constants, rules and the rest."""
    columns = [("", gettext("none")), *((str(n), f"{header[:60]}") for n, header in enumerate(headers))]
    names: dict[str, str] = {}  # what may be typed, folded -> key
    for key, known in fields.items():
        for name in (known.label, key):
            names.setdefault(fold(name), key)
    separators = [(code, str(label)) for code, label in SEPARATOR_WORDS.items()]
    parts: dict[str, Any] = {
        "group": SelectField(_l("Rows of one record have the same value in"), choices=columns, description=_GROUPED),
        "marking": SelectField(_l("Handling"), choices=list(markings), description=_HANDLING),
        "is_draft": BooleanField(_l("Keep them as my drafts"), description=_DRAFTS),
        "profile": Text(_l("Keep this as a profile named"), limit=PROFILE_LENGTH, description=_PROFILE),
    }
    for number, header in enumerate(headers):
        parts[f"field{number}"] = FieldName(header, names=names)
        parts[f"apart{number}"] = SelectField(gettext("Values in a cell of %(column)s", column=header), choices=separators)
    for number in range(MOST_CONSTANTS):
        parts[f"constant{number}"] = FieldName(gettext("Field %(number)d", number=number + 1), names=names)
        parts[f"value{number}"] = Text(gettext("Always says %(number)d", number=number + 1), limit=300)
    tests = [(test.value, str(label)) for test, label in TEST_WORDS.items()]
    for number in range(MOST_RULES):
        parts[f"rule{number}"] = SelectField(gettext("Rule %(number)d: column", number=number + 1), choices=columns)
        parts[f"test{number}"] = SelectField(gettext("Rule %(number)d: the cell", number=number + 1), choices=tests)
        parts[f"text{number}"] = Text(gettext("Rule %(number)d: words", number=number + 1), limit=RULE_LENGTH)
    made = type("ColumnsForm", (ColumnsForm,), parts)
    return made(fields, headers, data=shown_of(plan, fields), **kwargs)


class ColumnsForm(FlaskForm):
    """What `columns_form` makes for one file."""

    def __init__(self, fields: Mapping[str, Field], headers: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.known, self.headers = fields, headers

    def plan_of(self, plan: Plan) -> dict[str, Any]:
        """What the plan says now, to be put into it."""
        columns = {}
        for number in range(len(self.headers)):
            if key := self[f"field{number}"].key:
                columns[number] = Matched(with_unit(key, self.headers[number]), self[f"apart{number}"].data or "")
        constants = {key: text for _, key, text in self.said_for_all()}
        rules = [
            Rule(int(self[f"rule{number}"].data), Test(self[f"test{number}"].data), self[f"text{number}"].data or "")
            for number in range(MOST_RULES)
            if self[f"rule{number}"].data
        ]
        group = self["group"].data
        return {
            "columns": columns, "constants": constants, "group": int(group) if group else None, "marking": self["marking"].data,
            "rules": tuple(rule for rule in rules if rule.text or rule.test is Test.EMPTY), "is_draft": self["is_draft"].data,
        }  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field that holds one value has one column at most; what every record needs has a column or is said for all."""
        is_right = bool(super().validate(extra_validators))
        taken: dict[str, str] = {}
        for number, header in enumerate(self.headers):
            box = self[f"field{number}"]
            known = self.known.get(box.key)
            way = self[f"apart{number}"]
            if problem := self._number_problem(known, way.data, is_second=box.key in taken):
                way.errors = [*way.errors, problem]
                is_right = False
            if known and way.data == MARKED and not known.scheme:
                way.errors = [*way.errors, gettext("A mark names a partner or a word of a list: choose another way for its cells.")]
                is_right = False
            if known and not known.is_several and box.key in taken:
                box.errors = [*box.errors, gettext("“%(column)s” holds this already: one column for it.", column=taken[box.key][:60])]
                is_right = False
            if is_silent(with_unit(box.key, header)):
                box.errors = [
                    *box.errors,
                    gettext("In which unit? Choose one from the list, such as “%(field)s”.", field=self._in_unit(box.key)),
                ]
                is_right = False
            taken.setdefault(box.key, header)
        missing = self._missing(taken.keys() - {""})
        self.form_errors.extend(missing)
        return is_right and not missing

    def _number_problem(self, known: Field | None, way: str, *, is_second: bool) -> str:
        """What is wrong with how the numbers of a column are taken: of several for one record, nothing is taken for granted."""
        if known is None or known.list_name != "figures":
            return gettext("Only numbers of figures are added up: choose another way for its cells.") if way in (SUMMED, ALIKE) else ""
        if is_second and way != SUMMED:
            return gettext("Another column holds this number already. Is it the sum of both? Then choose “added up” for both.")
        if self["group"].data and way not in (SUMMED, ALIKE):
            return gettext("A record has several rows: are their numbers added up, or does each say the same one? Choose it here.")
        return ""

    def _in_unit(self, key: str) -> str:
        """An example of the same figure with its unit."""
        return next((known.label for one, known in self.known.items() if one.startswith(f"{key}@")), "")

    def said_for_all(self) -> list[tuple[Any, str, str]]:
        """Of each thing that every record says: the box in which it stands, the key of its field, and the text."""
        boxes = [(self[f"value{number}"], self[f"constant{number}"].key) for number in range(MOST_CONSTANTS)]
        return [(box, key, str(box.data)) for box, key in boxes if key and box.data]

    def _missing(self, matched: Set[str]) -> list[str]:
        """What no column says and no constant; records that are changed have it already."""
        if not matched:
            return [gettext("Match at least one column to a field.")]
        said = matched | {key for _, key, _ in self.said_for_all()}
        missing = []
        if TYPE in self.known and TYPE not in said:
            missing.append(gettext("Which column says the type of each record? Match it to “Type of record”."))
        if (ROLES in said) != (f"parties:{TOLD}" in said):
            missing.append(gettext("Partners whose roles stand in a column of their own need both: match the other column, too."))
        changes = REFERENCE in said or any(key.startswith("identifiers:") for key in said)
        if "title" not in said and not changes and not self["is_draft"].data:
            missing.append(
                gettext(
                    "No column holds the title: match one, write one for all below “What every record says”, which may have cells "
                    "in it, such as “Operation, {Country}”, or keep drafts."
                )
            )
        return missing


def shown_of(plan: Plan, fields: Mapping[str, Field]) -> dict[str, Any]:
    """What the boxes show of a plan."""
    shown: dict[str, Any] = {
        "group": "" if plan.group is None else str(plan.group),
        "marking": plan.marking,
        "is_draft": plan.is_draft,
    }
    for number, matched in plan.columns.items():
        if matched.field in fields:
            shown |= {f"field{number}": fields[matched.field].label, f"apart{number}": matched.separator}
    for number, (key, value) in enumerate(plan.constants.items()):
        if key in fields:
            shown |= {f"constant{number}": fields[key].label, f"value{number}": value}
    for number, rule in enumerate(plan.rules):
        shown |= {f"rule{number}": str(rule.column), f"test{number}": rule.test.value, f"text{number}": rule.text}
    return shown


def words_form(asked: Sequence[Any], days: Sequence[Any], values: tuple[dict[str, Any], dict[str, Any]], **kwargs: Any) -> Any:
    """A form with a choice for each word that is asked about, and for each column of dates. `values`: its further boxes and what stands
    in them, as `boxes_of` makes them."""
    parts, data = values
    for number, word in enumerate(asked):
        parts[f"spelling{number}"] = HiddenField()
        parts[f"scheme{number}"] = HiddenField()
        choices = [
            ("", gettext("– decide –")),
            *((offer.code, offer.label) for offer in word.offers),
            *([(OTHERS, gettext("others, not named: the list of partners is not complete"))] if word.field.scheme == "party" else []),
            ("-", gettext("no such type: its rows are left out") if word.field.key == TYPE else gettext("nothing: it is left out")),
        ]
        parts[f"code{number}"] = SelectField(word.spelling, choices=choices, validate_choice=False)
        parts[f"other{number}"] = Text(gettext("Another meaning of %(spelling)s", spelling=word.spelling), limit=200)
        data |= {f"spelling{number}": word.key, f"scheme{number}": word.field.key, f"code{number}": word.chosen}
    for day in days:
        orders = [("day_first", gettext("the day: 3/4/2012 is 3 April")), ("month_first", gettext("the month: 3/4/2012 is 4 March"))]
        parts[f"order{day.column}"] = RadioField(
            gettext("In “%(column)s” stands first", column=day.header), choices=orders, validate_choice=False
        )
        parts[f"pivot{day.column}"] = Text(
            gettext("Highest two-digit year in “%(column)s” that belongs to the 2000s", column=day.header), limit=20
        )
        parts[f"numbers{day.column}"] = BooleanField(
            gettext("Numbers in “%(column)s” are days as spreadsheets count them", column=day.header)
        )
        data |= {f"order{day.column}": day.order, f"pivot{day.column}": day.pivot, f"numbers{day.column}": day.are_days}
    made = type("WordsForm", (FlaskForm,), parts)
    return made(data=data, **kwargs)
