"""`flask facts rebuild` and `flask facts check`: the figures behind the pages, from the command line."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from tracker.counting.models import Basis
from tracker.counting.services import is_current
from tracker.database.commands import AFTER_UPGRADE
from tracker.extensions import db
from tracker.records import facts

group = AppGroup("facts", help="What records contribute to the figures.")


@group.command("rebuild")
def rebuild() -> None:
    """Make all facts again from the stored versions."""
    for basis in Basis:
        count = facts.rebuild(db.session, current_app.config["SETTINGS"].reporting_state, basis)
        click.echo(f"{basis.value}: {count} records contribute.")
    db.session.commit()


@group.command("check")
def check() -> None:
    """Compare all facts with a fresh projection; exit code 1 when any differs."""
    problems = [line for basis in Basis for line in facts.check(db.session, current_app.config["SETTINGS"].reporting_state, basis)]
    for line in problems:
        click.echo(line)
    click.echo(f"{len(problems)} problems." if problems else "All facts agree with their versions.")
    raise SystemExit(1 if problems else 0)


def rebuild_if_rules_changed() -> None:
    """Make the facts again that follow other counting rules than those of this release (C42)."""
    reporting_state = current_app.config["SETTINGS"].reporting_state
    for basis in Basis:
        if not is_current(db.session, basis, reporting_state):
            count = facts.rebuild(db.session, reporting_state, basis)
            if count:
                click.echo(f"Counted again under the rules of this release, {basis.value}: {count} records contribute.")
    db.session.commit()


def register(app: Flask) -> None:
    app.cli.add_command(group)
    app.extensions.setdefault(AFTER_UPGRADE, []).append(rebuild_if_rules_changed)
