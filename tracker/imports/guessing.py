"""What a file looks like: where its header is, and which field each column probably holds, by its name and by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from tracker.database.folding import fold
from tracker.imports.cell_dates import Order, Style, is_nothing, read_date
from tracker.imports.fields import Field, usual_partner
from tracker.imports.plan import Matched, Rule, Test
from tracker.partial_dates import DateError
from tracker.records.record_type import RecordType
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
_SEPARATORS = (";", "/", "|", "\n", ",")
_MOST_NAMES, _SHARE, _FEWEST = 300, 0.7, 2
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERED = re.compile(r" (?:[a-z]{1,2}|\d{1,2})$")
# header -> field, beside the fields' own names; `parties` stands for the usual role of the type
_KNOWN = {
    "title": "title|name|course title|course|ex name|exercise name|operation name|treaty|agt|agt name|agreement name|"
    "agreement title|subject",
    "start": "start|start date|begin|begin date|date|from|signed|signed on|date signed|signature|date of signature|dat|开始日期|日期",
    "end": "end|end date|until|to|finish|finished on|结束日期",
    "place": "place|location|venue|city|where|地点",
    "summary": "summary|description|focus description|notes|note|remark|remarks|comments|comment|备注|摘要",
    "series_name": "series|series name",
    "reference": "reference|our reference|record",
    "type": "type of record|record type",
    "parties": "country|countries|partner|partners|state|states|party|parties|nation|con|country name|participant|国家|国别",
    "figures:participants": "quantity|participants|number of participants|trainees|number of trainees|persons trained|students|人数",
    "identifiers:other": "id|no|number|mmeid|agt id|file id|record id|identifier",
    "identifiers:desk_file": "file number|file no|desk file|our file|文号",
    "identifiers:treaty_number": "treaty number|treaty id|treaty no",
    "aliases": "title alt|other name|also known as|alias",
    "actions:entered_into_force": "force|in force|entry into force|entered into force|date of entry into force|生效日期",
    "actions:terminated": "term|terminated|termination|date of termination",
}
# of several columns for one field, those that name the day which counts (C10) stand before a mere beginning
_OUTRIGHT = frozenset({"signed", "signed on", "date signed", "signature", "date of signature"})


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
    said = set(fold(" ".join(_CAMEL.sub(" ", text) for text in texts)).split())
    return len(said & {fold(word) for word in (record_type.kind, str(record_type.label), *_HINTS.get(record_type.kind, ()))})


def rules_of(rows: Sequence[Sequence[str]]) -> tuple[Rule, ...]:
    """What leaves printed totals out: words of totals in rows that have fewer cells than most. It is shown, and can be taken out."""
    filled = sorted(sum(bool(cell.strip()) for cell in row) for row in rows)
    usual = filled[len(filled) // 2] if filled else 0
    found: dict[tuple[int, str], list[str]] = {}  # (column, word of totals) -> its cells
    for row in rows:
        if sum(bool(cell.strip()) for cell in row) < usual:
            for column, cell in enumerate(row):
                if len(cell) <= _LONGEST_TOTAL and (match := _TOTALS.search(cell)):
                    word = "total" if "total" in match[0].casefold() else match[0]
                    found.setdefault((column, word), []).append(fold(cell))
    wanted = [(place, cells) for place, cells in found.items() if len(cells) * _RARE <= len(rows)]
    return tuple(Rule(column, _strictest(word, cells), word) for (column, word), cells in wanted[:_MOST_RULES])


def _strictest(word: str, cells: Sequence[str]) -> Test:
    """What asks most of a cell and yet finds all of these: a title may have the word, too."""
    return Test.BEGINS if all(cell.startswith(fold(word)) for cell in cells) else Test.CONTAINS


def columns_of(
    session: Session, headers: Sequence[str], rows: Sequence[Sequence[str]], fields: Mapping[str, Field], record_type: RecordType | None
) -> dict[int, Matched]:
    """The field of each column that can be told; one that takes a single value is given once."""
    usual = usual_partner(record_type)
    names = _names(fields, usual)
    found: dict[int, Matched] = {}
    for column, header in sorted(enumerate(headers), key=lambda one: fold(one[1]) not in _OUTRIGHT):
        key = _by_name(header, names)
        if key and _is_free(key, fields, found):
            found[column] = Matched(key)
    for column in range(len(headers)):
        if column not in found:
            key = _by_contents(session, _column(rows, column), usual, headers[column])
            if key in fields and _is_free(key, fields, found):
                found[column] = Matched(key)
    for column, matched in found.items():
        if fields[matched.field].scheme == "party":
            found[column] = Matched(matched.field, separator_of(session, _column(rows, column)))
    return dict(sorted(found.items()))


def _names(fields: Mapping[str, Field], usual: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for key, field in fields.items():
        for name in (field.label, key, key.partition(":")[2]):
            if name:
                names.setdefault(fold(name), key)
    for key, known in _KNOWN.items():
        for name in known.split("|"):
            wanted = usual if key == "parties" else key
            if wanted in fields:
                names[fold(name)] = wanted
    return names


def _by_name(header: str, names: Mapping[str, str]) -> str:
    folded = fold(_CAMEL.sub(" ", header))
    for name in (folded, fold(header), _NUMBERED.sub("", folded)):
        if name in names:
            return names[name]
    return ""


def _is_free(key: str, fields: Mapping[str, Field], found: Mapping[int, Matched]) -> bool:
    field = fields[key]
    is_taken = any(matched.field == key for matched in found.values())
    return not is_taken or (bool(field.list_name) and field.list_name not in ("identifiers", "figures"))


def _by_contents(session: Session, cells: Sequence[str], usual: str, header: str) -> str:
    """Names of countries, or dates; a column whose name says something else is left alone."""
    texts = [cell for cell in cells if not is_nothing(cell)]
    if len(texts) < _FEWEST or fold(header):
        return ""
    if len(resolve_each(session, set(texts))) >= _SHARE * len(set(texts)):
        return usual
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
    return best


def _column(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    return [row[column] for row in rows if column < len(row)]
