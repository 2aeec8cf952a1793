"""The page "How we count": each rule in plain words, with an example from the records that the reader may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import ngettext

from tracker.counting.models import Basis
from tracker.counting.queries import record_ids
from tracker.counting.rivals import ADDED, COMPETING, UNDECIDED
from tracker.records.filtering import Reader, all_records
from tracker.summaries.case_words import Words
from tracker.summaries.cases import find_cases
from tracker.summaries.counting_rules import CHAPTERS, TO_COME, Chapter, Rule
from tracker.summaries.examples import Example, examples_of
from tracker.summaries.figure_examples import figure_examples
from tracker.summaries.imagined_cases import IMAGINED
from tracker.summaries.links import list_url
from tracker.summaries.stamp import Stamp, stamp


@dataclass(frozen=True)
class CountingPage:
    """The rules by chapter, each with a live example or with what one would look like."""

    stamp: Stamp
    chapters: tuple[Chapter, ...]
    to_come: tuple[Rule, ...]
    examples: dict[int, Example]
    undecided: tuple[Example, ...]  # records whose competing numbers wait for somebody to decide (C28)

    def example(self, rule: Rule) -> Example | None:
        return self.examples.get(rule.number)

    def imagined(self, rule: Rule) -> str:
        return str(IMAGINED[rule.number])


def counting_page(reader: Reader, now: datetime) -> CountingPage:
    """Examples count as official figures do: as verified, and of what the reader may see."""
    chosen = all_records(reader, Basis.OFFICIAL)
    words = Words(reader)
    made = stamp(reader, now, chosen, None, "")
    examples = examples_of(words, find_cases(reader, chosen)) | figure_examples(reader, chosen, made, words)
    return CountingPage(made, CHAPTERS, TO_COME, examples, tuple(_undecided(reader)))


def _undecided(reader: Reader) -> Iterator[Example]:
    """The records as they now stand: it is they that somebody changes."""
    chosen = all_records(reader, Basis.WORKING)
    lists = [chosen.narrowed(keys={COMPETING: state}) for state in (UNDECIDED, ADDED)]
    ids = [record_ids(reader.session, one, None, reader.today).subquery() for one in lists]
    counts = reader.session.execute(sa.select(*(sa.select(sa.func.count()).select_from(one).scalar_subquery() for one in ids))).one()
    for state, count, one in zip((UNDECIDED, ADDED), counts, lists, strict=True):
        if count:
            yield Example(_waiting(state, count), url=list_url(one))


def _waiting(state: str, count: int) -> str:
    if state == ADDED:
        return ngettext("%(num)d record whose numbers are all added up", "%(num)d records whose numbers are all added up", count)
    return ngettext("%(num)d record where the first number counts for now", "%(num)d records where the first number counts for now", count)
