"""Passkeys (WebAuthn): a key in a device that signs a challenge of ours, for this host only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import sqlalchemy as sa
import webauthn
from flask_babel import gettext
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tracker.accounts import second_factors
from tracker.accounts.models import Passkey, PasskeyChallenge, SignIn, User
from tracker.accounts.sealing import keyed_hash
from tracker.accounts.services import AccountError
from tracker.database.columns import utc_now

NAME_MAX = 60
_ANSWER_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Site:
    """Where the tracker is: passkeys are bound to the host name and answer to no other."""

    host: str
    origin: str

    @property
    def is_possible(self) -> bool:
        """Browsers give passkeys to host names only, not to bare addresses."""
        try:
            ip_address(self.host.strip("[]"))
        except ValueError:
            return True
        return False


def of_user(session: Session, user: User) -> list[Passkey]:
    """The passkeys of `user`, the oldest first."""
    return list(session.scalars(sa.select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)))


def options_to_add(actor: User, session: Session, site: Site, product: str) -> dict[str, Any]:
    """What the browser needs to make a key, with a new challenge."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=product,
        user_id=keyed_hash("passkey user", str(actor.id)).encode(),
        user_name=actor.username,
        user_display_name=actor.display_name,
        challenge=_new_challenge(session),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_descriptors(of_user(session, actor)),
    )
    return dict(json.loads(webauthn.options_to_json(options)))


def add(actor: User, session: Session, sign_in: SignIn, site: Site, answer: Any, name: str) -> Passkey:
    """Keep the key that the browser made. Ends the other sign-ins. Raises AccountError."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=_taken_challenge(session, answer), expected_rp_id=site.host, expected_origin=site.origin
        )
    except _UNUSABLE as error:
        raise AccountError(gettext("The browser's answer could not be used. Try again.")) from error
    key = Passkey(
        user_id=actor.id,
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        name=(name.replace("\x00", "").strip() or gettext("Passkey"))[:NAME_MAX],
    )
    if session.scalar(sa.select(Passkey.id).where(Passkey.credential_id == key.credential_id)):
        raise AccountError(gettext("This passkey is known already."))
    session.add(key)
    second_factors.note_change(actor, session, {"passkey": "added"}, but=sign_in)
    sign_in.is_strong = True
    return key


def remove(actor: User, session: Session, sign_in: SignIn, key: Passkey) -> None:
    """Forget a passkey of `actor`. Ends the other sign-ins. Raises AccountError when a second factor is required and none is left."""
    found = second_factors.factors_of(session, actor)
    second_factors.check_removable(found, after=found.passkeys - 1 + found.has_app)
    session.delete(key)
    second_factors.note_change(actor, session, {"passkey": "removed"}, but=sign_in)


def options_to_answer(session: Session, site: Site, user: User | None) -> dict[str, Any]:
    """What the browser needs to sign a challenge: with a key of `user`, or with any that it holds when nobody is named."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=_new_challenge(session),
        allow_credentials=_descriptors(of_user(session, user)) if user else None,
        user_verification=UserVerificationRequirement.PREFERRED if user else UserVerificationRequirement.REQUIRED,
    )
    return dict(json.loads(webauthn.options_to_json(options)))


def owner_of(session: Session, answer: Any) -> User | None:
    """Whose passkey an answer names, right or wrong: for the trail, never to let anybody in."""
    named = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(named, str) or "\x00" in named:  # PostgreSQL refuses to look for a NUL
        return None
    return session.scalar(sa.select(User).join(Passkey, Passkey.user_id == User.id).where(Passkey.credential_id == named))


def verified(session: Session, site: Site, answer: Any, user: User | None) -> User | None:
    """Whose passkey signed our challenge; None when nobody's, or not that of `user` where one is named.

    Without a name the key alone signs in, so the device must have asked for a PIN or a finger.
    """
    try:
        challenge = _taken_challenge(session, answer)
        key = session.scalar(sa.select(Passkey).where(Passkey.credential_id == str(answer["id"])))
        if key is None or (user is not None and key.user_id != user.id):
            return None
        done = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
            require_user_verification=user is None,
        )
    except _UNUSABLE:
        return None
    key.sign_count, key.last_used_at = done.new_sign_count, utc_now()
    owner = session.get_one(User, key.user_id)
    return owner if owner.is_active else None


# What damaged or forged answers raise in the package: they are typed by nobody, so one message fits all.
_UNUSABLE = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError)


def _descriptors(keys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential_id)) for key in keys]


def _new_challenge(session: Session) -> bytes:
    challenge = webauthn.helpers.generate_challenge()
    session.execute(sa.delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < utc_now()))
    session.add(PasskeyChallenge(challenge=bytes_to_base64url(challenge), expires_at=utc_now() + _ANSWER_WITHIN))
    session.flush()
    return challenge


def _taken_challenge(session: Session, answer: Any) -> bytes:
    """The challenge that was answered: ours, not expired, and taken now for the only time."""
    challenge = parse_client_data_json(base64url_to_bytes(answer["response"]["clientDataJSON"])).challenge
    ours = sa.delete(PasskeyChallenge).where(
        PasskeyChallenge.challenge == bytes_to_base64url(challenge), PasskeyChallenge.expires_at > utc_now()
    )
    if not session.execute(ours).rowcount:  # type: ignore[attr-defined]
        raise ValueError("a challenge that was not handed out, or was answered before")
    return challenge
