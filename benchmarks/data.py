"""Generated records, many of them, written in bulk with the same facts that a save would write."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import Role
from tracker.accounts.services import add_user
from tracker.counting.models import Basis, Fact, FactKey
from tracker.counting.projection import project
from tracker.counting.services import fact_values
from tracker.database.folding import fold
from tracker.partial_dates import parse_edtf
from tracker.records.documents import Document, empty_document
from tracker.records.models import Record, RecordParty, RecordVersion
from tracker.records.record_type import RecordType
from tracker.records.registry import every_type
from tracker.vocabularies.models import Party

WEIGHTS = {"agreement": 6, "operation": 40, "handover": 34, "training": 20}
WORDS = (
    "border", "fraud", "drugs", "telecom", "gambling", "course", "police", "joint", "patrol", "economic", "fugitive", "online", "ring",
    "arrest", "seizure", "network", "task", "force", "visit",
)  # fmt: skip
BATCH = 2_000
PASSWORD = "as fast as a bare page"


def load(session: Session, count: int, seed: int = 1, partner: str = "") -> None:
    """Write `count` records: 1 to 5 partners by a steep curve, years 2000 to 2026, one date in five known in part.

    `partner` is one of all of them.
    """
    rng = random.Random(seed)
    owner = add_user(None, session, "bench", "Bench", Role.OFFICER, PASSWORD)
    parties = {row.code: row.id for row in session.execute(sa.select(Party.code, Party.id).where(Party.kind == "country"))}
    codes = sorted(parties, key=lambda _: rng.random())
    types = {one.kind: one for one in every_type()}
    for start in range(0, count, BATCH):
        made = [_record(rng, number, types, codes, owner.id, partner) for number in range(start + 1, min(start + BATCH, count) + 1)]
        _write(session, made, types, parties)
        session.commit()
    session.execute(sa.text("ANALYZE"))
    session.commit()


def _record(
    rng: random.Random, number: int, types: dict[str, RecordType], codes: list[str], owner_id: int, partner: str
) -> tuple[int, Document]:
    kind = rng.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))[0]
    document = empty_document(types[kind])
    year, month, day = rng.randint(2000, 2026), rng.randint(1, 10), rng.randint(1, 28)
    shape = rng.random()
    start = (
        ""
        if shape < 0.04
        else f"{year}/{year + 1}"
        if shape < 0.08 and year < 2026
        else f"{year}"
        if shape < 0.14
        else f"{year}-{month:02d}"
    )
    document["start"] = start if shape < 0.22 else f"{year}-{month:02d}-{day:02d}"
    document["title"] = " ".join(rng.choices(WORDS, k=6)).capitalize()
    document["summary"] = " ".join(rng.choices(WORDS, k=55))
    chosen = {codes[min(int(rng.paretovariate(0.7)) - 1, len(codes) - 1)] for _ in range(rng.randint(1, 5))} | (
        {partner} if partner else set()
    )
    role = types[kind].roles[0]
    known = {"counts_as_partner": True, "kind": "country", "belongs_to": None, "role": role, "note": ""}
    document["parties"] = [known | {"party": code} for code in sorted(chosen)]
    if kind in ("handover", "training"):
        document["figures"] = [_figure("handed_over", "person") if kind == "handover" else _figure("participants", "participant")]
        document["figures"][0]["value_lo"] = document["figures"][0]["value_hi"] = str(rng.randint(1, 60))
    more = {
        "ref": f"{types[kind].prefix}-2026-{number:07d}",
        "review_state": "submitted",
        "owner_id": owner_id,
        "parent_kind": None,
        "is_out": False,
    }
    return number, document | more


def _figure(metric: str, unit: str) -> Document:
    blank = dict.fromkeys(("series", "text_original", "as_of", "period"), "") | dict.fromkeys(("item", "person_status", "country"))
    return blank | {
        "no": 1,
        "metric": metric,
        "unit": unit,
        "qualifier": "exact",
        "nature": "new_in_period",
        "contained_in": None,
        "preferred": True,
    }


def _write(session: Session, made: list[tuple[int, Document]], types: dict[str, RecordType], parties: dict[str, int]) -> None:
    now = datetime.now(UTC)
    session.execute(sa.insert(Record.__table__), [_row(number, document, now) for number, document in made])
    for kind, record_type in types.items():
        own = [{"record_id": number} | _defaults(record_type) for number, document in made if document["kind"] == kind]
        if own:
            session.execute(sa.insert(record_type.model.__table__), own)
    session.execute(sa.insert(RecordParty.__table__), list(_party_rows(made, parties)))
    versions = [
        {
            "record_id": number,
            "version": 1,
            "by_id": document["owner_id"],
            "review_state": "submitted",
            "payload": document,
            "valid_from": now,
            "reason": "",
        }
        for number, document in made
    ]
    session.execute(sa.insert(RecordVersion.__table__), versions)
    facts: list[dict[str, Any]] = []
    keys: list[dict[str, Any]] = []
    for number, document in made:
        projected = project(document, types[document["kind"]].contribution, "CHN")
        for target, rows in zip((facts, keys), fact_values(number, document, projected, Basis.WORKING), strict=True):
            target.extend(rows)
    session.execute(sa.insert(Fact), facts)
    session.execute(sa.insert(FactKey), keys)
    key = "rowid" if session.get_bind().dialect.name == "sqlite" else "record_id"
    texts = [
        {"id": number, "body": fold(f"{document['title']} {document['summary']}"), "plain": document["title"]} for number, document in made
    ]
    session.execute(sa.text(f"INSERT INTO record_search ({key}, body, plain) VALUES (:id, :body, :plain)"), texts)


def _row(number: int, document: Document, now: datetime) -> dict[str, Any]:
    start = parse_edtf(document["start"])
    dates = {
        f"{name}_{part}": value
        for name in ("end", "planned_start", "planned_end")
        for part, value in (("edtf", ""), ("basis", "not_stated"))
    }
    return dates | {
        "id": number, "ref": document["ref"], "kind": document["kind"], "title": document["title"], "summary": document["summary"],
        "title_original": "", "original_lang": "", "is_group_entry": False, "place": "", "parties_basis": "stated", "parties_complete": True,
        "status": "completed", "review_state": "submitted", "marking": "AMBER", "owner_id": document["owner_id"], "version": 1, "restricted_reason": "",
        "created_at": now, "changed_at": now, "start_edtf": start.edtf, "start_lo": start.lower, "start_hi": start.upper, "start_basis": start.basis.value,
    }  # fmt: skip


def _defaults(record_type: RecordType) -> dict[str, Any]:
    """Values for the columns that a bulk insert does not fill by itself."""
    columns = [column for column in record_type.model.__table__.columns if not column.nullable and column.name != "record_id"]
    return {column.name: column.default.arg if column.default is not None else "" for column in columns}


def _party_rows(made: list[tuple[int, Document]], parties: dict[str, int]) -> Iterator[dict[str, Any]]:
    for number, document in made:
        for position, entry in enumerate(document["parties"]):
            key = {"record_id": number, "party_id": parties[entry["party"]], "role": entry["role"]}
            yield key | {"counts_as_partner": True, "note": "", "position": position}
