"""What others call terms and choices of ours, where one meaning is meant: `MoU`, `in force`, `workshop`, `谅解备忘录`.

Shipped beside the labels, and only for reading tables of others: nothing is stored or counted by these words.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache

from tracker.database.folding import fold
from tracker.vocabularies.reference_files import DATA


@cache
def usual_words() -> Mapping[str, Mapping[str, str]]:
    """Scheme (of choices of the code `enum:` and the name of the column) -> folded word -> code."""
    found: dict[str, dict[str, str]] = {}
    with (DATA / "usual_words.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            found.setdefault(line["scheme"], {}).update({fold(word): line["code"] for word in line["words"].split("|")})
    return found
