"""Users for tests."""

from __future__ import annotations

import itertools

from sqlalchemy.orm import Session

from tracker.accounts.models import Role, User

_numbers = itertools.count(1)


def user(session: Session, role: Role = Role.OFFICER, *, username: str = "", display_name: str = "", is_active: bool = True) -> User:
    """A stored user who cannot sign in: hashing a password costs more than most tests. `accounts.services.add_user` makes real ones."""
    name = username or f"{role.value}{next(_numbers)}"
    made = User(username=name, display_name=display_name or name.capitalize(), role=role, password_hash="none", is_active=is_active)
    session.add(made)
    session.flush()
    return made
