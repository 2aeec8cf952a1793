"""The second factor: codes of an app (TOTP, RFC 6238) and recovery codes on paper. Passkeys have a module of their own."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass

import pyotp
import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts import notices, policy, sign_ins
from tracker.accounts.models import Ended, Passkey, RecoveryCode, SignIn, User
from tracker.accounts.sealing import keyed_hash, seal, unseal
from tracker.accounts.services import AccountError
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now

STEP = 30  # seconds that a code lasts (RFC 6238)
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
_GROUPS, _GROUP = 4, 4  # 4 x 4 of 31 signs: 79 bits
_PURPOSE = "totp"


@dataclass(frozen=True)
class Factors:
    """What somebody can prove himself with besides the password."""

    has_app: bool
    passkeys: int
    recovery_codes: int

    @property
    def any(self) -> bool:
        return self.has_app or self.passkeys > 0


def factors_of(session: Session, user: User) -> Factors:
    """The second factors of `user`; recovery codes are those not used yet."""
    passkeys = session.scalar(sa.select(sa.func.count()).select_from(Passkey).where(Passkey.user_id == user.id)) or 0
    unused = sa.select(sa.func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return Factors(bool(user.totp_secret), passkeys, session.scalar(unused) or 0)


def proposed_secret(user: User) -> str:
    """A new secret for an app, sealed so that the form can carry it until the first code proves it."""
    return seal(f"{_PURPOSE} {user.id}", pyotp.random_base32())


def address_of(user: User, sealed: str, product: str) -> str:
    """The `otpauth:` address of a proposed secret, for a picture or to type. Raises AccountError when the proposal is not ours."""
    return pyotp.TOTP(_opened(user, sealed)).provisioning_uri(name=user.username, issuer_name=product)


def secret_to_type(user: User, sealed: str) -> str:
    """A proposed secret in groups of four."""
    return " ".join(re.findall("....", _opened(user, sealed)))


def set_app(actor: User, session: Session, sign_in: SignIn, sealed: str, code: str) -> list[str]:
    """Make the proposed secret the one of `actor` once `code` proves that an app knows it; new recovery codes if he had none.

    Ends the other sign-ins. Raises AccountError.
    """
    secret = _opened(actor, sealed)
    step = _step_of(secret, code)
    if step is None:
        raise AccountError(gettext("This is not the code that belongs to this picture now. Is the clock of your phone right?"), "code")
    before = factors_of(session, actor)
    actor.totp_secret, actor.totp_step = seal(f"{_PURPOSE} {actor.id}", secret), step
    _changed(actor, session, actor, {"app": True}, but=sign_in)
    sign_ins.confirm(session, sign_in, is_strong=True)
    return [] if before.recovery_codes else new_recovery_codes(actor, session)


def remove_app(actor: User, session: Session, sign_in: SignIn) -> None:
    """Take the app of `actor` away, and the recovery codes with the last factor. Raises AccountError when there is
    none, or when one is required."""
    found = factors_of(session, actor)
    if not found.has_app:
        raise AccountError(gettext("There is no app to take away."))
    check_removable(found, after=found.passkeys)
    actor.totp_secret = ""
    if not found.passkeys:
        _forget_recovery_codes(session, actor)
    _changed(actor, session, actor, {"app": False}, but=sign_in)


def check_removable(found: Factors, after: int) -> None:
    """Raise AccountError when nothing would be left where a second factor is required. `after` is the number left."""
    if policy.settings().require_second_factor and found.any and not after:
        raise AccountError(gettext("A second factor is required here. Set up another before you take this one away."))


def take_all_away(actor: User, session: Session, user: User) -> None:
    """An administrator asks `user` for new second factors: the old ones and all sign-ins end."""
    user.totp_secret = ""
    _forget_recovery_codes(session, user)
    session.execute(sa.delete(Passkey).where(Passkey.user_id == user.id))
    _changed(actor, session, user, {"all": False}, but=None)


def new_recovery_codes(actor: User, session: Session) -> list[str]:
    """Ten new codes instead of the old ones; only their hashes are kept, so this is the one time that they are seen."""
    _forget_recovery_codes(session, actor)
    codes = ["-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=actor.id, code_hash=_code_hash(actor, code)) for code in codes)
    audit.write(actor, session, Action.SECOND_FACTOR_CHANGED, sign_ins.target_of(actor), detail={"recovery_codes": len(codes)})
    return codes


def use_code(session: Session, user: User, typed: str) -> bool:
    """Whether `typed` is a code of the app or a recovery code of `user` that was not used before; it is used up then.

    The database decides in one statement: of several at the same moment one is right.
    """
    code = re.sub(r"[\s-]", "", typed).lower()
    if re.fullmatch(r"[0-9]{6}", code) and user.totp_secret:
        secret = unseal(f"{_PURPOSE} {user.id}", user.totp_secret)
        step = _step_of(secret, code) if secret else None
        if step is None:
            return False
        newer = sa.update(User).where(User.id == user.id, User.totp_step < step).values(totp_step=step)
        return bool(session.execute(newer.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]
    unused = sa.update(RecoveryCode).where(
        RecoveryCode.user_id == user.id, RecoveryCode.code_hash == _code_hash(user, code), RecoveryCode.used_at.is_(None)
    )
    return bool(session.execute(unused.values(used_at=utc_now())).rowcount)  # type: ignore[attr-defined]


def note_change(actor: User, session: Session, detail: dict[str, object], *, but: SignIn) -> None:
    """The event, the notice and the end of other sign-ins that go with every change of a second factor."""
    _changed(actor, session, actor, detail, but=but)


def _changed(actor: User, session: Session, user: User, detail: dict[str, object], *, but: SignIn | None) -> None:
    audit.write(actor, session, Action.SECOND_FACTOR_CHANGED, sign_ins.target_of(user), detail=detail)
    sign_ins.end_all(actor, session, user, Ended.SECOND_FACTOR, but=but)
    notices.tell(user, notices.Notice.SECOND_FACTOR_CHANGED)


def _opened(user: User, sealed: str) -> str:
    secret = unseal(f"{_PURPOSE} {user.id}", sealed)
    if secret is None:
        raise AccountError(gettext("This picture is too old. Here is a new one."), "code")
    return secret


def _step_of(secret: str, typed: str) -> int | None:
    """The half minute to which the code belongs: the present one, or one before or after for clocks that differ."""
    code = re.sub(r"[\s-]", "", typed)
    now = int(utc_now().timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    fitting = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
    return fitting[-1] if fitting else None


def _forget_recovery_codes(session: Session, user: User) -> None:
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def _code_hash(user: User, code: str) -> str:
    return keyed_hash("recovery", str(user.id), code.replace("-", ""))
