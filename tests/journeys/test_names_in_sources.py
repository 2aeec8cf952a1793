"""A name that stood in a source before anybody knew it to be one is found nowhere afterwards."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, stored
from tests.forms import enter, form_fields, minimal
from tests.journeys.test_personal_data import HANDOVER, READERS, change, everywhere, found_in, raw_bytes, spelled_in
from tests.pages import page
from tests.tracker.files.samples import pdf
from tests.tracker.files.test_corpus import upload
from tracker.accounts.models import Role
from tracker.personal_data.finding import Finder
from tracker.records.sources import SourceRedaction, SourceVersion

NAME = "Zubeida Vossberg"


@pytest.mark.whole
def test_personal_data_in_older_versions_reasons_files_and_trail_of_a_source_0_of_a_planted_name(
    app: Flask, client_as: ClientAs, database_url: str
) -> None:
    officer, finder = client_as(Role.OFFICER), Finder({1: [NAME]})
    told = {"evidence-0-source": f"Letter about {NAME.upper()}", "evidence-0-publisher": "Vossberg, Zubeida and partners"}
    ref = enter(officer, HANDOVER, minimal(HANDOVER) | told | {"evidence-0-url": "https://example.org/Zubeida-Vossberg"}).rpartition("/")[2]
    source = next(link for link in page(officer, f"/handovers/{ref}").links if link.startswith("/sources/SRC"))
    upload(officer, source, (f"{NAME}.pdf", pdf(f"About {NAME}")), note=f"Of {NAME}")
    for values in (
        {"title": "Letter of the embassy", "publisher": "The embassy", "url": "", "reason": f"{NAME} asked for it"},
        {"lang": "en", "reason": "Vossberg Zubeida again"},
    ):
        form = form_fields(officer.get(f"{source}/edit").text)
        for field, value in values.items():
            form[field] = value
        assert officer.post(f"{source}/edit", data=form).status_code == 303
    assert found_in(page(officer, source).text, finder), "it was there"
    change(officer, ref, {"subjects-0-no": "1", "subjects-0-kind": "victim", "subjects-0-name": NAME})
    of_source = [source, *(f"{source}/{rest}" for rest in ("history/1", "history/2", "history/3", "edit")), "/sources/?q=Zubeida"]
    for role in READERS:
        client = client_as(role)
        for address in (*everywhere(ref), *of_source, "/audit/"):
            assert found_in(client.get(address).text.replace('value="Zubeida"', ""), finder) == [], (role, address)
    with stored(app) as session:
        rows = list(session.scalars(sa.select(SourceVersion).order_by(SourceVersion.version)))
        assert [row.payload["title"] for row in rows] == ["Letter about [name]", "Letter of the embassy", "Letter of the embassy"]
        assert [row.reason for row in rows] == ["", "[name] asked for it", "[name] again"]
        assert {(row.version, row.is_open) for row in session.scalars(sa.select(SourceRedaction))} == {(1, False), (2, False), (3, False)}
    assert [found for where in raw_bytes(database_url) for found in spelled_in(where, NAME)] == []
    again = officer.post(f"{source}/history/1/restore", data={"version": "3"}, follow_redirects=True).text
    assert "Letter about [name]" in again
