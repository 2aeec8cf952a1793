"""Single sign-on by OpenID Connect: code flow with PKCE, state and nonce, all of it Authlib's; whom a subject stands for is ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app
from flask_babel import gettext
from joserfc.errors import JoseError
from requests.exceptions import RequestException
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.accounts import invitations, people, policy, second_factors, sign_ins
from tracker.accounts.models import Invitation, Method, Role, User
from tracker.accounts.services import AccountError
from tracker.audit import services as audit
from tracker.audit.actions import Action

_KEY = "single_sign_on"
_SECONDS = 10  # to wait for the provider
_SEVERAL_FACTORS = "mfa"  # RFC 8176: the provider asked for more than one


def register(app: Flask) -> None:
    """Tell Authlib of the provider, if there is one. Nothing is fetched before somebody signs in."""
    settings = app.config["SETTINGS"]
    oauth = OAuth(app)
    app.extensions[_KEY] = oauth
    if settings.oidc_issuer:
        oauth.register(
            "provider",
            server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret or None,
            client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", "default_timeout": _SECONDS},
        )


def is_configured() -> bool:
    return bool(policy.settings().oidc_issuer)


def redirect_to_provider(back: str, *, again: bool) -> Response:
    """Send the browser to the provider, who sends it to `back`; `again`: who is there must prove it anew. Raises AccountError."""
    more = {"prompt": "login", "max_age": "0"} if again else {}
    try:
        return _provider().authorize_redirect(back, **more)
    except (OAuthError, RequestException, JoseError, RuntimeError, ValueError) as error:
        raise _unreachable(error) from error


def claims_of_answer() -> dict[str, Any]:
    """What the provider says of the person who came back, checked: signature, issuer, audience, nonce, time. Raises AccountError."""
    settings = policy.settings()
    wanted = {
        "iss": {"essential": True, "values": [settings.oidc_issuer, f"{settings.oidc_issuer}/"]},
        "aud": {"essential": True, "value": settings.oidc_client_id},
        "sub": {"essential": True},
    }
    try:
        token = _provider().authorize_access_token(claims_options=wanted)
    except (RequestException, RuntimeError) as error:
        raise _unreachable(error) from error
    except (OAuthError, JoseError, ValueError, KeyError) as error:
        current_app.logger.warning("single sign-on refused: %s", type(error).__name__)
        raise AccountError(gettext("The answer of the identity provider could not be used. Try again.")) from error
    claims = token.get("userinfo")
    if not claims or not claims.get("sub"):
        raise AccountError(gettext("The identity provider did not say who you are."))
    return dict(claims)


def enter(session: Session, claims: Mapping[str, Any], invitation: Invitation | None) -> bool:
    """Sign in whoever the claims stand for; whether a second factor is still to come. Raises AccountError, and leaves an event of it.

    Nobody is made by this: a subject is stored by an administrator, or by an invited person who comes in this way.
    """
    try:
        with session.begin_nested():
            user = _user_of(session, str(claims["sub"]), invitation)
            _take_role(session, user, claims)
    except AccountError:
        known = _known(session, str(claims["sub"]))
        target = sign_ins.target_of(known) if known else ""
        audit.write(None, session, Action.SIGN_IN_FAILED, target, detail={"step": "single sign-on"})
        raise
    is_strong = _SEVERAL_FACTORS in (claims.get("amr") or ())
    needs_factor = not is_strong and second_factors.factors_of(session, user).any
    proved_at = _proved_at(claims)
    sign_ins.start(session, user, Method.SINGLE_SIGN_ON, is_strong=is_strong, awaits_factor=needs_factor, proved_at=proved_at)
    return needs_factor


def _proved_at(claims: Mapping[str, Any]) -> datetime:
    """When the person last proved to the provider who it is; long ago where the provider does not say, as it must when asked to ask anew.

    Source: OpenID Connect Core 1.0, section 2 (`auth_time`) and 3.1.2.1 (`max_age`).
    """
    said = claims.get("auth_time")
    try:
        return datetime.fromtimestamp(float(said or 0), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _user_of(session: Session, subject: str, invitation: Invitation | None) -> User:
    """The user to whom the subject belongs, or to whom the invitation gives it."""
    issuer = policy.settings().oidc_issuer
    user = _known(session, subject)
    if invitation is not None and user is None:
        user = invitation.user
        invitations.use(session, invitation)
        user.sso_issuer, user.sso_subject = issuer, subject
    if user is None or not user.is_active:
        raise AccountError(
            gettext("The identity provider knows you, the tracker does not: ask an administrator to invite you or to link your account.")
        )
    return user


def _known(session: Session, subject: str) -> User | None:
    """Whose account the subject is, closed or not."""
    return session.scalar(sa.select(User).where(User.sso_issuer == policy.settings().oidc_issuer, User.sso_subject == subject))


def _take_role(session: Session, user: User, claims: Mapping[str, Any]) -> None:
    """Where a claim decides the role: the highest that one of its values stands for. Raises AccountError when none does."""
    settings = policy.settings()
    if not settings.oidc_role_claim:
        return
    said = claims.get(settings.oidc_role_claim) or ()
    values = {said} if isinstance(said, str) else {str(value) for value in said}
    roles = [Role(role) for value, role in settings.oidc_roles if value in values]
    if not roles:
        raise AccountError(gettext("The identity provider gives you no role in the tracker: ask whoever runs it."))
    people.set_role_from_provider(session, user, max(roles, key=list(Role).index))


def _provider() -> Any:
    return current_app.extensions[_KEY].provider


def _unreachable(error: Exception) -> AccountError:
    current_app.logger.warning("the identity provider does not answer: %s", type(error).__name__)
    return AccountError(gettext("The identity provider does not answer at the moment. Try again, or sign in with your password."))
