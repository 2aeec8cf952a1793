"""What a file looks like: where its header is, and which field each column probably holds, by its name and by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain, pairwise

from sqlalchemy.orm import Session

from tracker.database.folding import fold
from tracker.imports.cell_dates import Order, Style, is_nothing, read_date
from tracker.imports.cell_errors import is_error
from tracker.imports.column_names import (
    AMOUNTS,
    BARE_NUMBERS,
    OTHERWISE,
    OUTRIGHT,
    TYPE_NAMES,
    by_name,
    folded_parts,
    names_of_fields,
    usual_fields,
    words_of,
)
from tracker.imports.fields import ROLES, TOLD, Field
from tracker.imports.marked import MARKED, are_marks
from tracker.imports.naming import in_each_language, labels_in_each_language
from tracker.imports.plan import LINES, Matched, Rule, Test
from tracker.imports.seized import unit_of
from tracker.imports.seized_columns import mention_drugs, seized
from tracker.imports.word_columns import by_words
from tracker.partial_dates import DateError
from tracker.records import registry
from tracker.records.record_type import ColumnKind, RecordType
from tracker.vocabularies.parties import resolve_each

_LOOKED_FOR_HEADER = 20
_TOTALS = re.compile(r"\b(?:sub|grand )?totals?\b|合计|总计|小计", re.IGNORECASE)
_LONGEST_TOTAL = 60  # characters; a longer text that has the word is a text
_MOST_RULES = 2
_RARE = 5  # a word of totals is one in a column where at most one cell in so many has it
# words by which a file shows what its rows are, beside the names of the types
_HINTS = {
    "agreement": ("treaty", "treaties", "agreements", "memorandum", "signatory", "signatories", "协定"),
    "operation": ("exercise", "exercises", "operations", "行动"),
    "handover": ("handovers", "extradition", "extraditions", "repatriation", "deportation", "移交"),
    "training": ("course", "courses", "trainings", "trainees", "students", "trained", "培训"),
    "statement": ("statements",),
}
_SEPARATORS = (";", "/", "|", "\n", "、", ",")
_BETWEEN = re.compile(r"[;,/|\n、，；]|(?: and |&|和)")
_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_MOST_NAMES, _MOSTLY, _SHARE, _FAIR, _FEWEST = 300, 0.9, 0.7, 0.3, 2
_LONGEST_COUNT, _LONG = 7, 5  # digits: of a number that may count rows; of one that looks like a file number it is more
_SHORT = 10_000  # a number below it that repeats is no file number


def header_of(rows: Sequence[Sequence[str]]) -> int:
    """The place of the row that names the columns: the first of those with most cells that are words and differ. -1 for none."""
    best, best_score = -1, 0.0
    for place, row in enumerate(rows[:_LOOKED_FOR_HEADER]):
        words = [cell.strip() for cell in row if cell.strip()]
        distinct = {fold(word) for word in words if len(word) <= 100 and not _is_value(word)}
        score = len(distinct) - 2 * (len(words) - len(distinct))
        if score > best_score:
            best, best_score = place, score
    return best


def _is_value(text: str) -> bool:
    return bool(re.fullmatch(r"[\d.,:/\- ]+", text))


def likeness(record_type: RecordType, texts: Iterable[str]) -> int:
    """How many of the words that show this type stand in the names of a file, its sheets, headers and first rows."""
    said = set(fold(" ".join(words_of(text) for text in texts)).split())
    return len(said & {fold(word) for word in (record_type.kind, str(record_type.label), *_HINTS.get(record_type.kind, ()))})


def says_types(headers: Sequence[str], rows: Sequence[Sequence[str]], types: Iterable[RecordType]) -> bool:
    """Whether a column named so says of each row of which type it is, and several types are met."""
    names = {
        fold(name): one.kind for one in types for name in (one.kind, *in_each_language(one.label), *in_each_language(one.label_plural))
    }
    for column in (column for column, header in enumerate(headers) if folded_parts(header) <= TYPE_NAMES):
        said = [names.get(fold(cell)) for cell in _stated(rows, column)]
        known = [kind for kind in said if kind]
        if len(set(known)) > 1 and len(known) >= _SHARE * len(said):
            return True
    return False


def rules_of(rows: Sequence[Sequence[str]]) -> tuple[Rule, ...]:
    """What leaves printed totals out: words of totals in rows that have fewer cells than most. It is shown, and can be taken out."""
    filled = sorted(sum(bool(cell.strip()) for cell in row) for row in rows)
    usual = filled[len(filled) // 2] if filled else 0
    found: dict[tuple[int, str], list[tuple[int, str]]] = {}  # (column, word of totals) -> the rows and cells that have it
    for number, row in enumerate(rows, 1):
        if sum(bool(cell.strip()) for cell in row) < usual:
            for column, cell in enumerate(row):
                if len(cell) <= _LONGEST_TOTAL and (match := _TOTALS.search(cell)):
                    word = "total" if "total" in match[0].casefold() else match[0]
                    found.setdefault((column, word), []).append((number, fold(cell)))
    # in a short table the one below all the others is enough
    wanted = [
        (place, [cell for _, cell in some])
        for place, some in found.items()
        if len(some) * _RARE <= len(rows) or (len(some) == 1 and 1 < some[0][0] == len(rows))
    ]
    return tuple(Rule(column, _strictest(word, cells), word) for (column, word), cells in wanted[:_MOST_RULES])


def _strictest(word: str, cells: Sequence[str]) -> Test:
    """What asks most of a cell and yet finds all of these: a title may have the word, too."""
    return Test.BEGINS if all(cell.startswith(fold(word)) for cell in cells) else Test.CONTAINS


def columns_of(
    session: Session, headers: Sequence[str], rows: Sequence[Sequence[str]], fields: Mapping[str, Field], record_type: RecordType | None
) -> dict[int, Matched]:
    """The field of each column that can be told; one that takes a single value is given once. A name whose cells say otherwise tells
    nothing: a running number is no file number, and no column is one of partners whose cells name persons."""
    usual = usual_fields(record_type)
    types = [record_type] if record_type else registry.every_type()
    # partners and their roles in two columns are matched by hand, or together in lists of ours
    every = labels_in_each_language(session, types) | names_of_fields(fields, usual)
    names = {name: key for name, key in every.items() if key not in (ROLES, f"parties:{TOLD}")}
    found: dict[int, Matched] = {}

    def keep(column: int, key: str) -> None:
        if column not in found and key in fields and _is_free(key, fields, found):
            found[column] = Matched(key)

    is_about_drugs = cache(lambda: mention_drugs(chain(headers, *rows)))
    for column, header in sorted(enumerate(headers), key=lambda one: not folded_parts(one[1]) & OUTRIGHT):
        cells = _stated(rows, column)
        named = by_name(header, names) or (by_name(_IN_BRACKETS.sub(" ", header), names) if unit_of(header) else "")
        key = by_words(session, folded_parts(header), cells, named, fields)
        key = seized(session, header, cells, key, fields, is_about_drugs)
        other = next((OTHERWISE[part] for part in folded_parts(header) if cells and part in OTHERWISE), "")
        meant = next((one for one in (key, other) if one in fields and _holds(session, fields[one], header, cells)), "")
        keep(column, meant)
    countries = resolve_each(session, {header for header in headers if header.strip()})
    for column, header in enumerate(headers):
        if header in countries and column not in found and are_marks(_stated(rows, column), _SHARE):
            found[column] = Matched(usual["parties"], MARKED)
    for column, header in enumerate(headers):
        if not fold(header):
            keep(column, _by_contents(session, _stated(rows, column), usual["parties"]))
    for column, header in enumerate(headers):
        if folded_parts(header) <= AMOUNTS and _are_amounts(_stated(rows, column)):
            keep(column, usual["persons"])
    for column, matched in found.items():
        if fields[matched.field].scheme == "party" and matched.separator != MARKED:
            found[column] = Matched(matched.field, separator_of(session, _stated(rows, column)))
    return dict(sorted(found.items()))


def _stated(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    """The cells of a column that say something."""
    return [cell.strip() for row in rows if column < len(row) and not is_nothing(cell := row[column]) and not is_error(cell.strip())]


def _holds(session: Session, field: Field, header: str, cells: Sequence[str]) -> bool:
    """Whether the cells may be what the name of their column says; where there are none, nothing speaks against it."""
    if field.list_name == "identifiers":
        return are_file_numbers(cells, is_named=not folded_parts(header) <= BARE_NUMBERS)
    if not cells:
        return True
    if field.scheme == "party":
        return _name_parties(session, cells)
    if field.column.kind in (ColumnKind.NUMBER, ColumnKind.DATE):
        return sum(any(map(str.isnumeric, cell)) for cell in cells) >= _FAIR * len(cells)
    return True


def _name_parties(session: Session, cells: Sequence[str]) -> bool:
    """Whether a fair share of the cells has the name of a party in it. Names of persons are never offered as those of countries."""
    some = list(dict.fromkeys(cells))[:_MOST_NAMES]
    pieces = {cell: {cell, *(piece.strip() for piece in _BETWEEN.split(cell))} for cell in some}
    known = resolve_each(session, set().union(*pieces.values()))
    return sum(not known.keys().isdisjoint(names) for names in pieces.values()) >= _FAIR * len(some)


def are_file_numbers(cells: Sequence[str], *, is_named: bool) -> bool:
    """Whether cells may tell records apart. The next list counts from 1 again, and would then change the records of this one.
    `is_named`: the header says that they are file numbers; otherwise they have to look like it."""
    whole = _whole(cells)
    if whole and len(whole) >= _SHARE * len(cells):
        is_repeated = max(whole) < _SHORT and len(set(whole)) < _MOSTLY * len(whole)
        if is_repeated or _are_counted(whole):
            return False
    return is_named or _look_like_file_numbers(cells)


def _whole(cells: Sequence[str]) -> list[int]:
    """The whole numbers among cells, as rows are counted: `1`, `1.`, `1)`."""
    bare = [cell.rstrip(".)、") for cell in cells]
    return [int(cell) for cell in bare if cell.isascii() and cell.isdigit() and len(cell) <= _LONGEST_COUNT]


def _look_like_file_numbers(cells: Sequence[str]) -> bool:
    """Numbers with letters or strokes in them, or long ones; each once."""
    good = [cell for cell in cells if any(map(str.isdigit, cell)) and (len(cell) > _LONG or "/" in cell or any(map(str.isalpha, cell)))]
    return bool(good) and len(good) >= _SHARE * len(cells) and len(set(cells)) == len(cells)


def _are_amounts(cells: Sequence[str]) -> bool:
    """Whole numbers that do not count the rows."""
    whole = _whole(cells)
    return len(whole) >= max(_FEWEST, _SHARE * len(cells)) and not _are_counted(whole)


def _are_counted(whole: Sequence[int]) -> bool:
    """Whether most numbers are one more than the number before them."""
    if len(whole) < _FEWEST:
        return list(whole) == [1]
    return sum(after - before == 1 for before, after in pairwise(whole)) * 2 >= len(whole) - 1


def _is_free(key: str, fields: Mapping[str, Field], found: Mapping[int, Matched]) -> bool:
    field = fields[key]
    is_taken = any(matched.field == key for matched in found.values())
    return not is_taken or (bool(field.list_name) and field.list_name not in ("identifiers", "figures"))


def _by_contents(session: Session, texts: Sequence[str], parties: str) -> str:
    """Names of countries, or dates, in a column without a name; one whose name says something else is left alone."""
    if len(texts) < _FEWEST:
        return ""
    if len(resolve_each(session, set(texts))) >= _SHARE * len(set(texts)):
        return parties
    return "start" if all(map(_is_date, texts)) else ""


def _is_date(text: str) -> bool:
    try:
        return not text.isdigit() and bool(read_date(text, Style(Order.DAY_FIRST, 30)).edtf)
    except DateError:
        return False


def separator_of(session: Session, cells: Iterable[str]) -> str:
    """What stands between names in the cells of a column of parties: where more names are known when cells are parted by it."""
    texts = list(dict.fromkeys(cell.strip() for cell in cells if not is_nothing(cell)))[:_MOST_NAMES]
    whole = resolve_each(session, texts)
    rest = [text for text in texts if text not in whole]
    best, most = "", 0
    for separator in _SEPARATORS:
        parted = [[piece.strip() for piece in text.split(separator)] for text in rest if separator in text]
        known = resolve_each(session, {piece for pieces in parted for piece in pieces})
        gained = sum(sum(piece in known for piece in pieces) * 2 > len(pieces) for pieces in parted)
        if gained > most:
            best, most = separator, gained
    return LINES if best == "\n" else best
