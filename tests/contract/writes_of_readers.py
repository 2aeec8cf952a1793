"""How each POST about a reader's own things succeeds: language, notices, what was typed and not sent."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.app import stored
from tests.contract.writes import DRAFT, NOTICE, Form, Sent, Write, changed, with_form
from tests.forms import form_fields
from tests.tracker.accounts.conftest import user_of
from tracker.audit.actions import Action
from tracker.notifications.kinds import Kind
from tracker.notifications.services import notify
from tracker.unsaved import services
from tracker.unsaved.stamps import Stamp
from tracker.unsaved.view_context import sealer


def preferences(client: FlaskClient, address: str) -> Sent:
    return Sent(client, address, changed(client, address, "preferences", returned="digest"))


def first_notice(client: FlaskClient, _: str) -> Sent:
    with stored(client.application) as session:
        notify(session, user_of(session, "officer").id, Kind.ACCOUNT, "user:officer")
    return Sent(client, "/notifications/1/read")


def all_notices(client: FlaskClient, address: str) -> Sent:
    first_notice(client, address)
    return Sent(client, address, {"newest": "1"})


def half_typed(client: FlaskClient, address: str) -> Sent:
    form = form_fields(client.get("/handovers/new").text)
    form["title"] = "Half a handover"
    return Sent(client, f"{address}?for=/handovers/new", form)


def held(deed: str) -> Form:
    """`deed` with a form that the officer sent when the sign-in had ended."""

    def form(client: FlaskClient, _: str) -> Sent:
        with stored(client.application) as session:
            user = user_of(session, "officer")
            key = services.hold(user, session, sealer(), Stamp.new(), "/account/language", [("language", "zh")], is_form=False)
        return Sent(client, f"/unsaved/{key}/{deed}")

    return form


def new_view(client: FlaskClient, address: str) -> Sent:
    return Sent(client, address, {"name": "Handovers", "of": "/figures/?measure=handovers", "is_shared": "y"})


def own_view(deed: str, *pinned: str) -> Form:
    """`deed` on the last of the officer's views, some of which are pinned before."""

    def form(client: FlaskClient, _: str) -> Sent:
        for name in pinned or ("Handovers",):
            made = client.post("/views/new", data={"name": name, "of": "/records/?partner=LAO"}).headers["Location"]
            if pinned:
                client.post(f"{made}/pin")
        return Sent(client, f"{made}/{deed}", {"name": "Handed over", "version": "1"} if deed == "edit" else None)

    return form


def open_feed(client: FlaskClient, address: str) -> Sent:
    client.post(address.removesuffix("/close"))
    return Sent(client, address)


READERS: dict[str, Write] = {
    "feeds.make": Write(with_form(), (Action.FEED_OPENED,)),
    "feeds.close": Write(open_feed, (Action.FEED_CLOSED,)),
    "web.set_language": Write(with_form(language="zh")),  # a cookie of the reader's own
    "notices.read": Write(first_notice, apart=NOTICE),
    "notices.read_all": Write(all_notices, apart=NOTICE),
    "notices.choose": Write(preferences, (Action.SETTINGS_CHANGED,)),
    "saved.create": Write(new_view, (Action.VIEW_SAVED,)),
    "saved.update": Write(own_view("edit"), (Action.VIEW_CHANGED,)),
    "saved.pin": Write(own_view("pin"), (Action.VIEW_CHANGED,)),
    "saved.unpin": Write(own_view("unpin", "Handovers"), (Action.VIEW_CHANGED,)),
    "saved.up": Write(own_view("up", "Handovers", "Trainings"), (Action.VIEW_CHANGED,)),
    "saved.delete": Write(own_view("delete"), (Action.VIEW_DELETED,)),
    "unsaved.keep": Write(half_typed, apart=DRAFT),
    "unsaved.send": Write(held("send"), apart=DRAFT),  # the event is that of the address it is sent on to
    "unsaved.throw_away": Write(held("throw-away"), apart=DRAFT),
}
