"""`python app.py`: what is there is served, what is missing is named in one line."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import PASSWORD, add_user, application, stored
from tracker.accounts import services
from tracker.accounts.models import Role, User
from tracker.config import Settings
from tracker.database import migrations
from tracker.extensions import db
from tracker.web import serving
from tracker.web.serving import is_loopback, prepare

pytestmark = pytest.mark.once


@pytest.mark.engine_free
@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("tracker.example", False),
        ("", False),
    ],
)
def test_only_addresses_of_this_machine_are_loopback(host: str, is_here: bool) -> None:
    assert is_loopback(host) is is_here


class TestPrepare:
    def test_a_database_without_users_is_served_and_the_first_command_named(self, app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
        assert prepare(app) == ""
        assert "user add NAME --role administrator" in capsys.readouterr().out

    def test_with_a_user_nothing_is_said(self, app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
        add_user(app, Role.ADMINISTRATOR)
        assert (prepare(app), capsys.readouterr().out) == ("", "")

    def test_an_empty_database_is_made_ready(self, empty_database_url: str, cheap_passwords: None) -> None:
        with application(empty_database_url) as app:
            assert prepare(app) == ""
            with stored(app) as session:
                assert session.scalar(sa.text("SELECT count(*) FROM party")) > 249
                assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 0

    def test_a_database_of_another_schema_is_refused_in_one_line(self, database_url: str, cheap_passwords: None) -> None:
        migrations.downgrade(database_url, "0005")
        with application(database_url) as app:
            problem = prepare(app)
        assert "database upgrade" in problem
        assert "\n" not in problem

    def test_missing_front_end_files_are_named_with_the_remedy(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(serving, "missing_assets", lambda: ["vendor/htmx.min.js"])
        assert "dev.py assets" in prepare(app)

    @pytest.mark.parametrize(("host", "is_served"), [("127.0.0.1", True), ("0.0.0.0", False), ("tracker.example", False)])
    def test_a_demo_is_served_on_this_machine_only(self, app: Flask, host: str, is_served: bool) -> None:
        with stored(app) as session:
            services.add_user(None, session, "demo", "", Role.VIEWER, PASSWORD, is_demo=True)
        app.config["SETTINGS"] = Settings(database_url=app.config["SETTINGS"].database_url, secret_key="x", host=host)
        assert (prepare(app) == "") is is_served

    def test_serving_ends_with_the_remedy_when_something_is_missing(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(serving, "prepare", lambda _: "do this first")
        with pytest.raises(SystemExit, match="do this first"):
            serving.serve(app)


class TestCommands:
    def test_the_schema_goes_up_and_down_by_command(self, empty_database_url: str, cheap_passwords: None) -> None:
        with application(empty_database_url) as app:
            run = app.test_cli_runner().invoke
            assert "up to date" in run(args=["database", "upgrade"]).output
            with app.app_context():
                assert "record_version" in sa.inspect(db.engine).get_table_names()
                db.engine.dispose()
            assert run(args=["database", "downgrade", "base"]).exit_code == 0
            with app.app_context():
                assert sa.inspect(db.engine).get_table_names() in ([], ["alembic_version"])

    def test_facts_are_checked_and_made_again_by_command(self, app: Flask) -> None:
        run = app.test_cli_runner().invoke
        assert "All facts agree" in run(args=["facts", "check"]).output
        assert "0 records contribute" in run(args=["facts", "rebuild"]).output
