"""The life of an agreement in dates: its signature, and when it was in force for whom (C10, C16, C18-C20)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from typing import Any

from tracker.counting.measures import Payload, Span
from tracker.partial_dates import NOT_STATED, PartialDate, parse_edtf
from tracker.records.enums import Status

BEFORE_SIGNATURE = {"negotiated", "initialled", "adopted"}
STARTS = {"entered_into_force"}
ENDS_INSTRUMENT = {"expired", "terminated", "replaced"}
ENDS_PARTY = {"denounced", "withdrawn", "terminated"}
SUSPENDS = {"suspended"}
RESUMES = {"resumed"}
# C20: instruments about another instrument
CHANGES_ANOTHER = {"amends", "supplements", "renews"}

ALWAYS = Span(None, None, None, None)
ONE_DAY = timedelta(days=1)


class _Move(Enum):
    BEGINS = "begins"
    RESUMES = "resumes"
    PAUSES = "pauses"
    ENDS = "ends"


@dataclass(frozen=True)
class _Turn:
    """A date on which something begins (or begins again) or ends (or is interrupted)."""

    move: _Move
    on: PartialDate

    @property
    def first(self) -> date:
        return self.on.lower or date.min

    @property
    def last(self) -> date:
        return self.on.upper or date.max

    @property
    def begins(self) -> bool:
        return self.move in (_Move.BEGINS, _Move.RESUMES)


def status_by_steps(document: Mapping[str, Any], _: str) -> dict[str, Any]:
    """What is only negotiated, initialled or adopted is planned: nothing says that it is signed (C16)."""
    steps = {row.get("action") for row in document.get("actions", ())}
    is_unsigned = bool(steps) and steps <= BEFORE_SIGNATURE and not document.get("start")
    return {"status": Status.PLANNED.value} if is_unsigned else {}


def counting_date(payload: Payload) -> PartialDate:
    """C10: the signature; with several, the last. Later accession does not move it."""
    dates = [parse_edtf(payload["start"])]
    dates += [parse_edtf(action["date"]) for action in payload["actions"] if action["action"] == "signed"]
    stated = [day for day in dates if day.is_stated]
    return _last(stated) if stated else NOT_STATED


def changes_another(payload: Payload) -> bool:
    """C20: an amendment, protocol or renewal is linked to what it changes, and is no instrument of its own."""
    return any(link["type"] in CHANGES_ANOTHER for link in payload["links"])


def is_force_not_known(payload: Payload) -> bool:
    """C19: signed, and no dated entry into force of the instrument: shown beside the stock, never inside it."""
    return not any(
        action["party"] is None and action["action"] in STARTS and parse_edtf(action["date"]).is_stated for action in payload["actions"]
    ) and not any(action["party"] is None and action["action"] in ENDS_INSTRUMENT for action in payload["actions"])


def spans_in_force(payload: Payload, reporting_state: str, partners: Sequence[str]) -> dict[str | None, list[Span]]:
    """When the instrument was in force for the reporting state, and with each partner (C16, C18).

    C18: in force for a country needs both sides, so a partner's spans lie inside those of the reporting state. What
    changes another instrument has no force of its own (C20).
    """
    if changes_another(payload):
        return {}
    actions: list[Mapping[str, Any]] = payload["actions"]
    whole = [action for action in actions if action["party"] is None]
    bilateral = len(partners) == 1 and payload["parties_complete"]
    if bilateral:
        # Denunciation by either side ends a bilateral instrument; what an observer does ends nothing.
        sides = _home(payload, reporting_state) | _home(payload, partners[0])
        ending = [action for action in actions if action["party"] in sides and action["action"] in ENDS_PARTY]
        whole = whole + [{**action, "party": None, "action": "terminated"} for action in ending]
    instrument = _spans(_turns(whole, ENDS_INSTRUMENT))
    # C13: whatever rests on an entry into force that somebody worked out is marked, also after a suspension
    guessed = any(action["action"] in STARTS and parse_edtf(action["date"]).is_inferred for action in whole)
    instrument = [replace(span, is_inferred=guessed) for span in instrument]
    ours = _overlaps(instrument, _participation(actions, _home(payload, reporting_state)))
    rows: dict[str | None, list[Span]] = {None: ours}
    for partner in partners:
        rows[partner] = _overlaps(ours, _participation(actions, _home(payload, partner)))
    expires = parse_edtf(payload["expires_on"])
    return {row: [_due(span, expires) for span in spans] for row, spans in rows.items()}


def _due(span: Span, expires: PartialDate) -> Span:
    """C14: what goes on is due to end on its date of expiry, and goes on after it until somebody records an end."""
    if span.end_lo is not None or not expires.is_stated:
        return span
    lower, upper = (day - ONE_DAY if day else None for day in (expires.lower, expires.upper))
    return replace(span, due_lo=lower, due_hi=upper, is_end_inferred=expires.is_inferred)


def _home(payload: Payload, country: str) -> set[str]:
    """A country acts itself or by an agency of its own."""
    return {country} | {entry["party"] for entry in payload["parties"] if entry["belongs_to"] == country}


def _participation(actions: Iterable[Mapping[str, Any]], parties: set[str]) -> list[Span]:
    """One side's own spans: from its own entry into force, else as long as the instrument; interrupted and ended by it."""
    own = [action for action in actions if action["party"] in parties]
    turns = _turns(own, ENDS_PARTY)
    starts_itself = any(action["action"] in STARTS for action in own)
    return _spans(turns, already=None if starts_itself else ALWAYS)


def _turns(actions: Iterable[Mapping[str, Any]], ends: set[str]) -> list[_Turn]:
    moves = {name: move for names, move in ((STARTS, _Move.BEGINS), (RESUMES, _Move.RESUMES), (SUSPENDS, _Move.PAUSES)) for name in names}
    moves |= dict.fromkeys(ends, _Move.ENDS)
    turns = [_Turn(moves[action["action"]], parse_edtf(action["date"])) for action in actions if action["action"] in moves]
    # An undated beginning tells nothing of any day (C19); an undated end may have been on any day after.
    return [turn for turn in turns if turn.on.is_stated or not turn.begins]


def _spans(turns: Sequence[_Turn], already: Span | None = None) -> list[Span]:
    """The spans between beginnings and ends.

    A resumption begins again what was interrupted: nothing that never began (C19), nor what is over. An end that finds
    nothing in force may, as far as the dates tell, have come before what ended the last span.
    """
    left, done, current, is_over = list(turns), list[Span](), already, False
    while left:
        can_resume = bool(done) and not is_over
        changes = {_Move.PAUSES, _Move.ENDS} if current else {_Move.BEGINS, _Move.RESUMES} if can_resume else {_Move.BEGINS}
        turn = _next(left, changes)
        left.remove(turn)
        if turn.begins and turn.move in changes:
            current, is_over = Span(turn.on.lower, turn.on.upper, None, None), False
        elif not turn.begins:
            if current:
                done.append(_closed(current, turn.on))
            elif done:
                done[-1] = _closed(done[-1], turn.on)
            current, is_over = None, is_over or turn.move is _Move.ENDS
    return [*done, current] if current else done


def _next(turns: Sequence[_Turn], changes: set[_Move]) -> _Turn:
    """The turn that comes next: of those whose dates leave it open, one that changes something, and an end last."""
    until = min(turn.last for turn in turns)
    able = [turn for turn in turns if turn.first <= until]
    return min(able, key=lambda turn: (turn.move not in changes, turn.move is _Move.ENDS, turn.first, turn.last))


def _closed(span: Span, ended: PartialDate) -> Span:
    """C16: on the day of its end it is no longer in force, so its last day is the day before; of several ends, the first."""
    last_lo = ended.lower - ONE_DAY if ended.lower else span.lo or date.min
    last_hi = ended.upper - ONE_DAY if ended.upper else None
    guessed = span.is_end_inferred or ended.is_inferred
    return replace(span, end_lo=_earliest(span.end_lo, last_lo), end_hi=_earliest(span.end_hi, last_hi), is_end_inferred=guessed)


def _overlaps(some: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    return [span for one in some for other in others if (span := _overlap(one, other))]


def _overlap(one: Span, other: Span) -> Span | None:
    if other == ALWAYS:
        return one
    if one == ALWAYS:
        return other
    span = Span(
        _latest(one.lo, other.lo),
        None if _unknown_start(one) or _unknown_start(other) else _latest(one.hi, other.hi),
        _earliest(one.end_lo, other.end_lo),
        _earliest(one.end_hi, other.end_hi),
        one.is_inferred,  # of the instrument; a side's own date does not make the whole inferred
        is_end_inferred=one.is_end_inferred or other.is_end_inferred,
    )
    empty = span.end_hi is not None and span.lo is not None and span.end_hi < span.lo
    return None if empty else span


def _unknown_start(span: Span) -> bool:
    """It began, nobody knows by when: `2023-12/..`. A span without either bound has always been."""
    return span.hi is None and span.lo is not None


def _latest(one: date | None, other: date | None) -> date | None:
    return max(one, other) if one and other else one or other


def _earliest(one: date | None, other: date | None) -> date | None:
    return min(one, other) if one and other else one or other


def _last(dates: Sequence[PartialDate]) -> PartialDate:
    """The last of several partial dates: its bounds are the latest lower and the latest upper bound."""
    if len(dates) == 1:
        return dates[0]
    lowers, uppers = [day.lower for day in dates if day.lower], [day.upper for day in dates if day.upper]
    lower = max(lowers) if lowers else None
    upper = max(uppers) if len(uppers) == len(dates) else None
    basis = next((day.basis for day in dates if day.is_inferred), dates[0].basis)
    edtf = f"{lower or '..'}/{upper or '..'}" if lower != upper else str(lower)
    return PartialDate(edtf, lower, upper, basis)
