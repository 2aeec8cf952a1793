"""The names of running totals: a name is all that holds the numbers of one together, so that two spellings are two totals (C26)."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from flask_babel import gettext

from tracker.counting.conditions import figures_in_series
from tracker.counting.models import Basis
from tracker.counting.series import names_of_series
from tracker.database.folding import fold
from tracker.records.filtering import Reader, all_records

MOST_NEAR, ALIKE = 3, 0.9


def known_names(reader: Reader) -> list[str]:
    """Of all series with figures in records that the reader may see."""
    return names_of_series(reader.session, figures_in_series(reader.session, all_records(reader, Basis.WORKING)))


def near_names(name: str, known: Iterable[str]) -> list[str]:
    """Those of `known` that differ from `name` in case, marks and signs only, or in a few letters; numbers always tell names apart."""
    plain = fold(name)
    return [one for one in known if one != name and _is_near(plain, fold(one))][:MOST_NEAR]


def _is_near(one: str, other: str) -> bool:
    if one == other:
        return True
    if [char for char in one if char.isdigit()] != [char for char in other if char.isdigit()]:
        return False
    alike = SequenceMatcher(None, one, other, autojunk=False)
    return alike.quick_ratio() >= ALIKE and alike.ratio() >= ALIKE


def live_series(reader: Reader, typed: str) -> tuple[str, bool]:
    """What the name of a series means as it stands, while it is typed; False where it is nearly that of another."""
    name = " ".join(typed.split())
    if not name:
        return "", True
    known = known_names(reader)
    near = near_names(name, known)
    if near:
        return warning_of(name, near), False
    return (gettext("a series that is there already") if name in known else gettext("the first figure of a new series")), True


def warning_of(name: str, near: Iterable[str]) -> str:
    """That another series is called nearly the same."""
    others = ", ".join(f"“{one}”" for one in near)
    return gettext("“%(name)s” is nearly called like %(others)s: other letters make a total of its own.", name=name, others=others)


def warnings_for(reader: Reader, names: Iterable[str]) -> list[str]:
    """What to tell whoever saved a record with figures of these series."""
    named = list(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))
    known = known_names(reader) if named else []
    return [warning_of(name, near) for name in named if (near := near_names(name, known))]
