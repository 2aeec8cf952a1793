"""The cooperation tracker: records of international police cooperation and honest figures about them."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker.config import Settings
from tracker.extensions import csrf, db

if TYPE_CHECKING:
    from tracker.records.record_type import RecordType

ROOT = Path(__file__).resolve().parent.parent


# Objects made before Python looks for circles among them. By its usual 700 an import of many rows spends a fifth of its time looking at
# rows that are in use; what waits meanwhile is some MB at most.
_COLLECTED_AFTER = (20_000, 10, 10)


def create_app(settings: Settings | None = None, record_types: Sequence[RecordType] | None = None, *, testing: bool = False) -> Flask:
    """The application. Without arguments: settings of the environment and the record types of the product."""
    if not testing:
        gc.set_threshold(*_COLLECTED_AFTER)
    settings = settings or Settings.from_environment()
    app = Flask(__name__, template_folder=str(ROOT / "templates"))
    app.testing = testing
    _configure(app, settings)
    _open_database(app)
    _register_web(app)
    _register_domain(app, record_types)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        DEFAULT_LANGUAGE=settings.default_language,
        TIME_ZONE=settings.time_zone,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "tracker" / "translations"),
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=5_000,
        TRUSTED_HOSTS=settings.hosts(),
        SESSION_COOKIE_NAME="__Host-session" if settings.secure_cookies else "session",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the sign-in: a form left open over lunch still saves
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _open_database(app: Flask) -> None:
    from tracker.database.session import open_engine

    db.init_app(app, app.config["SETTINGS"].database_url)
    with app.app_context():
        open_engine(db.engine)


def _register_web(app: Flask) -> None:
    from tracker.web import addresses, assets, errors, formatters, language, logs, security_headers
    from tracker.web.access import allow_files

    app.before_request(allow_files)  # the check of the form's token below reads the whole request
    csrf.init_app(app)
    for part in (addresses, logs, language, assets, security_headers, errors, formatters):
        part.register(app)
    settings = app.config["SETTINGS"]
    app.context_processor(lambda: {"product_name": settings.product_name})


def _register_domain(app: Flask, record_types: Sequence[RecordType] | None) -> None:
    from tracker.accounts import commands as account_commands
    from tracker.accounts import guards
    from tracker.accounts import views as account_views
    from tracker.administration import audit_views, backup_commands, desks_views, due, people_views, processing_views
    from tracker.api import reference_views as api_pages
    from tracker.api import views as api_views
    from tracker.audit import commands as audit_commands
    from tracker.briefs import commands as brief_commands
    from tracker.briefs import views as brief_views
    from tracker.database import commands as database_commands
    from tracker.demo import commands as demo_commands
    from tracker.exchange import bi_views, codebook_views, feed_views
    from tracker.exchange import commands as export_commands
    from tracker.exchange import views as exchange_views
    from tracker.files import commands as file_commands
    from tracker.handovers import commands as handover_commands
    from tracker.handovers import views as handover_views
    from tracker.imports import commands as import_commands
    from tracker.imports import views as import_views
    from tracker.notifications import account_notices
    from tracker.notifications import commands as notification_commands
    from tracker.personal_data import commands as personal_data_commands
    from tracker.record_types import RECORD_TYPES
    from tracker.records import commands as record_commands
    from tracker.records import file_views, notice_views, registry, source_views
    from tracker.records import views as record_views
    from tracker.summaries import saved_views
    from tracker.summaries import views as summary_views
    from tracker.unsaved import views as unsaved_views
    from tracker.vocabularies import commands as vocabulary_commands

    registry.load(app, record_types or RECORD_TYPES)
    for part in (
        *(guards, account_views, account_commands, audit_commands, database_commands, vocabulary_commands),
        *(record_views, source_views, file_views, unsaved_views, record_commands, file_commands),
        *(handover_views, handover_commands, personal_data_commands, processing_views),
        *(summary_views, saved_views, brief_views, brief_commands, exchange_views, codebook_views, feed_views),
        *(bi_views, export_commands, import_views, import_commands, desks_views, people_views, demo_commands),
        *(notification_commands, account_notices, notice_views, audit_views, backup_commands, due, api_views, api_pages),
    ):
        part.register(app)
