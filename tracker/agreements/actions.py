"""The steps in the life of an agreement, as a list of rows of its document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from tracker.agreements.models import Agreement, AgreementAction
from tracker.partial_dates import describe, parse_edtf
from tracker.records.record_type import ChildList, Column, ColumnKind, ListHandler
from tracker.vocabularies.models import Party


def _read(agreement: Agreement) -> list[dict[str, Any]]:
    return [{"party": row.party.code if row.party else None, "action": row.action, "date": row.date.edtf} for row in agreement.actions]


def _write(session: Session, agreement: Agreement, entries: list[dict[str, Any]]) -> None:
    codes = {entry["party"] for entry in entries if entry["party"]}
    ids = dict(session.execute(sa.select(Party.code, Party.id).where(Party.code.in_(codes))).all())
    rows = list(agreement.actions)
    wanted = []
    for position, entry in enumerate(entries):
        row = rows[position] if position < len(rows) else AgreementAction()
        row.position, row.action, row.date = position, entry["action"], parse_edtf(entry["date"])
        row.party_id = ids[entry["party"]] if entry["party"] else None
        wanted.append(row)
    agreement.actions[:] = wanted


def _describe(entry: Mapping[str, Any], word: Callable[[str, str], str]) -> str:
    who = word("party", entry["party"]) if entry["party"] else str(_l("the instrument"))
    return f"{word('agreement_action', entry['action'])} · {who} · {describe(parse_edtf(entry['date']))}"


COLUMNS = (
    Column("party", _l("By the party"), ColumnKind.PARTY),
    Column("action", _l("Step"), ColumnKind.TERM, scheme="agreement_action", is_required=True),
    Column("date", _l("Date"), ColumnKind.DATE),
)
ACTIONS = ListHandler(ChildList("actions", _l("Life of the agreement"), COLUMNS), _read, _write, _describe)
