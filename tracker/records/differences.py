"""The difference of two documents, field by field, and what two officers' versions have in common."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from tracker.records.documents import Document, empty_document, whole_figure
from tracker.records.record_type import Documented
from tracker.records.words import Wording


@dataclass(frozen=True)
class Change:
    """What one field says in two versions, in words; lists by the rows that went and came."""

    field: str
    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Clash:
    """One field that somebody else changed meanwhile: what it was, what they and I made of it, and which one the form keeps."""

    label: str
    base: tuple[str, ...]
    theirs: tuple[str, ...]
    mine: tuple[str, ...]
    keeps_mine: bool


def fields_of(declared: Documented) -> list[tuple[str, Any]]:
    """Every field of a document that is declared so with its label, columns first."""
    return [(column.name, column.label) for column in declared.all_columns] + [(child.name, child.label) for child in declared.all_lists]


def plain(document: Document, declared: Documented) -> Document:
    """A document without what only facts need, so that a stored version compares with what a form makes."""
    keys = {
        "parties": ("party", "role", "note"),
        "crimes": ("term", "is_primary"),
    }
    kept: Document = {"kind": document["kind"]}
    for name, _ in fields_of(declared):
        value = document[name] if name in document else empty_document(declared)[name]  # a field that came later
        if name == "figures":
            value = [whole_figure(entry) for entry in value or []]
        if name in keys:
            value = [{key: entry[key] for key in keys[name]} for entry in value or []]
        kept[name] = value
    return kept


def is_same(one: Document, other: Document, declared: Documented) -> bool:
    """Whether two documents say the same; the order of rows says nothing."""
    first, second = plain(one, declared), plain(other, declared)
    return all(_unordered(first[name]) == _unordered(second[name]) for name, _ in fields_of(declared))


def _unordered(value: Any) -> Any:
    return sorted(value, key=repr) if isinstance(value, list) else value


def changes(before: Document, after: Document, wording: Wording) -> list[Change]:
    """What `after` says differently."""
    old, new = plain(before, wording.declared), plain(after, wording.declared)
    found = []
    for name, label in fields_of(wording.declared):
        if old[name] == new[name]:
            continue
        was, now = in_words(old, name, wording), in_words(new, name, wording)
        if isinstance(new[name], list):
            was, now = tuple(line for line in was if line not in now), tuple(line for line in now if line not in was)
        found.append(Change(name, str(label), was, now))
    return found


def everything(document: Document, wording: Wording) -> list[Change]:
    """What a first version says: every filled field, with nothing before it."""
    new = plain(document, wording.declared)
    said = ((name, label, in_words(new, name, wording)) for name, label in fields_of(wording.declared))
    return [Change(name, str(label), (), lines) for name, label, lines in said if lines]


def merge(base: Document, theirs: Document, mine: Document, wording: Wording) -> tuple[Document, list[Clash]]:
    """Both officers' work in one document: what only one changed is taken, what both changed stays mine and is shown.

    Lists are merged row by row, so that two rows added by two people are both kept.
    """
    base, theirs, mine = (plain(document, wording.declared) for document in (base, theirs, mine))
    mine = _with_free_numbers(base, theirs, mine) if "figures" in mine else mine
    merged: Document = dict(mine)
    clashes = []
    for name, label in fields_of(wording.declared):
        if theirs[name] == base[name] or theirs[name] == mine[name]:
            continue
        mine_changed = mine[name] != base[name]
        if isinstance(mine[name], list):
            merged[name] = merge_rows(base[name], theirs[name], mine[name], ROW_KEYS.get(name, ()))
            if name == "crimes":
                merged[name] = _one_primary(merged[name], mine[name])
        elif not mine_changed:
            merged[name] = theirs[name]
        was, said, wrote = (in_words(document, name, wording) for document in (base, theirs, mine))
        clashes.append(Clash(str(label), was, said, wrote, mine_changed))
    return merged, clashes


def _with_free_numbers(base: Document, theirs: Document, mine: Document) -> Document:
    """`mine` with new numbers for new figures whose numbers they gave to others, wherever it speaks of them."""
    taken = {row["no"]: row for row in theirs["figures"]}
    old = {row["no"] for row in base["figures"]}
    clashing = [row["no"] for row in mine["figures"] if row["no"] not in old and taken.get(row["no"], row) != row]
    following = max([*old, *taken, *(row["no"] for row in mine["figures"])], default=0) + 1
    numbers = dict(zip(clashing, itertools.count(following), strict=False))
    targets = {f"figure:{no}": f"figure:{fresh}" for no, fresh in numbers.items()}
    figures = [
        row | {"no": numbers.get(row["no"], row["no"]), "contained_in": numbers.get(row["contained_in"], row["contained_in"])}
        for row in mine["figures"]
    ]
    evidence = [row | {"target_field": targets.get(row["target_field"], row["target_field"])} for row in mine["evidence"]]
    return mine | {"figures": figures, "evidence": evidence}


# what makes two rows of a list the same row; lists without a key are compared whole
ROW_KEYS = {
    "parties": ("party", "role"),
    "crimes": ("term",),
    "links": ("type", "to"),
    "aliases": ("name",),
    "identifiers": ("scheme", "value"),
}


def merge_rows(base: list[Document], theirs: list[Document], mine: list[Document], key: tuple[str, ...] = ()) -> list[Document]:
    """My rows, without those they removed untouched by me, with those they added or changed and I did not touch."""
    if any("no" in row for row in [*base, *theirs, *mine]):
        return _merge_numbered(base, theirs, mine)
    kept = [row for row in mine if row in theirs or row not in base]
    held = {_key(row, key) for row in kept}
    return kept + [row for row in theirs if row not in base and row not in kept and _key(row, key) not in held]


def _key(row: Document, key: tuple[str, ...]) -> Any:
    return tuple(row[name] for name in key) if key else repr(row)


def _one_primary(rows: list[Document], mine: list[Document]) -> list[Document]:
    """At most one primary crime type, mine where both chose one (C30)."""
    own = next((row["term"] for row in mine if row["is_primary"]), None)
    return [row | {"is_primary": row["is_primary"] and own in (None, row["term"])} for row in rows]


def _merge_numbered(base: list[Document], theirs: list[Document], mine: list[Document]) -> list[Document]:
    """Rows with a number of their own: the same number is the same row; two new rows under one number are two."""
    old, other, own = ({row["no"]: row for row in rows} for rows in (base, theirs, mine))
    merged: dict[int, Document] = {}
    for no, row in own.items():
        if no in old and row == old[no]:
            if no in other:
                merged[no] = other[no]
            continue
        merged[no] = row
    added = [row for no, row in other.items() if no not in old]
    for row in added:
        if row["no"] not in merged:
            merged[row["no"]] = row
        elif merged[row["no"]] != row:
            fresh = max([*merged, *old, *other, *own]) + 1
            merged[fresh] = merged[row["no"]] | {"no": fresh}
            merged[row["no"]] = row
    # what they changed and I removed comes back: removing what one has not read loses it
    merged |= {no: row for no, row in other.items() if no in old and row != old[no] and no not in own}
    return [merged[no] for no in sorted(merged)]


def in_words(document: Document, name: str, wording: Wording) -> tuple[str, ...]:
    """One field as lines of words."""
    value = document[name]
    if isinstance(value, list):
        return tuple(wording.row(name, entry) for entry in value)
    column = next(column for column in wording.declared.all_columns if column.name == name)
    text = wording.value(column, value)
    return (text,) if text else ()
