"""Every text that people see can be said in each language: taken from code and templates, translated, and nothing left over."""

from __future__ import annotations

import ast
import gettext
import io
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from jinja2 import Environment

from dev import KEYWORDS
from tests.app import ClientAs
from tests.pages import page
from tests.tracker.partial_dates.test_wording import CHINESE
from tracker.accounts.models import Role
from tracker.web.translations import TRANSLATIONS

ROOT = TRANSLATIONS.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
WORD = re.compile(r"[^\W\d_]{2,}")
CLASSES = re.compile(r"\{% block body_class %\}.*?\{% endblock %\}")
ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')
HAN = re.compile(r"[\u4e00-\u9fff]")

# the same in every language: names of keys, of formats, and of the languages themselves
UNTRANSLATED = {"中文", "EN", "English"}
SAID_TO_PEOPLE = {"alt", "aria-label", "aria-description", "placeholder", "title"}
# pages that need no record
PAGES = [
    "/",
    "/records/",
    "/records/new",
    "/agreements/new",
    "/handovers/new",
    "/figures/",
    "/partners/",
    "/years/",
    "/help",
    "/how-we-count",
    "/sources/",
]


# --- The catalogue ---


@pytest.mark.engine_free
class TestTheCatalogue:
    def test_each_message_is_translated(self) -> None:
        chinese = catalogue()
        assert [shown(one) for one in wanted() if not is_translated(chinese.get(one.id, one.context))] == [], "run `make translations`"

    def test_nothing_is_left_over_or_guessed(self) -> None:
        asked = {(one.id, one.context) for one in wanted()}
        kept = [one for one in catalogue() if one.id]
        assert [shown(one) for one in kept if (one.id, one.context) not in asked or one.fuzzy] == [], "run `make translations`"
        assert not catalogue().obsolete

    def test_each_translation_has_the_placeholders_of_its_message(self) -> None:
        wrong = [shown(one) for one in catalogue() if one.id and not has_its_placeholders(one)]
        assert wrong == []
        assert [shown(one) for one, errors in catalogue().check() if errors] == []

    def test_it_says_nothing_of_who_made_it_and_when(self) -> None:
        head = source().read_text(encoding="utf-8").partition("\n\n")[0]
        assert re.findall(r"\d{4}-\d\d-\d\d|@|//", head) == []

    def test_it_compiles(self) -> None:
        compiled = io.BytesIO()
        write_mo(compiled, catalogue())
        compiled.seek(0)
        chinese = gettext.GNUTranslations(compiled)
        assert [chinese.ngettext("%(num)s source", "%(num)s sources", count) for count in (1, 2)] == ["%(num)s个来源"] * 2

    def test_dates_are_worded_as_they_are_tested_to_read_back(self) -> None:
        chinese = catalogue()
        assert {message: chinese[message].string for message in CHINESE} == CHINESE


# --- Code and templates ---


@pytest.mark.engine_free
class TestTheTexts:
    def test_each_text_of_a_template_is_a_message(self) -> None:
        bare = [f"{path.relative_to(ROOT)}: {text}" for path in TEMPLATES for text in bare_texts(path) if text not in UNTRANSLATED]
        assert bare == []

    def test_no_message_stands_inside_an_f_string(self) -> None:
        """Python 3.11 hides such a message from those who collect them, later versions show it."""
        hidden = [f"{path.relative_to(ROOT)}:{line}" for path in sorted((ROOT / "tracker").rglob("*.py")) for line in hidden_messages(path)]
        assert hidden == []


class TestThePages:
    def test_they_speak_the_language_that_was_chosen(self, app: Flask, client_as: ClientAs) -> None:
        browser = client_as(Role.OFFICER)
        browser.post("/language", data={"language": "zh"})
        found = {address: page(browser, address) for address in PAGES}
        assert {address: one.lang for address, one in found.items()} == dict.fromkeys(PAGES, "zh")
        assert {address: one.headings for address, one in found.items() if not HAN.search(one.headings[0])} == {}


# --- What the tests ask ---


def source() -> Path:
    return TRANSLATIONS / "zh" / "LC_MESSAGES" / "messages.po"


@cache
def catalogue() -> Catalog:
    with source().open("rb") as file:
        return read_po(file)


@cache
def wanted() -> tuple[Message, ...]:
    """What `make translations` collects."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog()
    for path, line, message, _, context in extract_from_dir(ROOT, methods, options, DEFAULT_KEYWORDS | parse_keywords(KEYWORDS)):
        found.add(message, None, [(path, line)], context=context)
    return tuple(message for message in found if message.id)


def shown(message: Message) -> str:
    places = ", ".join(f"{path}:{line or ''}" for path, line in message.locations)
    return f"{message.id!r} ({places})"


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def is_translated(message: Message | None) -> bool:
    return message is not None and bool(message.string) and all(forms(message.string))


def has_its_placeholders(message: Message) -> bool:
    """A plural may leave out the number, as one of its English forms does."""
    allowed = [sorted(PLACEHOLDER.findall(form)) for form in forms(message.id)]
    return all(sorted(set(PLACEHOLDER.findall(form))) in [sorted(set(one)) for one in allowed] for form in forms(message.string))


class _Texts(HTMLParser):
    """Text and attributes for people."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.skipped = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skipped = tag if tag in ("script", "style") else ""
        self.found += [value or "" for name, value in attrs if name in SAID_TO_PEOPLE]

    def handle_endtag(self, tag: str) -> None:
        self.skipped = ""

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.found.append(data)


def bare_texts(path: Path) -> Iterator[str]:
    """Words of a template that stand outside of its expressions."""
    html, inside = "", False
    for _, kind, text in Environment(autoescape=True).lex(CLASSES.sub("", path.read_text(encoding="utf-8"))):
        if kind == "variable_begin":
            inside = True
            html += "x" if html.endswith(("<", "</")) else "\x00"
        elif kind == "variable_end":
            inside = False
        elif kind == "data" and not inside:
            html += text
    reader = _Texts()
    reader.feed(html)
    return (" ".join(text.split()) for text in reader.found if WORD.search(ATTRIBUTE.sub("", text)))


def hidden_messages(path: Path) -> Iterator[int]:
    """Lines on which a message is asked for inside an f-string."""
    names = {word.partition(":")[0] for word in KEYWORDS} | set(DEFAULT_KEYWORDS)
    for outer in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(outer, ast.JoinedStr):
            for node in ast.walk(outer):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                    yield node.lineno
