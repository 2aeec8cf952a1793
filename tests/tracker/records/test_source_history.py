"""The versions of a source: in words, whole, restored, and shown to nobody who might not read what it was."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, add_user, contents, stored
from tests.factories import desks
from tests.forms import enter, form_fields, minimal
from tests.pages import inspected, page
from tests.tracker.records.saving import HANDOVER, changed
from tests.tracker.unsaved.test_drafts import keep
from tracker.accounts.models import Role, User
from tracker.records.sources import Source, SourceVersion

pytestmark = pytest.mark.once


class TestHistory:
    def test_every_save_that_changed_something_is_a_version(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER, "ben")
        source = source_of(ana)
        correct(ben, source, publisher="The embassy", reason="as the letterhead says")
        assert "no new version" in correct(ben, source).text
        assert versions(app) == [(1, "ana", "", ""), (2, "ben", "as the letterhead says", "The embassy")]

    def test_the_page_says_who_when_and_what_changed_in_words(self, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER, "ben")
        source = source_of(ana)
        correct(ben, source, kind="press_article", lang="zh", published="July 2024", reliability="B", reason="Looked up")
        found = page(client_as(Role.VIEWER), source)
        said = found.text.partition("History Version 2")[2]
        for words in (
            "Ben · Looked up",
            "Kind of source",
            "Press article",
            "Usually reliable",
            "Chinese",
            "July 2024",
            "Version 1",
            "Ana",
            "Letter of the desk",
            "TLP:AMBER",
        ):
            assert words in said, words
        for code in ("2024-07", "source_kind", "press_article", " zh "):
            assert code not in said
        assert f"{source}/history/1" in found.links

    def test_a_version_is_shown_whole_and_one_that_is_not_there_is_not(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        source = source_of(client)
        correct(client, source, title="Another title")
        old = page(client, f"{source}/history/1").text
        assert "Letter of the desk" in old
        assert "Another title" not in old
        assert [client.get(f"{source}/history/{number}").status_code for number in (0, 3, 10**12)] == [404] * 3

    def test_the_trail_holds_numbers_and_names_of_fields_but_no_words(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        correct(client, source_of(client), title="Another title", publisher="The embassy")
        rows = [row for row in contents(app)["audit_event"] if "source_saved" in row]
        assert len(rows) == 2
        assert "changed" in rows[0] + rows[1]
        assert not any(word in row for row in rows for word in ("Another title", "embassy", "Letter of the desk"))


class TestRestoring:
    def test_an_old_version_becomes_the_newest_for_who_may_correct_the_source(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        source = source_of(client)
        correct(client, source, title="A slip", publisher="Nobody")
        assert "Restore this version" in page(client, f"{source}/history/1").text
        assert "Restore this version" not in page(client, f"{source}/history/2").text
        assert "Restore this version" not in page(client_as(Role.VIEWER), f"{source}/history/1").text
        assert "Version 1 is restored" in restore(client, source, 1, 2).text
        assert [row[0] for row in versions(app)] == [1, 2, 3]
        assert "as it was in version 1" in page(client, source).text
        assert "says the same already" in restore(client, source, 1, 3).text
        assert "No record fits" in client.get("/records/?q=slip").text
        assert "No record fits" not in client.get("/records/?q=Letter").text, "records are found by it again"

    @pytest.mark.parametrize("expected", ["1", "", "x", "9" * 30])
    def test_whoever_looked_at_an_older_page_changes_nothing(self, app: Flask, client_as: ClientAs, expected: str) -> None:
        client = client_as(Role.OFFICER)
        source = source_of(client)
        correct(client, source, title="Another title")
        assert "changed meanwhile" in restore(client, source, 1, expected).text
        assert len(versions(app)) == 2

    def test_an_officer_of_another_desk_is_told_whose_it_is(self, app: Flask, client_as: ClientAs) -> None:
        source = source_of(client_as(Role.OFFICER, "ana"))
        correct(client_as(Role.OFFICER, "ana"), source, title="Another title")
        add_user(app, Role.OFFICER, "steppe", at_a_desk=False)
        with stored(app) as session:
            desks.desk(session, "Steppe", ["KAZ"], list(session.scalars(sa.select(User).where(User.username == "steppe"))))
        assert client_as(Role.OFFICER, "steppe").post(f"{source}/history/1/restore", data={"version": "2"}).status_code == 403
        assert len(versions(app)) == 2

    def test_a_version_above_records_that_cite_it_is_refused_with_their_list(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER) | {"marking": "AMBER+STRICT"})
        source = source_of(client)
        for marking in ("AMBER+STRICT", "AMBER"):
            correct(client, source, marking=marking)
        assert client.post(f"{address}/edit", data=changed(client, address, marking="AMBER")).status_code == 303
        assert f"marked lower: {address.rpartition('/')[2]}" in restore(client, source, 2, 3).text
        assert len(versions(app)) == 3


class TestMarkings:
    def test_what_was_marked_higher_is_not_for_those_who_might_not_read_it_then(self, app: Flask, client_as: ClientAs) -> None:
        ana, mia, vic = client_as(Role.OFFICER, "ana"), client_as(Role.MANAGER, "mia"), client_as(Role.VIEWER, "vic")
        enter(ana, HANDOVER, minimal(HANDOVER) | {"marking": "RED"})
        source = source_of(ana)
        for marking, title in (("RED", "Zebra was here"), ("AMBER+STRICT", "Quagga was here"), ("AMBER", "Everybody reads")):
            assert correct(ana, source, marking=marking, title=title).status_code == 200
        second = enter(ana, HANDOVER, minimal(HANDOVER, 2) | {"evidence-0-source": source.rpartition("/")[2]})
        assert ana.get(second).status_code == 200
        for client, seen in ((ana, (1, 2, 3, 4)), (mia, (1, 3, 4)), (vic, (1, 4))):
            found = page(client, source)
            assert [number for number in (1, 2, 3, 4) if f"{source}/history/{number}" in found.links] == list(seen)
            assert [number for number in (1, 2, 3, 4) if client.get(f"{source}/history/{number}").status_code == 200] == list(seen)
            assert ("Zebra" in found.html, "Quagga" in found.html) == (2 in seen, 3 in seen)
        assert "TLP:RED" in page(ana, source).html
        assert "TLP:RED" not in page(mia, source).html

    def test_whoever_corrected_it_only_while_it_was_lower_does_not_read_what_was_red(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER, "ben")
        enter(ana, HANDOVER, minimal(HANDOVER) | {"marking": "RED"})
        source = source_of(ana)
        correct(ana, source, marking="RED", title="Zebra was here")
        correct(ana, source, marking="AMBER", title="Everybody reads")
        enter(ana, HANDOVER, minimal(HANDOVER, 2) | {"evidence-0-source": source.rpartition("/")[2]})
        correct(ben, source, publisher="The embassy")
        assert "Zebra" not in page(ben, source).html
        assert ben.post(f"{source}/history/2/restore", data={"version": "4"}).status_code == 404


class TestConflicts:
    def test_the_second_sees_both_versions_field_by_field_and_keeps_his_words(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER, "ben")
        source = source_of(ana)
        mine = edited(ben, source, title="Ben's title", published="July 2024", reason="Ben knows")
        correct(ana, source, title="Ana's title", publisher="Ana's publisher")
        conflict = inspected(ben.post(f"{source}/edit", data=mine), 409)
        table = conflict.text.partition("The form keeps")[2]
        assert "Ana changed this source while you were writing" in conflict.text
        for words in ("Title Letter of the desk Ana's title Ben's title yours", "Publisher – Ana's publisher – theirs"):
            assert words in table
        form = form_fields(conflict.html)
        kept = {name: form[name] for name in ("title", "publisher", "published", "reason", "version")}
        assert kept == {
            "title": "Ben's title", "publisher": "Ana's publisher", "published": "July 2024", "reason": "Ben knows", "version": "2",
        }  # fmt: skip
        assert len(versions(app)) == 2
        assert ben.post(f"{source}/edit", data=form).status_code == 303
        assert [row[1] for row in versions(app)] == ["ana", "ana", "ben"]

    @pytest.mark.parametrize("version", ["", "x", "99", "-1", "9" * 40])
    def test_a_form_whose_version_is_not_known_is_shown_again(self, app: Flask, client_as: ClientAs, version: str) -> None:
        client = client_as(Role.OFFICER)
        source = source_of(client)
        answer = client.post(f"{source}/edit", data=edited(client, source, title="Mine", version=version))
        assert answer.status_code == 409
        assert "Save again to keep yours" in answer.text
        assert form_fields(answer.text)["title"] == "Mine"
        assert len(versions(app)) == 1

    def test_home_says_of_a_kept_draft_that_the_source_was_changed_since(self, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER, "ben")
        source = source_of(ana)
        keep(ana, f"{source}/edit", edited(ana, source), title="Ana's words")
        assert "changed since" not in page(ana, "/").text
        correct(ben, source, publisher="The embassy")
        assert "the source was changed since (version 2 by Ben)" in page(ana, "/").text


def source_of(client: FlaskClient) -> str:
    """The address of the only source; one comes with a handover when there is none."""
    if not any("/sources/SRC" in link for link in page(client, "/sources/").links):
        enter(client, HANDOVER, minimal(HANDOVER))
    return next(link for link in page(client, "/sources/").links if link.startswith("/sources/SRC"))


def edited(client: FlaskClient, source: str, **values: str) -> Any:
    form = form_fields(page(client, f"{source}/edit").html)
    for name, value in values.items():
        form[name] = value
    return form


def correct(client: FlaskClient, source: str, **values: str) -> Any:
    answer = client.post(f"{source}/edit", data=edited(client, source, **values), follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer


def restore(client: FlaskClient, source: str, number: int, expected: int | str) -> Any:
    return client.post(f"{source}/history/{number}/restore", data={"version": str(expected)}, follow_redirects=True)


def versions(app: Flask) -> list[tuple[int, str, str, str]]:
    """Number, author, reason and publisher of each version of the only source."""
    with stored(app) as session:
        assert session.scalars(sa.select(Source)).one()
        names = dict(session.execute(sa.select(User.id, User.username)).all())
        rows = session.scalars(sa.select(SourceVersion).order_by(SourceVersion.version))
        return [(row.version, names[row.by_id], row.reason, row.payload["publisher"]) for row in rows]
