"""The sheet "Who received this": each recipient with what he was given, what he was told since, and what he has to be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from tracker.accounts.services import names_of_users
from tracker.handovers.disclosure_words import CHANNEL_WORDS, GIVEN_WORDS
from tracker.handovers.disclosures import disclosures_of, notices_of
from tracker.handovers.models import Handover
from tracker.partial_dates import PartialDate, describe, parse_edtf
from tracker.personal_data.books import NAMES, pseudonym_of
from tracker.records.corrections import Cause, Known, as_given, causes, documents_of, erased_persons, holds_now, last_told
from tracker.records.differences import Change, changes
from tracker.records.disclosure_models import CorrectionNotice, Disclosure
from tracker.records.documents import Document, references_in
from tracker.records.filtering import Reader
from tracker.records.markings import page_marking
from tracker.records.visibility import may_read_version
from tracker.records.words import Wording


@dataclass(frozen=True)
class Correction:
    """What the recipient does not know yet: in sentences, and field by field."""

    since: datetime
    sentences: tuple[str, ...]
    changes: tuple[Change, ...]
    stamp: str


@dataclass(frozen=True)
class DisclosureLine:
    """One entry of the log in words."""

    no: int
    partner: str
    authority: str
    given_on: str
    channel: str
    purpose: str
    given: str
    version: int
    caveats: str
    noted: tuple[str, datetime]
    withdrawn: tuple[str, datetime, str] | None  # by whom, when, why
    notices: tuple[tuple[str, str, str], ...]  # sent when, by which way, noted by whom
    correction: Correction | None


@dataclass(frozen=True)
class Sheet:
    """The whole log of one record, and how the page is marked."""

    lines: tuple[DisclosureLine, ...]
    marking: str

    @property
    def due(self) -> int:
        """How many recipients have to be told something."""
        return sum(1 for line in self.lines if line.correction)

    def line(self, no: int) -> DisclosureLine | None:
        return next((line for line in self.lines if line.no == no), None)


class _Corrections:
    """What is due about one record, with all that it takes to say so read at once."""

    def __init__(self, wording: Wording, record: Handover, rows: Sequence[Disclosure]) -> None:
        self.wording, self.record = wording, record
        due = [row for row in rows if row.due_since]
        session = wording.reader.session
        self.told = last_told(session, due) if due else {}
        erased = erased_persons(session, record) if due else frozenset()
        self.now = {key: holds_now(record, erased, told) for key, told in self.told.items()}
        numbers = {known.version for state in (self.told, self.now) for known in state.values()}
        self.documents = documents_of(session, record, numbers) if numbers else {}
        markings = {str(document["marking"]) for document in self.documents.values()}
        self.readable = {marking for marking in markings if may_read_version(session, wording.reader.user, record, marking)}
        wording.look_up({ref for one in self.documents.values() for ref in references_in(one, wording.record_type)})

    def of(self, row: Disclosure) -> Correction | None:
        if row.due_since is None:
            return None
        told, now = self.told[row.id], self.now[row.id]
        found = causes(told, now, row.given, self.documents, self.record.kind)
        differing = self._changes(told, now, row) if Cause.CHANGED in found else []
        sentences = [*self._sentences(found, told, now)]
        if Cause.CHANGED in found:
            sentences += self._of_names(told, now, row)
        return Correction(row.due_since, tuple(sentences), tuple(differing), now.stamp)

    def _of_names(self, told: Known, now: Known, row: Disclosure) -> Iterator[str]:
        """Whose names are other ones than were given: the names themselves stand in no text."""
        spelled = [
            {one["no"]: (one["name"], one["other_names"]) for one in as_given(self.documents[known.version], row.given)[NAMES]}
            for known in (told, now)
        ]
        changed = [no for no, names in spelled[1].items() if no in spelled[0] and names != spelled[0][no]]
        if changed:
            names = ", ".join(pseudonym_of(self.record.ref, no) for no in sorted(changed))
            yield gettext("Names of these persons were corrected; we send them to you apart from this text: %(names)s.", names=names)

    def _changes(self, told: Known, now: Known, row: Disclosure) -> list[Change]:
        documents = [self.documents[told.version], self.documents[now.version]]
        if any(str(document["marking"]) not in self.readable for document in documents):
            return []
        was, now_is = (as_given(document, row.given) for document in documents)
        return [one for one in changes(was, now_is, self.wording) if one.before or one.after]

    def _sentences(self, found: Sequence[Cause], told: Known, now: Known) -> Iterator[str]:
        if Cause.RETIRED in found:
            yield gettext("We have withdrawn the record: do not use the data any longer, and erase them.")
        if Cause.RESTRICTED in found:
            yield gettext("It is contested whether the data are right or lawful: do not use them until we write again.")
        if Cause.VALID in found:
            yield gettext("The data may be used again.")
        if Cause.ERASED in found:
            names = ", ".join(pseudonym_of(self.record.ref, no) for no in sorted(now.erased - told.erased))
            yield gettext("We have erased the names of these persons; erase them, too: %(names)s.", names=names)
        if Cause.CHANGED in found:
            yield gettext("The record was corrected; what is different is said below.")


def sheet_of(reader: Reader, record: Handover, wording: Wording) -> Sheet:
    """The log of `record` in the reader's words, the newest entry first."""
    found = disclosures_of(reader.session, record)
    users, notices = names_of_users(reader.session), notices_of(reader.session, record) if found else ()
    corrections = _Corrections(wording, record, [row for row, _ in found])
    lines = tuple(_line(row, wording.word("party", code), users, notices, corrections.of(row)) for row, code in found)
    shown: list[Document] = [one for one in corrections.documents.values() if str(one["marking"]) in corrections.readable]
    return Sheet(lines, page_marking([record.effective_marking, *(str(one["marking"]) for one in shown)]))


def _line(
    row: Disclosure, partner: str, users: Mapping[int, str], notices: Sequence[CorrectionNotice], correction: Correction | None
) -> DisclosureLine:
    withdrawn = (users.get(row.withdrawn_by_id or 0, ""), row.withdrawn_at, row.withdrawn_reason) if row.withdrawn_at else None
    sent = [one for one in notices if one.disclosure_id == row.id]
    return DisclosureLine(
        no=row.no,
        partner=partner,
        authority=row.authority,
        given_on=day_words(row.given_on),
        channel=str(CHANNEL_WORDS[row.channel]),
        purpose=row.purpose,
        given=str(GIVEN_WORDS[row.given]),
        version=row.version,
        caveats=row.caveats,
        noted=(users.get(row.noted_by_id, ""), row.noted_at),
        withdrawn=withdrawn,
        notices=tuple((day_words(one.sent_on), str(CHANNEL_WORDS[one.channel]), users.get(one.by_id, "")) for one in sent),
        correction=correction,
    )


def day_words(day: PartialDate) -> str:
    """A day in the reader's language."""
    return describe(parse_edtf(day.edtf))


def notice_text(record: Handover, line: DisclosureLine, correction: Correction, marking: str, today: str) -> str:
    """The notice to the recipient as plain text: reference and differences, no names of persons."""
    parts = [
        *(marking, today, ""),
        gettext("To: %(authority)s, %(partner)s", authority=line.authority, partner=line.partner),
        "",
        gettext("Correction of data given to you: %(ref)s", ref=record.ref),
        "",
        gettext(
            "You received data of this record from us (%(day)s, %(channel)s) for this purpose: %(purpose)s",
            day=line.given_on,
            channel=line.channel,
            purpose=line.purpose,
        ),
        "",
        *(f"- {sentence}" for sentence in correction.sentences),
        *(f"- {change_words(change)}" for change in correction.changes),
        "",
        gettext("Please correct, restrict or erase what you hold accordingly, tell everybody to whom you gave it, and confirm this to us."),
    ]
    return "\n".join(parts + ([gettext("Handling: %(caveats)s", caveats=line.caveats)] if line.caveats else []))


def change_words(change: Change) -> str:
    """One difference as a sentence."""
    before, after = "; ".join(change.before), "; ".join(change.after)
    if before and after:
        return gettext("%(field)s: instead of “%(before)s” it is “%(after)s”.", field=change.label, before=before, after=after)
    if before:
        return gettext("%(field)s: “%(before)s” is no longer so.", field=change.label, before=before)
    return gettext("%(field)s: “%(after)s” is added.", field=change.label, after=after)


def csv_rows(lines: Sequence[DisclosureLine]) -> Iterator[Sequence[object]]:
    """The sheet as rows of a file."""
    yield [
        *(gettext("No."), gettext("Partner"), gettext("Authority and person"), gettext("Given on"), gettext("By which way")),
        *(gettext("Purpose"), gettext("What was given"), gettext("Version"), gettext("Handling caveats"), gettext("Noted by")),
        *(gettext("Noted at"), gettext("Withdrawn"), gettext("Notices of correction"), gettext("Correction due since")),
    ]
    for line in lines:
        yield [
            *(line.no, line.partner, line.authority, line.given_on, line.channel, line.purpose, line.given, line.version, line.caveats),
            *(line.noted[0], line.noted[1].isoformat(timespec="seconds"), line.withdrawn[2] if line.withdrawn else ""),
            "; ".join(f"{day}, {channel}" for day, channel, _ in line.notices),
            line.correction.since.isoformat(timespec="seconds") if line.correction else "",
        ]
