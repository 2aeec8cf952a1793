"""Users for tests."""

from __future__ import annotations

import itertools

from sqlalchemy.orm import Session

from tests.factories.desks import seated
from tracker.accounts.models import Role, User

_numbers = itertools.count(1)


def user(
    session: Session,
    role: Role = Role.OFFICER,
    *,
    username: str = "",
    display_name: str = "",
    is_active: bool = True,
    at_a_desk: bool = True,
) -> User:
    """A stored user who cannot sign in: hashing a password costs more than most tests. `accounts.services.add_user` makes real ones.

    Officers work at a desk that is in charge of all partners unless `at_a_desk` is False.
    """
    name = username or f"{role.value}{next(_numbers)}"
    made = User(username=name, display_name=display_name or name.capitalize(), role=role, password_hash="none", is_active=is_active)
    session.add(made)
    session.flush()
    if role is Role.OFFICER and at_a_desk:
        seated(session, made)
    return made
