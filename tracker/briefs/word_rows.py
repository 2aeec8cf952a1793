"""The rows of a table of a DOCX, written as XML in one piece for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from tracker.briefs.content import MOST_TOGETHER, Entry, Table, printable

_MOST_COLUMNS = 6  # in letters of usual size
_SPACE = 20  # above and below a line, in twentieths of a point


def rows_of(one: Table, widths: Sequence[int]) -> Iterator[Any]:
    """The elements of head and lines. `widths` in twips."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    is_wide = len(one.heads) > _MOST_COLUMNS
    # the letters of a head are smaller, and of a wide table no bolder, so that its long words stay whole
    rows = [(tuple(map(Entry, one.heads)), not is_wide), *(((Entry(line.label), *line.entries), line.is_total) for line in one.lines)]
    size = 15 if is_wide else 18  # half points
    for place, (entries, is_bold) in enumerate(rows):
        is_kept = len(rows) <= MOST_TOGETHER and place + 1 < len(rows)
        cells = (
            _cell(entry, width, size if place else size - 1, is_bold=is_bold, is_right=bool(number) and one.is_numbers, is_kept=is_kept)
            for number, (entry, width) in enumerate(zip(entries, widths, strict=True))
        )
        head = "" if place else "<w:tblHeader/>"  # said again on each page
        yield parse_xml(f"<w:tr {nsdecls('w')}><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>")


def _cell(entry: Entry, width: int, size: int, *, is_bold: bool, is_right: bool, is_kept: bool) -> str:
    kept, right = "<w:keepNext/>" if is_kept else "", '<w:jc w:val="right"/>' if is_right else ""
    letters, bold = f'<w:sz w:val="{size}"/>', "<w:b/>" if is_bold else ""
    text = f'<w:r><w:rPr>{bold}{letters}</w:rPr><w:t xml:space="preserve">{escape(printable(entry.text))}</w:t></w:r>'
    if entry.note:
        # in brackets: a number that is copied out must not run together with the figure
        text += f'<w:r><w:rPr>{letters}<w:vertAlign w:val="superscript"/></w:rPr><w:t>[{entry.note}]</w:t></w:r>'
    line = f'<w:pPr>{kept}<w:spacing w:before="{_SPACE}" w:after="{_SPACE}"/>{right}</w:pPr>'
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p>{line}{text}</w:p></w:tc>'
