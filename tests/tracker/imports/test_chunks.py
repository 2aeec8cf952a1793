"""The cells of a file as they lie in the database."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import stored
from tests.factories import users
from tests.factories.imports import TRAININGS, batch, courses
from tracker.database.sealing import KEY_LENGTH, Sealer, SealError
from tracker.imports import chunks
from tracker.imports.chunks import LINES, pack
from tracker.imports.models import ImportChunk
from tracker.imports.tables import SheetStart, UnreadableError
from tracker.personal_data.keys import master

SECRET = "Zhang Planted"


@pytest.mark.once
def test_cells_are_sealed_and_open_with_the_master_key_alone(app: Flask, database_url: str) -> None:
    rows = courses(LINES + 5)
    rows[7][1] = SECRET
    with app.test_request_context(), stored(app) as session:
        made = batch(session, users.user(session), rows)
        session.flush()
        lines = list(chunks.read(session, master(), made))
        assert [line.cells for line in lines[1:]] == rows
        assert [line.row for line in lines] == list(range(1, len(rows) + 2))
        assert chunks.lines(session, master(), made, [3, LINES, LINES + 5, 9_999]).keys() == {3, LINES, LINES + 5}
        assert chunks.lines(session, master(), made, [LINES])[LINES].cells == rows[LINES - 1]
        assert list(chunks.read(session, master(), made, sheet=1)) == []
        with pytest.raises(SealError):
            list(chunks.read(session, Sealer([b"x" * KEY_LENGTH]), made))
        first, second = session.scalars(sa.select(ImportChunk).order_by(ImportChunk.no)).all()
        first.body, second.body = second.body, first.body
        session.flush()
        with pytest.raises(SealError):
            list(chunks.read(session, master(), made))
        first.body, second.body = second.body, first.body
        new = Sealer([b"n" * KEY_LENGTH])
        assert chunks.rotate(session, master(), new, leave_lost=False) == {"imports": 1}
        assert [line.cells for line in chunks.read(session, new, made)][1:] == rows
        assert TRAININGS.kind == "training"
    file = database_url.removeprefix("sqlite:///")
    assert not any(SECRET.encode() in path.read_bytes() for path in Path(file).parent.glob(f"{Path(file).name}*"))


@pytest.mark.engine_free
def test_empty_rows_are_left_out_and_the_others_keep_their_numbers() -> None:
    packed = pack([SheetStart("A\x07b", 5), ["x"], [], ["", " "], ["y", "z"], SheetStart("B", 1), ["1"]], 10)
    assert packed.sheets == [{"name": "A b", "rows": 2, "columns": 2}, {"name": "B", "rows": 1, "columns": 1}]
    assert (packed.lines, [(sheet, first) for sheet, first, _ in packed.chunks]) == (3, [(0, 0), (1, 2)])
    assert SECRET not in repr(packed)
    with pytest.raises(UnreadableError, match="rows"):
        pack([SheetStart("", 1), ["1"], ["2"]], 1)
