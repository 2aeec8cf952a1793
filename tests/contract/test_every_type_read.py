"""Laws of how records of every type are read: on their pages, in lists, in files and by the search."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.contract.test_every_record_type import every_type, officer
from tests.contract.whole_records import counted, filled, save
from tests.factories import sources
from tests.pages import list_file, page
from tracker.accounts.models import Role
from tracker.records.record_type import ColumnKind, RecordType

pytestmark = pytest.mark.once


class TestReading:
    @every_type
    def test_every_page_shows_the_record(self, app: Flask, client_as: ClientAs, record_type: RecordType) -> None:
        client = client_as(Role.OFFICER)
        with stored(app) as session:
            record = save(session, officer(session), record_type, filled(session, officer(session), record_type))
            title, address = record.title, f"/{record_type.slug}/{record.ref}"
        assert title in page(client, address).text
        assert title in page(client, f"{address}/edit").html
        assert title in page(client, f"{address}/history").text
        assert title in page(client, f"{address}/history/1").text
        assert title in page(client, f"/{record_type.slug}/").text
        assert title in page(client, "/records/").text
        client.post("/language", data={"language": "zh"})
        for url in (address, f"{address}/edit", f"{address}/history", f"{address}/history/1", f"/{record_type.slug}/"):
            assert page(client, url).lang == "zh"

    @every_type
    def test_every_value_of_a_filled_record_is_on_its_page_and_in_its_version(
        self, app: Flask, client_as: ClientAs, record_type: RecordType
    ) -> None:
        client = client_as(Role.MANAGER)
        with stored(app) as session:
            record = save(session, officer(session), record_type, filled(session, officer(session), record_type))
            address = f"/{record_type.slug}/{record.ref}"
        shown = {"record": page(client, address).text, "version": page(client, f"{address}/history/1").text}
        texts = [column.name for column in record_type.all_columns if column.kind in (ColumnKind.TEXT, ColumnKind.LONG_TEXT)]
        wanted = [f"Some {name}, «ça» 中文" for name in texts] + ["French", "Fox Hunt", "猎狐", "A/12 (3)", "10 to 12", "by its police"]
        for place, text in shown.items():
            assert [words for words in wanted if words not in text] == [], place

    @every_type
    def test_figure_list_and_file_hold_the_same_records(self, app: Flask, client_as: ClientAs, record_type: RecordType) -> None:
        client = client_as(Role.MANAGER)
        with stored(app) as session:
            actor = officer(session)
            made = [
                save(session, actor, record_type, counted(record_type, "Alpha with two", ("LAO", "THA"))),
                save(session, actor, record_type, counted(record_type, "Bravo with one", ("LAO",), "2023")),
                save(session, actor, record_type, counted(record_type, "Charlie without", ())),
            ]
            every = {record.ref for record in made}
            outside = save(session, actor, record_type, counted(record_type, "Planned", status="planned"))
            save(session, actor, record_type, counted(record_type, "Own draft"), draft=True)
            in_2024, with_laos, all_refs = {made[0].ref, made[2].ref}, {made[0].ref, made[1].ref}, every | {outside.ref}
        measure = f"measure={record_type.main_measure.code}"
        for narrowing, expected in (
            (measure, every),
            (f"{measure}&year=2024", in_2024),
            (f"{measure}&partner=LAO", with_laos),
            ("", all_refs),
        ):
            for path in ("records/", f"{record_type.slug}/"):
                listed = page(client, f"/{path}?{narrowing}")
                assert refs_of_list(listed.html) == expected, (path, narrowing)
                assert refs_of_file(client, f"/{path.rstrip('/')}.csv?{narrowing}") == expected, (path, narrowing)
                if narrowing:
                    assert figure_of_list(listed.html) == str(len(expected)), (path, narrowing)

    @every_type
    def test_the_file_gives_every_value_of_a_filled_record(self, app: Flask, client_as: ClientAs, record_type: RecordType) -> None:
        client = client_as(Role.MANAGER)
        with stored(app) as session:
            record = save(session, officer(session), record_type, filled(session, officer(session), record_type))
            ref = record.ref
        lines = file_of(client, f"/{record_type.slug}.csv")
        head, row = lines[0], next(line for line in lines if line[0] == ref)
        assert len(head) == len(row)
        cells = dict(zip(head, row, strict=True))
        assert (cells["Title"], cells["Date (EDTF)"], cells["Earliest day"], cells["Latest day"]) == (
            "Some title, «ça» 中文",
            "2024-03",
            "2024-03-01",
            "2024-03-31",
        )
        labels = {str(column.label) for column in record_type.columns} | {str(handler.child.label) for handler in record_type.lists}
        assert [label for label in labels if not cells[label]] == []

    @every_type
    @pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.whole)])
    def test_the_search_finds_it_by_everything_it_is_called(
        self, app: Flask, client_as: ClientAs, record_type: RecordType, language: str
    ) -> None:
        client = client_as(Role.MANAGER)
        client.post("/language", data={"language": language})
        with stored(app) as session:
            actor = officer(session)
            source = sources.source(session, actor, title="Gazette of Ljubljana", publisher="Staatsdruckerei")
            document = counted(
                record_type,
                "Opération Étoile contre la fraude",
                ("MMR",),
                title_original="打击跨境电信网络诈骗",
                summary="A raid on a compound",
                aliases=[{"name": "Тайфун", "lang": "ru"}],
                identifiers=[{"scheme": "desk", "value": "CID/77-3"}],
            )
            document["identifiers"] = []
            document["evidence"] = [
                {
                    "no": 1,
                    "source": source.ref,
                    "target_field": "",
                    "quote_exact": "",
                    "quote_prefix": "",
                    "quote_suffix": "",
                    "pos_start": None,
                    "pos_end": None,
                    "locator": "",
                    "credibility": None,
                }
            ]
            ref = save(session, actor, record_type, document).ref
            save(session, actor, record_type, counted(record_type, "Quite another thing", ("KAZ",)))
        asked = (
            *("Étoile", "etoile", "ETOILE contre", "fraud", "compound", "тайфун", "Burma", "Myanmar", "缅甸", "电信", "诈骗 跨境", "MMR"),
            *("Gazette", "Ljublj", "Staatsdruck", ref, ref.lower()),
        )
        assert [words for words in asked if refs_of_list(client.get("/records/", query_string={"q": words}).text) != {ref}] == []
        assert refs_of_list(client.get("/records/", query_string={"q": "Étoile Kazakhstan"}).text) == set()

    @every_type
    def test_its_list_is_filtered_by_its_own_properties(self, app: Flask, client_as: ClientAs, record_type: RecordType) -> None:
        client = client_as(Role.MANAGER)
        with stored(app) as session:
            document = filled(session, officer(session), record_type)
            ref = save(session, officer(session), record_type, document).ref
            plain = save(session, officer(session), record_type, counted(record_type, "Nothing stated")).ref
        for column in record_type.dimensions:
            listed = refs_of_list(page(client, f"/{record_type.slug}/?{column.name}={document[column.name]}").html)
            assert ref in listed, column.name
            assert plain not in listed, column.name


def refs_of_list(html: str) -> set[str]:
    """The references in the rows of a list."""
    table = re.search(r"<tbody>.*</tbody>", html, re.DOTALL)
    return set(re.findall(r'<span class="ref">([^<]+)</span>', table[0])) if table else set()


def figure_of_list(html: str) -> str:
    match = re.search(r'<p class="list-figure"><strong>([^<]+)</strong>', html)
    return match[1] if match else ""


def file_of(client: FlaskClient, url: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(list_file(client, url), newline="")))


def refs_of_file(client: FlaskClient, url: str) -> set[str]:
    """The references in the rows of a file; below an empty line it says how it was filtered."""
    lines = file_of(client, url)
    end = lines.index([]) if [] in lines else len(lines)
    found = [line[0] for line in lines[1:end]]
    assert len(found) == len(set(found))
    return set(found)
