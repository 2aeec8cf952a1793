"""Attaches files one after the other until it is killed."""

from __future__ import annotations

import os
import random
from multiprocessing.connection import Connection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.tracker.files.samples import chunk, png
from tracker.accounts.models import User
from tracker.database.sealing import Sealer
from tracker.database.session import open_engine
from tracker.files.services import Owner, add, prepare
from tracker.files.store import Store
from tracker.record_types import RECORD_TYPES


def upload_until_killed(url: str, folder: str, seed: int, said: Connection) -> None:
    """Send "ready", then the hash of each file once its row is committed."""
    assert RECORD_TYPES  # their tables are what the rows point to
    chance = random.Random(seed)
    engine = sa.create_engine(url)
    open_engine(engine)
    store = Store(folder, Sealer([b"k" * 32]))
    said.send("ready")
    number = 0
    while True:
        number += 1
        data = png(more=chunk(b"prVt", os.urandom(chance.choice((1_000, 200_000, 1_000_000, 4_000_000)))))
        prepared = prepare(store, f"file {number}.png", data, 20)
        with Session(engine) as session:
            actor = session.scalars(sa.select(User)).one()
            add(actor, session, store, Owner("record", f"HND-{seed}-{number}"), [prepared], "", 100_000)
            session.commit()
        said.send(prepared.sha256)
