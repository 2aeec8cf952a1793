"""A table of figures as its page shows it: rows in sections, each cell with its text, shade and list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from flask_babel import gettext

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import NOT_STATED, SHARED, UNCERTAIN, RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.queries import Table, table
from tracker.database.folding import fold
from tracker.records.figure_words import cell_sentence, cell_text, with_sign
from tracker.records.filtering import Reader, region_label, year_label
from tracker.summaries.asked import SORTS, Asked
from tracker.summaries.heat import Scale
from tracker.summaries.links import CellLinks
from tracker.summaries.row_choices import PARTNERS, RowChoice, row_labels, row_order
from tracker.summaries.sparklines import Sparkline, has_sparkline, sparkline_of
from tracker.vocabularies.kept import traits_by_code
from tracker.vocabularies.models import PartyKind
from tracker.vocabularies.terms import terms
from tracker.web.formatters import number

ON_PAPER = 32  # columns beside the names of rows


@dataclass(frozen=True)
class Shown:
    """One number as it is drawn."""

    text: str
    url: str = ""
    heat: int | None = None
    title: str = ""
    open_list: bool = False
    extra: str = ""
    cell: Cell | None = field(default=None, repr=False, compare=False)  # what was counted, for files

    @property
    def signs(self) -> str:
        """All of it as text, where no link and no title stand with it."""
        return with_sign(self.text, is_open=self.open_list)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    key: str
    label: str
    cells: tuple[Shown, ...]
    sparkline: Sparkline | None = None


@dataclass(frozen=True)
class Section:
    """Lines under one heading; none for the first."""

    title: str
    rows: tuple[Row, ...]
    is_beside: bool = False  # what stands in no country's row


@dataclass(frozen=True)
class Column:
    """One column: a year, what is not known to the year, or the total."""

    key: str
    label: str
    extra: str = ""


@dataclass(frozen=True)
class Matrix:
    """The whole table with its foot."""

    columns: tuple[Column, ...]
    sections: tuple[Section, ...]
    total: Row
    sums: tuple[Row, ...] = ()  # sum of rows, and what of it was counted again (C3)
    scale: Scale = field(default_factory=lambda: Scale(Decimal(0)))
    has_sparklines: bool = False
    adds_up: bool = False  # whether the rows give the total, with its bounds, in every column

    @property
    def is_wider_than_paper(self) -> bool:
        """Whether a sheet of A4 across, at the size of printed tables, cuts its last columns off."""
        return len(self.columns) > ON_PAPER

    @property
    def is_empty(self) -> bool:
        return not any(section.rows for section in self.sections) and not any(cell.url for cell in self.total.cells)


def matrix(reader: Reader, asked: Asked) -> Matrix:
    """The table that was asked for."""
    return presented(reader, asked, figures(reader, asked))


def figures(reader: Reader, asked: Asked) -> Table:
    """The numbers of the table, limited to rows whose lists the filter can name."""
    found = table(reader.session, asked.measure, filter_for(asked), asked.choice.rows, reader.today, ranges=asked.ranges, step=asked.step)
    return only_named_row(asked, found)


def filter_for(asked: Asked) -> RecordFilter:
    """C33: quantities are never expanded to the members of a group."""
    return asked.chosen.narrowed(expand=False) if asked.measure.is_quantity else asked.chosen


def only_named_row(asked: Asked, found: Table) -> Table:
    """Where the filter names one row of this very table, that row: others only share records with it."""
    chosen, choice = asked.chosen, asked.choice
    named = chosen.key(choice.code) if choice.is_key else {"partner": chosen.partner, "group": chosen.group}.get(choice.code, "")
    if not named:
        return found
    columns = {column for row, column in found.cells if row == TOTAL}
    cells = {(row, column): found.cell(TOTAL, column) for column in columns for row in (TOTAL, named)}
    return replace(found, rows=(named,) if columns else (), cells=cells, repeated={})


class Drawing:
    """How the cells of a table are drawn: a column for each time, in a shade by its number."""

    columns: tuple[Column, ...]
    found: Table
    measure: Measure
    scale: Scale

    def body(self, row: str, column: Column) -> Shown:
        """The cell of a row."""
        raise NotImplementedError

    def total(self, column: Column) -> Shown:
        """The distinct total of a column."""
        raise NotImplementedError

    def weight(self, row: str, key: str) -> Decimal:
        """What the rows are sorted by, the largest first."""
        return _weight(self.found.cell(row, key))

    def sums(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """The rows of the foot below the total."""
        return rows


class TimeDrawing(Drawing):
    """A table by time, as it is counted."""

    def __init__(self, asked: Asked, found: Table) -> None:
        self.found, self.measure = found, asked.measure
        self.columns = columns_of(asked.measure, found)
        self.links = CellLinks(filter_for(asked), asked.measure, asked.choice)
        self.scale = scale_of(found)
        # most cells of a large table are empty, and empty cells of a column are alike
        self._nothing = {one.key: self._shown(Cell(), "", one) for one in self.columns}

    def body(self, row: str, column: Column) -> Shown:
        cell = self.found.cells.get((row, column.key))
        return self._shown(cell, row, column) if cell else self._nothing[column.key]

    def total(self, column: Column) -> Shown:
        return shown(self.found.cell(TOTAL, column.key), self.measure, self.links, TOTAL, column)

    def _shown(self, cell: Cell, row: str, column: Column) -> Shown:
        return shown(cell, self.measure, self.links, row, column, self.scale)


def presented(reader: Reader, asked: Asked, found: Table, drawing: Drawing | None = None) -> Matrix:
    """The table as it is drawn; by time, unless another drawing is given."""
    measure, choice = asked.measure, asked.choice
    drawing = drawing or TimeDrawing(asked, found)
    columns, labels = drawing.columns, row_labels(reader, choice, found.rows)

    def row(key: str) -> Row:
        return Row(key, labels[key], tuple(drawing.body(key, one) for one in columns), sparkline_of(found, key, measure))

    total = Row(TOTAL, gettext("Distinct total"), tuple(map(drawing.total, columns)), sparkline_of(found, TOTAL, measure))
    sections = _sections(reader, asked, drawing, labels, row)
    adds_up = all(found.sum_of_rows(one.key).upper == found.cell(TOTAL, one.key).upper for one in columns)
    sums = drawing.sums(_sums(choice, measure, found, columns))
    return Matrix(columns, sections, total, sums, drawing.scale, has_sparkline(found.years), adds_up)


def columns_of(measure: Measure, found: Table) -> tuple[Column, ...]:
    """Years, each after its quarters or months, what is not known to the year, and the total; for what lasts, no total of years (C11)."""
    columns: list[Column] = []
    for year in found.years:
        columns += [Column(part.key, year_label(part.key), "" if part.number else "uncertain") for part in found.parts.get(year, ())]
        columns.append(Column(str(year), str(year), "total" if found.parts else ""))
    keys = {column for _, column in found.cells}
    ended = measure.mode is Mode.ENDED
    if found.ranges:
        columns += [Column(key, year_label(key), "uncertain") for key in found.ranges]
    elif UNCERTAIN in keys:
        columns.append(Column(UNCERTAIN, year_label(UNCERTAIN), "uncertain"))
    if NOT_STATED in keys:
        columns.append(Column(NOT_STATED, gettext("End not stated") if ended else year_label(NOT_STATED), "uncertain"))
    total = {Mode.ACTIVE: gettext("At any time"), Mode.STOCK: gettext("Today")}.get(measure.mode, gettext("All years"))
    return (*columns, Column(TOTAL, total, "total"))


def scale_of(found: Table, totals: frozenset[str] | None = None) -> Scale:
    """Shades by the cells of the body: totals, years beside their months too, would make everything else pale."""
    if totals is None:
        totals = frozenset({TOTAL, *map(str, found.years)} if found.parts else {TOTAL})
    return Scale.of(_weight(cell) for (row, column), cell in found.cells.items() if row != TOTAL and column not in totals)


def _weight(cell: Cell) -> Decimal:
    return cell.lower or cell.upper or Decimal(0)


def shown(cell: Cell, measure: Measure, links: CellLinks, row: str, column: Column, scale: Scale | None = None) -> Shown:
    """One number with its list."""
    text = cell_text(cell, measure)
    heat = None
    if scale and column.extra != "total" and text != "–":
        heat = scale.heat(_weight(cell))
    # C7: the + belongs to the cells of countries; in a total it would say "at least"
    is_open = cell.open_list and text != "–" and row != TOTAL and links.field == PARTNERS.field and not measure.is_quantity
    return Shown(text, links.to(cell, row, column.key), heat, cell_sentence(cell, measure), is_open, column.extra, cell)


def _sections(reader: Reader, asked: Asked, drawing: Drawing, labels: Mapping[str, str], row: Callable[[str], Row]) -> tuple[Section, ...]:
    found = drawing.found
    beside = [key for key in (NOT_STATED, SHARED) if key in found.rows] if not asked.choice.is_key else []
    keys = [key for key in found.rows if key not in beside]
    groups = _by_kind(reader, keys, asked.by_region) if asked.choice.code == PARTNERS.code else [("", keys)]
    ordered = [(title, _in_order(reader, asked, drawing, labels, members)) for title, members in groups]
    sections = [Section(title, tuple(row(key) for key in members)) for title, members in ordered if members]
    if beside:
        sections.append(Section(gettext("In no row"), tuple(row(key) for key in beside), is_beside=True))
    return tuple(sections)


def _by_kind(reader: Reader, keys: Sequence[str], by_region: bool) -> list[tuple[str, list[str]]]:
    """Countries first, by region where asked for; organisations, groups and agencies without a country below."""
    known = traits_by_code(reader.session)
    countries: dict[str, list[str]] = {}
    others: list[str] = []
    for code in (key for key in keys if key in known):
        if known[code].kind is PartyKind.COUNTRY:
            countries.setdefault((known[code].region or "") if by_region else "", []).append(code)
        else:
            others.append(code)
    order = [code for code in [*terms(reader.session, "m49"), ""] if code in countries]
    groups = [(region_label(reader, code) if code else gettext("Other") if by_region else "", countries[code]) for code in order]
    return [*groups, (gettext("Organisations and groups"), others)]


def _in_order(reader: Reader, asked: Asked, drawing: Drawing, labels: Mapping[str, str], keys: list[str]) -> list[str]:
    by_name = sorted(keys, key=lambda key: name_order(reader.locale, labels[key]))
    if asked.sort != SORTS[0]:
        column = TOTAL if asked.sort == "total" else asked.sort
        return sorted(by_name, key=lambda key: (-drawing.weight(key, column), -drawing.found.cell(key, column).records))
    known = row_order(reader, asked.choice)
    places = {key: place for place, key in enumerate(known)}
    return sorted(by_name, key=lambda key: places.get(key, len(places)))


def name_order(locale: str, name: str) -> str:
    """Alphabetical by folded letters; Chinese by GB 18030, whose common characters stand in the order of pinyin."""
    if locale.startswith("zh"):
        return name.encode("gb18030", "replace").hex()
    return fold(name)


def _sums(choice: RowChoice, measure: Measure, found: Table, columns: Sequence[Column]) -> tuple[Row, ...]:
    """The foot of C3, where it says anything: sum of rows, and how much of it was counted again."""
    again = [found.counted_again(column.key) for column in columns]
    if not any(again):
        return ()
    sums = tuple(
        Shown(cell_text(cell, measure), extra=column.extra, cell=cell)
        for column, cell in ((column, found.sum_of_rows(column.key)) for column in columns)
    )
    again_label = gettext("Counted again in further rows") if choice.adds_up else gettext("Sum of rows less distinct total")
    difference = tuple(Shown(_signed(value), extra=column.extra) for value, column in zip(again, columns, strict=True))
    rows = [Row("sum", gettext("Sum of rows"), sums), Row("again", again_label, difference)]
    if not measure.is_span and measure.mode is not Mode.ENDED and found.repeated:
        records = tuple(_records_again(found, column, value) for value, column in zip(again, columns, strict=True))
        rows.append(Row("records", gettext("Records that stand in several rows"), records))
    return tuple(rows)


def _records_again(found: Table, column: Column, again: Decimal) -> Shown:
    """How many records were counted again; not known for columns that the count does not tell apart."""
    if column.key in found.repeated:
        return Shown(str(found.repeated[column.key]), extra=column.extra)
    return Shown("–" if again else "0", extra=column.extra)


def _signed(value: Decimal) -> str:
    return number(value) if value >= 0 else f"−{number(-value)}"
