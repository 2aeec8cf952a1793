"""Single numbers of many questions by one statement: what a line of figures needs that stand in no common table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.counting.aggregates import Selection, cell_of, numbers_of
from tracker.counting.cells import TOTAL, Cell
from tracker.counting.conditions import in_column
from tracker.counting.days import days_of
from tracker.counting.measures import Mode
from tracker.counting.models import NumberState
from tracker.counting.queries import Question
from tracker.counting.spans import certain, span_window, surely_ending

_NUMBERS = 9  # those of `cell_of`
_NO_NUMBER: Any = sa.cast(sa.null(), sa.Integer)


@dataclass(frozen=True)
class Asked:
    """The distinct total of `question`, or that of one of its years."""

    question: Question
    column: str = TOTAL


def totals(session: Session, asked: Sequence[Asked], selections: Sequence[sa.Select[Any]], today: date) -> tuple[list[Cell], list[int]]:
    """The cells of `asked` in their order, and how many rows each of `selections` has, all by one statement; none for nothing."""
    counted = [_statement(session, number, one, today) for number, one in enumerate(asked)]
    statements = [*counted, *(_rows(number, one) for number, one in enumerate(selections, len(asked)))]
    if not statements:
        return [], []
    found = sorted(tuple(row) for row in session.execute(sa.union_all(*statements)))
    cells = [_cell(one, numbers) for one, (_, *numbers) in zip(asked, found, strict=False)]
    return cells, [count for _, count, *_ in found[len(asked) :]]


def _statement(session: Session, number: int, asked: Asked, today: date) -> sa.Select[Any]:
    question, mode = asked.question, asked.question.measure.mode
    one = Selection(session, number, question.measure, question.chosen, question.rows, question.ranges, question.step)
    one.where += in_column(question.measure, asked.column, today)
    facts = one.whole.c
    if not question.measure.is_span:
        return sa.select(sa.literal(number), *numbers_of(facts, mode, question.measure.is_quantity, one.days))
    has_value = facts.number_state == NumberState.VALUE
    surely: Any = has_value
    if asked.column or mode is Mode.STOCK:  # of all that was ever active each is, whenever it was
        first, last = span_window(mode, int(asked.column), today) if asked.column else (today, today)
        surely = sa.and_(has_value, certain(mode, first, last, facts), *surely_ending(question.chosen, facts))
    records = [sa.func.count(sa.distinct(sa.case((condition, facts.record_id)))) for condition in (has_value, surely)]
    return sa.select(sa.literal(number), *_padded(*records, records[0]))


def _rows(number: int, selection: sa.Select[Any]) -> sa.Select[Any]:
    return sa.select(sa.literal(number), *_padded(sa.func.count())).select_from(selection.subquery())


def _padded(*columns: Any) -> list[Any]:
    return [*columns, *[_NO_NUMBER] * (_NUMBERS - len(columns))]


def _cell(asked: Asked, numbers: Sequence[Any]) -> Cell:
    records, lower, upper = numbers[:3]
    if asked.question.measure.is_span:
        return Cell(records, Decimal(lower), Decimal(upper))
    question = asked.question
    days = days_of(question.measure, question.chosen)
    return cell_of(question.measure, [number or 0 for number in numbers], days)
