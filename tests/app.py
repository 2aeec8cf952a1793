"""The application under test, people signed in to it, and an eye on every page that is fetched."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tests.factories.desks import seated
from tracker import create_app
from tracker.accounts import passwords
from tracker.accounts import services as accounts
from tracker.accounts.models import Role, User
from tracker.config import Settings
from tracker.database.base import Base
from tracker.database.session import open_engine
from tracker.extensions import db
from tracker.records.record_type import RecordType
from tracker.web.language import LANGUAGES

PASSWORD = "correct horse battery"

ClientAs = Callable[..., FlaskClient]


class _CompiledTemplates(BytecodeCache):
    """Templates are compiled once a run, not once for each test's application."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


_compiled = _CompiledTemplates()
_statements: dict[type[sa.Dialect], tuple[sa.Dialect, dict[Any, Any]]] = {}
_free: list[Flask] = []


class Browser(FlaskClient):
    """A test client that reads every answer to its end, as browsers do; files are sent in pieces."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return super().open(*args, **{"buffered": True, **kwargs})


# --- Fixtures ---


@pytest.fixture(scope="session")
def cheap_passwords() -> Iterator[None]:
    """Hashes that take no time, what Argon2 is worth is not tested here; and each password is judged once a run."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", cheap)
        patch.setattr(passwords, "_NOBODY", cheap.hash("nobody"))
        patch.setattr(passwords, "_guesses", cache(passwords._guesses))
        yield


@pytest.fixture
def app(database_url: str, cheap_passwords: None) -> Iterator[Flask]:
    """The product on a database of this test's own. Forms need no CSRF token unless a test turns that on."""
    with application(database_url) as app:
        yield app


@pytest.fixture
def own_app(database_url: str, cheap_passwords: None) -> Iterator[Flask]:
    """The product in an application made for this test, which may register addresses of its own."""
    with application(database_url, product_name="Own") as app:
        yield app


@pytest.fixture
def client_as(app: Flask) -> ClientAs:
    """`client_as(Role.OFFICER)` is a browser in which an officer is signed in; `client_as(Role.OFFICER, "ana")` one of several."""
    return lambda role, username="": signed_in(app, role, username)


@pytest.fixture
def anonymous(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


# --- What tests use of the application ---


@contextmanager
def application(url: str, record_types: tuple[RecordType, ...] | None = None, **settings: Any) -> Iterator[Flask]:
    """The product on the database at `url`, closed at the end.

    An application with the settings of all tests is lent out again after a test, as it was before: to make one costs as much as
    ten pages. Nothing can be registered on one that is lent out a second time; ask for `record_types` or a setting then.
    """
    with tempfile.TemporaryDirectory(prefix="tracker-files-") as folder:
        given = {"secret_key": "only-for-tests" * 3, "personal_data_keys": (b"k" * 32,), "files_path": folder} | settings
        made = Settings(database_url=url, **given)
        is_common = not record_types and not settings
        app = _free.pop() if is_common and _free else create_app(made, record_types, testing=True)
        before = dict(app.config), dict(app.extensions)
        app.config.update(SETTINGS=made, WTF_CSRF_ENABLED=False)
        app.jinja_env.bytecode_cache = _compiled
        app.test_client_class = Browser
        _open_database(app)
        try:
            yield app
        finally:
            with app.app_context():
                db.engine.dispose()
            for now, then in zip((app.config, app.extensions), before, strict=True):
                now.clear()
                now.update(then)
            if is_common:
                _free.append(app)


def _open_database(app: Flask) -> None:
    """Open the application's database; statements are compiled once a run, since all engines speak one dialect and share what it made."""
    db.open(app, app.config["SETTINGS"].database_url)
    with app.app_context():
        engine = db.engine
        open_engine(engine)
    dialect = type(engine.dialect)
    if dialect not in _statements:
        with suppress(sa.exc.OperationalError), engine.connect():  # only then does it know the server's version
            _statements[dialect] = engine.dialect, {}
    if dialect in _statements:
        engine.dialect, kept = _statements[dialect]
        engine.update_execution_options(compiled_cache=kept)


@contextmanager
def stored(app: Flask) -> Iterator[Session]:
    """A session outside any request; what is written in it is committed. No request may be made inside."""
    with app.app_context():
        yield db.session
        db.session.commit()


def add_user(app: Flask, role: Role, username: str = "", *, at_a_desk: bool = True) -> str:
    """Make a user unless there is one of this name; gives the name. Officers work at a desk in charge of all partners, unless told."""
    name = username or role.value
    with stored(app) as session:
        if session.scalar(sa.select(User.id).where(User.username == name)) is None:
            user = accounts.add_user(None, session, name, name.capitalize(), role, PASSWORD)
            if role is Role.OFFICER and at_a_desk:
                seated(session, user)
    return name


def signed_in(app: Flask, role: Role, username: str = "") -> FlaskClient:
    """A browser in which a user of `role` is signed in."""
    name = add_user(app, role, username)
    client = app.test_client()
    answer = client.post("/sign-in", data={"username": name, "password": PASSWORD})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return client


def contents(app: Flask) -> dict[str, list[str]]:
    """Every row of every table, to see that nothing was written."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(sa.select(table))) for table in Base.metadata.sorted_tables
        }


# --- Pages ---


@dataclass
class Page:
    """A fetched page with what is to be read in it."""

    status: int
    html: str
    text: str = ""  # what people see, in one line
    title: str = ""
    headings: list[str] = field(default_factory=list)  # of the first rank
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    labels_for: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)  # (tag, name, value)
    lang: str = ""


class _PageReader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.page.attributes += [(tag, name, value) for name, value in values.items()]
        if tag in ("title", "h1", "script", "style"):
            self.open.append(tag)
            if tag == "h1":
                self.page.headings.append("")
        if tag == "html":
            self.page.lang = values.get("lang", "")
        if tag == "a" and "href" in values:
            self.page.links.append(values["href"])
        if tag == "label" and "for" in values:
            self.page.labels_for.append(values["for"])
        if "id" in values:
            self.page.ids.append(values["id"])

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        here = self.open[-1] if self.open else ""
        if here == "title":
            self.page.title += data
        elif here == "h1":
            self.page.headings[-1] += data
        if here not in ("script", "style"):
            self.words.append(data)


def read_page(status: int, html: str) -> Page:
    """What stands in the page."""
    found = Page(status, html)
    reader = _PageReader(found)
    reader.feed(html)
    found.text = " ".join(" ".join(reader.words).split())
    return found


def page(client: FlaskClient, url: str, status: int = 200) -> Page:
    """Fetch `url` and look at what no page may lack or show."""
    return inspected(client.get(url), status)


def inspected(answer: Any, status: int = 200) -> Page:
    """The page of an answer, looked at."""
    html = answer.get_data(as_text=True)
    assert answer.status_code == status, f"{answer.status_code} {answer.headers.get('Location', '')}: {read_page(0, html).text[:400]}"
    assert answer.mimetype == "text/html"
    found = read_page(answer.status_code, html)
    assert found.title.strip().strip("–").strip(), "the page has no title"
    assert len(found.headings) == 1, f"the page has {len(found.headings)} headings of the first rank"
    assert found.headings[0].strip(), "the heading is empty"
    assert found.lang in LANGUAGES, f"the page is in the language {found.lang!r}"
    assert not re.search(r"\b(None|Undefined|LazyString)\b|\[object |object at 0x|\{\{|\{%", found.text), (
        "the page shows what only programs say"
    )
    leaked = [(tag, name, value) for tag, name, value in found.attributes if value == "None" or "=None" in value or "object at 0x" in value]
    assert not leaked, f"attributes hold what only programs say: {leaked}"
    twice = {one for one in found.ids if found.ids.count(one) > 1}
    assert not twice, f"ids stand twice: {twice}"
    assert set(found.labels_for) <= set(found.ids), f"labels without a field: {set(found.labels_for) - set(found.ids)}"
    return found


def list_file(client: FlaskClient, url: str) -> str:
    """The file of a list; where its rows are about persons, for a purpose and a recipient, as it asks."""
    answer = client.get(url)
    if answer.status_code == 302:
        data = {"purpose": "Report to the ministry", "recipient": "Department of statistics"}
        answer = client.post(answer.headers["Location"], data=data)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == "text/csv"
    return str(answer.get_data(as_text=True)).lstrip("\ufeff")


class _FormReader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.found: MultiDict[str, str] = MultiDict()
        self.select: str | None = None
        self.first: str | None = None
        self.chosen = False
        self.textarea: str | None = None
        self.typed = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = values.get("id") == self.form_id
        if not self.inside:
            return
        name = values.get("name", "")
        if tag == "input" and name:
            if values.get("type") in ("checkbox", "radio"):
                if "checked" in values:
                    self.found.add(name, values.get("value", "on"))
            elif values.get("type") != "submit":
                self.found.add(name, values.get("value", ""))
        elif tag == "select":
            self.select, self.first, self.chosen = name, None, False
        elif tag == "option" and self.select:
            value = values.get("value", "")
            self.first = value if self.first is None else self.first
            if "selected" in values:
                self.found.add(self.select, value)
                self.chosen = True
        elif tag == "textarea":
            self.textarea, self.typed = name, ""

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.typed += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            if not self.chosen and self.first is not None:
                self.found.add(self.select, self.first)
            self.select = None
        elif tag == "textarea" and self.textarea is not None:
            self.found.add(self.textarea, self.typed.removeprefix("\r\n").removeprefix("\n"))
            self.textarea = None


def form_fields(html: str, form_id: str = "entry") -> MultiDict[str, str]:
    """What a browser would send of the form, its buttons left out."""
    reader = _FormReader(form_id)
    reader.feed(html)
    return reader.found


def errors_of(html: str) -> str:
    """What the form says is wrong, in one line; '' when it says nothing."""
    match = re.search(r'<div class="error-summary".*?</div>', html, re.DOTALL)
    return read_page(0, match[0]).text if match else ""


# --- Entering records as people do ---


def minimal(record_type: RecordType, number: int = 1, **more: str) -> dict[str, str]:
    """The least that can be recorded, as a form sends it; the titles of two numbers are unlike, so that none is taken for a twin."""
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    title = f"{digest[:11]} {digest[11:23]} {digest[23:33]}"
    return {
        "title": title,
        "parties-0-names": "Laos",
        "parties-0-role": record_type.roles[0],
        "start": "2024",
        "evidence-0-source": "Letter of the desk",
        "action": "save",
    } | more


def enter(client: FlaskClient, record_type: RecordType, data: Any) -> str:
    """Send the form of a new record; the address of what was made."""
    answer = client.post(f"/{record_type.slug}/new", data=data)
    assert answer.status_code == 303, errors_of(answer.get_data(as_text=True)) or answer.get_data(as_text=True)[:500]
    return str(answer.headers["Location"])


def approval(address: str) -> dict[str, str]:
    """What whoever decides sends, who lets names of the handover at `address` be erased."""
    return {"decision": "approve", "reference": address.rpartition("/")[2]}
