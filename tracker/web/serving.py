"""`python app.py`: serve with what is there, do what is quickly done, name in one line what is not."""

from __future__ import annotations

import sys
from ipaddress import ip_address

import sqlalchemy as sa
from flask import Flask
from waitress import serve as waitress_serve

from tracker.database import migrations
from tracker.extensions import db
from tracker.web.assets import missing_assets
from tracker.web.translations import compile_catalogues


def serve(app: Flask) -> None:
    """Serve `app` on HOST and PORT until it is stopped; exits with a remedy when something is missing."""
    problem = prepare(app)
    if problem:
        sys.exit(problem)
    settings = app.config["SETTINGS"]
    waitress_serve(app, host=settings.host, port=settings.port, threads=settings.threads, ident="tracker")


def prepare(app: Flask) -> str:
    """Make a new database ready; what is missing and how to get it, or '' when nothing is."""
    compile_catalogues()
    if missing_assets():
        return "Front-end files are missing: run `python dev.py assets` once."
    url = app.config["SETTINGS"].database_url
    with app.app_context():
        if not sa.inspect(db.engine).get_table_names():
            app.extensions["prepare_database"]()
        elif migrations.pending(db.engine, url):
            return "The database has another schema than this program: run `flask --app app database upgrade`."
        if app.extensions["is_demo"]() and not is_loopback(app.config["SETTINGS"].host):
            return "This database holds demo accounts with known passwords: it is served on 127.0.0.1 only."
        if not app.extensions["has_users"]():
            print("No user yet. Make the first: flask --app app user add NAME --role administrator", flush=True)
    return ""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
