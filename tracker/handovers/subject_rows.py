"""The rows of persons in the form of a handover. A name on file is never sent to the browser: left empty it is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import ValidationError

from tracker.handovers.words import DATA_SUBJECT_WORDS
from tracker.personal_data.books import NAMES, TYPED, Books
from tracker.personal_data.finding import words_of
from tracker.personal_data.models import PSEUDONYM_LENGTH, Subject
from tracker.records import form_context
from tracker.records.documents import Document
from tracker.records.fields import Choice, LongText, PartiesField, TermField, Text
from tracker.records.form_rows import Row
from tracker.records.models import Record
from tracker.records.naming import too_long, with_texts
from tracker.records.numbers import small_number
from tracker.records.sources import Source
from tracker.records.visibility import visible_to

if TYPE_CHECKING:
    from tracker.handovers.forms import HandoverForm

NAME_LENGTH, MOST_OTHERS = 200, 20
SUBJECTS_HINT = _l(
    "Names are sealed and opened only for a stated purpose. Where a name or another spelling stands in the title, a quotation or "
    "any other text of this record, the pseudonym takes its place when you save. No special categories of data (health, religion, "
    "politics) unless strictly necessary."
)


class SubjectRow(Row):
    """One person; known by number, found under a pseudonym."""

    key = "kind"
    title = _l("Person")
    no = HiddenField()
    kind = Choice(_l("Kind of person"), DATA_SUBJECT_WORDS, blank=_l("choose"))
    legal_status = TermField(_l("Legal status at the handover"), "person_status")
    nationality = PartiesField(_l("Nationality"), several=False)
    alleged_crime = TermField(_l("Alleged crime"), "crime")
    name = Text(_l("Name"), limit=NAME_LENGTH, render_kw={"autocomplete": "off", "spellcheck": "false"})
    other_names = LongText(
        _l("Other names and spellings"),
        limit=1_000,
        description=_l("One a line: in other scripts, a surname that stands alone, an alias."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    same_as = Text(_l("Same person as"), limit=PSEUDONYM_LENGTH, description=_l("A pseudonym of another handover: HND-2024-0001/2."))
    remove_name = BooleanField(_l("Take the name on file off this person"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.flags.required_to_submit = True  # the star; a row in which nothing is filled in is no person

    @property
    def is_blank(self) -> bool:
        return not any(field.data for field in self if field.type != "HiddenField")

    @property
    def others(self) -> list[str]:
        """Each line (or part between semicolons) of the box of other names."""
        return list(dict.fromkeys(filter(None, (part.strip() for part in re.split(r"[;\n]", self.other_names.data or "")))))

    def entry(self, kept: list[Document]) -> Document:
        """The row of the document; what was typed of names stands apart, until the service has sealed it."""
        before = next((row for row in kept if str(row["no"]) == str(self.no.data)), {})
        entry = {
            "no": int(self.no.data),
            "kind": self.kind.data,
            "legal_status": self.legal_status.data or None,
            "nationality": next(iter(self.nationality.codes), None),
            "alleged_crime": self.alleged_crime.data or None,
            "name": before.get("name", 0),
            "other_names": before.get("other_names", []),
            "same_as": (self.same_as.data or "").strip().upper(),
        }
        typed = {"name": self.name.data or "", "other_names": self.others, "remove": bool(self.remove_name and self.remove_name.data)}
        return entry | ({TYPED: typed} if any(typed.values()) else {})

    def validate_name(self, field: Text) -> None:
        _check_spellings([field.data] if field.data else [])

    def validate_other_names(self, field: LongText) -> None:
        _check_spellings(self.others)

    def validate_same_as(self, field: Text) -> None:
        """The person exists, in a record that the writer may see."""
        pseudonym = (field.data or "").strip().upper()
        if not pseudonym:
            return
        ref, _, no = pseudonym.partition("/")
        context = form_context.current()
        person = sa.select(Subject.id).join(Record, Record.id == Subject.record_id).where(Record.ref == ref, visible_to(context.user))
        number = small_number(no)
        if number is None or context.session.scalar(person.where(Subject.no == number)) is None:
            raise ValidationError(gettext("There is no such person: write a pseudonym such as HND-2024-0001/2."))


def subject_rows(document: Document) -> list[Document]:
    """What the form shows of the persons: everything but their names, and what was just typed of those."""
    shown = []
    for row in document[NAMES]:
        typed = row.get(TYPED) or {}
        shown.append(
            row
            | {"name": typed.get("name", ""), "other_names": "\n".join(typed.get("other_names", ())), "remove_name": typed.get("remove")}
        )
    return shown


def number_subjects(form: HandoverForm) -> None:
    """Persons keep their number for good; a new row gets the next one. Rows say what is on file."""
    known = {int(row["no"]): row for row in form.base[NAMES]}
    numbers = [small_number(row.form.no.data) for row in form.subjects]
    following = max([*known, *filter(None, numbers)], default=0) + 1
    taken: set[int] = set()
    books = Books(form.context.session, form.own_ref) if form.own_ref else None
    for row, given in zip(form.subjects, numbers, strict=True):
        number = given
        if not number or number in taken:
            number, following = following, following + 1
        taken.add(number)
        row.form.no.data = str(number)
        before = known.get(number, {})
        if books and books.is_erased(number):
            row.form.name.description = gettext("The name was erased.")
        elif before.get("name"):
            row.form.name.description = gettext("A name is on file. Empty: it is kept; type to replace it.")
        if before.get("other_names"):
            row.form.other_names.description = gettext("%(count)s on file. Empty: kept; type to replace.", count=len(before["other_names"]))
        if not before.get("name"):
            del row.form.remove_name  # there is none to take off


def check_names(form: HandoverForm) -> None:
    """What no save may store: a name for a person who was erased, a name in a source, texts too long once names are masked."""
    books = Books(form.context.session, form.own_ref or "?")
    for row in form.subjects:
        if books.is_erased(int(row.form.no.data)) and (row.form.name.data or row.form.others):
            row.form.name.errors = [gettext("The name of this person was erased: add another person if it is another one.")]
            form.subjects.errors = [entry.errors for entry in form.subjects]
            return
    document = books.take(form.document(), form.base)
    for row in form.evidence:
        if any(books.holds_name(text) for text in _said_of(form, row.form)):
            row.form.source.errors = [
                gettext(
                    "The title, publisher or address of a source is seen with every record that cites it: leave the name of the person out."
                )
            ]
            form.evidence.errors = [entry.errors for entry in form.evidence]
    for name in too_long(with_texts(document, form.record_type, books.masked), form.record_type):
        form[name].errors = [gettext("With the pseudonyms in place of names a text here is too long: shorten it.")]


def _said_of(form: HandoverForm, row: Any) -> list[str]:
    """What everybody can read of the source of a row: as typed, and as it is stored where it is a known one."""
    typed = [row.source.data or "", row.publisher.data or "", row.url.data or ""]
    ref = typed[0].split(" ")[0].upper()
    known = form.context.session.scalar(sa.select(Source).where(Source.ref == ref)) if ref else None
    return [*typed, known.title, known.publisher, known.url] if known else typed


def _check_spellings(names: list[str]) -> None:
    """A name has at least two letters, or it would be found in everything. Raises ValidationError."""
    if len(names) > MOST_OTHERS:
        raise ValidationError(gettext("At most %(most)d spellings.", most=MOST_OTHERS))
    if any(len("".join(word.folded for word in words_of(name))) < 2 or len(name) > NAME_LENGTH for name in names):
        raise ValidationError(gettext("A name has at least two letters and at most %(most)d signs.", most=NAME_LENGTH))
