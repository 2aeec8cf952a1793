"""A new master key: unsaved work is sealed anew with everything else, all of it or none."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from tests.app import ClientAs, stored
from tests.factories import records, users
from tests.factories.handovers import handover, subject
from tests.forms import form_fields
from tests.tracker.unsaved.test_drafts import NEW, keep, keys
from tracker.accounts.models import Role, User
from tracker.database.sealing import Sealer
from tracker.extensions import db
from tracker.personal_data.models import SubjectKey
from tracker.unsaved import queries, services
from tracker.unsaved.models import Draft
from tracker.unsaved.stamps import Stamp

OLD_KEY, NEW_KEY, WRONG_KEY = b"k" * 32, b"n" * 32, b"w" * 32


def use_keys(app: Flask, *values: bytes) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], personal_data_keys=values)


def rotate(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["personal-data", "rotate-key", *words])


def bodies(app: Flask) -> list[bytes]:
    with stored(app) as session:
        return [*session.scalars(sa.select(Draft.body).order_by(Draft.id)), *session.scalars(sa.select(SubjectKey.wrapped))]  # type: ignore[list-item]


def lost_draft(app: Flask) -> None:
    """One whose key went before unsaved work was part of a rotation."""
    with stored(app) as session:
        services.keep(users.user(session), session, Sealer([WRONG_KEY]), Stamp.new(), NEW, [("title", "Lost")])


class TestRotation:
    def test_drafts_and_held_forms_open_with_the_new_key_alone(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        keep(client, NEW, form_fields(client.get(NEW).text), title="Half typed")
        with stored(app) as session:
            actor = session.scalars(sa.select(User)).one()
            services.hold(actor, session, Sealer([OLD_KEY]), Stamp.new(), "/review/1", [("note", "Held")], is_form=False)
        use_keys(app, NEW_KEY, OLD_KEY)
        assert "2 drafts are sealed under the new master key" in rotate(app).output
        use_keys(app, NEW_KEY)
        (key,) = keys(client)
        assert form_fields(client.get(f"{NEW}?draft={key}").text)["title"] == "Half typed"
        with stored(app) as session:
            held = queries.newest(session, Sealer([NEW_KEY]), session.scalars(sa.select(User)).one(), 10)
            assert sorted(one.fields.get("note", "") for one in held) == ["", "Held"]

    def test_what_was_saved_or_thrown_away_has_no_text_to_seal(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        keep(client, NEW, form_fields(client.get(NEW).text), title="Half typed")
        client.post(f"/unsaved/{keys(client)[0]}/throw-away")
        use_keys(app, NEW_KEY, OLD_KEY)
        assert "0 drafts" in rotate(app).output

    def test_a_draft_that_no_key_opens_stops_everything_until_it_is_left_on_purpose(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        keep(client, NEW, form_fields(client.get(NEW).text), title="Half typed")
        with stored(app) as session:
            records.save(session, users.user(session), handover(["LAO"], "2024", subjects=[subject(1, "Ada Planted")]))
        lost_draft(app)
        before = bodies(app)
        use_keys(app, NEW_KEY, OLD_KEY)
        stopped = rotate(app)
        assert (stopped.exit_code, "--leave-lost" in stopped.output) == (1, True)
        assert bodies(app) == before
        done = rotate(app, "--leave-lost")
        assert "1 drafts that neither key opens were left as they are." in done.output
        use_keys(app, NEW_KEY)
        assert len(keys(client)) == 1
        use_keys(app, WRONG_KEY)
        with stored(app) as session:
            assert session.scalars(sa.select(Draft.body).order_by(Draft.id)).all()[-1] == before[1], "the key may still be found"

    def test_with_a_wrong_old_key_nothing_is_changed(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        keep(client, NEW, form_fields(client.get(NEW).text), title="Half typed")
        before = bodies(app)
        use_keys(app, NEW_KEY, WRONG_KEY)
        assert rotate(app).exit_code == 1
        assert bodies(app) == before

    @pytest.mark.parametrize("writers", [4])
    def test_who_types_meanwhile_loses_nothing(self, app: Flask, writers: int) -> None:
        """Each draft holds after the rotation what was kept last, and opens with the new key alone."""
        sealer, stop = Sealer([NEW_KEY, OLD_KEY]), threading.Event()
        with stored(app) as session:
            names = [users.user(session).username for _ in range(writers)]
            for name in names:
                actor = session.scalars(sa.select(User).where(User.username == name)).one()
                services.keep(actor, session, Sealer([OLD_KEY]), Stamp.new(), NEW, [("title", "before")])
        last: dict[str, str] = {}

        def type_on(name: str) -> None:
            number = 0
            with app.app_context():
                actor = db.session.scalars(sa.select(User).where(User.username == name)).one()
                stamp = Stamp.new(db.session.scalars(sa.select(Draft.key).where(Draft.user_id == actor.id)).one(), 1)
                db.session.commit()
                while not stop.is_set():
                    number += 1
                    kept = services.keep(actor, db.session, sealer, stamp, NEW, [("title", f"{name} {number}")])
                    db.session.commit()
                    stamp, last[name] = kept.stamp, f"{name} {number}"

        use_keys(app, NEW_KEY, OLD_KEY)
        threads = [threading.Thread(target=type_on, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        try:
            for _ in range(3):
                assert rotate(app).exit_code == 0
        finally:
            stop.set()
            for thread in threads:
                thread.join(60)
        with stored(app) as session:
            for name in names:
                actor = session.scalars(sa.select(User).where(User.username == name)).one()
                found = queries.newest(session, Sealer([NEW_KEY]), actor, 10)
                assert [one.title for one in found] == [last.get(name, "before")]
