"""The moves of a record through review, as one table: what the buttons offer and what the services allow."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.accounts.permissions import Permission
from tracker.records.enums import ReviewMove, ReviewState

DRAFT, SUBMITTED, VERIFIED, RETURNED, RETIRED = (
    ReviewState.DRAFT,
    ReviewState.SUBMITTED,
    ReviewState.VERIFIED,
    ReviewState.RETURNED,
    ReviewState.RETIRED,
)


@dataclass(frozen=True)
class Move:
    """One allowed move. With `four_eyes`, not by whoever wrote or submitted what it is about."""

    target: ReviewState
    permission: Permission
    needs_note: bool = False
    four_eyes: bool = False


# what was never official may be taken out by whoever may edit it; what is official only by a second person
_TAKE_OUT = Move(RETIRED, Permission.RECORD_WRITE, needs_note=True)
_TAKE_OUT_OFFICIAL = Move(RETIRED, Permission.RECORD_VERIFY, needs_note=True, four_eyes=True)

# (state, move, whether a version is official) -> what the move is
MOVES: dict[tuple[ReviewState, ReviewMove, bool], Move] = {
    (DRAFT, ReviewMove.SUBMIT, False): Move(SUBMITTED, Permission.RECORD_WRITE),
    (RETIRED, ReviewMove.RESTORE, False): Move(SUBMITTED, Permission.RECORD_WRITE),
}
for _state in (SUBMITTED, RETURNED, VERIFIED):
    for _official in (False, True):
        if _state is VERIFIED and not _official:
            continue
        MOVES[_state, ReviewMove.SUBMIT, _official] = Move(SUBMITTED, Permission.RECORD_WRITE)
        MOVES[_state, ReviewMove.RETIRE, _official] = _TAKE_OUT_OFFICIAL if _official else _TAKE_OUT
        MOVES[_state, ReviewMove.MERGE, _official] = _TAKE_OUT_OFFICIAL if _official else _TAKE_OUT
        if _state is SUBMITTED:
            MOVES[_state, ReviewMove.VERIFY, _official] = Move(VERIFIED, Permission.RECORD_VERIFY, four_eyes=True)
            MOVES[_state, ReviewMove.RETURN, _official] = Move(RETURNED, Permission.RECORD_VERIFY, needs_note=True, four_eyes=True)


def find_move(state: ReviewState, move: ReviewMove, *, is_official: bool) -> Move | None:
    """What `move` means for a record in `state`; None when there is no such move."""
    return MOVES.get((state, move, is_official))
