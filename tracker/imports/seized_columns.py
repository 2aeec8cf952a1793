"""Which column holds what was seized, of which substance and in which unit, by its name and its cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from tracker.database.folding import fold
from tracker.imports.column_names import words_of
from tracker.imports.fields import Field
from tracker.imports.seized import ITEMS_BELOW, TOLD, UNITS, is_silent, states_unit, unit_of
from tracker.imports.unit_words import BY_NAME
from tracker.vocabularies.kept import kept
from tracker.vocabularies.terms import terms

_DRUGS = re.compile(
    r"\b(?:drugs?|narcotics?|heroin|cocaine|opium|cannabis|hashish|ketamine|morphine|fentanyl|(?:meth)?amphetamines?|precursors?)\b|"
    r"毒品|缉毒|海洛因|可卡因|冰毒|鸦片|大麻",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:drugs?|narcotics?)\b|毒")  # in the name of the column itself
_SEIZED = re.compile(r"\bsei[sz](?:ed|ures?)\b|缴|查 获")
# beside a unit and a substance, all that the name of such a column has
_BESIDE = frozenset(
    fold("seized seised seizure seizures drug drugs narcotic narcotics of in or the weight quantity amount 缴获查获毒品数重量").split()
)
_BARE_UNITS = frozenset({"kg", "g", "tablet"})  # of what these are, the rest of the file tells
_UNITS = sorted(map(fold, BY_NAME), key=len, reverse=True)
_PARTS = re.compile(r"[()（）]")


def mention_drugs(texts: Iterable[str]) -> bool:
    return any(map(_DRUGS.search, texts))


def seized(
    session: Session, header: str, cells: Sequence[str], key: str, fields: Mapping[str, Field], is_about_drugs: Callable[[], bool]
) -> str:
    """`key`, by the name of the column, with what is told of its unit and its item; or the field of a column with no other name.

    Where nothing tells the unit it is left open, and asked. `is_about_drugs`: whether the file is.
    """
    unit, item = unit_of(header), ""
    if not key:
        key, item = _by_the_rest(session, f" {fold(words_of(header))} ", unit, is_about_drugs)
    if key.removeprefix("figures:") not in UNITS:
        return key
    if not unit and is_silent(key) and any(map(states_unit, cells)) and 2 * sum(map(states_unit, cells)) >= len(cells):
        unit = TOLD
    return next((one for one in (f"{key}@{unit}@{item}", f"{key}@{unit}", key) if one in fields), "")


def _by_the_rest(session: Session, header: str, unit: str, is_about_drugs: Callable[[], bool]) -> tuple[str, str]:
    """(key, item) of a column whose folded name has a unit or says that it was seized, and beside these and a substance nothing."""
    is_seized = bool(_SEIZED.search(header))
    if not unit and not is_seized:
        return "", ""
    is_of_drugs = bool(_NAMED.search(header))
    metric, item, rest = _item(session, header)
    for name in _UNITS:
        rest = rest.replace(f" {name} ", " ")
    if not set(rest.split()) <= _BESIDE:
        return "", ""
    if metric:  # food in kilograms need not have been seized
        return (f"figures:{metric}", item) if is_seized or metric == "seized_drugs" else ("", "")
    is_told = is_of_drugs and (unit or is_seized)  # without a unit it is asked
    if is_told or (unit and (is_seized or unit in _BARE_UNITS) and is_about_drugs()):
        return "figures:seized_drugs", ""
    return "", ""


def _item(session: Session, header: str) -> tuple[str, str, str]:
    """(metric, item, the rest of the folded name) where the name of a column has one item of the vocabulary; else two blanks."""
    found: list[tuple[str, str, str]] = []
    for metric, code, names in kept(session, "items by their names", lambda: _items(session)):
        found += [(metric, code, name) for name in names if f" {name} " in header][:1]
    if len(found) != 1:
        return "", "", header
    metric, code, name = found[0]
    return metric, code, header.replace(f" {name} ", " ")


def items_of(session: Session, metric: str) -> list[tuple[str, str]]:
    """(folded name, item) of what a metric may be of, the longest names first."""
    every = kept(session, "items by their names", lambda: _items(session))
    return sorted(((name, code) for of, code, names in every if of == metric for name in names), key=lambda one: -len(one[0]))


def _items(session: Session) -> list[tuple[str, str, list[str]]]:
    """(metric, item, its folded names, the longest first)."""
    metrics = {below: metric for metric, below in ITEMS_BELOW.items()}
    found: list[tuple[str, str, list[str]]] = []
    for code, term in terms(session, "item").items():
        if metric := metrics.get(term.parent or ""):
            names = {part for label in (term.label_en, term.label_local) for part in map(fold, _PARTS.split(label)) if part}
            found.append((metric, code, sorted(names, key=len, reverse=True)))
    return found
