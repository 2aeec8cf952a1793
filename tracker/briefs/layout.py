"""The DOCX in which briefs are written where a ministry brings none of its own, and with which it may start one."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

_FONT, _HAN_FONT = "Times New Roman", "SimSun"  # where a machine has others, they stand in for these
_STYLES = (("Normal", 10), ("Title", 20), ("Subtitle", 12), ("Heading 2", 12))


def default_template() -> bytes:
    """The file with its placeholders."""
    kept = io.BytesIO()
    own_layout("en").save(kept)
    return kept.getvalue()


def own_layout(language: str) -> Document:
    """The layout, with placeholders still in it."""
    from docx import Document as open_document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document = open_document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    for name, size in _STYLES:
        _plain(document.styles[name], Pt(size))
    document.styles["Title"].font.bold = document.styles["Heading 2"].font.bold = True
    document.styles["Heading 2"].paragraph_format.space_before = Pt(14)
    document.styles["Heading 2"].paragraph_format.space_after = Pt(4)
    _speak(document, language)
    for part in (section.header, section.footer):
        part.paragraphs[0].clear()
        part.paragraphs[0].add_run("{{marking}}").bold = True
        part.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    _foot(section.footer.add_paragraph(style="Normal"), section.page_width - section.left_margin - section.right_margin)
    document.add_paragraph("{{title}}", style="Title")
    document.add_paragraph("{{subtitle}}", style="Subtitle")
    document.add_paragraph("{{body}}")
    return document


def _plain(style: Any, size: Any) -> None:
    """Black letters of one kind and no ornament: the paper of a ministry, whatever the theme of the reader's Word."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.italic, style.font.color.rgb = _FONT, size, False, RGBColor(0, 0, 0)
    style.paragraph_format.space_after = Pt(4)
    letters, paragraph = style.element.get_or_add_rPr(), style.element.get_or_add_pPr()
    fonts = letters.get_or_add_rFonts()
    for name in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[name]
    fonts.set(qn("w:eastAsia"), _HAN_FONT)
    for ornament in (*letters.findall(qn("w:spacing")), *letters.findall(qn("w:kern")), *paragraph.findall(qn("w:pBdr"))):
        ornament.getparent().remove(ornament)


def _speak(document: Document, language: str) -> None:
    """The language of the words: it decides the forms of Chinese letters, and the spelling that is checked."""
    from docx.oxml.ns import qn

    said = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    said.set(qn("w:val"), "en-GB")
    said.set(qn("w:eastAsia"), "zh-CN" if language.startswith("zh") else "en-GB")


def _foot(paragraph: Any, width: Any) -> None:
    """What it is and when it was made; on the right `3 / 7`, counted by whoever opens the file."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run("{{title}} · {{as_of}}").font.size = Pt(8)
    paragraph.add_run("\t").font.size = Pt(8)
    for instruction in ("PAGE", "NUMPAGES"):
        if instruction == "NUMPAGES":
            paragraph.add_run(" / ").font.size = Pt(8)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), instruction)
        run = OxmlElement("w:r")
        run.get_or_add_rPr().sz_val = Pt(8)
        run.text = "1"
        field.append(run)
        paragraph._p.append(field)  # noqa: SLF001  python-docx has no fields
