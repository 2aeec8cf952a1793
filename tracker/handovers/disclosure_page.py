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
from tracker.records.differences import Change, changes
from tracker.records.disclosure_models import CorrectionNotice, Disclosure
from tracker.records.documents import Document, references_in
from tracker.records.filtering import Reader, partner_label
from tracker.records.markings import page_marking
from tracker.records.relations import merge_chain
from tracker.records.told import Cause, State, Version, states
from tracker.records.visibility import may_read_version, visible_refs
from tracker.records.words import Wording


@dataclass(frozen=True)
class Correction:
    """What the recipient does not know yet: in sentences, and field by field."""

    since: datetime
    sentences: tuple[str, ...]
    changes: tuple[Change, ...]
    stamp: str
    is_hidden: bool  # something of it is not for this reader, who cannot send the notice therefore


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
        session, user = wording.reader.session, wording.reader.user
        due = [row for row in rows if row.due_since]
        self.states = states(session, record, due)
        records = {record.id: record} | ({kept.id: kept} if due and (kept := merge_chain(session, record)[-1]) is not record else {})
        refs = visible_refs(session, user, [one.ref for one in records.values()]) if len(records) > 1 else {record.ref}
        self.refs = {key: one.ref for key, one in records.items() if one.ref in refs}  # of those that the reader may see
        shown = {(key, str(said["marking"])) for one in self.states.values() for (key, _), said in _documents_of(one)}
        self.readable = {
            (key, marking) for key, marking in shown if key in self.refs and may_read_version(session, user, records[key], marking)
        }
        documents = [said for one in self.states.values() for _, said in _documents_of(one)]
        wording.look_up({ref for said in documents for ref in references_in(said, wording.record_type)})

    def of(self, row: Disclosure) -> Correction | None:
        if row.due_since is None:
            return None
        state = self.states[row.id]
        is_changed = Cause.CHANGED in state.causes
        is_hidden = is_changed and any((key, str(said["marking"])) not in self.readable for (key, _), said in _documents_of(state))
        sentences = [*self._sentences(state, is_hidden)]
        differing: list[Change] = []
        if is_changed and not is_hidden:
            sentences += self._of_names(state)
            differing = [one for one in changes(state.was, state.now_is, self.wording) if one.before or one.after]
        is_hidden = is_hidden or (Cause.MERGED in state.causes and state.now.under not in self.refs)
        return Correction(row.due_since, tuple(sentences), tuple(differing), state.now.stamp, is_hidden)

    def _of_names(self, state: State) -> Iterator[str]:
        """Whose names are other ones than were given: the names themselves stand in no text."""
        if state.told.version[0] != state.now.version[0]:
            return
        spelled = [{one["no"]: (one["name"], one["other_names"]) for one in said[NAMES]} for said in (state.was, state.now_is)]
        changed = [no for no, names in spelled[1].items() if no in spelled[0] and names != spelled[0][no]]
        if changed:
            names = ", ".join(pseudonym_of(self.refs[state.now.version[0]], no) for no in sorted(changed))
            yield gettext("Names of these persons were corrected; we send them to you apart from this text: %(names)s.", names=names)

    def _sentences(self, state: State, is_hidden: bool) -> Iterator[str]:
        found = state.causes
        if Cause.MERGED in found:
            ref = self.refs.get(state.now.under)
            yield (
                gettext("The data are continued under our reference %(ref)s: please use this one from now on.", ref=ref)
                if ref
                else gettext("The data are continued under another reference; whoever may see that record sends the notice.")
            )
        if Cause.RETIRED in found:
            yield gettext("We have withdrawn the record: do not use the data any longer, and erase them.")
        if Cause.RESTRICTED in found:
            yield gettext("It is contested whether the data are right or lawful: do not use them until we write again.")
        if Cause.VALID in found:
            yield gettext("The data may be used again.")
        if Cause.ERASED in found:
            names = ", ".join(sorted(state.erased))
            yield gettext("We have erased the names of these persons; erase them, too: %(names)s.", names=names)
        if is_hidden:
            yield gettext("The record was corrected; what is different is shown to those who may read both versions, who send the notice.")
        elif Cause.CHANGED in found:
            yield gettext("The record was corrected; what is different is said below.")


def _documents_of(state: State) -> tuple[tuple[Version, Document], tuple[Version, Document]]:
    return (state.told.version, state.was), (state.now.version, state.now_is)


def sheet_of(reader: Reader, record: Handover, wording: Wording) -> Sheet:
    """The log of `record` in the reader's words, the newest entry first."""
    found = disclosures_of(reader.session, record)
    users, notices = names_of_users(reader.session), notices_of(reader.session, record) if found else ()
    corrections = _Corrections(wording, record, [row for row, _ in found])
    lines = tuple(_line(row, wording.word("party", code), users, notices, corrections.of(row)) for row, code in found)
    return Sheet(lines, page_marking([record.effective_marking, *(marking for _, marking in corrections.readable)]))


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


def senders(reader: Reader, record: Handover, product: str) -> list[str]:
    """Whom the recipient may ask: whoever sends the notice, the owner where that is somebody else, and the office."""
    user, state = reader.user, partner_label(reader, reader.reporting_state)
    owner = "" if record.owner_id == user.id else names_of_users(reader.session).get(record.owner_id, "")
    return [
        gettext("Contact: %(person)s", person=", ".join(filter(None, (user.display_name, user.email)))),
        *([gettext("In charge of the record: %(person)s", person=owner)] if owner else ()),
        f"{product}, {state}",
    ]


def notice_text(record: Handover, line: DisclosureLine, correction: Correction, marking: str, today: str, contact: Sequence[str]) -> str:
    """The notice to the recipient as plain text: reference and differences, no names of persons of the record."""
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
    handling = [gettext("Handling: %(caveats)s", caveats=line.caveats)] if line.caveats else []
    return "\n".join([*parts, *handling, "", *contact])


def change_words(change: Change) -> str:
    """One difference as a sentence."""
    before, after = "; ".join(change.before), "; ".join(change.after)
    if before and after:
        return gettext("%(field)s: instead of “%(before)s” it is “%(after)s”.", field=change.label, before=before, after=after)
    if before:
        return gettext("%(field)s: “%(before)s” is no longer so.", field=change.label, before=before)
    return gettext("%(field)s: “%(after)s” is added.", field=change.label, after=after)


def csv_rows(sheet: Sheet) -> Iterator[Sequence[object]]:
    """The sheet as rows of a file, each with the marking of the whole."""
    yield [
        *(gettext("No."), gettext("Partner"), gettext("Authority and person"), gettext("Given on"), gettext("By which way")),
        *(gettext("Purpose"), gettext("What was given"), gettext("Version"), gettext("Handling caveats"), gettext("Noted by")),
        *(gettext("Noted at"), gettext("Withdrawn"), gettext("Withdrawn by"), gettext("Withdrawn at")),
        *(gettext("Notices of correction"), gettext("Correction due since"), gettext("Handling")),
    ]
    for line in sheet.lines:
        by, at, why = line.withdrawn or ("", None, "")
        withdrawn = (why, by, at.isoformat(timespec="seconds") if at else "")
        yield [
            *(line.no, line.partner, line.authority, line.given_on, line.channel, line.purpose, line.given, line.version, line.caveats),
            *(line.noted[0], line.noted[1].isoformat(timespec="seconds"), *withdrawn),
            "; ".join(f"{day}, {channel}, {by}" for day, channel, by in line.notices),
            *(line.correction.since.isoformat(timespec="seconds") if line.correction else "", sheet.marking),
        ]
