"""What a file leaves open: words that nobody knows yet, and columns of dates that can be read in two ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.imports.asking_cells import MOST_CELLS, AskedCell, AskedMark, cells_asked, marks_asked, proven_marks
from tracker.imports.cell_dates import Evidence, Order, Style, day_of_number, evidence_of
from tracker.imports.cell_errors import is_error
from tracker.imports.date_words import bare
from tracker.imports.fields import Field
from tracker.imports.marked import MARKED, name_of_mark
from tracker.imports.number_marks import measured
from tracker.imports.overview import is_ruled_out
from tracker.imports.plan import Plan
from tracker.imports.preparing import columns_for
from tracker.imports.reading import File, cells_of
from tracker.imports.row_reading import pieces_of, says_nothing
from tracker.imports.several import OTHERS
from tracker.imports.spellings import Offer, key_of
from tracker.imports.work import Work
from tracker.records.fields import has_forbidden
from tracker.records.record_type import ColumnKind

MOST_ASKED = 100
_LONGEST, _FEW, _EXAMPLE = 200, 40, 60
_SAMPLES = 3
_VALUES = (ColumnKind.DATE, ColumnKind.NUMBER)
_YEAR = 2  # digits
_Place = tuple[int, int]  # sheet, row
_Counted = tuple[Field, str, str, int, _Place, str]  # field, spelling, its key, in how many cells, where first, its code
LEFT_OUT = "-"  # what the form sends for a word that means nothing


@dataclass(frozen=True)
class AskedWord:
    """One spelling: in how many cells it stands, in which row first and, where several are read, in which sheet; what it may mean, and
    what was decided before."""

    field: Field
    spelling: str
    key: str
    count: int
    sheet: str
    row: int
    offers: tuple[Offer, ...]
    chosen: str = ""


@dataclass(frozen=True)
class AskedDays:
    """One column of dates: what its cells prove, and what was decided."""

    column: int
    header: str
    samples: tuple[str, ...]
    evidence: Evidence
    order: str
    pivot: str
    numbers: int = 0  # cells that may be day numbers of a spreadsheet,
    number: str = ""  # one of them,
    are_days: bool = False  # and whether they are
    like: tuple[str, str] = ("", "")  # the column whose order was taken, where nobody has said one: its name, and a cell that shows it

    @property
    def day(self) -> str:
        """The day that `number` may be."""
        return day_of_number(self.number)

    @property
    def has_orders(self) -> bool:
        """Whether the order matters: some cell can be read in two ways, or shows which way is meant."""
        return bool(self.evidence.either or self.evidence.day_first or self.evidence.month_first)

    @property
    def unreadable(self) -> int:
        """How many cells show that the order is another one than that which was chosen against the proof."""
        if self.evidence.order is None or not self.order or self.order == self.evidence.order:
            return 0
        return max(self.evidence.day_first, self.evidence.month_first)


@dataclass(frozen=True)
class Open:
    """Everything that is asked; `more` words are asked after these. `remembered`: decided for an earlier file, not for this one yet;
    `usual`: words that everybody uses, which nobody has decided."""

    words: tuple[AskedWord, ...]
    remembered: tuple[AskedWord, ...]
    usual: tuple[AskedWord, ...]
    decided: tuple[AskedWord, ...]
    days: tuple[AskedDays, ...]
    more: int
    marks: tuple[AskedMark, ...]
    cells: tuple[AskedCell, ...]

    @property
    def every_word(self) -> tuple[AskedWord, ...]:
        """In the order of the page."""
        return (*self.words, *self.remembered, *self.usual, *self.decided)


def what_is_open(work: Work) -> Open:
    """Look through every cell of the columns that hold words or dates."""
    known = columns_for(work.preparer.fields, work.plan)
    columns = {column: field for column, field in known.items() if field.scheme or field.column.kind in _VALUES}
    counted: dict[int, Counter[str]] = {column: Counter() for column in columns}
    first: dict[tuple[int, str], _Place] = {}
    headers = work.file.headers()
    for line in work.file.lines():
        if is_ruled_out(work.plan, line):
            continue
        cells = cells_of(line, None)
        for column, field in columns.items():
            text = cells[column].strip() if column < len(cells) else ""
            if work.plan.columns[column].separator == MARKED:
                text = name_of_mark(text, headers[column]) or ""
            is_plain = field.column.kind is ColumnKind.NUMBER and text.isdecimal()  # leaves nothing open
            if not is_plain and not says_nothing(field, text) and not has_forbidden(text):
                counted[column][text] += 1
                if field.scheme:
                    first.setdefault((column, text), (line.sheet, line.row))
    days = tuple(_days(work.plan, headers[c], c, counted[c]) for c, field in columns.items() if field.column.kind is ColumnKind.DATE)
    days = tuple(_like_another(day, days) for day in days)
    words, *others = _words(work, columns, counted, first)
    remembered, usual, decided = (some[:MOST_ASKED] for some in others)
    marks, unread = marks_asked(work, columns, counted), cells_asked(work, columns, counted)
    more = max(0, len(words) - MOST_ASKED) + sum(not cell.chosen for cell in unread[MOST_CELLS:])
    return Open(words[:MOST_ASKED], remembered, usual, decided, days, more, marks, unread[:MOST_CELLS])


def _days(plan: Plan, header: str, column: int, cells: Counter[str]) -> AskedDays:
    evidence, style = evidence_of(map(bare, cells.elements())), plan.dates.get(column, Style())
    order = style.order or evidence.order
    pivot = "" if style.pivot is None else str(style.pivot)
    numbers = {text: count for text, count in cells.items() if day_of_number(text)}
    return AskedDays(
        column, header, _samples(cells), evidence, order.value if order else "", pivot,
        numbers=sum(numbers.values()), number=next(iter(numbers), ""), are_days=style.has_day_numbers,
    )  # fmt: skip


def _samples(cells: Iterable[str]) -> tuple[str, ...]:
    """Some cells: those about which is asked first, then those that prove the order, then others."""
    asked, proofs, others = list[str](), list[str](), list[str]()
    for text in cells:
        said = evidence_of([bare(text)])
        (asked if said.either else proofs if said.order else others).append(text)
        if len(asked) == _SAMPLES:
            break
    return tuple([*asked, *proofs, *others][:_SAMPLES])


def _like_another(day: AskedDays, days: Sequence[AskedDays]) -> AskedDays:
    """The order that other columns of the file prove, all of them the same one: an answer to begin with, and why."""
    proofs = [other for other in days if other.evidence.order]
    orders = {other.evidence.order for other in proofs}
    if day.order or not day.evidence.asks_order or len(orders) != 1:
        return day
    order, first = orders.pop() or "", proofs[0]
    return replace(day, order=str(order), like=(first.header, first.evidence.example))


def ruled_out(work: Work) -> list[tuple[int, str]]:
    """For each rule how many of the first rows it leaves out, and the words of one of them: whether it is right can then be seen."""
    lines, found = work.file.sample(), []
    for rule in work.plan.rules:
        cells = [line.cells[rule.column] if rule.column < len(line.cells) else "" for line in lines if rule.applies(line.cells)]
        found.append((len(cells), cells[0].strip()[:_EXAMPLE] if cells else ""))
    return found


def proven(work: Work) -> Plan:
    """The plan with the orders of days that the columns themselves prove, where nobody has said any."""
    return with_proofs(work.file, work.preparer.fields)


def with_proofs(file: File, fields: Mapping[str, Field], *, is_new: bool = False) -> Plan:
    """The plan of the file with the orders of days that its columns prove. `is_new`: what the plan says was said of another file, and
    gives way to a proof; where a column proves nothing and others prove otherwise, somebody is asked."""
    plan = file.plan
    known = {n: field for n, field in columns_for(fields, plan).items() if field.column.kind in _VALUES}
    numbers = set(measured(file.session, known))
    columns = {n: field for n, field in known.items() if n in numbers or field.column.kind is ColumnKind.DATE}
    cells: dict[int, Counter[str]] = {column: Counter() for column in columns}
    for line in file.lines() if cells else ():
        for column, texts in cells.items():
            text = line.cells[column] if column < len(line.cells) else ""
            if column not in numbers or not text.isdecimal():
                texts[text] += 1
    is_date = {column for column, field in columns.items() if field.column.kind is ColumnKind.DATE}
    proofs = {column: evidence_of(map(bare, texts.elements())) for column, texts in cells.items() if column in is_date}
    told = {proof.order for proof in proofs.values() if proof.order}
    dates = {column: plan.dates.get(column, Style()) for column in is_date}
    for column, proof in proofs.items():
        order = dates[column].order
        if order is None or (is_new and proof.order):
            order = proof.order
        elif is_new and proof.asks_order and told and order not in told:
            order = None
        dates[column] = replace(dates[column], order=order)
    return replace(plan, dates=dates, marks=proven_marks(file, columns, cells, is_new=is_new))


def _words(
    work: Work, columns: Mapping[int, Field], counted: Mapping[int, Counter[str]], first: Mapping[tuple[int, str], _Place]
) -> tuple[tuple[AskedWord, ...], ...]:
    """Those that nobody knows; those known only from an earlier file, only because everybody uses them, and only from this file. Most
    frequent first."""
    found: dict[tuple[str, str], tuple[Field, str, int, _Place]] = {}
    for column, field in columns.items():
        if not field.scheme:
            continue
        separator = work.plan.columns[column].separator
        for text, count in counted[column].items():
            for piece in pieces_of(field, text, separator) if not is_error(text) else ():
                place = (field.scheme, key_of(piece))
                _, spelling, before, where = found.get(place, (field, piece, 0, first[column, text]))
                found[place] = (field, spelling, before + count, where)
    for field in {field.scheme: field for field, *_ in found.values()}.values():
        work.preparer.words.prepare(field, {spelling for one, spelling, *_ in found.values() if one.scheme == field.scheme})
    words, asked = work.preparer.words, list[_Counted]()
    remembered: list[_Counted] = []
    usual: list[_Counted] = []
    decided: list[_Counted] = []
    for (_, key), (field, spelling, count, where) in sorted(found.items(), key=lambda one: -one[1][2]):
        code = words.code(field, spelling)
        if code is None and len(asked) < MOST_ASKED * 10 and len(spelling) <= _LONGEST:
            asked.append((field, spelling, key, count, where, ""))
        elif code is not None and not words.is_exact(field, spelling):
            by_whom = usual if words.is_usual(field, key) else remembered if words.is_remembered(field, key) else decided
            by_whom.append((field, spelling, key, count, where, code or LEFT_OUT))
    return tuple(_asked(work, some) for some in (asked, remembered, usual, decided))


def _asked(work: Work, words: list[_Counted]) -> tuple[AskedWord, ...]:
    for field in {field.scheme: field for field, *_ in words}.values():
        work.preparer.words.look_up(field, [spelling for one, spelling, *_ in words[:MOST_ASKED] if one.scheme == field.scheme])
    sheets = [str(sheet["name"]) if len(work.plan.sheets) > 1 else "" for sheet in work.batch.sheets]
    return tuple(
        AskedWord(
            field, spelling, key, count, sheets[sheet], row, _offers(work, field, spelling, chosen) if place < MOST_ASKED else (), chosen
        )
        for place, (field, spelling, key, count, (sheet, row), chosen) in enumerate(words)
    )


def _offers(work: Work, field: Field, spelling: str, chosen: str) -> tuple[Offer, ...]:
    """What looks like it first; of a short list then all the rest; what was chosen before in any case."""
    words = work.preparer.words
    offers = words.offers(field, spelling)
    every = words.every_offer(field)
    if len(every) <= _FEW:
        offers += [offer for offer in every if offer.code not in {one.code for one in offers}]
    if chosen and chosen not in (LEFT_OUT, OTHERS) and chosen not in {one.code for one in offers}:
        offers.insert(0, Offer(chosen, words.label(field, chosen)))
    return tuple(offers)


def style_of(order: str, pivot: str, *, are_days: bool) -> Style:
    """What was chosen for a column of dates."""
    is_year = pivot.isascii() and pivot.isdigit() and len(pivot) <= _YEAR
    return Style(Order(order) if order in set(Order) else None, int(pivot) if is_year else None, are_days)
