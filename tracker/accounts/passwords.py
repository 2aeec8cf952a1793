"""Passwords: which are taken, how they are kept, whether one is right.

The rules are those of NIST SP 800-63B and ASVS 6.2: length, no rules about kinds of characters, no common ones, no change by
date. A password is taken as typed, neither cut nor trimmed; only its Unicode form is made one (NFC), since two keyboards may
write one letter in two ways.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask_babel import gettext

PASSWORD_MIN, PASSWORD_MAX = 12, 128  # characters (code points)
_WEAK = 1_000_000  # guesses; whoever has the hashes makes that many in a day even against Argon2
_JUDGED = 72  # characters that are judged: what follows can only add to them, and judging is slow with length
_TELLING = 3  # a shorter user name may stand in a password by chance
_hasher = PasswordHasher()
# Checked when there is no such user, so that a wrong name takes as long as a wrong password.
_NOBODY = _hasher.hash(secrets.token_hex(16))


def complaint(password: str, *known: str) -> str:
    """Why `password` is not taken from somebody about whom `known` (user name, name) is known; '' when it is."""
    exact = _exact(password)
    if len(exact) < PASSWORD_MIN:
        return gettext("A password has at least %(least)s characters: three or four words that do not belong together.", least=PASSWORD_MIN)
    if len(exact) > PASSWORD_MAX:
        return gettext("A password has at most %(most)s characters.", most=PASSWORD_MAX)
    folded = exact.casefold()
    if any(len(name) >= _TELLING and name.casefold() in folded for name in known[:1]):
        return gettext("The password contains the user name, which others know.")
    if folded.strip() in _common() or _guesses(exact, known) < _WEAK:
        return gettext("This password is common or easily guessed. Take three or four words that do not belong together.")
    return ""


def hashed(password: str) -> str:
    """What is kept of `password`."""
    return _hasher.hash(_bytes(_exact(password)))


def is_right(kept: str, password: str) -> bool:
    """Whether `password` is the one of which `kept` was kept; '' is nobody's, and takes as long."""
    cut = password[: PASSWORD_MAX * 4]  # longer ones are wrong whatever follows; decomposed letters are up to four signs
    candidates = dict.fromkeys((_exact(cut), cut))  # as typed too: hashes from before passwords were made one in form
    return any(_verify(kept or _NOBODY, candidate) for candidate in candidates) and bool(kept)


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, _bytes(password))
    except (Argon2Error, InvalidHashError):
        return False


def _exact(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


@cache
def _common() -> frozenset[str]:
    """The 30,000 most common passwords of public breaches, as zxcvbn brings them."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def _guesses(password: str, known: tuple[str, ...]) -> int:
    """How many guesses somebody needs who tries words, names, dates, keyboard walks and repetitions first."""
    from zxcvbn import zxcvbn

    words = [part for name in known for part in (name, *name.split()) if part]
    return int(zxcvbn(password[:_JUDGED], user_inputs=words)["guesses"])
