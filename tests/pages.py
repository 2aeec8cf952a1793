"""Pages as people see them, and an eye on every page that is fetched."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from docx import Document
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader

from tracker.web.language import LANGUAGES


@dataclass
class Page:
    """A fetched page with what is to be read in it."""

    status: int
    html: str
    text: str = ""  # what people see, in one line
    title: str = ""
    headings: list[str] = field(default_factory=list)  # of the first rank
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    labels_for: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)  # (tag, name, value)
    lang: str = ""


class _PageReader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.page.attributes += [(tag, name, value) for name, value in values.items()]
        if tag in ("title", "h1", "script", "style"):
            self.open.append(tag)
            if tag == "h1":
                self.page.headings.append("")
        if tag == "html":
            self.page.lang = values.get("lang", "")
        if tag == "a" and "href" in values:
            self.page.links.append(values["href"])
        if tag == "label" and "for" in values:
            self.page.labels_for.append(values["for"])
        if "id" in values:
            self.page.ids.append(values["id"])

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        here = self.open[-1] if self.open else ""
        if here == "title":
            self.page.title += data
        elif here == "h1":
            self.page.headings[-1] += data
        if here not in ("script", "style"):
            self.words.append(data)


def read_page(status: int, html: str) -> Page:
    """What stands in the page."""
    found = Page(status, html)
    reader = _PageReader(found)
    reader.feed(html)
    found.text = " ".join(" ".join(reader.words).split())
    return found


def page(client: FlaskClient, url: str, status: int = 200) -> Page:
    """Fetch `url` and look at what no page may lack or show."""
    return inspected(client.get(url), status)


def inspected(answer: Any, status: int = 200) -> Page:
    """The page of an answer, looked at."""
    html = answer.get_data(as_text=True)
    assert answer.status_code == status, f"{answer.status_code} {answer.headers.get('Location', '')}: {read_page(0, html).text[:400]}"
    assert answer.mimetype == "text/html"
    found = read_page(answer.status_code, html)
    assert found.title.strip().strip("–").strip(), "the page has no title"
    assert len(found.headings) == 1, f"the page has {len(found.headings)} headings of the first rank"
    assert found.headings[0].strip(), "the heading is empty"
    assert found.lang in LANGUAGES, f"the page is in the language {found.lang!r}"
    assert not re.search(r"\b(None|Undefined|LazyString)\b|\[object |object at 0x|\{\{|\{%", found.text), (
        "the page shows what only programs say"
    )
    leaked = [(tag, name, value) for tag, name, value in found.attributes if value == "None" or "=None" in value or "object at 0x" in value]
    assert not leaked, f"attributes hold what only programs say: {leaked}"
    twice = {one for one in found.ids if found.ids.count(one) > 1}
    assert not twice, f"ids stand twice: {twice}"
    assert set(found.labels_for) <= set(found.ids), f"labels without a field: {set(found.labels_for) - set(found.ids)}"
    return found


def text_of(answer: Any) -> str:
    """What the answer says, also where it is a document."""
    if answer.mimetype == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    if answer.mimetype.endswith("wordprocessingml.document"):
        document = Document(io.BytesIO(answer.data))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    if answer.mimetype.endswith("spreadsheetml.sheet"):  # sheets with an empty line between
        return "\n\n".join("\n".join("\t".join(map(str, row)) for row in rows) for rows in workbook(answer).values())
    return str(answer.get_data(as_text=True))


def workbook(answer: Any) -> dict[str, list[tuple[Any, ...]]]:
    """The sheets of a workbook by name: their rows, as a spreadsheet would read them."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    book = load_workbook(io.BytesIO(answer.data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def list_file(client: FlaskClient, url: str) -> str:
    """The file of a list; where its rows are about persons, for a purpose and a recipient, as it asks."""
    answer = client.get(url)
    if answer.status_code == 302:
        data = {"purpose": "Report to the ministry", "recipient": "Department of statistics"}
        answer = client.post(answer.headers["Location"], data=data)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == "text/csv"
    return str(answer.get_data(as_text=True)).lstrip("\ufeff")


def errors_of(html: str) -> str:
    """What the form says is wrong, in one line; '' when it says nothing."""
    match = re.search(r'<div class="error-summary".*?</div>', html, re.DOTALL)
    return read_page(0, match[0]).text if match else ""
