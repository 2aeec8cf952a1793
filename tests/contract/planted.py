"""A database with records at every marking, each with words of its own in every text, and people who may see some of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.app import PASSWORD, add_user, stored
from tests.contract.whole_records import counted, save
from tests.factories import desks, records, sources
from tests.factories.handovers import subject
from tests.tracker.api.conftest import token_of
from tracker.accounts.models import Role, User
from tracker.record_types import RECORD_TYPES
from tracker.records.models import RecordRecipient
from tracker.records.record_type import ColumnKind, RecordType

COMMON = "Okapi"  # stands in every text of every record: searching for it finds what may be found
MARKINGS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
# the table of clearances written down a second time, so that a mistake in the product's own is found
READS = {
    Role.VIEWER: ("CLEAR", "GREEN", "AMBER"),
    Role.OFFICER: ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT"),
    Role.REVIEWER: ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT"),
    Role.MANAGER: ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT"),
    Role.ADMINISTRATOR: ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT"),
}
MEKONG, STEPPE = "Mekong desk", "Steppe desk"
# user name -> role and desk; `owner` writes everything but `steppe`'s own, `named` is a recipient of what is RED
PEOPLE: dict[str, tuple[Role, str]] = {
    "owner": (Role.OFFICER, MEKONG),
    "named": (Role.VIEWER, ""),
    "steppe": (Role.OFFICER, STEPPE),
    "deskless": (Role.OFFICER, ""),
    "viewer": (Role.VIEWER, ""),
    "reviewer": (Role.REVIEWER, ""),
    "manager": (Role.MANAGER, ""),
    "administrator": (Role.ADMINISTRATOR, ""),
}


@dataclass(frozen=True)
class Planted:
    """One record: its reference and the words that only it holds."""

    ref: str
    slug: str
    marking: str
    word: str
    source: str
    is_draft: bool = False
    owner: str = "owner"

    @property
    def address(self) -> str:
        return f"/{self.slug}/{self.ref}"

    @property
    def tells(self) -> tuple[str, ...]:
        """What no page may hold for somebody who may not see it."""
        return (self.ref, self.word, self.source)

    def is_for(self, name: str) -> bool:
        """Who may see it, by the rules and not by the product."""
        if self.is_draft:
            return name == self.owner
        if self.marking == "RED":
            return name in (self.owner, "named")
        return self.marking in READS[PEOPLE[name][0]]


def plant(app: Flask) -> list[Planted]:
    """People at desks, and for each type a record at each marking, and a draft, all linked with one that everybody sees."""
    for name, (role, _) in PEOPLE.items():
        add_user(app, role, name, at_a_desk=False)
    with stored(app) as session:
        users = {user.username: user for user in session.scalars(sa.select(User))}
        desks.desk(session, MEKONG, ["LAO", "ASEAN"], [users["owner"]])
        desks.desk(session, STEPPE, ["KAZ"], [users["steppe"]])
        found = []
        for record_type in RECORD_TYPES:
            hub = _record(session, users["owner"], record_type, "GREEN")
            found += [_record(session, users["owner"], record_type, marking, hub=hub) for marking in MARKINGS]
            found.append(_record(session, users["owner"], record_type, "AMBER", hub=hub, draft=True))
            _point_at(session, users["owner"], record_type, hub, [one for one in found if one.slug == record_type.slug])
            found.append(hub)
        named = users["named"].id
        keys = session.execute(sa.text("SELECT id FROM record WHERE effective_marking = 'RED'")).scalars().all()
        session.add_all(RecordRecipient(record_id=key, user_id=named) for key in keys)
    return found


def client_of(app: Flask, name: str) -> FlaskClient:
    """A browser in which one of PEOPLE is signed in."""
    client = app.test_client()
    assert client.post("/sign-in", data={"username": name, "password": PASSWORD}).status_code == 302
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_of(app, name)}"  # by which the API knows him
    return client


_count = iter(range(1, 10_000))


def _record(
    session: Session, actor: User, record_type: RecordType, marking: str, *, hub: Planted | None = None, draft: bool = False
) -> Planted:
    word = f"zebra{next(_count)}x"
    text = f"{COMMON} {word}"
    source = sources.source(session, actor, title=text, publisher=text, url=f"https://example.org/{word}", marking=marking)
    document: dict[str, Any] = counted(record_type, text, ("LAO",), "2024-02", marking=marking)
    for column in record_type.all_columns:
        if column.kind in (ColumnKind.TEXT, ColumnKind.LONG_TEXT):
            document[column.name] = text
    document["aliases"] = [{"name": f"{text} alias", "lang": "en"}]
    document["evidence"] = [records.evidence(1, source.ref, field="title", quote=text, locator=word)]
    document["identifiers"] = [{"scheme": "desk_file", "value": word}]
    document["figures"] = [records.figure("other", "3", "person", no=9, text_original=text, series=text)]
    document["parties"][0]["note"] = text
    if "subjects" in document:
        document["subjects"] = [subject(1, f"{word} {COMMON} Vossberg")]
    if hub:
        document["links"] = [{"type": "related", "to": hub.ref}]
    made = save(session, actor, record_type, document, draft=draft)
    return Planted(made.ref, record_type.slug, marking, word, source.ref, draft, actor.username)


def _point_at(session: Session, actor: User, record_type: RecordType, hub: Planted, others: list[Planted]) -> None:
    """Let what everybody sees name what only some may: as its relations, and as what it is part of."""
    from tracker.records.documents import read_document
    from tracker.records.models import Record

    record = session.scalars(sa.select(Record).where(Record.ref == hub.ref)).one()
    red = next(one for one in others if one.marking == "RED")
    links = [{"type": "related", "to": one.ref} for one in sorted(others, key=lambda one: one.ref)]
    document = read_document(record, record_type) | {"links": links, "parent": red.ref}
    records.change(session, actor, record, document)
