"""Programs that ask the API with tokens of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import add_user, stored
from tests.tracker.accounts.conftest import clock
from tracker.accounts import api_tokens
from tracker.accounts.models import Role, Scope, SignIn, User

__all__ = ["clock"]  # a fixture
Program = Callable[..., FlaskClient]


@pytest.fixture
def program(app: Flask) -> Program:
    """`program(Role.OFFICER)` asks with a token of an officer; `program(Role.OFFICER, "ana", Scope.READ)` with one that reads only."""
    return lambda role, username="", scope=Scope.WRITE: program_of(app, role, username, scope)


def program_of(app: Flask, role: Role, username: str = "", scope: Scope = Scope.WRITE) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_of(app, add_user(app, role, username), scope)}"
    return client


def token_of(app: Flask, username: str, scope: Scope = Scope.WRITE, days: int = 30) -> str:
    """A new token of this user."""
    with stored(app) as session:
        user = session.scalars(sa.select(User).where(User.username == username)).one()
        return api_tokens.make(user, session, SignIn(is_strong=False), "Notebook", scope, days)


def misfits(value: Any, schema: Mapping[str, Any], document: Mapping[str, Any], where: str = "") -> list[str]:
    """Where `value` is not what the schema says: the parts of JSON Schema that the description of the API uses."""
    if "$ref" in schema:
        return misfits(value, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document, where)
    if "anyOf" in schema:
        return [] if any(not misfits(value, one, document) for one in schema["anyOf"]) else [f"{where}: {value!r} fits none"]
    if "const" in schema and value != schema["const"]:
        return [f"{where}: {value!r}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is no choice"]
    kinds = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", [])
    if kinds and not any(is_a(value, kind) for kind in kinds):
        return [f"{where}: {value!r} is no {kinds}"]
    found = []
    if isinstance(value, dict):
        found += [f"{where}: no {name}" for name in schema.get("required", ()) if name not in value]
        known = schema.get("properties", {})
        found += [f"{where}: {name} is not told of" for name in value if known and name not in known]
        found += [one for name in value if name in known for one in misfits(value[name], known[name], document, f"{where}/{name}")]
    if isinstance(value, list):
        found += [one for place, item in enumerate(value) for one in misfits(item, schema.get("items", {}), document, f"{where}/{place}")]
    return found


def is_a(value: Any, kind: str) -> bool:
    types: dict[str, tuple[type, ...]] = {
        "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "object": (dict,), "array": (list,),
        "null": (type(None),),
    }  # fmt: skip
    return isinstance(value, types[kind]) and (kind == "boolean" or not isinstance(value, bool))
