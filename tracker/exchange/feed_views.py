"""Feeds: a page where somebody makes and closes addresses, and the addresses themselves, which need no sign-in but their key."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response as BaseResponse

from tracker.accounts.account_page import product
from tracker.accounts.guards import current_user, require, require_fresh
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.audit.models import AuditEvent
from tracker.database.session import transactional
from tracker.exchange.atom import atom
from tracker.exchange.calendar import calendar
from tracker.exchange.feed_entries import beginning, days, news
from tracker.exchange.feed_models import Feed
from tracker.exchange.feed_services import close_feed, open_feed, open_feeds, reader_of
from tracker.extensions import db
from tracker.records.file_notes import from_outside
from tracker.records.filtering import Reader
from tracker.records.view_context import now_here
from tracker.web.access import public

blueprint = Blueprint("feeds", __name__, url_prefix="/feeds")
_FEED = f"<any({', '.join(Feed)}):file_format>"
_TYPES = {Feed.ICS: "text/calendar; charset=utf-8", Feed.ATOM: "application/atom+xml; charset=utf-8"}
REFRESH = timedelta(hours=6)


@blueprint.get("/")
@require(Permission.ACCOUNT_OWN)
def index() -> str:
    return _page()


@blueprint.post(f"/{_FEED}")
@require(Permission.ACCOUNT_OWN)
@require_fresh
@transactional
def make(file_format: str) -> str:
    """A new address, shown once."""
    feed = Feed(file_format)
    token = open_feed(current_user(), db.session, feed)
    return _page(feed, from_outside(url_for("feeds.read", token=token, file_format=feed.value)))


@blueprint.post(f"/{_FEED}/close")
@require(Permission.ACCOUNT_OWN)
@transactional
def close(file_format: str) -> BaseResponse:
    if close_feed(current_user(), db.session, Feed(file_format)):
        flash(gettext("The address is closed: no program reads it any more."), "success")
    return redirect(url_for("feeds.index"), code=303)


@blueprint.get(f"/<token>.{_FEED}")
@public
def read(token: str, file_format: str) -> Response:
    """The feed behind a key; one that does not work is no page at all."""
    feed = Feed(file_format)
    user = reader_of(db.session, feed, token)
    if user is None:
        abort(404)
    settings, now = current_app.config["SETTINGS"], now_here()
    _note_once_a_day(user, feed, now)
    language = user.language or current_app.config["DEFAULT_LANGUAGE"]
    reader = Reader(user, db.session, language, now.date(), settings.reporting_state)
    with force_locale(language):
        answer = Response(_text_of(feed, reader), content_type=_TYPES[feed])
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _text_of(feed: Feed, reader: Reader) -> str:
    if feed is Feed.ICS:
        return calendar(product(), days(reader), REFRESH)
    title = gettext("Verified records")
    return atom(from_outside(url_for("records.index_all")), title, product(), news(reader), beginning(reader.today))


def _note_once_a_day(user: User, feed: Feed, now: datetime) -> None:
    """A program asks many times a day: the trail holds the first time."""
    morning, target = datetime.combine(now.date(), time(), now.tzinfo), f"feed:{feed.value}"
    told = sa.select(AuditEvent.no).where(
        AuditEvent.target == target, AuditEvent.actor_id == user.id, AuditEvent.action == Action.EXPORTED.value, AuditEvent.at >= morning
    )
    if db.session.scalar(told.limit(1)) is None:
        audit.write_apart(user, db.session, Action.EXPORTED, target, detail={"format": feed.value})


def _page(made: Feed | None = None, address: str = "") -> str:
    feeds = open_feeds(db.session, current_user())
    return render_template("exchange/feeds.html", feeds=[(feed.value, feeds.get(feed)) for feed in Feed], made=made, address=address)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
