"""Everything that leaves a trace, by name."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    # signing in
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_BLOCKED = "sign_in_blocked"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    IDENTITY_CONFIRMED = "identity_confirmed"
    REFUSED = "refused"
    # accounts
    USER_ADDED = "user_added"
    USER_INVITED = "user_invited"
    INVITATION_USED = "invitation_used"
    USER_CHANGED = "user_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  a word for an event
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    FEED_OPENED = "feed_opened"
    FEED_CLOSED = "feed_closed"
    TOKEN_MADE = "token_made"  # noqa: S105  a word for an event
    TOKEN_REVOKED = "token_revoked"  # noqa: S105  the same
    DESK_CHANGED = "desk_changed"
    SETTINGS_CHANGED = "settings_changed"
    VIEW_SAVED = "view_saved"
    VIEW_CHANGED = "view_changed"
    VIEW_DELETED = "view_deleted"
    # records
    RECORD_SAVED = "record_saved"
    RECORD_SUBMITTED = "record_submitted"
    RECORD_VERIFIED = "record_verified"
    RECORD_RETURNED = "record_returned"
    RECORD_RETIRED = "record_retired"
    RECORD_RESTORED = "record_restored"
    RECORD_MERGED = "record_merged"
    RECORD_RESTRICTED = "record_restricted"
    LIFT_ASKED = "lift_asked"
    LIFT_REFUSED = "lift_refused"
    RESTRICTION_LIFTED = "restriction_lifted"
    RECORD_HANDED_ON = "record_handed_on"
    RECIPIENTS_CHANGED = "recipients_changed"
    RECORD_READ = "record_read"
    SOURCE_SAVED = "source_saved"
    FILE_ADDED = "file_added"
    FILE_REMOVED = "file_removed"
    FILE_READ = "file_read"
    FILE_SEALED = "file_sealed"
    FILE_UNSEALED = "file_unsealed"
    EXPORTED = "exported"
    IMPORTED = "imported"
    IMPORT_UNDONE = "import_undone"
    IMPORT_SAMPLED = "import_sampled"
    IMPORT_READ = "import_read"
    IMPORT_VERIFIED = "import_verified"
    IMPORT_RETURNED = "import_returned"
    # personal data
    NAME_READ = "name_read"
    NAMES_MASKED = "names_masked"
    DISCLOSED = "disclosed"
    DISCLOSURE_WITHDRAWN = "disclosure_withdrawn"
    CORRECTION_SENT = "correction_sent"
    REVIEW_DATE_SET = "review_date_set"
    ERASURE_ASKED = "erasure_asked"
    ERASURE_REFUSED = "erasure_refused"
    ERASED = "erased"
    KEY_ROTATED = "key_rotated"
    # the house
    DEMO_LOADED = "demo_loaded"
    BACKED_UP = "backed_up"
    RESTORED = "restored"
