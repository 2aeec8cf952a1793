"""How each POST about people and desks succeeds, and what it leaves in the trail."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.app import add_user, signed_in
from tests.contract.writes import Form, Sent, Write
from tests.factories.desks import GENERAL
from tests.tracker.accounts.conftest import set_up_app
from tracker.accounts.models import Role
from tracker.audit.actions import Action

PEOPLE_URL = "/administration/people"
REASON = {"reason": "as agreed"}
PERSON = {"display_name": "Olga", "email": "olga@ministry.example", "role": "reviewer", "sso_subject": ""} | REASON


def invite(client: FlaskClient, address: str) -> Sent:
    return Sent(client, address, PERSON | {"username": "olga"})


def about_officer(deed: str, data: dict[str, str] = REASON, *, is_closed: bool = False) -> Form:
    """`deed` done to an officer who is signed in and has a second factor; to one whose account is closed, if told."""

    def form(client: FlaskClient, _: str) -> Sent:
        set_up_app(signed_in(client.application, Role.OFFICER))
        if is_closed:
            assert client.post(f"{PEOPLE_URL}/officer/disable", data=REASON).status_code == 302
        return Sent(client, f"{PEOPLE_URL}/officer/{deed}", data)

    return form


def new_desk(client: FlaskClient, address: str) -> Sent:
    return Sent(client, address, {"name": "Mekong desk", "partners": "Laos; Thailand", "people": ["writer"]})


def changed_desk(client: FlaskClient, address: str) -> Sent:
    return Sent(client, address, {"name": "All partners", "covers_all": "y", "people": [], "version": "1"})


def closed_desk(client: FlaskClient, address: str) -> Sent:
    assert GENERAL in client.get("/desks/").text
    assert client.post(address.removesuffix("open") + "close").status_code == 303
    return Sent(client, address)


def all_of_writer(client: FlaskClient, address: str) -> Sent:
    add_user(client.application, Role.OFFICER)
    return Sent(client, address, {"giver": "writer", "taker": "officer", "reason": "on leave"})


def by_administrator(form: Form, *events: Action) -> Write:
    return Write(form, events, Role.ADMINISTRATOR)


PEOPLE: dict[str, Write] = {
    "people.send_invitation": by_administrator(invite, Action.USER_INVITED),
    "people.update": by_administrator(about_officer("edit", PERSON), Action.USER_CHANGED),
    "people.renew_link": by_administrator(about_officer("link"), Action.USER_INVITED),
    "people.disable": by_administrator(about_officer("disable"), Action.USER_CHANGED, Action.SESSION_ENDED),
    "people.enable": by_administrator(about_officer("enable", is_closed=True), Action.USER_CHANGED),
    # one event with the reason, and one for each sign-in
    "people.end_sign_ins": by_administrator(about_officer("end-sign-ins"), Action.SESSION_ENDED, Action.SESSION_ENDED),
    "people.require_new_factor": by_administrator(
        about_officer("new-factor"), Action.USER_CHANGED, Action.SECOND_FACTOR_CHANGED, Action.SESSION_ENDED
    ),
    "desks.create": by_administrator(new_desk, Action.DESK_CHANGED),
    "desks.update": by_administrator(changed_desk, Action.DESK_CHANGED),
    "desks.close": by_administrator(Sent, Action.DESK_CHANGED),
    "desks.reopen": by_administrator(closed_desk, Action.DESK_CHANGED),
    "desks.hand_over_records": by_administrator(all_of_writer, Action.RECORD_HANDED_ON),
}
