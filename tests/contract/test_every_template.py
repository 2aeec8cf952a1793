"""Laws of every template."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tracker.web.assets import STATIC

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
LONGEST_MACRO = 60
ENVIRONMENT = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])

pytestmark = pytest.mark.engine_free


# --- Each law gives what is wrong with the template of this name ---


def it_parses(name: str) -> list[str]:
    return [] if parsed(name).body else ["it is empty"]


def it_imports_only_what_it_uses(name: str) -> set[str]:
    tree = parsed(name)
    imported = {
        entry if isinstance(entry, str) else entry[1] for statement in tree.find_all(nodes.FromImport) for entry in statement.names
    } | {statement.target for statement in tree.find_all(nodes.Import)}
    used = {found.name for found in tree.find_all(nodes.Name) if found.ctx == "load"}
    return imported - used


def it_draws_fields_only_by_components(name: str) -> list[str]:
    return [] if name.startswith("components/") else re.findall(r"<(?:input|select|textarea)\b", source(name))


def it_holds_no_script_style_or_handler_of_its_own(name: str) -> list[str]:
    text = source(name)
    scripts = [tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag]
    return scripts + re.findall(r"<style\b|\sstyle=|\son(?!ly)[a-z]+=|\shx-on|javascript:", text, re.IGNORECASE)


def it_escapes_everything(name: str) -> list[str]:
    return re.findall(r"\|\s*safe\b|autoescape\s+false", source(name))


def its_macros_are_short(name: str) -> list[str]:
    macros = re.finditer(r"\{%-? macro (\w+).*?endmacro", source(name), re.DOTALL)
    return [macro[1] for macro in macros if macro[0].count("\n") >= LONGEST_MACRO]


def a_component_holds_one_macro(name: str) -> list[str]:
    macros = [macro.name for macro in parsed(name).find_all(nodes.Macro)]
    return (macros or ["none"]) if name.startswith("components/") and len(macros) != 1 else []


def its_words_are_translated(name: str) -> list[str]:
    """Text between tags stands in gettext, but for signs, numbers and names of languages."""
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", source(name), flags=re.DOTALL)
    words = re.findall(r">([^<>]*[A-Za-z]{3,}[^<>]*)<", re.sub(r"<!doctype[^>]*>", "", bare))
    return [text.strip() for text in words]


def what_it_includes_exists(name: str) -> list[str]:
    return [other for other in named_in(name) if other not in NAMES]


LAWS: tuple[Callable[[str], Collection[str]], ...] = (
    it_parses,
    it_imports_only_what_it_uses,
    it_draws_fields_only_by_components,
    it_holds_no_script_style_or_handler_of_its_own,
    it_escapes_everything,
    its_macros_are_short,
    a_component_holds_one_macro,
    its_words_are_translated,
    what_it_includes_exists,
)


# one test for each law, not for each template under each law: fourteen hundred tests take longer to be handed out than to run
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_of_every_template(law: Callable[[str], Collection[str]]) -> None:
    assert len(NAMES) > 100
    assert {name: wrong for name in NAMES if (wrong := law(name))} == {}


def test_every_template_is_used() -> None:
    reached, todo = set(), sorted(rendered())
    while todo:
        name = todo.pop()
        if name in reached or name not in NAMES:
            continue
        reached.add(name)
        todo += named_in(name)
    # a type may have its own page under the name of the common one
    own = {name for name in NAMES if f"records/{name.partition('/')[2]}" in reached}
    assert set(NAMES) - reached - own == set()


def test_every_style_sheet_and_script_is_used() -> None:
    texts = " ".join(source(name) for name in NAMES)
    files = [path for folder in ("css", "js") for path in (STATIC / folder).iterdir()]
    assert [path.name for path in files if path.name not in texts and f"'{path.stem}'" not in texts] == []


@cache
def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def parsed(name: str) -> nodes.Template:
    return ENVIRONMENT.parse(source(name))


def named_in(name: str) -> list[str]:
    """The templates that this one extends, includes or imports from."""
    kinds = (nodes.Extends, nodes.Include, nodes.FromImport, nodes.Import)
    found = [statement.template for statement in parsed(name).find_all(kinds)]
    return [template.value for template in found if isinstance(template, nodes.Const)]


def rendered() -> set[str]:
    """Every name of a template that stands in the program."""
    names = set()
    for path in (ROOT / "tracker").rglob("*.py"):
        for found in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(found, ast.Constant) and isinstance(found.value, str) and found.value.endswith(".html"):
                names.add(found.value)
    return names
