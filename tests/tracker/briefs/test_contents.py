"""What stands in briefs and reports: results, months and regions, names in black, the same figures in every file."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from flask import Flask
from lxml import etree
from pypdf import PdfReader

from tests.app import ClientAs, stored
from tests.factories import agreements, handovers, operations, records, sources, users
from tests.tracker.briefs.test_briefs import BRIEF, reader_of
from tracker.accounts.models import Role
from tracker.briefs import views
from tracker.briefs.building import Asked, partner_brief, year_report
from tracker.briefs.citations import BLACK
from tracker.briefs.content import Brief, Table
from tracker.briefs.layout import default_template
from tracker.briefs.pdf import FontError, pdf_of
from tracker.briefs.steps import finished
from tracker.briefs.word import docx_of
from tracker.counting.models import Basis
from tracker.database.columns import utc_now

pytestmark = pytest.mark.once

# the order in which the schema wants what python-docx has no words for (ECMA-376, wml.xsd)
ORDERS = {
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd "
    "tblLayout tblCellMar tblLook",
    "tblBorders": "top start left bottom end right insideH insideV",
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens "
    "kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing "
    "mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden "
    "color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
}


def titled(brief: Brief, start: str) -> Table:
    (found,) = [one for one in brief.tables if one.title.startswith(start)]
    return found


def rows(table: Table) -> dict[str, list[str]]:
    return {line.label: [one.text for one in line.entries] for line in table.lines}


class TestContents:
    @pytest.mark.parametrize("partner", ["LAO", "THA"])
    @pytest.mark.parametrize("marking", ["", "GREEN"])
    def test_names_of_persons_are_black_in_titles_figures_and_sources(self, app: Flask, marking: str, partner: str) -> None:
        """The handover that holds the name is TLP:AMBER, or of another partner: a brief without it gives the name away as little."""
        with app.test_request_context(), stored(app) as session:
            officer = users.user(session, Role.OFFICER, username="author")
            records.save(
                session, officer, handovers.handover([partner], "2024-02") | {"subjects": [handovers.subject(1, "Somsak Planted")]}
            )
            source = sources.source(session, officer, title="Arrest of Somsak Planted", published="2024-03-01", marking="GREEN").ref
            figure = records.figure("arrests", "several") | {"text_original": "Somsak Planted and others"}
            document = operations.operation(["LAO"], "2024-03", figures=[figure]) | {"title": "Hunt for Somsak Planted", "marking": "GREEN"}
            records.save(session, officer, document | {"evidence": [records.evidence(1, source)]})
            brief, _ = finished(partner_brief(reader_of(session), "LAO", Asked(Basis.WORKING, utc_now(), marking)))
            assert "Planted" not in str(brief)
            (line,) = titled(brief, "Joint operations: the newest").lines
            assert f"Hunt for {BLACK}" in line.label
            assert f"{BLACK} and others" in line.entries[-1].text
            assert f"Arrest of {BLACK}. 1 March 2024" in brief.sources[0].text

    def test_operations_say_their_results_as_stated(self, app: Flask) -> None:
        with app.test_request_context(), stored(app) as session:
            officer = users.user(session, Role.OFFICER, username="author")
            seized = records.figure("seized_drugs", "12", "kg")
            records.save(session, officer, operations.operation(["LAO"], "2024-03", arrests="at least 30", figures=[seized]))
            brief, _ = finished(partner_brief(reader_of(session), "LAO", Asked(Basis.WORKING, utc_now())))
            said = titled(brief, "Joint operations: the newest").lines[0].entries[-1].text
            assert said == "Arrests: at least 30; Drugs seized: 12 kilograms"

    def test_what_ends_within_a_year_is_first_and_told(self, app: Flask) -> None:
        with app.test_request_context(), stored(app) as session:
            officer, today = users.user(session, Role.OFFICER, username="author"), utc_now().date()
            for title, ends in (("Late", today + timedelta(days=900)), ("Soon", today + timedelta(days=60))):
                made = agreements.agreement(["LAO"], "2020-01-01", actions=[("entered_into_force", "2020-01-01")], title=title)
                records.save(session, officer, made | {"expires_on": ends.isoformat()})
            brief, _ = finished(partner_brief(reader_of(session), "LAO", Asked(Basis.WORKING, utc_now())))
            table = titled(brief, "Agreements in force")
            assert [line.label.split()[0] for line in table.lines] == ["Soon", "Late"]
            assert ["within a year" in line.entries[1].text for line in table.lines] == [True, False]
            assert table.foot == "1 ends within a year."

    def test_a_report_tells_months_and_regions(self, app: Flask) -> None:
        with app.test_request_context(), stored(app) as session:
            officer = users.user(session, Role.OFFICER, username="author")
            for partners, start in ((["LAO", "THA"], "2024-03-05"), (["LAO"], "2024"), (["USA"], "2024-03")):
                records.save(session, officer, operations.operation(partners, start))
            report, _ = finished(year_report(reader_of(session), 2024, Asked(Basis.WORKING, utc_now())))
            months = rows(titled(report, "By month"))
            assert (months["Mar"][0], months["Apr"][0], months["Month not known"][0], months["2024"][0]) == ("2", "0", "1", "3")
            regions = rows(titled(report, "By region"))
            assert (regions["South-eastern Asia"][0], regions["Northern America"][0]) == ("2", "1")
            assert all(line.entries[0].note for line in titled(report, "By region").lines)

    def test_c15_a_year_that_goes_on_stands_beside_the_same_days_of_the_year_before(self, app: Flask) -> None:
        with app.test_request_context(), stored(app) as session:
            reader = replace(reader_of(session), today=date(2026, 3, 1))
            for start in ("2026-02-10", "2025-02-10", "2025-11-05", "2019"):
                records.save(session, reader.user, operations.operation(["LAO"], start))
            records.save(session, reader.user, agreements.agreement(["LAO"], "2020", actions=[("entered_into_force", "2020")]))
            brief, _ = finished(partner_brief(reader, "LAO", Asked(Basis.WORKING, utc_now())))
            report, _ = finished(year_report(reader, 2026, Asked(Basis.WORKING, utc_now())))
            days = ("2026 to 1 Mar", "2025 to 1 Mar", "2025, whole year")
            assert (brief.tables[0].heads, report.tables[0].heads) == (("Measure", "All years", *days), ("Measure", *days))
            assert rows(brief.tables[0])["Operations started"] == ["4", "1", "1", "2"]
            assert rows(report.tables[0])["Operations started"] == ["1", "1", "2"]
            assert rows(report.tables[0])["Agreements in force"] == ["1", "–", "1"]
            assert report.lead[1] == "2025 to 1 Mar: activities of all types 1; operations started 1."
            noted = {line.label: line.entries for line in report.tables[0].lines}["Operations started"]
            assert [report.notes[one.note - 1].text.split(";")[0] for one in noted] == ["1 record", "1 record", "2 records"]
            assert (brief.records, report.records) == (5, 4)  # what stands behind a number; nothing of 2019 is in the report
            before, _ = finished(year_report(reader, 2019, Asked(Basis.WORKING, utc_now())))
            assert (before.tables[0].heads, before.records) == (("Measure", "2019", "2018"), 1)

    def test_months_to_come_are_no_zeros(self, app: Flask) -> None:
        with app.test_request_context(), stored(app) as session:
            reader = replace(reader_of(session), today=utc_now().date().replace(month=3, day=1))
            records.save(session, reader.user, operations.operation(["LAO"], str(reader.today)))
            report, _ = finished(year_report(reader, reader.today.year, Asked(Basis.WORKING, utc_now())))
            assert [*rows(titled(report, "By month"))] == ["Jan", "Feb", "Mar", str(reader.today.year)]


@pytest.mark.once
class TestDocx:
    def test_its_figures_are_those_of_the_page(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        with app.test_request_context(), stored(app) as session:
            officer = users.user(session, Role.OFFICER, username="author")
            records.save(session, officer, operations.operation(["LAO"], "2024-03", arrests="at least 30") | {"marking": "GREEN"})
            records.save(session, officer, handovers.handover(["LAO"], "2024-05-01", "120") | {"marking": "GREEN"})
        document = Document(io.BytesIO(client.get("/partners/LAO/brief.docx?basis=working").data))
        figures = {row.cells[0].text: row.cells[1].text.partition("[")[0] for row in document.tables[0].rows[1:]}
        assert (figures["Persons handed over"], figures["Handovers"]) == ("120", "1")
        shown = tiles(client.get("/partners/LAO?basis=working").get_data(as_text=True))
        assert len(shown) > 5
        assert {label: figures[label] for label in shown} == shown

    @pytest.mark.engine_free
    def test_it_keeps_the_order_of_the_schema(self) -> None:
        document = Document(io.BytesIO(docx_of(BRIEF)))
        parts = [document.element, document.styles.element, document.sections[0].footer._element]
        for name, order in ORDERS.items():
            places = {tag: place for place, tag in enumerate(order.split())}
            found = [one for part in parts for one in part.iter(f"{{*}}{name}")]
            assert found
            for one in found:
                inside = [places[etree.QName(child).localname] for child in one]
                assert inside == sorted(inside), etree.tostring(one)


def tiles(html: str) -> dict[str, str]:
    """The figures of a partner's page by their labels."""
    stats = etree.HTML(html).iterfind(".//div[@class='stat']")
    return {one[0].text: "".join(one[1].itertext()) for one in stats}


class TestFonts:
    @pytest.mark.engine_free
    def test_no_pdf_has_empty_boxes(self) -> None:
        with pytest.raises(FontError, match="中国"):
            pdf_of(replace(BRIEF, lead=("中国",)), with_fonts_of_machine=False)
        signs = PdfReader(io.BytesIO(pdf_of(replace(BRIEF, lead=("Raid \U0001f600\u200b \ue000",)), with_fonts_of_machine=False)))
        assert "Raid [?] [?]" in signs.pages[0].extract_text()

    def test_a_server_without_fonts_says_so(self, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(views, "pdf_of", partial(pdf_of, with_fonts_of_machine=False))
        client = client_as(Role.VIEWER)
        client.post("/language", data={"language": "zh"})
        answer = client.get("/partners/THA/brief.pdf")
        assert answer.status_code == 503
        assert "docs/briefs.md" in answer.get_data(as_text=True)
        assert "Content-Disposition" not in answer.headers
        assert client.get("/partners/THA/brief.docx").status_code == 200


@pytest.mark.once
class TestTemplate:
    def test_one_that_is_spoilt_while_the_server_runs_says_so(self, app: Flask, client_as: ClientAs, tmp_path: Path) -> None:
        path = tmp_path / "template.docx"
        path.write_bytes(default_template())
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], brief_template=str(path))
        client = client_as(Role.VIEWER)
        assert client.get("/years/2024/report.docx").status_code == 200
        path.write_text("spoilt")
        answer = client.get("/years/2024/report.docx")
        assert answer.status_code == 503
        assert "The template of briefs cannot be used." in answer.get_data(as_text=True)
        assert client.get("/years/2024/report.pdf").status_code == 200

    @pytest.mark.once
    def test_the_layout_can_be_written_changed_and_checked(self, app: Flask, tmp_path: Path) -> None:
        path, run = tmp_path / "template.docx", partial(app.test_cli_runner().invoke, args=None)

        def said(*words: str) -> tuple[int, Any]:
            answer = run(args=["briefs", "template", *words])
            return answer.exit_code, answer.output

        assert said(str(path))[0] == 0
        assert "left as it is" in said(str(path))[1]
        assert said("--check", str(path)) == (0, f"{path} can be used.\n")
        document = Document(str(path))
        document.paragraphs[0].runs[0].text = "{{minister}}"
        document.save(str(path))
        assert "{{minister}}" in said("--check", str(path))[1]
        assert "cannot be written" in said(str(tmp_path / "no" / "template.docx"))[1]
