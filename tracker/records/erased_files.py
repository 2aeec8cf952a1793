"""Files that go with the names of a record's persons: its own, and those of every source that it cites or ever did.

Nobody can tell by machine that a letter names nobody: pages may be scans, pictures or notes at the margin. So all go, but those of
which the person who decides says so. Where the machine has found a name, he cannot.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session, defer

from tracker.accounts.models import User
from tracker.files import services
from tracker.files.models import Attachment
from tracker.files.queries import of_owner
from tracker.files.services import Owner
from tracker.files.store import store_of
from tracker.personal_data.erasure import Files
from tracker.records.findable import citing, make_findable
from tracker.records.models import Record
from tracker.records.named_sources import cited_sources
from tracker.records.sources import NamedCitation, Source
from tracker.records.visibility import sources_visible_to
from tracker.unsaved.services import forget_places_of


@dataclass(frozen=True)
class AtStake:
    """Files of sources that go when names of a record are erased: those that the reader may see, and whether there are others."""

    seen: tuple[tuple[Source, Attachment], ...]
    has_others: bool


def files_at_stake(session: Session, record_id: int, user: User) -> AtStake:
    """What the page lists before anybody asks or decides; removed files, which nobody can read, are not listed and go as well."""
    cited = sa.select(NamedCitation.source_id).where(NamedCitation.record_id == record_id)
    of_source = sa.and_(Attachment.owner_kind == "source", Attachment.owner_ref == Source.ref)
    is_seen = sources_visible_to(user).label("is_seen")
    files = sa.select(Source, Attachment, is_seen).join(Attachment, of_source).where(Source.id.in_(cited))
    rows = session.execute(files.order_by(Source.id, Attachment.no).options(defer(Attachment.text))).all()
    seen = tuple((row.Source, row.Attachment) for row in rows if row.is_seen and not row.Attachment.is_removed)
    return AtStake(seen, has_others=any(not row.is_seen for row in rows))


def forget_files(actor: User, session: Session, ref: str, keep: Files) -> Files:
    """Erase the files of the record `ref` and of its sources, but those of `keep` that may be kept; gives these.

    Unsaved work about the sources goes, too. What is kept opens from now on for every reader of the source: a person has said so.
    """
    record_id = session.scalars(sa.select(Record.id).where(Record.ref == ref)).one()
    sources = cited_sources(session, record_id, to_change=True)
    of_sources = {source.ref: of_owner(session, Owner("source", source.ref), to_change=True) for source in sources}
    ids = [source.id for source in sources]
    visible = set(session.scalars(sa.select(Source.ref).where(Source.id.in_(ids), sources_visible_to(actor))))
    kept = {
        name: [row for row in rows if name in visible and row.no in keep.get(name, ()) and not (row.is_removed or row.names_somebody)]
        for name, rows in of_sources.items()
    }
    stays = {row.id for rows in kept.values() for row in rows}
    for rows in kept.values():
        for row in rows:
            row.names_somebody = False
    gone = [row for rows in of_sources.values() for row in rows if row.id not in stays]
    own = of_owner(session, Owner("record", ref), to_change=True)
    services.erase(actor, session, store_of(current_app.config["SETTINGS"]), [*own, *gone])
    for source in sources:
        forget_places_of(actor, session, source.ref)
    make_findable(session, {record_id} | citing(session, ids))
    return {name: [row.no for row in rows] for name, rows in kept.items() if rows}
