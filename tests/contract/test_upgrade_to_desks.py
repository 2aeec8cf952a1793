"""A database made before desks existed keeps every right and every marking when it is upgraded."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.app import application, stored
from tests.contract.filled_database import open_database
from tests.factories import records, sources, users
from tests.factories.handovers import handover
from tracker.accounts.models import Role, User
from tracker.database import migrations
from tracker.desks.models import Desk
from tracker.records.models import Record
from tracker.records.rights import may_edit
from tracker.records.sources import Source
from tracker.records.visibility import sources_visible_to, visible_to

BEFORE, HERE = "0008", "head"
STATE = records.REPORTING_STATE


def test_an_upgrade_takes_no_right_from_anybody(database_url: str) -> None:
    with application(database_url) as app, stored(app) as session:
        ana, ben, reviewer = users.user(session), users.user(session), users.user(session, Role.REVIEWER)
        public = sources.source(session, ana, marking="CLEAR")
        for marking in ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"):
            records.save(session, ana, handover(["LAO"], "2024", marking=marking, sources=[public.ref]))
        alone = sources.source(session, ana)
        records.save(session, ana, handover(["LAO"], "2024", marking="RED", sources=[alone.ref]))
        names = (ana.username, ben.username, reviewer.username)
        of_public, of_alone = public.ref, alone.ref
    migrations.downgrade(database_url, BEFORE)
    migrations.upgrade(database_url, HERE)
    engine = open_database(database_url)
    with Session(engine) as session:
        people = {name: session.scalars(sa.select(User).where(User.username == name)).one() for name in names}
        desk = session.scalars(sa.select(Desk)).one()
        assert (desk.name, desk.covers_all, [user.username for user in desk.people]) == ("General desk", True, list(names[:2]))
        found = session.scalars(sa.select(Record).order_by(Record.id)).all()
        assert [str(record.effective_marking) for record in found] == [record.marking for record in found]
        for user in people.values():
            assert all(may_edit(user, session, record, STATE) for record in found)
        ana, ben = people[names[0]], people[names[1]]
        assert session.scalar(sa.select(sa.func.count()).where(visible_to(ana))) == 6
        assert session.scalar(sa.select(sa.func.count()).where(visible_to(ben))) == 4
        # no source is more restricted than a record that cites it
        assert {source.ref: str(source.marking) for source in session.scalars(sa.select(Source))} == {of_public: "CLEAR", of_alone: "AMBER"}
        assert set(session.scalars(sa.select(Source.ref).where(sources_visible_to(ben)))) == {of_public}
    engine.dispose()


def test_an_upgrade_of_a_database_without_officers_makes_no_desk(database_url: str) -> None:
    migrations.downgrade(database_url, BEFORE)
    migrations.upgrade(database_url, HERE)
    engine = open_database(database_url)
    with Session(engine) as session:
        assert session.scalars(sa.select(Desk)).all() == []
    engine.dispose()
