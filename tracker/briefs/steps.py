"""What is being made of a document at this moment: told to whoever waits for it."""

from __future__ import annotations

from collections.abc import Generator
from enum import StrEnum
from typing import TypeVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _l


class Step(StrEnum):
    """One piece of the work, named before it is begun."""

    FIGURES = "figures"
    PLACES = "places"
    MONTHS = "months"
    RUNNING = "running"
    RECORDS = "records"
    SOURCES = "sources"
    WRITING = "writing"


_WORDS = {
    Step.FIGURES: _l("counting the figures"),
    Step.PLACES: _l("counting by partner and region"),
    Step.MONTHS: _l("counting by month"),
    Step.RUNNING: _l("finding the running totals"),
    Step.RECORDS: _l("finding the records behind each figure"),
    Step.SOURCES: _l("reading their sources"),
    Step.WRITING: _l("writing the file"),
}
STEPS_OF_BRIEF = (Step.FIGURES, Step.RUNNING, Step.RECORDS, Step.SOURCES, Step.WRITING)
STEPS_OF_REPORT = (Step.FIGURES, Step.PLACES, Step.MONTHS, Step.RECORDS, Step.SOURCES, Step.WRITING)

Made = TypeVar("Made")
Work = Generator[Step, None, Made]  # names each step before it does it, and returns what it has made


def finished(work: Work[Made]) -> Made:
    """What the work comes to, where nobody asks how far it is."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            made: Made = end.value
            return made


def in_words(step: Step, number: int, of: int) -> str:
    return gettext("Step %(number)s of %(of)s: %(doing)s", number=number, of=of, doing=_WORDS[step])
