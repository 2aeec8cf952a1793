"""Records that may be the same: shown, never blocking."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import ClientAs
from tests.factories import records, users
from tests.factories.handovers import handover
from tests.factories.operations import operation
from tests.forms import enter, minimal
from tests.pages import inspected, page
from tracker.accounts.models import Role, User
from tracker.database.columns import utc_now
from tracker.partial_dates import parse_edtf
from tracker.records.filtering import Reader
from tracker.records.twins import MOST, likely_twins

pytestmark = pytest.mark.once

HANDOVER = records.type_of_kind("handover")
TITLE = "Handover of ten suspects from northern Myanmar"


class TestLikelyTwins:
    @pytest.mark.parametrize(
        "title",
        [
            TITLE,
            "handover of TEN suspects from northern myanmar",
            "Ten suspects handed over from northern Myanmar",
            "Northern Myanmar: handover of ten suspects",
            "Handover of ten suspects from northern Myanmar in March",
        ],
    )
    def test_a_similar_title_is_found(self, session: Session, officer: User, title: str) -> None:
        ref = records.save(session, officer, handover(["MMR"], "2024", title=TITLE)).ref
        assert found(session, officer, title, "2024-03") == [ref]

    @pytest.mark.parametrize("title", ["Training of customs officers in Vientiane", "", "abc", "Extradition of a fugitive to France"])
    def test_another_title_is_not(self, session: Session, officer: User, title: str) -> None:
        records.save(session, officer, handover(["MMR"], "2024", title=TITLE))
        assert found(session, officer, title, "2024") == []

    @pytest.mark.parametrize(
        ("start", "is_found"),
        [("2024", True), ("2024-07-01", True), ("", True), ("2023/2024", True), ("2023", False), ("2025", False), ("../2024-09", True)],
    )
    def test_only_dates_that_may_be_the_same_make_twins(self, session: Session, officer: User, start: str, is_found: bool) -> None:
        ref = records.save(session, officer, handover(["MMR"], "2024-07", title=TITLE)).ref
        assert found(session, officer, TITLE, start) == ([ref] if is_found else [])

    def test_a_record_without_a_date_may_be_any(self, session: Session, officer: User) -> None:
        ref = records.save(session, officer, handover(["MMR"], "", title=TITLE)).ref
        assert found(session, officer, TITLE, "1999") == [ref]

    def test_another_name_of_a_record_is_found_too(self, session: Session, officer: User) -> None:
        document = handover(["MMR"], "2024", title="Wa State", aliases=[{"name": TITLE, "lang": ""}])
        ref = records.save(session, officer, document).ref
        assert found(session, officer, TITLE, "2024") == [ref]

    def test_another_type_is_never_a_twin(self, session: Session, officer: User) -> None:
        records.save(session, officer, operation(["MMR"], "2024", title=TITLE))
        assert found(session, officer, TITLE, "2024") == []

    def test_words_that_most_titles_have_in_common_make_none(self, session: Session, officer: User) -> None:
        names = ("Opson", "Maritime", "Maharlika", "Frontier", "Turquesa", "Lionfish", "Thunder", "Jackal")
        refs = {
            name: records.save(session, officer, handover(["MMR"], "2024", title=f"International operation {name} against crime")).ref
            for name in names
        }
        assert found(session, officer, "International operation Pangu against crime", "2024") == []
        assert found(session, officer, "International operation Lionfish III against crime", "2024") == [refs["Lionfish"]]

    def test_chinese_titles_are_compared_too(self, session: Session, officer: User) -> None:
        ref = records.save(session, officer, handover(["MMR"], "2024", title="缅北移交十名电信诈骗嫌疑人")).ref
        assert found(session, officer, "缅北移交十名电诈嫌疑人", "2024") == [ref]

    def test_the_record_itself_and_drafts_of_others_are_left_out(self, session: Session, officer: User) -> None:
        ref = records.save(session, officer, handover(["MMR"], "2024", title=TITLE)).ref
        records.save(session, users.user(session), handover(["MMR"], "2024", title=TITLE), draft=True)
        own = records.save(session, officer, handover(["MMR"], "2024", title=TITLE), draft=True).ref
        assert set(found(session, officer, TITLE, "2024")) == {ref, own}
        assert found(session, officer, TITLE, "2024", but=ref) == [own]

    def test_a_common_partner_comes_first_and_a_few_are_enough(self, session: Session, officer: User) -> None:
        for _ in range(MOST):
            records.save(session, officer, handover(["KAZ"], "2024", title=TITLE))
        with_partner = records.save(session, officer, handover(["MMR"], "2024", title=f"{TITLE} again")).ref
        twins = found(session, officer, TITLE, "2024", parties=("MMR", records.REPORTING_STATE))
        assert (twins[0], len(twins)) == (with_partner, MOST)


class TestTheForm:
    def test_twins_are_shown_once_and_do_not_block(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        first = enter(officer, HANDOVER, minimal(HANDOVER) | {"title": TITLE}).rpartition("/")[2]
        data = minimal(HANDOVER) | {"title": f"{TITLE} again", "token": "second"}
        shown = inspected(officer.post("/handovers/new", data=data))
        assert "One record may be the same" in shown.text
        assert first in shown.text
        second = enter(officer, HANDOVER, data | {"seen": first})
        assert page(officer, second).status == 200

    def test_a_draft_is_saved_without_asking(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        enter(officer, HANDOVER, minimal(HANDOVER) | {"title": TITLE})
        enter(officer, HANDOVER, minimal(HANDOVER) | {"title": TITLE, "action": "draft"})

    def test_twins_are_shown_while_typing(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        first = enter(officer, HANDOVER, minimal(HANDOVER) | {"title": TITLE}).rpartition("/")[2]
        answer = officer.post("/handovers/twins", data={"title": TITLE, "start": "2024"})
        assert first in answer.text
        assert first not in officer.post(f"/handovers/twins?but={first}", data={"title": TITLE}).text


def found(session: Session, user: User, title: str, start: str, parties: tuple[str, ...] = ("MMR",), but: str | None = None) -> list[str]:
    reader = Reader(user, session, "en", utc_now().date(), records.REPORTING_STATE)
    return [twin.ref for twin in likely_twins(reader, "handover", title, parse_edtf(start), parties, but)]
