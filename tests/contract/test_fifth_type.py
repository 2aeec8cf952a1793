"""A fifth record type costs one folder, one line, one migration and one factory: shown with visits, which are thrown away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import configure_mappers

from tests.app import application, signed_in, stored
from tests.contract.test_every_record_type import officer
from tests.contract.test_every_type_read import figure_of_list, file_of, refs_of_file, refs_of_list
from tests.contract.whole_records import save
from tests.factories.visits import visit
from tests.forms import enter, form_fields, minimal
from tests.pages import page
from tracker.accounts.models import Role
from tracker.database.base import Base
from tracker.extensions import db
from tracker.record_types import RECORD_TYPES
from tracker.records import facts
from tracker.records.record_type import RecordType

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "contract" / "visit_type"


class TestVisits:
    def test_a_visit_is_entered_read_changed_and_found(self, app: Flask, visits: RecordType) -> None:
        client = signed_in(app, Role.OFFICER)
        assert 'href="/visits/new"' in page(client, "/records/new").html
        form = page(client, "/visits/new")
        assert {"level", "purpose", "follow_up_on"} <= set(form_fields(form.html))
        own = {"level": "minister", "purpose": "Opening of a liaison office", "follow_up_on": "July 2025"}
        address = enter(client, visits, minimal(visits) | own | {"title": "Minister in Vientiane"})
        assert re.fullmatch(r"/visits/VIS-\d{4}-0001", address)
        shown = page(client, address).text
        for words in ("Minister in Vientiane", "minister", "Opening of a liaison office", "July 2025", "Laos", "Counts officially when"):
            assert words in shown
        changed = form_fields(page(client, f"{address}/edit").html)
        changed["purpose"], changed["action"] = "Closing of a liaison office", "save"
        assert client.post(f"{address}/edit", data=changed).status_code == 303
        history = page(client, f"{address}/history").text
        assert "Opening of a liaison office" in history
        assert "Closing of a liaison office" in history
        ref = address.rpartition("/")[2]
        for words in ("Vientiane", "liaison", "LAO", "Laos", ref):
            assert refs_of_list(page(client, f"/records/?q={words}").html) == {ref}, words
        unchanged = form_fields(page(client, f"{address}/edit").html)
        unchanged["action"] = "save"
        client.post(f"{address}/edit", data=unchanged)
        assert "Version 2" in page(client, address).text
        assert "Version 3" not in page(client, address).text

    def test_visits_are_counted_listed_and_filed_alike(self, app: Flask, visits: RecordType) -> None:
        client = signed_in(app, Role.MANAGER)
        refs = self.some(app, visits)
        for narrowing, expected in (
            ("measure=visits", refs),
            ("measure=visits&year=2024", {refs[0], refs[1]}),
            ("measure=visits&partner=LAO", {refs[0], refs[2]}),
            ("measure=visits&level=minister", {refs[0]}),
            ("measure=visits&level=not_stated", {refs[2]}),
        ):
            for path in ("records", "visits"):
                listed = page(client, f"/{path}/?{narrowing}")
                assert refs_of_list(listed.html) == set(expected), (path, narrowing)
                assert figure_of_list(listed.html) == str(len(expected)), (path, narrowing)
                assert refs_of_file(client, f"/{path}.csv?{narrowing}") == set(expected), (path, narrowing)
        assert {"Level of the visit", "Purpose", "Follow-up on"} <= set(file_of(client, "/visits.csv")[0])

    @pytest.mark.once
    def test_each_figure_of_visits_opens_its_records(self, app: Flask, visits: RecordType) -> None:
        client = signed_in(app, Role.MANAGER)
        self.some(app, visits)
        table = page(client, "/figures/?measure=visits&basis=working")
        assert "Visits made" in table.headings[0]
        cells = re.findall(r'<td class="figure[^"]*"[^>]*><a href="([^"]+)"[^>]*>\s*(\d+)', table.html)
        assert {number for _, number in cells} >= {"1", "2", "3"}
        for url, number in cells:
            listed = page(client, url.replace("&amp;", "&"))
            assert len(refs_of_list(listed.html)) == int(number), url
        for url in (
            "/",
            "/partners/LAO",
            "/years/2024",
            "/figures/?measure=visits&rows=level",
            "/figures.csv?measure=visits&basis=working",
        ):
            assert client.get(url).status_code == 200, url
        assert "Visits" in page(client, "/partners/LAO?basis=working").text
        assert "Visits" in page(client, "/years/2024?basis=working").text

    def test_stored_facts_of_visits_are_those_of_their_versions(self, app: Flask, visits: RecordType) -> None:
        self.some(app, visits)
        with stored(app) as session:
            assert facts.check(session, "CHN") == []
            assert facts.rebuild(session, "CHN") == 3

    def some(self, app: Flask, visits: RecordType) -> list[str]:
        """The references of three visits."""
        with stored(app) as session:
            actor = officer(session)
            documents = (
                visit(visits, ("LAO", "THA"), "2024-05", title="First", level="minister"),
                visit(visits, ("KAZ",), "2024", title="Second", level="expert"),
                visit(visits, ("LAO",), "", title="Third"),
            )
            return [save(session, actor, visits, document).ref for document in documents]

    @pytest.fixture
    def visits(self) -> Iterator[RecordType]:
        """The declaration; its table is forgotten again, so that other tests find the tables of the product."""
        from tests.contract.visit_type import VISIT

        table: Any = VISIT.model.__table__
        configure_mappers()
        if table.name not in Base.metadata.tables:
            table = table.to_metadata(Base.metadata)
        yield VISIT
        Base.metadata.remove(Base.metadata.tables[table.name])

    @pytest.fixture
    def app(self, database_url: str, visits: RecordType, cheap_passwords: None) -> Iterator[Flask]:
        """The product with five types; the table is made as its migration would."""
        with application(database_url, (*RECORD_TYPES, visits)) as app:
            table: Any = visits.model.__table__
            with app.app_context(), db.engine.begin() as connection:
                table.create(connection)
            yield app


@pytest.mark.engine_free
class TestItsCost:
    def test_it_is_one_folder_of_three_files_and_one_factory(self) -> None:
        files = sorted(path.name for path in FOLDER.glob("*.py"))
        assert files == ["__init__.py", "forms.py", "models.py"]
        lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in FOLDER.glob("*.py"))
        assert lines < 100
        assert (ROOT / "tests" / "factories" / "visits.py").exists()

    def test_no_file_of_the_product_knows_of_it(self) -> None:
        files = [
            path
            for folder in ("tracker", "templates", "migrations")
            for path in (ROOT / folder).rglob("*")
            if path.suffix in (".py", ".html")
        ]
        knowing = [path for path in files if re.search(r"\bvisit_type\b|\bVISIT\b|\bVisitForm\b|visits", path.read_text(encoding="utf-8"))]
        assert [path for path in knowing if "trainings" not in path.parts] == []

    def test_the_product_has_no_room_for_two_types_of_one_name(self) -> None:
        from tracker.records import registry

        with pytest.raises(ValueError, match="kind"):
            registry.load(Flask("twice"), (RECORD_TYPES[0], RECORD_TYPES[0]))
