"""Words that the code branches on. Every other list is reference data (`vocab_term`)."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    PLANNED = "planned"
    ONGOING = "ongoing"
    COMPLETED = "completed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class ReviewState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    RETURNED = "returned"
    RETIRED = "retired"


class ReviewMove(StrEnum):
    """What somebody did about a version; who edits submits."""

    SUBMIT = "submit"
    VERIFY = "verify"
    RETURN = "return"
    RETIRE = "retire"
    RESTORE = "restore"
    MERGE = "merge"


class PartiesBasis(StrEnum):
    STATED = "stated"
    NOT_STATED = "not_stated"


class Qualifier(StrEnum):
    """What the source says about a number (C29, C31)."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOUT = "about"
    RANGE = "range"
    UNQUANTIFIED = "unquantified"


class ContainedBasis(StrEnum):
    """How it is known that a figure is contained in another, or in a running total (C27)."""

    STATED = "stated"
    INFERRED = "inferred"


class Preference(StrEnum):
    """Who decided whether a figure counts before others that say the same thing (C28)."""

    RULE = "rule"
    OFFICER = "officer"
    OPEN = "open"  # nothing decides: it counts for now


class Nature(StrEnum):
    """How a number behaves over time (C26): only what is new in a period may be added up."""

    NEW_IN_PERIOD = "new_in_period"
    CUMULATIVE = "cumulative"
    SNAPSHOT = "snapshot"
