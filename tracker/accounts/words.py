"""Names of the roles for people."""

from flask_babel import lazy_gettext as _l

from tracker.accounts.models import Role

ROLE_WORDS = {
    Role.VIEWER: _l("Viewer"),
    Role.OFFICER: _l("Desk officer"),
    Role.REVIEWER: _l("Reviewer"),
    Role.MANAGER: _l("Manager"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
