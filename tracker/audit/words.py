"""The events in words."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

# by stored word: events outlive the program that wrote them
ACTION_WORDS: dict[str, LazyString] = {
    "signed_in": _l("Signed in"),
    "sign_in_failed": _l("Sign-in failed"),
    "sign_in_blocked": _l("Sign-in blocked"),
    "signed_out": _l("Signed out"),
    "session_ended": _l("Sign-in ended"),
    "identity_confirmed": _l("Identity confirmed"),
    "refused": _l("Refused"),
    "user_added": _l("User added"),
    "user_invited": _l("User invited"),
    "invitation_used": _l("Invitation used"),
    "user_changed": _l("User changed"),
    "password_changed": _l("Password changed"),
    "second_factor_changed": _l("Second factor changed"),
    "feed_opened": _l("Address of a feed made"),
    "feed_closed": _l("Address of a feed closed"),
    "token_made": _l("Token for a program made"),
    "token_revoked": _l("Token of a program revoked"),
    "desk_changed": _l("Desk changed"),
    "settings_changed": _l("Settings changed"),
    "view_saved": _l("View saved"),
    "view_changed": _l("Saved view changed"),
    "view_deleted": _l("Saved view deleted"),
    "record_saved": _l("Record saved"),
    "record_submitted": _l("Record submitted"),
    "record_verified": _l("Record verified"),
    "record_returned": _l("Record returned"),
    "record_retired": _l("Record retired"),
    "record_restored": _l("Record restored"),
    "record_merged": _l("Record merged"),
    "record_restricted": _l("Record restricted"),
    "lift_asked": _l("Lifting of a restriction asked for"),
    "lift_refused": _l("Lifting of a restriction refused"),
    "restriction_lifted": _l("Restriction lifted"),
    "record_handed_on": _l("Record handed on"),
    "recipients_changed": _l("Recipients changed"),
    "record_read": _l("Record read"),
    "source_saved": _l("Source saved"),
    "file_added": _l("File added"),
    "file_removed": _l("File removed"),
    "file_read": _l("File read"),
    "file_sealed": _l("File sealed"),
    "file_unsealed": _l("File put back in plain"),
    "exported": _l("Exported"),
    "imported": _l("Imported"),
    "import_undone": _l("Import undone"),
    "import_sampled": _l("Sample of an import drawn"),
    "import_read": _l("Totals of an import opened"),
    "import_verified": _l("Import verified"),
    "import_returned": _l("Import returned"),
    "name_read": _l("Name read"),
    "names_masked": _l("Names masked"),
    "disclosed": _l("Given to somebody outside"),
    "disclosure_withdrawn": _l("Entry of a disclosure withdrawn"),
    "correction_sent": _l("Notice of correction sent"),
    "review_date_set": _l("Review date set"),
    "erasure_asked": _l("Erasure asked for"),
    "erasure_refused": _l("Erasure refused"),
    "erased": _l("Personal data erased"),
    "key_rotated": _l("Key rotated"),
    "demo_loaded": _l("Demo loaded"),
    "backed_up": _l("Backed up"),
    "restored": _l("Restored from a backup"),
}

# what is asked for together: (code, label, stored words)
GROUPS: tuple[tuple[str, LazyString, tuple[str, ...]], ...] = (
    (
        "all-reads",
        _l("Everything that was seen or taken out"),
        ("record_read", "name_read", "file_read", "exported", "backed_up", "disclosed"),
    ),
    ("all-refusals", _l("Everything that was refused"), ("refused", "sign_in_failed", "sign_in_blocked", "erasure_refused",
     "lift_refused")),
    (
        "all-reviews",
        _l("Everything about reviews"),
        ("record_submitted", "record_verified", "record_returned", "record_retired", "record_restored", "record_merged", "import_sampled",
         "import_read", "import_verified", "import_returned"),
    ),
    (
        "all-accounts",
        _l("Everything about accounts"),
        ("user_added", "user_invited", "invitation_used", "user_changed", "password_changed", "second_factor_changed", "token_made",
         "token_revoked", "desk_changed", "settings_changed", "session_ended", "feed_opened", "feed_closed"),
    ),
)  # fmt: skip


def action_word(action: str) -> str:
    """The action for people; one that this program does not know by its stored word."""
    return str(ACTION_WORDS.get(action, action.replace("_", " ")))
