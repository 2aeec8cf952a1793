"""Laws of every template."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tracker.web.assets import STATIC

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
LONGEST_MACRO = 60
ENVIRONMENT = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])

every_template = pytest.mark.parametrize("name", NAMES)
pytestmark = pytest.mark.engine_free


@every_template
def test_it_parses(name: str) -> None:
    assert parsed(name).body


@every_template
def test_it_imports_only_what_it_uses(name: str) -> None:
    tree = parsed(name)
    imported = {
        entry if isinstance(entry, str) else entry[1] for statement in tree.find_all(nodes.FromImport) for entry in statement.names
    } | {statement.target for statement in tree.find_all(nodes.Import)}
    used = {found.name for found in tree.find_all(nodes.Name) if found.ctx == "load"}
    assert imported - used == set()


@every_template
def test_it_draws_fields_only_by_components(name: str) -> None:
    if not name.startswith("components/"):
        assert re.findall(r"<(?:input|select|textarea)\b", source(name)) == []


@every_template
def test_it_holds_no_script_style_or_handler_of_its_own(name: str) -> None:
    text = source(name)
    assert [tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag] == []
    assert re.findall(r"<style\b|\sstyle=|\son(?!ly)[a-z]+=|\shx-on|javascript:", text, re.IGNORECASE) == []


@every_template
def test_it_escapes_everything(name: str) -> None:
    assert re.findall(r"\|\s*safe\b|autoescape\s+false", source(name)) == []


@every_template
def test_its_macros_are_short(name: str) -> None:
    for macro in re.finditer(r"\{%-? macro (\w+).*?endmacro", source(name), re.DOTALL):
        assert macro[0].count("\n") < LONGEST_MACRO, macro[1]


@every_template
def test_a_component_holds_one_macro(name: str) -> None:
    if name.startswith("components/"):
        assert len(list(parsed(name).find_all(nodes.Macro))) == 1


@every_template
def test_its_words_are_translated(name: str) -> None:
    """Text between tags stands in gettext, but for signs, numbers and names of languages."""
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", source(name), flags=re.DOTALL)
    words = re.findall(r">([^<>]*[A-Za-z]{3,}[^<>]*)<", re.sub(r"<!doctype[^>]*>", "", bare))
    assert [text.strip() for text in words] == []


@every_template
def test_what_it_includes_exists(name: str) -> None:
    assert [other for other in named_in(name) if other not in NAMES] == []


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


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


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
