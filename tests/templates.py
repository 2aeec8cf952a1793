"""What the databases of both engines are made of."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

RAM_DISK = Path("/dev/shm")
ROOMY = 2**30
_as_loaded: set[Any] = set()  # the states of reference data in the templates


@contextmanager
def quick_folder(prefix: str) -> Iterator[Path]:
    """A folder for files that may be lost: in memory where there is room (ten times as fast), with a short path for sockets."""
    roomy = RAM_DISK.is_dir() and os.access(RAM_DISK, os.W_OK) and shutil.disk_usage(RAM_DISK).free > ROOMY
    with tempfile.TemporaryDirectory(prefix=prefix, dir=RAM_DISK if roomy else "/tmp") as name:
        yield Path(name)


def prepare(url: str) -> None:
    """What every test finds: the newest schema and the reference data."""
    from tracker.database import migrations
    from tracker.database.session import open_engine
    from tracker.vocabularies import reference, state

    migrations.upgrade(url)
    engine = sa.create_engine(url)
    open_engine(engine)
    with Session(engine) as session:
        reference.load(session)
        session.commit()
        _as_loaded.add(replace(state.state_of_reference(session), database=""))
    engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def reference_data_read_once() -> Iterator[None]:
    """Names of parties and terms are the same in every copy of a template: they are read once a run, not in each test again."""
    from tracker.vocabularies import state

    ask = state._ask

    def ask_once(session: Session) -> Any:
        found = ask(session)
        shared = replace(found, database="")
        return shared if shared in _as_loaded else found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state, "_ask", ask_once)
        yield
