"""Imports as rows: the batch, the cells of its file, what becomes of each line, and what is remembered for the next file."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database.base import Base, checked
from tracker.database.columns import UtcDateTime, created_at, primary_key, utc_now
from tracker.imports.problems import Problem

FILE_NAME_LENGTH, PROFILE_LENGTH, SPELLING_LENGTH, REF_LENGTH = 150, 100, 200, 20
CHOSEN = "reference"  # in what was mended of a line: the record that its importer says it is


class BatchState(StrEnum):
    """How far an import is."""

    OPEN = "open"  # being prepared: nothing of it is stored as a record
    LOADING = "loading"  # confirmed: records come in, withheld from everybody
    DONE = "done"
    CLEARING = "clearing"  # cancelled or undone: its records are withheld again and deleted one piece after the other
    UNDONE = "undone"
    CANCELLED = "cancelled"


class RowState(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGE = "change"  # of the record `ref`
    SAME = "same"  # the record `ref` says all of it already
    DOUBLE = "double"  # it was imported before, or stands above
    PART = "part"  # it belongs to the record of a line above, with the same key
    SKIPPED = "skipped"  # by whoever imports
    RULED_OUT = "ruled_out"  # by a rule: printed totals
    WRONG = "wrong"


class ImportBatch(Base):
    """One file of one importer, from the upload to its records. `plan` is how its columns are read (`imports/plan.py`)."""

    __tablename__ = "import_batch"
    __audited__ = False  # what is prepared is nobody's deed yet; the import itself, and that it is undone, are events

    id: Mapped[primary_key]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    created_at: Mapped[created_at]
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now)
    file_name: Mapped[str] = mapped_column(sa.String(FILE_NAME_LENGTH))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(sa.String(64))
    file_kind: Mapped[str] = mapped_column(sa.String(10))  # `xlsx`, `xls`, `ods`, `text` ...
    encoding: Mapped[str] = mapped_column(sa.String(40), default="")  # of a text
    delimiter: Mapped[str] = mapped_column(sa.String(4), default="")
    state: Mapped[BatchState] = mapped_column(checked(BatchState, "state"), default=BatchState.OPEN)
    wrapped: Mapped[bytes] = mapped_column(sa.LargeBinary)  # the key of its chunks, under the master key
    sheets: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)  # {"name", "first", "rows", "columns"}
    plan: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    profile: Mapped[str] = mapped_column(sa.String(PROFILE_LENGTH), default="")  # that it was recognised by or saved as
    checked_to: Mapped[int] = mapped_column(default=0)  # the chunk that is checked next
    loaded_to: Mapped[int] = mapped_column(default=0)  # the chunk that is loaded next
    source_id: Mapped[int | None] = mapped_column(sa.ForeignKey("source.id"))
    counts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # what came of it, once it is done
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportChunk(Base):
    """Some lines of one sheet: their cells as JSON, packed and sealed under the key of the batch, since they may hold names."""

    __tablename__ = "import_chunk"
    __audited__ = False  # as the batch

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True)
    sheet: Mapped[int]
    first_line: Mapped[int]  # lines are counted through all sheets, from 0
    body: Mapped[bytes] = mapped_column(sa.LargeBinary)
    ready: Mapped[bytes | None] = mapped_column(sa.LargeBinary)  # the documents of its lines (`imports/ready.py`), sealed as well
    ready_for: Mapped[str | None] = mapped_column(sa.String(64))  # what they depend on, as a digest


class ImportRow(Base):
    """What becomes of one line, and what was decided about it."""

    __tablename__ = "import_row"
    __table_args__ = (sa.Index("ix_import_row_state", "batch_id", "state", "line"),)
    __audited__ = False  # as the batch

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[RowState] = mapped_column(checked(RowState, "state"))
    shown: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # what the page of rows shows of it
    problems: Mapped[list[list[Any]]] = mapped_column(sa.JSON, default=list)  # [column or None, words, line or None] (`Problem`)
    mended: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)  # column -> what stands there now; CHOSEN -> a record
    decision: Mapped[str] = mapped_column(sa.String(10), default="")  # `skip`; `take`: though it is there already
    fingerprint: Mapped[str] = mapped_column(sa.String(32), default="", index=True)  # of the document that it gave
    ref: Mapped[str] = mapped_column(sa.String(REF_LENGTH), default="")  # of the record that it changes, repeats or has become
    version: Mapped[int] = mapped_column(default=0)  # of that record when the line was checked
    record_id: Mapped[int | None] = mapped_column(sa.ForeignKey("record.id"), index=True)

    @property
    def written(self) -> dict[str, str]:
        """Column -> what stands in its cell now."""
        return {column: text for column, text in self.mended.items() if column != CHOSEN}

    @property
    def chosen(self) -> str:
        """The reference of the record that its importer says the line is; '' for none."""
        return self.mended.get(CHOSEN, "")

    def told(self) -> list[Problem]:
        """The problems as they were found."""
        return [Problem(*problem) for problem in self.problems]

    def line_of(self, problem: Problem) -> int:
        """Where that one is to be mended: here, or in a further line of the record."""
        return self.line if problem.line is None else problem.line


def is_alike() -> sa.ColumnElement[bool]:
    """Whether a line looks like a record that is there."""
    return ImportRow.shown["twin"].as_string() != ""


class ImportProfile(Base):
    """How files with these headers are read: columns by name, words, orders of dates, rules."""

    __tablename__ = "import_profile"
    __table_args__ = (sa.UniqueConstraint("owner_id", "name"), sa.CheckConstraint("name <> ''", name="name_given"))
    __audited__ = False  # it changes no record; the import that follows it is an event

    id: Mapped[primary_key]
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(sa.String(PROFILE_LENGTH))
    headers: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of the folded headers
    plan: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now)


class ImportWord(Base):
    """What a spelling in files of one person means: decided once; '' means nothing, it is left out."""

    __tablename__ = "import_word"
    __audited__ = False  # as profiles

    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    scheme: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    spelling: Mapped[str] = mapped_column(sa.String(SPELLING_LENGTH), primary_key=True)  # folded
    code: Mapped[str] = mapped_column(sa.Text)  # of several meanings all (`imports/several.py`)
