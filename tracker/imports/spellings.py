"""What the words in cells mean: parties by any of their names, terms and choices by code or label, and what somebody decided.

Only what is exactly a name, a code or a label is taken, or a word that everybody uses for a term, which is then shown; everything else
is asked about, with what looks like it, best first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext
from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.database.folding import fold
from tracker.imports.fields import Field
from tracker.imports.models import SPELLING_LENGTH, ImportWord
from tracker.imports.naming import labels_of, names_of, usual_names_of
from tracker.imports.plan import Plan
from tracker.imports.several import OTHERS, codes_in, kept, parted
from tracker.vocabularies.models import Party
from tracker.vocabularies.names_apart import possible_names
from tracker.vocabularies.parties import Resolution, display_name, names_by_code, resolve_each, similar_to

LEFT_OUT = ""
_FEWEST_ALIKE, _MOST_OFFERED = 55, 6
_BRACKETS = re.compile(r"\(([^()]*)\)")
_DOUBT = re.compile(r"(?<!\s)\s*+[(（]?\s*+[?？]++\s*+[)）]?")
_NOT_STATED = "NA"  # of statisticians; of ISO 3166 it is Namibia


@dataclass(frozen=True)
class Offer:
    """One meaning to choose: its code and what it is called."""

    code: str
    label: str


class Words:
    """Looks words up for one importer and one plan; what was asked once is kept."""

    def __init__(self, session: Session, user: User, plan: Plan, locale: str) -> None:
        self._session, self._plan, self._locale = session, plan, locale
        kept = session.execute(sa.select(ImportWord.scheme, ImportWord.spelling, ImportWord.code).where(ImportWord.owner_id == user.id))
        self._remembered = {(scheme, spelling): code for scheme, spelling, code in kept}
        self._found: dict[tuple[str, str], str | None] = {}
        self._exact: set[tuple[str, str]] = set()
        self._lists: dict[str, dict[str, str]] = {}
        self._usual: dict[str, Mapping[str, str]] = {}
        self._parties: dict[str, Resolution | None] = {}

    def codes(self, field: Field, spelling: str) -> tuple[str, ...] | None:
        """The codes of what is meant, none where it was said to mean nothing; None where nobody knows yet."""
        code = self.code(field, spelling)
        return None if code is None else codes_in(code)

    def code(self, field: Field, spelling: str) -> str | None:
        """The same as it is kept: of several meanings one text, LEFT_OUT where it means nothing."""
        key = (field.scheme, spelling)
        if key not in self._found:
            self.prepare(field, [spelling])
        return self._found[key]

    def prepare(self, field: Field, spellings: Iterable[str]) -> None:
        """Look up many at once."""
        scheme = field.scheme
        new = {spelling for spelling in spellings if (scheme, spelling) not in self._found}
        exact = self._exactly(field, new)
        self._exact |= {(scheme, spelling) for spelling in exact}
        decided, usual = self._plan.words.get(scheme, {}), self._usually(field)
        for spelling in new:
            folded = key_of(spelling)
            code = decided.get(folded, exact.get(spelling))
            if code is None:
                code = self._remembered.get((scheme, folded), usual.get(folded))
            self._found[scheme, spelling] = code

    def typed(self, field: Field, text: str) -> tuple[str, ...]:
        """What somebody wrote as a meaning, where a list of rows takes several of it: `Laos; Myanmar`. () where it is not known."""
        code = self.code(field, text.strip())
        if code or not field.list_name:
            return codes_in(code or "")
        return parted(text, lambda spellings: self._exactly(field, spellings) | self._labelled(field, spellings))

    def is_remembered(self, field: Field, key: str) -> bool:
        """Whether it is known from an earlier file alone: whoever imports is to look at it again."""
        return key not in self._plan.words.get(field.scheme, {})

    def is_usual(self, field: Field, key: str) -> bool:
        """Whether it is known only as a word that everybody uses: nobody has decided it."""
        return self.is_remembered(field, key) and (field.scheme, key) not in self._remembered

    def is_exact(self, field: Field, spelling: str) -> bool:
        """Whether nobody has to decide what is meant."""
        self.prepare(field, [spelling])
        return (field.scheme, spelling) in self._exact

    def look_up(self, field: Field, spellings: Iterable[str]) -> None:
        """Ask for everything at once that the offers of these spellings need."""
        if field.scheme == "party":
            self._resolved({name for one in map(_undoubted, spellings) for name in (*_variants(one), *possible_names(one))})

    def offers(self, field: Field, spelling: str) -> list[Offer]:
        """What may be meant, best first. A state that is gone is offered as itself, with its end, never as its successor."""
        plain = _undoubted(spelling)
        both = parted(plain, lambda pieces: self._exactly(field, pieces)) if field.list_name else ()
        first = [kept(both)] if len(both) > 1 else self._meant(field, plain) if plain != spelling else []
        offers = {offer.code: offer for offer in (*(Offer(code, self.label(field, code)) for code in first), *self._alike(field, plain))}
        return list(offers.values())

    def _meant(self, field: Field, spelling: str) -> list[str]:
        """Its meaning without the doubt: by its names, or by a word that everybody uses."""
        usual = self._usually(field).get(key_of(spelling))
        return [*self._exactly(field, [spelling]).values(), *([usual] if usual else [])]

    def _alike(self, field: Field, spelling: str) -> list[Offer]:
        if field.scheme == "party":
            parties = dict.fromkeys([*self._said_otherwise(spelling), *similar_to(self._session, spelling, _MOST_OFFERED)])
            return [Offer(party.code, f"{display_name(party, self._locale)} ({party.code}{_until(party.valid_to)})") for party in parties]
        labels = {label: code for code, label in self._labels(field).items()}
        hits = process.extract(fold(spelling), {label: fold(label) for label in labels}, scorer=fuzz.WRatio, limit=_MOST_OFFERED)
        return [Offer(labels[label], label) for _, score, label in hits if score >= _FEWEST_ALIKE]

    def _said_otherwise(self, spelling: str) -> list[Party]:
        """Whom the same words mean in their usual order: `Sudan, Republic of South`, `Serbia, Republic of`, `Yugoslavia (former)`."""
        known = self._resolved(_variants(spelling))
        found = [known[variant] for variant in _variants(spelling) if variant in known]
        return [party for one in found for party in ([one.party] if one.party else one.candidates)]

    def every_offer(self, field: Field) -> list[Offer]:
        """All that can be chosen, by name."""
        labels = names_by_code(self._session, self._locale) if field.scheme == "party" else self._labels(field)
        found = [Offer(code, label) for code, label in labels.items()]
        return [*sorted(found, key=lambda offer: offer.label), Offer(OTHERS, _others())] if field.scheme == "party" else found

    def label(self, field: Field, code: str) -> str:
        """What codes are called."""
        labels = names_by_code(self._session, self._locale) if field.scheme == "party" else self._labels(field)
        return " + ".join(_others() if one == OTHERS else labels.get(one, one) for one in codes_in(code))

    def _labelled(self, field: Field, spellings: Iterable[str]) -> dict[str, str]:
        """By what the choices on the page are called."""
        labels = {fold(offer.label): offer.code for offer in self.every_offer(field)}
        return {spelling: labels[fold(spelling)] for spelling in spellings if fold(spelling) in labels}

    def _exactly(self, field: Field, spellings: Iterable[str]) -> dict[str, str]:
        """Of those that are a name, a code or a label, and are not doubted: what has a question mark is asked."""
        spellings = [spelling for spelling in spellings if not _DOUBT.search(spelling)]
        if field.scheme == "party":
            found = self._resolved(spellings)
            known = {spelling: one.party.code for spelling, one in found.items() if one.party and spelling != _NOT_STATED}
            return known | ({OTHERS: OTHERS} if OTHERS in spellings else {})  # as the tracker's own lists say it
        names = self._names(field)
        return {spelling: names[fold(spelling)] for spelling in spellings if fold(spelling) in names}

    def _resolved(self, names: Iterable[str]) -> dict[str, Resolution]:
        """Those of the names that somebody has; each is asked for once."""
        asked = set(names)
        if new := asked - self._parties.keys():
            self._parties |= dict.fromkeys(new) | resolve_each(self._session, new)
        return {name: found for name in asked if (found := self._parties[name])}

    def _names(self, field: Field) -> Mapping[str, str]:
        """Folded names and codes -> codes."""
        if field.scheme not in self._lists:
            self._lists[field.scheme] = names_of(self._session, field, self._locale)
        return self._lists[field.scheme]

    def _usually(self, field: Field) -> Mapping[str, str]:
        """Folded words that everybody uses -> codes."""
        if field.scheme not in self._usual:
            self._usual[field.scheme] = usual_names_of(self._session, field, self._locale)
        return self._usual[field.scheme]

    def _labels(self, field: Field) -> dict[str, str]:
        return labels_of(self._session, field, self._locale)


def key_of(spelling: str) -> str:
    """Under what a spelling is remembered: however it is written in capitals, marks and blanks, but for a question mark."""
    doubt = " ?" if _DOUBT.search(spelling) else ""
    return (fold(spelling) or spelling.strip())[: SPELLING_LENGTH - 2] + doubt


def remember(actor: User, session: Session, scheme: str, decided: Mapping[str, str]) -> None:
    """Keep what spellings (folded) mean for the next file of this importer."""
    for spelling, code in decided.items():
        session.merge(ImportWord(owner_id=actor.id, scheme=scheme, spelling=spelling, code=code))


def _variants(spelling: str) -> list[str]:
    """The same words in their usual order, without what stands in brackets, and what stands there."""
    bare = _BRACKETS.sub(" ", spelling).strip()
    first, _, rest = (part.strip() for part in bare.partition(","))
    return [variant for variant in (spelling, f"{rest} {first}", bare, first, *_BRACKETS.findall(spelling)) if variant]


def _undoubted(spelling: str) -> str:
    """`Laos?` -> `Laos`."""
    return _DOUBT.sub(" ", spelling).strip()


def _others() -> str:
    return gettext("others, not named")


def _until(ended: object) -> str:
    return f", – {ended:%Y}" if ended else ""
