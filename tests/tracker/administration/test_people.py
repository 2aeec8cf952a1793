"""People as administrators see and change them."""

from __future__ import annotations

import json
import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, add_user, application, contents, signed_in, stored
from tests.forms import enter, form_fields, minimal
from tests.pages import inspected, page
from tests.tracker.accounts.conftest import actions, clock, set_up_app, sign_in, user_of  # noqa: F401  a fixture
from tracker.accounts import invitations
from tracker.accounts.models import Role, User
from tracker.accounts.services import AccountError
from tracker.administration import people_queries
from tracker.audit.models import AuditEvent
from tracker.desks.services import make_desk
from tracker.record_types import RECORD_TYPES

pytestmark = pytest.mark.once

URL = "/administration/people"
CHANGE = {"display_name": "Officer", "email": "", "role": "officer", "sso_subject": "", "reason": "as agreed"}


def change(client: FlaskClient, name: str, **more: str) -> int:
    return int(client.post(f"{URL}/{name}/edit", data=CHANGE | {"display_name": name.capitalize()} | more).status_code)


class TestList:
    def test_it_shows_everybody_with_role_state_factor_and_sign_ins(self, app: Flask, client_as: ClientAs) -> None:
        set_up_app(client_as(Role.OFFICER))
        add_user(app, Role.MANAGER)
        with stored(app) as session:
            invitations.invite(None, session, "vera", "Vera Vogel", Role.VIEWER, "vera@ministry.example")
            user_of(session, "manager").is_active = False
        found = page(client_as(Role.ADMINISTRATOR), f"{URL}/")
        for words in ("Officer officer Desk officer active", "Vera Vogel vera vera@ministry.example Viewer invited never none 0", "closed"):
            assert words in found.text
        assert "app 1" in found.text

    @pytest.mark.parametrize(("words", "names"), [("vogel", {"vera"}), ("VERA@", {"vera"}), ("%", set()), ("_", set()), ("nul\x00", set())])
    def test_it_is_searched_by_name_and_mail(self, app: Flask, words: str, names: set[str]) -> None:
        with stored(app) as session:
            invitations.invite(None, session, "vera", "Vera Vogel", Role.VIEWER, "vera@ministry.example")
            invitations.invite(None, session, "wim", "Wim", Role.VIEWER)
            assert {one.username for one in people_queries.find_people(session, words)} == names

    def test_an_invitation_that_was_not_used_is_told_apart(self, app: Flask, clock) -> None:  # noqa: F811
        with stored(app) as session:
            invitations.invite(None, session, "vera", "Vera Vogel", Role.VIEWER)
            assert [one.state for one in people_queries.find_people(session)] == ["invited"]
            clock.move(hours=73)
            assert [one.state for one in people_queries.find_people(session)] == ["expired"]

    def test_the_menu_leads_there_for_administrators_only(self, client_as: ClientAs) -> None:
        for role in Role:
            links = page(client_as(role), "/").links
            assert (f"{URL}/" in links) == (role is Role.ADMINISTRATOR), role


class TestDesks:
    def test_an_officer_at_no_desk_is_told_of_at_the_invitation_and_until_one_is_chosen(self, app: Flask, client_as: ClientAs) -> None:
        admin = client_as(Role.ADMINISTRATOR)
        form = {"username": "vera", "display_name": "Vera Vogel", "email": "", "reason": "new here"}
        invited = inspected(admin.post(f"{URL}/invite", data=form | {"role": "officer"}))
        assert "Vera Vogel works at no desk yet and can only save drafts." in invited.text
        assert "/desks/" in " ".join(invited.links)
        assert "works at no desk yet" in page(admin, f"{URL}/vera").text
        with stored(app) as session:
            user = session.scalars(sa.select(User).where(User.username == "vera")).one()
            make_desk(user, session, "Mekong", covers_all=True, parties=[], people=["vera"])
        assert "works at no desk yet" not in page(admin, f"{URL}/vera").text
        other = inspected(admin.post(f"{URL}/invite", data=form | {"username": "wim", "role": "viewer"}))
        assert "works at no desk" not in other.text


class TestChanging:
    def test_role_name_and_mail_with_before_after_and_reason(self, app: Flask, client_as: ClientAs) -> None:
        add_user(app, Role.OFFICER)
        boss = client_as(Role.ADMINISTRATOR)
        form = form_fields(boss.get(f"{URL}/officer/edit").text.replace("data-main", 'id="entry"'), "entry")
        assert form["role"] == "officer"
        assert change(boss, "officer", role="reviewer", display_name="Olga", email="olga@ministry.example", reason="promoted") == 302
        text = page(boss, f"{URL}/officer").text
        assert "Olga" in text
        assert "by administrator · Role: Desk officer → Reviewer · Name, E-mail · Reason: promoted" in text
        with stored(app) as session:
            event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "user_changed")).one()
            assert (event.actor, event.purpose) == ("administrator", "promoted")
            assert json.loads(event.detail)["after"] == {"role": "reviewer"}
            assert "Olga" not in event.detail

    def test_a_save_that_changes_nothing_leaves_no_event(self, app: Flask, client_as: ClientAs) -> None:
        add_user(app, Role.OFFICER)
        boss = client_as(Role.ADMINISTRATOR)
        assert change(boss, "officer") == 302
        assert "user_changed" not in actions(app)

    @pytest.mark.parametrize("deed", ["edit", "link", "disable", "end-sign-ins", "new-factor"])
    def test_each_deed_asks_for_a_reason(self, app: Flask, client_as: ClientAs, deed: str) -> None:
        add_user(app, Role.OFFICER)
        boss = client_as(Role.ADMINISTRATOR)
        before = contents(app)
        for reason in ("", "   ", "\x00"):
            found = inspected(boss.post(f"{URL}/officer/{deed}", data=CHANGE | {"role": "viewer", "reason": reason}), 422)
            assert "Say why" in found.text
        assert contents(app) == before

    def test_closing_and_opening_again(self, app: Flask, client_as: ClientAs) -> None:
        officer, boss = client_as(Role.OFFICER), client_as(Role.ADMINISTRATOR)
        assert boss.post(f"{URL}/officer/disable", data={"reason": "left"}).status_code == 302
        assert officer.get("/").status_code == 302
        assert sign_in(app.test_client(), "officer").status_code == 422
        assert "Open the account again" in page(boss, f"{URL}/officer").text
        assert boss.post(f"{URL}/officer/disable", data={"reason": "left"}).status_code == 422
        assert boss.post(f"{URL}/officer/enable", data={"reason": "is back"}).status_code == 302
        assert sign_in(app.test_client(), "officer").status_code == 302

    def test_records_that_stay_with_somebody_who_is_closed_are_said_with_the_way_to_hand_them_over(
        self, app: Flask, client_as: ClientAs
    ) -> None:
        officer, boss = client_as(Role.OFFICER), client_as(Role.ADMINISTRATOR)
        said, link = "2 records are owned by this person", "/desks/hand-over?from=officer"
        for number in (1, 2):
            found = page(boss, f"{URL}/officer")
            assert (said in found.text, link in found.links) == (False, number == 2)
            enter(officer, RECORD_TYPES[0], minimal(RECORD_TYPES[0], number))
        found = page(boss, f"{URL}/officer")
        assert (said in found.text, link in found.links) == (True, True)
        boss.post(f"{URL}/officer/disable", data={"reason": "left"})
        assert f"signed out everywhere. {said}. Hand them over." in page(boss, f"{URL}/officer").text
        assert form_fields(boss.get(link).text)["giver"] == "officer"

    def test_signing_somebody_out_everywhere(self, app: Flask, client_as: ClientAs) -> None:
        first, second, boss = client_as(Role.OFFICER), client_as(Role.OFFICER), client_as(Role.ADMINISTRATOR)
        assert boss.post(f"{URL}/officer/end-sign-ins", data={"reason": "lost laptop"}).status_code == 302
        assert [client.get("/").status_code for client in (first, second, boss)] == [302, 302, 200]

    def test_asking_for_a_new_second_factor(self, app: Flask, client_as: ClientAs) -> None:
        officer, boss = client_as(Role.OFFICER), client_as(Role.ADMINISTRATOR)
        set_up_app(officer)
        assert boss.post(f"{URL}/officer/new-factor", data={"reason": "lost phone"}).status_code == 302
        assert officer.get("/").status_code == 302
        assert sign_in(app.test_client(), "officer").headers["Location"] == "/"

    def test_a_subject_belongs_to_one_person(self, app: Flask) -> None:
        from tracker.accounts import people

        for name in ("ana", "ben", "boss"):
            add_user(app, Role.ADMINISTRATOR if name == "boss" else Role.OFFICER, name)
        with stored(app) as session:
            boss, ana, ben = (user_of(session, name) for name in ("boss", "ana", "ben"))
            wanted = people.Details("Ana", "", Role.OFFICER, "subject-1")
            assert people.update(boss, session, ana, wanted, "https://idp.example", reason="x")
            with pytest.raises(AccountError, match="belongs to ana") as caught:
                people.update(boss, session, ben, wanted, "https://idp.example", reason="x")
            assert caught.value.field == "sso_subject"

    def test_a_refusal_half_way_stores_nothing(self, database_url: str, cheap_passwords: None) -> None:
        with application(database_url, oidc_issuer="https://idp.example") as app:
            for name in ("ana", "ben"):
                add_user(app, Role.OFFICER, name)
            boss = signed_in(app, Role.ADMINISTRATOR)
            assert change(boss, "ana", sso_subject="subject-1") == 302
            found = boss.post(f"{URL}/ben/edit", data=CHANGE | {"display_name": "Benno", "sso_subject": "subject-1"})
            assert "belongs to ana already" in inspected(found, 422).text
            with stored(app) as session:
                assert user_of(session, "ben").display_name == "Ben"

    def test_an_unknown_person_is_not_there(self, client_as: ClientAs) -> None:
        boss = client_as(Role.ADMINISTRATOR)
        for url in (f"{URL}/nobody", f"{URL}/nobody/edit"):
            assert boss.get(url).status_code == 404
        assert boss.post(f"{URL}/nobody/disable", data={"reason": "x"}).status_code == 404


class TestPromiseOfTheLastAdministrator:
    """The last administrator cannot remove or demote himself; also two administrators at the same moment."""

    def test_nobody_closes_or_demotes_himself(self, app: Flask, client_as: ClientAs) -> None:
        boss = client_as(Role.ADMINISTRATOR)
        client_as(Role.ADMINISTRATOR, "another")
        assert change(boss, "administrator", role="viewer") == 422
        for deed in ("disable", "end-sign-ins", "new-factor"):
            assert boss.post(f"{URL}/administrator/{deed}", data={"reason": "x"}).status_code == 422, deed
        text = page(boss, f"{URL}/administrator").text
        assert "Close the account" not in text
        assert boss.get(f"{URL}/").status_code == 200

    def test_the_last_one_is_kept_whoever_asks(self, app: Flask) -> None:
        from tracker.accounts import people

        for name in ("ana", "ben"):
            add_user(app, Role.ADMINISTRATOR, name)
        with stored(app) as session:
            invitations.invite(None, session, "never", "Never came", Role.ADMINISTRATOR)
            ana, ben = user_of(session, "ana"), user_of(session, "ben")
            people.disable(ana, session, ben, reason="left")
            with pytest.raises(AccountError, match="no longer an administrator"):
                people.disable(ben, session, ana, reason="revenge")
            people.set_role_from_provider(session, ana, Role.VIEWER)
            assert ana.role is Role.ADMINISTRATOR

    @pytest.mark.parametrize("deed", ["disable", "demote"])
    def test_two_who_do_it_to_each_other_in_the_same_moment(self, app: Flask, deed: str) -> None:
        names = ("ana", "ben")
        clients = {name: signed_in(app, Role.ADMINISTRATOR, name) for name in names}

        def strike(client: FlaskClient, other: str, at_once: threading.Barrier) -> None:
            at_once.wait(60)
            if deed == "disable":
                client.post(f"{URL}/{other}/disable", data={"reason": "now"})
            else:
                change(client, other, role="viewer")

        for _ in range(5):
            barrier = threading.Barrier(2)
            threads = [threading.Thread(target=strike, args=(clients[one], other, barrier)) for one, other in (names, names[::-1])]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            with stored(app) as session:
                left = session.scalars(sa.select(User).where(User.role == Role.ADMINISTRATOR, User.is_active)).all()
                assert len(left) == 1
                for name in names:
                    user_of(session, name).is_active, user_of(session, name).role = True, Role.ADMINISTRATOR
            clients = {name: signed_in(app, Role.ADMINISTRATOR, name) for name in names}
