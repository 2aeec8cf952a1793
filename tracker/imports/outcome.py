"""The records that a finished import has made, and those that it has changed, as far as the reader sees them: to find and to mend them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for

from tracker.imports import loading, verifying
from tracker.imports.models import BatchState, ImportBatch, ImportRow, RowState
from tracker.records import registry
from tracker.records.filtering import Reader
from tracker.records.models import Record
from tracker.records.visibility import visible_to

FIRST = 20


@dataclass(frozen=True)
class Listed:
    """A record of an import."""

    ref: str
    title: str
    url: str


@dataclass(frozen=True)
class Changed:
    """A record that it has changed, with its version before, and whether somebody has changed it since."""

    ref: str
    title: str
    url: str
    before: int
    before_url: str
    is_changed_since: bool


@dataclass(frozen=True)
class Outcome:
    """The first of the new records, all that were changed, and some of the new ones on which somebody has worked since."""

    made: tuple[Listed, ...] = ()
    changed: tuple[Changed, ...] = ()
    touched: tuple[Listed, ...] = ()


def outcome_of(reader: Reader, batch: ImportBatch) -> Outcome:
    """What came of `batch`; nothing before it is finished."""
    if batch.state is not BatchState.DONE:
        return Outcome()
    touched = loading.touched_records(reader.session, batch, FIRST)
    return Outcome(_listed(reader, verifying.made_by(batch)), _changed(reader, batch), _listed(reader, touched) if touched else ())


def _listed(reader: Reader, ids: Any) -> tuple[Listed, ...]:
    wanted = sa.select(Record.ref, Record.kind, Record.title).where(Record.id.in_(ids), visible_to(reader.user))
    found = reader.session.execute(wanted.order_by(Record.id).limit(FIRST))
    return tuple(Listed(ref, title, _url(kind, ref)) for ref, kind, title in found)


def _changed(reader: Reader, batch: ImportBatch) -> tuple[Changed, ...]:
    wanted = sa.select(Record, ImportRow.version).join(ImportRow, ImportRow.ref == Record.ref)
    wanted = wanted.where(ImportRow.batch_id == batch.id, ImportRow.state == RowState.CHANGE, visible_to(reader.user))
    return tuple(
        Changed(
            record.ref, record.title, _url(record.kind, record.ref), before,
            url_for("records.show_version", record_type=registry.by_kind(record.kind), ref=record.ref, number=before),
            record.version > before + 1,
        )
        for record, before in reader.session.execute(wanted.order_by(Record.id))
    )  # fmt: skip


def _url(kind: str, ref: str) -> str:
    return url_for("records.show", record_type=registry.by_kind(kind), ref=ref)
