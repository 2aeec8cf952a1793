"""The page "How we count": each rule in plain words, with an example from the records that the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.counting.models import Basis
from tracker.records.filtering import Reader, all_records
from tracker.summaries.case_words import Words
from tracker.summaries.cases import find_cases
from tracker.summaries.counting_rules import CHAPTERS, TO_COME, Chapter, Rule
from tracker.summaries.examples import Example, examples_of
from tracker.summaries.figure_examples import figure_examples
from tracker.summaries.imagined_cases import IMAGINED
from tracker.summaries.stamp import Stamp, stamp


@dataclass(frozen=True)
class CountingPage:
    """The rules by chapter, each with a live example or with what one would look like."""

    stamp: Stamp
    chapters: tuple[Chapter, ...]
    to_come: tuple[Rule, ...]
    examples: dict[int, Example]

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
    return CountingPage(made, CHAPTERS, TO_COME, examples)
