"""The words of what events say in detail: one table for the names, one for the codes that stand behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.accounts.models import Ended, InvitationKind
from tracker.accounts.words import METHOD_WORDS, ROLE_WORDS, STEP_WORDS
from tracker.files.words import KIND_WORDS as FILE_WORDS
from tracker.handovers.disclosure_words import CHANNEL_WORDS, GIVEN_WORDS
from tracker.handovers.words import GROUND_WORDS
from tracker.notifications.kinds import CHOICE_WORDS
from tracker.notifications.kinds import KIND_WORDS as NOTICE_WORDS
from tracker.records.reading import PAGE_WORDS
from tracker.records.record_type import REVIEW_WORDS, STATUS_WORDS

Words = Mapping[Any, str | LazyString]

# The names of details. `action.name` goes before `name`: one word may mean two things in two events.
NAMES: dict[str, LazyString] = {
    "by_token": _l("By the program with token no."), "token": _l("Token no."), "scope": _l("The program may"),
    "token_made.until": _l("Until"),
    "rows": _l("Rows"), "tables": _l("Tables"), "files": _l("Files"), "records": _l("Records"), "keys": _l("Keys sealed anew"),
    "key_rotated.files": _l("Keys of files sealed anew"), "drafts": _l("Drafts sealed anew"), "left": _l("Drafts that no key opens, left"),
    "refs": _l("Records made"), "changed_records": _l("Records changed"), "source": _l("Source"),
    "key_rotated.imports": _l("Imports sealed anew"),
    "sha256": _l("Fingerprint (SHA-256)"), "made_at": _l("Made at"), "format": _l("Format"), "filter": _l("Filter"),
    "version": _l("Version"), "versions": _l("Versions"), "state": _l("State"), "into": _l("Merged into"),
    "reason": _l("Reason or purpose"),
    "page": _l("What was read"), "for": _l("Opened for"), "subjects": _l("Persons"), "persons": _l("Numbers of the persons"),
    "no": _l("Entry no."), "channel": _l("By which way"), "given": _l("What was given"), "recipient": _l("Recipient"),
    "record": _l("Record"), "ground": _l("Ground"), "asked_by": _l("Asked by"), "review_date_set.before": _l("Review date"),
    "from": _l("From"), "to": _l("To"), "added": _l("Reader added"), "removed": _l("Reader taken out"),
    "file": _l("File no."), "size": _l("Size"), "kind": _l("Type"), "user_invited.kind": _l("Link for"),
    "source_saved.kind": _l("Kind of source"),
    "refused.method": _l("Request"), "refused.address": _l("Page asked for"), "method": _l("Signed in with"), "step": _l("Failed at"),
    "sign_in": _l("Sign-in no."), "why": _l("Why"), "role": _l("Role"), "language": _l("Language"),
    "recovery_codes": _l("New recovery codes"),
    "second_factor": _l("Second factor"), "passkey": _l("Passkey"), "active": _l("May sign in"),
    "display_name": _l("Name"), "email": _l("E-mail"), "sso_subject": _l("Subject at the identity provider"), "changed": _l("Changed"),
    "name": _l("Name"), "covers_all": _l("Covers all partners"), "parties": _l("Partners"), "people": _l("Officers"),
    "title": _l("Title"), "publisher": _l("Publisher"), "url": _l("Address"), "published": _l("Published"), "lang": _l("Language"),
    "reliability": _l("Reliability"), "marking": _l("Marking"), "is_translation": _l("Translation"), "text": _l("Text"),
    "basis": _l("Basis"), "status": _l("Status"), "review": _l("Review"), "measure": _l("Measure"), "partner": _l("Partner"),
    "region": _l("Region"), "group": _l("Group"), "year": _l("Year"), "owner": _l("Entered by"), "since": _l("From"), "until": _l("To"),
    "crime": _l("Crime type"), "person": _l("Person"), "action": _l("Action"),
    **{kind.value: words for kind, words in NOTICE_WORDS.items()},
}  # fmt: skip

# What a detail says by being there, by name and value.
SENTENCES: dict[tuple[str, bool], LazyString] = {
    ("restored", True): _l("Brought back from the removed files"),
    ("erased", True): _l("Removed together with erased names"),
    ("all", True): _l("All sign-ins of the person"),
    ("all", False): _l("Everything but the password was taken away"),
    ("app", True): _l("App added"),
    ("app", False): _l("App removed"),
    ("closed", True): _l("Closed"),
    ("closed", False): _l("Opened again"),
    ("q", True): _l("Words were typed (not kept here)"),
    ("about", True): _l("Narrowed by what it is about (not kept here)"),
    ("purpose", True): _l("Narrowed by words of the reason or purpose (not kept here)"),
}

_ENDED: Words = {
    Ended.SIGNED_OUT: _l("signed out"),
    Ended.IDLE: _l("nothing done for too long"),
    Ended.EXPIRED: _l("its time was over"),
    Ended.REVOKED: _l("ended by the person or an administrator"),
    Ended.DISABLED: _l("the account was closed"),
    Ended.PASSWORD: _l("the password was changed"),
    Ended.SECOND_FACTOR: _l("the second factor was changed"),
    Ended.RENEWED: _l("went on under a new token"),
}

# The codes behind names; names of parties, people, terms and days are looked up, not listed here.
CODES: dict[str, Words] = {
    "role": ROLE_WORDS,
    "method": METHOD_WORDS,
    "step": STEP_WORDS,
    "why": _ENDED,
    "state": REVIEW_WORDS,
    "review": REVIEW_WORDS,
    "status": STATUS_WORDS,
    "page": PAGE_WORDS,
    "ground": GROUND_WORDS,
    "channel": CHANNEL_WORDS,
    "given": GIVEN_WORDS,
    "for": {"review": _l("a decision in review")},
    "kind": FILE_WORDS,
    "user_invited.kind": {InvitationKind.INVITE: _l("an invitation"), InvitationKind.RESET: _l("a new password")},
    "format": {"csv": "CSV", "jsonl": _l("JSON lines")},
    "second_factor": {"asked anew": _l("asked anew")},
    "passkey": {"added": _l("added"), "removed": _l("removed")},
    "basis": {"official": _l("what is verified"), "working": _l("including what is not verified")},
    **{kind.value: CHOICE_WORDS for kind in NOTICE_WORDS},
}


def name_word(action: str, name: str) -> str:
    """What a detail is called; one that this program does not know is shown as it is stored."""
    return str(NAMES.get(f"{action}.{name}") or NAMES.get(name) or name.replace("_", " "))


def code_word(action: str, name: str, code: str) -> str | None:
    """A code in words; None for one that no table holds."""
    table = CODES.get(f"{action}.{name}") or CODES.get(name) or {}
    return str(table[code]) if code in table else None
