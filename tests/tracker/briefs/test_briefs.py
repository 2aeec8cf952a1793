"""Briefs and reports: the same figures as the pages, nothing above the marking, files that open."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from flask import Flask
from lxml import etree
from pypdf import PdfReader

from tests.app import ClientAs, stored
from tests.factories import handovers, operations, records, sources, users
from tests.pages import text_of
from tracker.accounts.models import Role, User
from tracker.briefs.building import Asked, MarkingError, partner_brief, year_report
from tracker.briefs.citations import in_ranges
from tracker.briefs.content import Brief, Entry, Line, Numbered, Table
from tracker.briefs.pdf import pdf_of
from tracker.briefs.steps import finished
from tracker.briefs.word import TemplateError, docx_of, opened_template
from tracker.counting.models import Basis
from tracker.database.columns import utc_now
from tracker.records.filtering import Reader
from tracker.summaries.partner import find_party, partner_page
from tracker.summaries.years import year_page

pytestmark = pytest.mark.once

NASTY = 'A & B <x> "#{}$\\ [x] \x01 ]] --'
BRIEF = Brief(
    title=NASTY,
    subtitle="Brief",
    marking="TLP:GREEN",
    period="2024",
    as_of="today",
    basis="verified",
    about=(("Period", "2024"), (NASTY, NASTY)),
    lead=(NASTY,),
    tables=(
        Table("Figures", ("Measure", "2024"), tuple(Line(NASTY, (Entry("10", 1),)) for _ in range(90)), "a foot"),
        Table("Nothing", ("Measure", "2024"), ()),
    ),
    notes_title="Notes",
    notes=(Numbered(1, "3 records"),),
    sources_title="Sources",
    sources=(Numbered(1, NASTY),),
)


def reader_of(session: Any, role: Role = Role.OFFICER) -> Reader:
    found: User = users.user(session, role, username=f"reader-{role}")
    return Reader(found, session, "en", utc_now().date(), records.REPORTING_STATE)


def entries(brief: Brief) -> dict[str, list[str]]:
    """The first table by the labels of its lines."""
    return {line.label: [one.text for one in line.entries] for line in brief.tables[0].lines}


def plant(session: Any) -> None:
    """A handover that cites a source, an operation of unknown date, an agreement; one of them TLP:AMBER+STRICT."""
    officer = users.user(session, Role.OFFICER, username="author")
    source = sources.source(session, officer, title="Daily of Vientiane", marking="CLEAR").ref
    evidence = {"no": 1, "source": source, "target_field": "", "quote_exact": "", "quote_prefix": "", "quote_suffix": ""}
    evidence |= {"pos_start": None, "pos_end": None, "locator": "", "credibility": None}
    records.save(session, officer, handovers.handover(["LAO"], "2024-02-10", "3") | {"marking": "GREEN", "evidence": [evidence]})
    records.save(session, officer, handovers.handover(["LAO"], "2023", "") | {"marking": "GREEN"})
    strict = {"marking": "AMBER+STRICT", "title": "Operation Kestrel"}
    records.save(session, officer, operations.operation(["LAO"], "2024-03") | strict)
    records.save(session, officer, operations.operation(["LAO"], "") | {"marking": "GREEN", "title": "Operation Plover"})
    session.commit()


class TestFigures:
    def test_figures_of_a_brief_are_those_of_the_page(self, app: Flask) -> None:
        with app.test_request_context(), stored(app) as session:
            plant(session)
            reader, now = reader_of(session), utc_now()
            party = find_party(reader, "LAO")
            assert party
            brief, _ = finished(partner_brief(reader, "LAO", Asked(Basis.WORKING, now)))
            page = partner_page(reader, party, now, Basis.WORKING)
            assert {label: row[0] for label, row in entries(brief).items()} == {
                tile.label: tile.number.text for tile in page.lines[0].tiles
            }
            report, _ = finished(year_report(reader, 2024, Asked(Basis.WORKING, now)))
            lines = {line.label: [line.now.text, line.before.text] for line in year_page(reader, 2024, now, Basis.WORKING).lines}
            assert lines.items() <= entries(report).items()

    def test_each_figure_cites_its_records_and_their_sources(self, app: Flask) -> None:
        with app.test_request_context(), stored(app) as session:
            plant(session)
            report, _ = finished(year_report(reader_of(session), 2024, Asked(Basis.WORKING, utc_now())))
            (line,) = [one for one in report.tables[0].lines if one.label == "Handovers"]
            assert report.notes[line.entries[0].note - 1].text == "1 record; sources 1"
            assert "cites no source" in report.notes[line.entries[1].note - 1].text
            assert [one.text.startswith("Daily of Vientiane") for one in report.sources] == [True]
            assert all(one.note for row in report.tables[0].lines for one in row.entries if one.text not in ("0", "–"))

    def test_what_is_not_known_is_said(self, app: Flask) -> None:
        with app.test_request_context(), stored(app) as session:
            plant(session)
            reader = reader_of(session)
            brief, _ = finished(partner_brief(reader, "LAO", Asked(Basis.WORKING, utc_now())))
            unknown = {line.label: line.entries[0].text for line in brief.tables[-1].lines}
            assert unknown["Operations started: year not stated"] == "1"
            assert unknown["Persons handed over: number not stated"] == "1"
            assert unknown["Newest version not verified"] == "4"


class TestMarkings:
    def test_nothing_above_the_chosen_marking_is_inside_and_it_is_printed(self, app: Flask) -> None:
        with app.test_request_context(), stored(app) as session:
            plant(session)
            reader = reader_of(session)
            whole, _ = finished(partner_brief(reader, "LAO", Asked(Basis.WORKING, utc_now())))
            less, _ = finished(partner_brief(reader, "LAO", Asked(Basis.WORKING, utc_now(), "GREEN")))
            assert (whole.marking, less.marking) == ("TLP:AMBER+STRICT", "TLP:GREEN")
            assert "Kestrel" in str(whole)
            assert "Kestrel" not in str(less)
            assert (entries(whole)["Operations started"][0], entries(less)["Operations started"][0]) == ("2", "1")

    @pytest.mark.parametrize("marking", ["RED", "AMBER+STRICT", "PURPLE"])
    def test_what_the_role_does_not_read_cannot_be_asked_for(self, app: Flask, client_as: ClientAs, marking: str) -> None:
        viewer = client_as(Role.VIEWER)
        for address in ("/partners/LAO/brief.pdf", "/years/2024/report.docx"):
            answer = viewer.get(address, query_string={"marking": marking})
            assert answer.status_code == 400
            assert "Content-Disposition" not in answer.headers
        with app.test_request_context(), stored(app) as session, pytest.raises(MarkingError):
            year_report(reader_of(session, Role.VIEWER), 2024, Asked(Basis.WORKING, utc_now(), marking))


@pytest.mark.once
class TestFiles:
    @pytest.mark.engine_free
    def test_a_docx_opens_and_holds_what_was_said(self) -> None:
        data = docx_of(BRIEF)
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                if name.endswith((".xml", ".rels")):
                    etree.fromstring(package.read(name))
        document = Document(io.BytesIO(data))
        assert document.paragraphs[0].text == NASTY.replace("\x01", "")
        assert document.tables[0].rows[1].cells[1].text == "10[1]"
        assert [part.paragraphs[0].text for one in document.sections for part in (one.header, one.footer)] == ["TLP:GREEN"] * 2
        assert "{{" not in "".join(paragraph.text for paragraph in document.paragraphs)

    @pytest.mark.engine_free
    def test_a_pdf_prints_the_marking_twice_on_every_page_and_runs_nothing(self) -> None:
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf_of(BRIEF))).pages]
        assert len(pages) > 1
        assert all(page.count("TLP:GREEN") == 2 for page in pages)
        assert "A & B <x>" in pages[0]

    def test_both_files_of_both_pages(self, client_as: ClientAs) -> None:
        client = client_as(Role.VIEWER)
        for address in ("/partners/THA/brief", "/years/2024/report"):
            for file_format in ("docx", "pdf"):
                answer = client.get(f"{address}.{file_format}")
                assert answer.status_code == 200
                assert f'.{file_format}"' in answer.headers["Content-Disposition"]
                assert "counting rules" in text_of(answer)
        for address in ("/partners/XXX/brief.pdf", "/partners/CHN/brief.pdf", "/years/1/report.pdf", "/years/2024/report.odt"):
            assert client.get(address).status_code == 404


@pytest.mark.engine_free
class TestTemplates:
    @staticmethod
    def template(path: Path, *texts: str, header: str = "{{marking}}") -> str:
        document = Document()
        for text in texts:
            document.add_paragraph(text)
        document.sections[0].header.paragraphs[0].text = header
        document.save(str(path / "template.docx"))
        return str(path / "template.docx")

    def test_a_ministry_brings_its_own(self, tmp_path: Path) -> None:
        path = self.template(tmp_path, "Ministry: {{ title }}, {{as_of}}", "{{body}}", "The end")
        document = Document(io.BytesIO(docx_of(BRIEF, path)))
        assert document.paragraphs[0].text.startswith("Ministry: A & B")
        assert document.paragraphs[0].text.endswith(", today")
        assert document.paragraphs[-1].text == "The end"
        assert document.sections[0].header.paragraphs[0].text == "TLP:GREEN"
        assert len(document.tables) == 2

    @pytest.mark.parametrize(
        ("texts", "header", "said"),
        [
            (("{{title}}",), "{{marking}}", "{{body}}"),
            (("{{body}}", "{{body}}"), "{{marking}}", "{{body}}"),
            (("{{body}}",), "Ministry", "{{marking}}"),
            (("{{body}}", "{{minister}}"), "{{marking}}", "{{minister}}"),
        ],
    )
    def test_a_wrong_one_is_refused_with_what_is_wrong(self, tmp_path: Path, texts: tuple[str, ...], header: str, said: str) -> None:
        with pytest.raises(TemplateError, match=r"BRIEF_TEMPLATE") as refused:
            opened_template(self.template(tmp_path, *texts, header=header))
        assert said in str(refused.value)

    def test_what_is_no_document_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "text.docx").write_text("no zip")
        for path in (tmp_path / "text.docx", tmp_path / "missing.docx", tmp_path):
            with pytest.raises(TemplateError, match=r"BRIEF_TEMPLATE"):
                opened_template(str(path))


@pytest.mark.engine_free
def test_neighbouring_numbers_stand_together() -> None:
    assert list(in_ranges([5, 1, 2, 3, 9, 8])) == ["1–3", "5", "8–9"]
    assert list(in_ranges([])) == []


@pytest.mark.once
def test_a_brief_on_a_country_with_many_records_does_not_hang(app: Flask) -> None:
    """A limit for what hangs, not the promise of 5 s with 2,000 records."""
    with app.test_request_context(), stored(app) as session:
        officer = users.user(session, Role.OFFICER, username="author")
        for number in range(60):
            records.save(session, officer, handovers.handover(["LAO"], f"20{10 + number % 15}-03", "2"))
        reader = reader_of(session)
        start = time.monotonic()
        brief, _ = finished(partner_brief(reader, "LAO", Asked(Basis.WORKING, utc_now())))
        assert pdf_of(brief)
        assert docx_of(brief)
        assert time.monotonic() - start < 30
