"""How each POST of signing in and of the own account succeeds, and what it leaves in the trail."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.app import PASSWORD, signed_in, stored
from tests.contract.authenticator import Authenticator
from tests.contract.writes import CHALLENGE, NOTICE, SIGN_IN, Sent, Write, with_form
from tests.tracker.accounts.conftest import code_at, forget_used_code, set_up_app, user_of
from tests.tracker.accounts.conftest import sign_in as sign_in_again
from tests.tracker.api.conftest import token_of
from tracker.accounts import invitations
from tracker.accounts.models import Role, SignIn
from tracker.audit.actions import Action

NEW_PASSWORD = "lantern mango tide"


def sign_in(client: FlaskClient, address: str) -> Sent:
    return Sent(client.application.test_client(), address, {"username": "officer", "password": PASSWORD})


def give_code(client: FlaskClient, address: str) -> Sent:
    """The password was right, the code of the app is still to come."""
    secret, _ = set_up_app(client)
    forget_used_code(client.application)
    waiting = client.application.test_client()
    assert sign_in_again(waiting, "officer").headers["Location"].startswith("/sign-in/code")
    return Sent(waiting, address, {"code": code_at(secret)})


def accept_invitation(client: FlaskClient, _: str) -> Sent:
    """The officer, who is signed in elsewhere, got a link to set a new password."""
    with stored(client.application) as session:
        token = invitations.renew(None, session, user_of(session, "officer"))
    return Sent(client.application.test_client(), invitations.path_of(token), {"new": NEW_PASSWORD})


def end_another(client: FlaskClient, _: str) -> Sent:
    with stored(client.application) as session:
        number = session.scalars(sa.select(SignIn.id).where(SignIn.user_id == user_of(session, "officer").id)).one()
    # a newer browser ends the older one
    return Sent(signed_in(client.application, Role.OFFICER), f"/account/sign-ins/{number}/end")


def end_others(client: FlaskClient, address: str) -> Sent:
    for _ in range(2):
        signed_in(client.application, Role.OFFICER)
    return Sent(client, address)


def set_app(client: FlaskClient, address: str) -> Sent:
    html = client.get(address).text
    secret = html.partition('<code class="secret">')[2].partition("<")[0].replace(" ", "")
    sealed = html.partition('name="sealed"')[2].partition('value="')[2].partition('"')[0]
    return Sent(client, address, {"sealed": sealed, "code": code_at(secret)})


def with_app(client: FlaskClient, address: str) -> Sent:
    """The officer has an app already."""
    set_up_app(client)
    return Sent(client, address)


# --- Passkeys ---


def added_passkey(client: FlaskClient) -> Authenticator:
    """The officer's device, whose key the tracker knows."""
    device = Authenticator()
    answer = client.post("/account/passkeys", json={"name": "Key", "credential": device.made(options(client, "/account/passkeys"))})
    assert answer.status_code == 200, answer.text
    return device


def options(client: FlaskClient, address: str) -> dict[str, object]:
    found: dict[str, object] = client.post(f"{address}/options").get_json()
    return found


def add_passkey(client: FlaskClient, address: str) -> Sent:
    return Sent(client, address, json={"name": "Key", "credential": Authenticator().made(options(client, address))})


def remove_passkey(client: FlaskClient, address: str) -> Sent:
    added_passkey(client)
    return Sent(client, address)


def sign_in_with_passkey(client: FlaskClient, address: str) -> Sent:
    device, browser = added_passkey(client), client.application.test_client()
    return Sent(browser, address, json={"credential": device.signed(options(browser, address))})


def confirm_with_passkey(client: FlaskClient, address: str) -> Sent:
    device = added_passkey(client)
    return Sent(client, address, json={"credential": device.signed(options(client, address))})


def revoke_token(client: FlaskClient, _: str) -> Sent:
    token_of(client.application, "officer")
    return Sent(client, "/account/tokens/1/revoke")


ACCOUNTS: dict[str, Write] = {
    "accounts.check_sign_in": Write(sign_in, (Action.SIGNED_IN,), apart=SIGN_IN),
    "accounts.check_code": Write(give_code, (Action.SIGNED_IN,), apart=SIGN_IN),
    "accounts.passkey_options": Write(with_form(), apart=CHALLENGE),
    "accounts.check_passkey": Write(sign_in_with_passkey, (Action.SIGNED_IN,), apart=SIGN_IN | CHALLENGE),
    "accounts.sign_out": Write(with_form(), (Action.SIGNED_OUT,), apart=SIGN_IN),
    "accounts.accept_invitation": Write(
        accept_invitation,
        (Action.INVITATION_USED, Action.SESSION_ENDED, Action.PASSWORD_CHANGED, Action.SIGNED_IN),
        apart=SIGN_IN,
    ),
    "accounts.set_language": Write(with_form(language="zh"), (Action.USER_CHANGED,)),
    "accounts.change_password": Write(
        with_form(old=PASSWORD, new=NEW_PASSWORD), (Action.PASSWORD_CHANGED, Action.IDENTITY_CONFIRMED), apart=SIGN_IN
    ),
    "accounts.stay": Write(with_form()),  # that it was asked is use; the minute of it is written by the guard
    "accounts.end_sign_in": Write(end_another, (Action.SESSION_ENDED,), apart=SIGN_IN),
    "accounts.end_other_sign_ins": Write(end_others, (Action.SESSION_ENDED, Action.SESSION_ENDED), apart=SIGN_IN),
    # the app, the proof that it gave, and the recovery codes that come with the first one
    "accounts.set_second_factor": Write(
        set_app, (Action.SECOND_FACTOR_CHANGED, Action.IDENTITY_CONFIRMED, Action.SECOND_FACTOR_CHANGED), apart=SIGN_IN
    ),
    "accounts.remove_second_factor": Write(with_app, (Action.SECOND_FACTOR_CHANGED,)),
    "accounts.new_recovery_codes": Write(with_app, (Action.SECOND_FACTOR_CHANGED,)),
    "accounts.new_passkey_options": Write(with_form(), apart=CHALLENGE),
    "accounts.add_passkey": Write(add_passkey, (Action.SECOND_FACTOR_CHANGED,), apart=SIGN_IN | CHALLENGE),
    "accounts.remove_passkey": Write(remove_passkey, (Action.SECOND_FACTOR_CHANGED,)),
    "accounts.make_token": Write(with_form(name="Notebook", scope="read", days="30"), (Action.TOKEN_MADE,), apart=NOTICE),
    "accounts.revoke_token": Write(revoke_token, (Action.TOKEN_REVOKED,)),
    "accounts.check_confirm": Write(with_form(password=PASSWORD), (Action.IDENTITY_CONFIRMED,), apart=SIGN_IN),
    "accounts.confirm_passkey_options": Write(with_form(), apart=CHALLENGE),
    "accounts.confirm_passkey": Write(confirm_with_passkey, (Action.IDENTITY_CONFIRMED,), apart=SIGN_IN | CHALLENGE),
}
