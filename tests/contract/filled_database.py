"""A database with at least one row in every table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import imports, records, sources, users
from tests.factories.agreements import Action, agreement
from tests.factories.handovers import handover, subject
from tests.factories.operations import operation
from tests.factories.records import figure
from tests.factories.statements import running_total
from tests.factories.trainings import training
from tracker.accounts.models import (
    ApiToken,
    Attempt,
    Invitation,
    InvitationKind,
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    Role,
    Scope,
    SignIn,
)
from tracker.api.models import ApiCall
from tracker.audit import actions as audit_actions
from tracker.audit import services as audit
from tracker.config import Settings
from tracker.counting.models import Basis
from tracker.counting.services import set_state
from tracker.database.session import open_engine
from tracker.desks.services import make_desk
from tracker.exchange.feed_models import Feed, FeedAddress
from tracker.files.models import Attachment, SealedContent, TextState
from tracker.handovers import disclosures
from tracker.handovers.disclosures import Entry
from tracker.imports import services as import_services
from tracker.imports.models import ImportRow, RowState
from tracker.imports.spellings import remember
from tracker.notifications import services as notifications
from tracker.notifications.kinds import Choice, Kind
from tracker.partial_dates import parse_edtf
from tracker.personal_data.models import ErasureRequest, Ground
from tracker.record_types import RECORD_TYPES
from tracker.records import registry, review_services
from tracker.records.disclosure_models import Channel, Condition, CorrectionNotice, Disclosure, Given
from tracker.records.documents import read_document
from tracker.records.models import LiftRequest, RecordRecipient
from tracker.records.source_services import change_source
from tracker.saved.services import save_view
from tracker.unsaved.models import Draft

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def open_database(url: str) -> sa.Engine:
    engine = sa.create_engine(url)
    open_engine(engine)
    return engine


def fill(url: str) -> None:
    """At least one row in every table, made as the product makes them."""
    engine = open_database(url)
    app = Flask("tests")
    app.config["SETTINGS"] = Settings(personal_data_keys=(b"k" * 32,))
    registry.load(app, RECORD_TYPES)
    with app.app_context(), Session(engine) as session:
        officer = users.user(session)
        session.add(SignIn(user_id=officer.id, token_hash="0" * 64, started_at=NOW, ends_at=NOW, last_seen_at=NOW, confirmed_at=NOW))
        session.add(RecoveryCode(user_id=officer.id, code_hash="0" * 64))
        session.add(Passkey(user_id=officer.id, credential_id="a", public_key="b", sign_count=1, name="Key", created_at=NOW))
        session.add(PasskeyChallenge(challenge="c", expires_at=NOW))
        session.add(Invitation(user_id=officer.id, kind=InvitationKind.RESET, token_hash="0" * 64, created_at=NOW, expires_at=NOW))
        session.add(Attempt(scope="s", key="k", at=NOW))
        session.add(FeedAddress(user_id=officer.id, feed=Feed.ICS, token_hash="0" * 64, created_at=NOW))
        session.add(ApiToken(user_id=officer.id, name="N", scope=Scope.READ, token_hash="0" * 64, is_strong=False, expires_at=NOW))
        session.add(ApiCall(user_id=officer.id, key="k", asked_hash="0" * 64, status=201, ref="HND-2026-0001", at=NOW))
        session.add(Draft(user_id=officer.id, key="0" * 32, place="/handovers/new", is_form=True, writer="0" * 16, body=b"sealed"))
        file = {"sha256": "0" * 64, "name": "letter.pdf", "kind": "pdf", "size": 1, "text_state": TextState.NONE, "added_by_id": officer.id}
        session.add(Attachment(owner_kind="record", owner_ref="HND-2026-0001", no=1, **file))
        session.add(SealedContent(sha256="0" * 64, place="0" * 32, wrapped=b"sealed"))
        source = sources.source(session, officer, published="2024-05")
        common: dict[str, Any] = {
            "sources": [source.ref], "crimes": ["drugs", "murder"], "aliases": [{"name": "Another name", "lang": "en"}],
        }  # fmt: skip
        life: list[Action] = [("signed", "2019-05", "KAZ"), ("entered_into_force", "2020"), ("suspended", "", "CHN")]
        treaty = records.save(session, officer, agreement(["KAZ"], "2019-05", actions=life, notice_days="180", **common), token="a")
        whole, part = figure("arrests", "30"), figure("arrests", "10", country="LAO", contained_in=1)
        parent = records.save(session, officer, operation(["LAO", "THA"], "2022-11", "2024-02", figures=[whole, part], **common))
        records.save(session, officer, operation(["LAO"], "2023?", parent=parent.ref, links=[{"type": "part_of", "to": parent.ref}]))
        numbered = handover(["USA"], "2024", "2", basis_agreement=treaty.ref, identifiers=[{"scheme": "desk_file", "value": "A 17"}])
        numbered["identifiers"][0]["scheme"] = session.scalar(sa.text("SELECT code FROM vocab_term WHERE scheme = 'identifier_scheme'"))
        numbered["subjects"] = [subject(1, name="Ada Planted", other_names=["Lady Ada"], nationality="USA", alleged_crime="drugs")]
        named = records.save(session, officer, numbered)
        letter = sources.source(session, officer, title="Letter about Ben Planted")
        corrected = {"title": "Letter of the embassy"}
        change_source(officer, session, letter, corrected, records.REPORTING_STATE, expected_version=1, reason="It named Ben Planted")
        told = records.save(session, officer, handover(["USA"], "2024", title="Ben Planted is handed over", sources=[letter.ref]))
        records.change(
            session, officer, told, read_document(told, records.type_of_kind("handover")) | {"subjects": [subject(1, "Ben Planted")]}
        )
        opened = {"file": 1, "for": told.ref}
        audit.write(officer, session, audit_actions.Action.FILE_READ, letter.ref, detail=opened, mentions=[told.ref])
        session.add(ErasureRequest(record_id=named.id, nos="1", ground=Ground.ON_REQUEST, asked_by_id=officer.id))
        records.save(session, officer, training(["THA_RTP"], "2024", participants="20", days="10"), draft=True)
        records.save(session, officer, running_total("at least 50000", "2024-09"))
        review_services.verify(users.user(session, Role.REVIEWER), session, treaty, records.REPORTING_STATE, expected_version=1)
        records.change(session, officer, treaty, read_document(treaty, records.type_of_kind("agreement")) | {"place": "Astana"})
        entry = Entry("USA", "Department of Justice", parse_edtf("2024-05"), Channel.LETTER, "Request of Ada Planted", Given.NAMES, 1)
        disclosures.disclose(officer, session, named, entry)
        told = {
            "of_id": named.id,
            "version": 1,
            "under_id": named.id,
            "condition": Condition.VALID,
            "sent_on": parse_edtf("2024-06"),
            "channel": Channel.LETTER,
            "by_id": officer.id,
        }
        session.add(CorrectionNotice(disclosure_id=session.scalars(sa.select(Disclosure.id)).one(), **told))
        set_state(session, Basis.WORKING, records.REPORTING_STATE)
        make_desk(officer, session, "Mekong desk", covers_all=False, parties=["LAO", "ASEAN"], people=[officer.username])
        secret = records.save(session, officer, handover(["LAO"], "2025", marking="RED"))
        session.add(RecordRecipient(record_id=secret.id, user_id=users.user(session).id))
        session.add(LiftRequest(record_id=treaty.id, restricted_at=NOW, reason="The court has decided", asked_by_id=officer.id))
        save_view(officer, session, "Handovers by year", "summaries.matrix", "measure=handovers", is_shared=True)
        held = imports.batch(session, officer, imports.courses(1))
        session.add(ImportRow(batch_id=held.id, line=1, state=RowState.NEW))
        import_services.save_profile(officer, session, held, "Courses", imports.HEADER)
        remember(officer, session, "party", {"atlantis": ""})
        notifications.notify(session, officer.id, Kind.RETURNED, treaty.ref, {"version": 1})
        notifications.choose(officer, session, {Kind.VERIFIED: Choice.OFF})
        session.commit()
    engine.dispose()
