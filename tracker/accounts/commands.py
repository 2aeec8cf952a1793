"""`flask user add NAME --role officer`, `flask user invite NAME --role officer`."""

from __future__ import annotations

import click
import sqlalchemy as sa
from flask import Flask
from flask.cli import AppGroup

from tracker.accounts import invitations, policy
from tracker.accounts.models import Role, User
from tracker.accounts.services import AccountError, add_user
from tracker.extensions import db

group = AppGroup("user", help="People who may sign in.")


@group.command("add")
@click.argument("username")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", default="", help="The name that others see; the user name without it.")
@click.password_option(help="Asked for when it is not given.")
def add(username: str, role: str, name: str, password: str) -> None:
    """Make an account."""
    try:
        user = add_user(None, db.session, username, name, Role(role), password)
    except AccountError as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(f"{user.username} may sign in as {role}.")


@group.command("invite")
@click.argument("username")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Needed for somebody new.")
@click.option("--name", default="", help="The name that others see; the user name without it.")
@click.option("--email", default="")
def invite(username: str, role: str | None, name: str, email: str) -> None:
    """Make an account without a password, or renew the link of one there is, and print the link that sets it."""
    try:
        user = db.session.scalar(sa.select(User).where(User.username == username.strip().casefold()))
        if user is not None:
            token = invitations.renew(None, db.session, user)
        elif role is None:
            raise AccountError("Say --role for somebody new.")
        else:
            user, token = invitations.invite(None, db.session, username, name, Role(role), email)
    except AccountError as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    settings = policy.settings()
    click.echo(f"{user.username} sets a password at this address, once and within {settings.invitation_hours} hours:")
    click.echo(f"{settings.address()}{invitations.path_of(token)}")
    if not settings.public_url:
        click.echo("PUBLIC_URL is not set: the address is made of HOST and PORT, which must be those of the server.", err=True)


def register(app: Flask) -> None:
    app.cli.add_command(group)
    app.extensions["has_users"] = lambda: db.session.scalar(sa.select(User.id).limit(1)) is not None
    app.extensions["is_demo"] = lambda: db.session.scalar(sa.select(User.id).where(User.is_demo).limit(1)) is not None
