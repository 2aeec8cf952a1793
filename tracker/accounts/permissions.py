"""Who may do what, on one screen."""

from __future__ import annotations

from enum import StrEnum

from tracker.accounts.models import Role


class Permission(StrEnum):
    RECORD_READ = "record:read"
    RECORD_WRITE = "record:write"
    FIGURES_READ = "figures:read"
    SOURCE_WRITE = "source:write"
    ACCOUNT_OWN = "account:own"
    AUDIT_READ = "audit:read"


READING = frozenset({Permission.RECORD_READ, Permission.FIGURES_READ, Permission.ACCOUNT_OWN})
WRITING = READING | {Permission.RECORD_WRITE, Permission.SOURCE_WRITE}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: READING,
    Role.OFFICER: WRITING,
    Role.REVIEWER: WRITING,
    Role.MANAGER: READING,
    Role.ADMINISTRATOR: WRITING | {Permission.AUDIT_READ},
}


def may(role: Role, permission: Permission) -> bool:
    """Whether `role` carries `permission`."""
    return permission in ROLE_PERMISSIONS[role]
