"""A brief as DOCX: on our own layout, or in a ministry's template."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.briefs.content import Brief, Entry, Numbered, Table, printable

if TYPE_CHECKING:
    from docx.document import Document

# {{body}} stands alone in a paragraph, {{marking}} in the head or foot of the page
PLACEHOLDERS = ("title", "subtitle", "marking", "period", "as_of", "basis", "body")
_NAMED = re.compile(r"\{\{\s*(\w*)\s*\}\}")
_TABLE_STYLE = "Brief table"  # of a template that wants its own
_FONT, _HAN_FONT = "Times New Roman", "SimSun"  # where a machine has others, they stand in for these


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
    if [bool(_is_body(paragraph)) for paragraph in document.paragraphs].count(True) != 1:
        raise TemplateError("BRIEF_TEMPLATE needs one paragraph that is {{body}} and nothing else, outside of tables")
    for section in document.sections:
        if not all(_carries_marking(part) for part in _page_parts(section, document)):
            raise TemplateError("BRIEF_TEMPLATE needs {{marking}} in the header or the footer of every kind of page")
    return document


def docx_of(brief: Brief, template: str = "") -> bytes:
    """The bytes of the file. Raises TemplateError."""
    document = opened_template(template) if template else _own_layout()
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


def _own_layout() -> Document:
    from docx import Document as open_document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document = open_document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    for name, size in (("Normal", 10), ("Title", 20), ("Subtitle", 12), ("Heading 2", 12)):
        _plain(document.styles[name], Pt(size))
    for part in (section.header, section.footer):
        part.paragraphs[0].clear()
        part.paragraphs[0].add_run("{{marking}}").bold = True
        part.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.styles["Title"].font.bold = True
    _number_pages(section.footer.add_paragraph())
    document.add_paragraph("{{title}}", style="Title")
    document.add_paragraph("{{subtitle}}", style="Subtitle")
    document.add_paragraph("{{body}}")
    return document


def _plain(style: Any, size: Any) -> None:
    """Black letters of one kind and no ornament: the paper of a ministry, whatever the theme of the reader's Word."""
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    style.font.name, style.font.size, style.font.italic, style.font.color.rgb = _FONT, size, False, RGBColor(0, 0, 0)
    fonts, paragraph = style.element.get_or_add_rPr().get_or_add_rFonts(), style.element.get_or_add_pPr()
    for name in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[name]
    fonts.set(qn("w:eastAsia"), _HAN_FONT)
    for border in paragraph.findall(qn("w:pBdr")):
        paragraph.remove(border)


def _number_pages(paragraph: Any) -> None:
    """`3 / 7`, counted by whoever opens the file."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for instruction in ("PAGE", "NUMPAGES"):
        if instruction == "NUMPAGES":
            paragraph.add_run(" / ")
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), instruction)
        paragraph._p.append(field)  # noqa: SLF001  python-docx has no fields


def _write(document: Document, brief: Brief) -> None:
    from docx.shared import Pt

    for label, value in brief.about:
        document.add_paragraph(f"{printable(label)}: {printable(value)}").paragraph_format.space_after = 0
    for sentence in brief.lead:
        document.add_paragraph(printable(sentence)).paragraph_format.space_before = Pt(6)
    for one in brief.tables:
        _heading(document, one.title)
        _table(document, one)
        if one.foot:
            _small(document.add_paragraph(printable(one.foot)))
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
    from docx.oxml import OxmlElement

    made = document.add_table(rows=0, cols=len(one.heads))
    if _TABLE_STYLE in {style.name for style in document.styles}:
        made.style = _TABLE_STYLE
    else:
        _rule(made)
    rows = [tuple(Entry(head) for head in one.heads), *((Entry(line.label), *line.entries) for line in one.lines)]
    widths = _widths(document, one)
    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    for place, entries in enumerate(rows):
        row = made.add_row()
        if place == 0:  # said again on each page
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001
        for number, (cell, entry) in enumerate(zip(row.cells, entries, strict=True)):
            cell.width = widths[number]
            _cell(cell.paragraphs[0], entry, is_head=place == 0, is_right=bool(number) and one.is_numbers)


def _widths(document: Document, one: Table) -> list[Any]:
    from docx.shared import Emu

    section = document.sections[-1]
    room = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    return [Emu(room * share // sum(one.shares)) for share in one.shares]


def _rule(table: Any) -> None:
    """A fine line under each row: numbers are read along it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "BFBFBF")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    # python-docx has no borders; they have their place in the order of the schema
    table._tbl.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")  # noqa: SLF001


def _cell(paragraph: Any, entry: Entry, *, is_head: bool, is_right: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    run = paragraph.add_run(printable(entry.text))
    run.bold, run.font.size = is_head or None, Pt(9)
    paragraph.paragraph_format.space_after = 0
    if is_right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if entry.note:
        # in brackets: a number that is copied out must not run together with the figure
        paragraph.add_run(f"[{entry.note}]").font.superscript = True


def _numbered(document: Document, rows: tuple[Numbered, ...]) -> None:
    for row in rows:
        _small(document.add_paragraph(f"[{row.number}] {printable(row.text)}"))


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
    """Word cuts a placeholder into pieces as it likes: the text goes into the first one."""
    text = _NAMED.sub(lambda found: values.get(found[1], found[0]), paragraph.text)
    for run in paragraph.runs[1:]:
        run.text = ""
    paragraph.runs[0].text = text
