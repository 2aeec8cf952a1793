"""Who may do what, on one screen."""

from __future__ import annotations

from enum import StrEnum

from tracker.accounts.models import Role


class Permission(StrEnum):
    RECORD_READ = "record:read"
    RECORD_WRITE = "record:write"
    RECORD_VERIFY = "record:verify"
    FIGURES_READ = "figures:read"
    SOURCE_WRITE = "source:write"
    ACCOUNT_OWN = "account:own"
    DESK_MANAGE = "desk:manage"
    PEOPLE_MANAGE = "people:manage"
    SUBJECT_READ = "subject:read"  # names of persons, for a stated purpose
    PERSONAL_DATA_OVERSEE = "personal_data:oversee"  # retention, erasure, restriction, who has read what
    AUDIT_READ = "audit:read"


READING = frozenset({Permission.RECORD_READ, Permission.FIGURES_READ, Permission.ACCOUNT_OWN})
WRITING = READING | {Permission.RECORD_WRITE, Permission.SOURCE_WRITE}
VERIFYING = WRITING | {Permission.RECORD_VERIFY}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: READING,
    Role.OFFICER: WRITING | {Permission.SUBJECT_READ},
    Role.REVIEWER: VERIFYING | {Permission.SUBJECT_READ, Permission.PERSONAL_DATA_OVERSEE},
    Role.MANAGER: READING,
    Role.ADMINISTRATOR: VERIFYING
    | {Permission.DESK_MANAGE, Permission.PEOPLE_MANAGE, Permission.PERSONAL_DATA_OVERSEE, Permission.AUDIT_READ},
}


def may(role: Role, permission: Permission) -> bool:
    """Whether `role` carries `permission`."""
    return permission in ROLE_PERMISSIONS[role]
