"""A brief as DOCX: on our own layout, or in a ministry's template."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.briefs.content import Brief, Numbered, Table, printable
from tracker.briefs.layout import own_layout
from tracker.briefs.word_rows import rows_of

if TYPE_CHECKING:
    from docx.document import Document

# {{body}} stands alone in a paragraph, {{marking}} in the head or foot of the page
PLACEHOLDERS = ("title", "subtitle", "marking", "period", "as_of", "basis", "body")
_NAMED = re.compile(r"\{\{\s*(\w*)\s*\}\}")
_TABLE_STYLE = "Brief table"  # of a template that wants its own


class TemplateError(ValueError):
    """The template of the ministry cannot be used; says why."""


def opened_template(path: str) -> Document:
    """The template, checked. Raises TemplateError."""
    from docx import Document as open_document

    try:
        document = open_document(io.BytesIO(Path(path).read_bytes()))
    except OSError as error:
        raise TemplateError(f"BRIEF_TEMPLATE: {path} cannot be read ({error.strerror})") from error
    except Exception as error:  # whatever a damaged package makes its reader say
        raise TemplateError(f"BRIEF_TEMPLATE: {path} is no DOCX file") from error
    found = {name for paragraph in _paragraphs(document) for name in _NAMED.findall(paragraph.text)}
    unknown = sorted(found - set(PLACEHOLDERS))
    if unknown:
        raise TemplateError(f"BRIEF_TEMPLATE: there is no {{{{{unknown[0]}}}}}; there are {', '.join(PLACEHOLDERS)}")
    if any(_NAMED.findall(paragraph.text) != _NAMED.findall(_in_runs(paragraph)) for paragraph in _paragraphs(document)):
        raise TemplateError("BRIEF_TEMPLATE: a placeholder stands in a link")
    if [bool(_is_body(paragraph)) for paragraph in document.paragraphs].count(True) != 1:
        raise TemplateError("BRIEF_TEMPLATE needs one paragraph that is {{body}} and nothing else, outside of tables")
    for section in document.sections:
        if not all(_carries_marking(part) for part in _page_parts(section, document)):
            raise TemplateError("BRIEF_TEMPLATE needs {{marking}} in the header or the footer of every kind of page")
    return document


def docx_of(brief: Brief, template: str = "") -> bytes:
    """The bytes of the file. Raises TemplateError."""
    document = opened_template(template) if template else own_layout(brief.language)
    values = {name: printable(str(getattr(brief, name))) for name in PLACEHOLDERS if name != "body"}
    body = next(paragraph for paragraph in document.paragraphs if _is_body(paragraph))
    for paragraph in _paragraphs(document):
        if _NAMED.search(paragraph.text) and not _is_body(paragraph):
            _fill(paragraph, values)
    document.core_properties.title = values["title"]
    document.core_properties.author = ""
    start = len(document.element.body)
    _write(document, brief)
    written = [element for element in list(document.element.body)[start - 1 :] if not element.tag.endswith("}sectPr")]
    for element in written:
        body._element.addprevious(element)  # noqa: SLF001  python-docx has no other way to move a paragraph
    body._element.getparent().remove(body._element)  # noqa: SLF001
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _write(document: Document, brief: Brief) -> None:
    from docx.shared import Mm, Pt

    for label, value in brief.about:
        line = document.add_paragraph(f"{printable(label)}\t{printable(value)}").paragraph_format
        line.space_after, line.left_indent, line.first_line_indent = 0, Mm(30), Mm(-30)
        line.tab_stops.add_tab_stop(Mm(30))
    for sentence in brief.lead:
        document.add_paragraph(printable(sentence)).paragraph_format.space_before = Pt(6)
    for one in brief.tables:
        _heading(document, one.title)
        _table(document, one)
        if one.foot:
            foot = document.add_paragraph(printable(one.foot))
            foot.paragraph_format.space_before = Pt(3)
            _small(foot)
    for title, rows in ((brief.notes_title, brief.notes), (brief.sources_title, brief.sources)):
        if rows:
            _heading(document, title)
            _numbered(document, rows)


def _heading(document: Document, text: str) -> None:
    """In the template's own style where it has one."""
    named = {style.name for style in document.styles}
    paragraph = document.add_paragraph(style="Heading 2" if "Heading 2" in named else None)
    paragraph.add_run(printable(text)).bold = True
    paragraph.paragraph_format.keep_with_next = True


def _table(document: Document, one: Table) -> None:
    made = document.add_table(rows=0, cols=len(one.heads))
    if _TABLE_STYLE in {style.name for style in document.styles}:
        made.style = _TABLE_STYLE
    else:
        _rule(made)
    widths = _widths(document, one)
    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    for row in rows_of(one, [width.twips for width in widths]):
        made._tbl.append(row)  # noqa: SLF001  python-docx makes rows one cell after the other, and takes a second for a long table


def _widths(document: Document, one: Table) -> list[Any]:
    from docx.shared import Emu, Twips

    section = document.sections[-1]
    room = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    # whole twips: grid and cells say the same
    return [Twips(Emu(room).twips * share // sum(one.shares)) for share in one.shares]


def _rule(table: Any) -> None:
    """A fine line under each row: numbers are read along it; little room beside them, so that words of narrow columns stay whole."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "BFBFBF")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "50")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    # python-docx has neither; both have their place in the order of the schema
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")  # noqa: SLF001
    table._tbl.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar")  # noqa: SLF001


def _numbered(document: Document, rows: tuple[Numbered, ...]) -> None:
    from docx.shared import Mm

    for row in rows:
        paragraph = document.add_paragraph(f"[{row.number}]\t{printable(row.text)}")
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Mm(9), Mm(-9)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(9))
        _small(paragraph)


def _small(paragraph: Any) -> None:
    from docx.shared import Pt

    paragraph.paragraph_format.space_after = Pt(2)
    for run in paragraph.runs:
        run.font.size = Pt(8)


def _page_parts(section: Any, document: Document) -> Iterator[tuple[Any, Any]]:
    """Head and foot of each kind of page that the section has."""
    yield section.header, section.footer
    if section.different_first_page_header_footer:
        yield section.first_page_header, section.first_page_footer
    if document.settings.odd_and_even_pages_header_footer:
        yield section.even_page_header, section.even_page_footer


def _carries_marking(parts: tuple[Any, Any]) -> bool:
    return any("marking" in _NAMED.findall(paragraph.text) for part in parts for paragraph in part.paragraphs)


def _paragraphs(document: Document) -> Iterator[Any]:
    """Every paragraph of the text, its tables and the heads and feet of its pages."""
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs
    for section in document.sections:
        for parts in _page_parts(section, document):
            for part in parts:
                yield from part.paragraphs


def _is_body(paragraph: Any) -> bool:
    found = _NAMED.fullmatch(paragraph.text.strip())
    return found is not None and found[1] == "body"


def _fill(paragraph: Any, values: dict[str, str]) -> None:
    """Each piece of the text keeps its letters; where Word has cut a placeholder in two, all goes into the first piece."""

    def filled(text: str) -> str:
        return _NAMED.sub(lambda found: values.get(found[1], found[0]), text)

    runs, text = paragraph.runs, _in_runs(paragraph)
    if sum(len(_NAMED.findall(run.text)) for run in runs) == len(_NAMED.findall(text)):
        for run in runs:
            if _NAMED.search(run.text):
                run.text = filled(run.text)
        return
    for run in runs[1:]:
        run.text = ""
    runs[0].text = filled(text)


def _in_runs(paragraph: Any) -> str:
    """The text without that of links, which cannot be filled in."""
    return "".join(run.text for run in paragraph.runs)
