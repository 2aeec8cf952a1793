"""Laws of the code: who imports whom, how long things are, what they may be called."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "tracker").rglob("*.py"))
FRONT = [path for folder in ("static/css", "static/js") for path in sorted((ROOT / "tracker" / folder).rglob("*.*"))]
PAGES = sorted((ROOT / "templates").rglob("*.html"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FILE, LONGEST_VIEW, LONGEST_FUNCTION = 300, 25, 60
BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
GUARDS = {"require", "public"}
WEB_ONLY = {"request", "session", "flash", "render_template", "current_user", "redirect", "abort"}

pytestmark = pytest.mark.engine_free


def test_imports_point_downwards() -> None:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("paths", [MODULES, FRONT, PAGES, TESTS], ids=["modules", "styles and scripts", "pages", "tests"])
def test_no_file_is_long(paths: list[Path]) -> None:
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    assert lengths, "no file was found"
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_view_is_long() -> None:
    lengths = {
        f"{named(path)}:{function.name}": length_of(function) for path in MODULES for function in functions(path) if is_view(function)
    }
    assert lengths, "no view was found"
    assert {name: length for name, length in lengths.items() if length > LONGEST_VIEW} == {}


def test_no_function_is_long() -> None:
    lengths = {f"{named(path)}:{function.name}": length_of(function) for path in MODULES for function in functions(path)}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_every_file_is_named_for_what_it_holds() -> None:
    paths = [path for folder in ("tracker", "templates", "migrations", "tests") for path in (ROOT / folder).rglob("*")]
    assert [named(path) for path in paths if path.suffix in ("", ".py", ".html") and path.stem in BANNED] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [named(path) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))] == []


def test_no_page_counts_without_the_clearance_of_its_reader() -> None:
    """A filter made anew holds no clearance: pages start from `all_records` or read an address, which both put it in."""
    allowed = {"tracker/counting/filters.py", "tracker/records/filtering.py", "tracker/records/queries.py"}
    allowed.add("tracker/exchange/bi_figures.py")  # counts for no page: the clearance of a view is the marking in its name
    made = {named(path) for path in MODULES if re.search(r"(?<!class )\bRecordFilter\(", path.read_text(encoding="utf-8"))}
    assert made <= allowed


def test_only_the_settings_read_the_environment() -> None:
    found = [
        named(path)
        for path in MODULES
        if path.name != "config.py" and re.search(r"\bos\.environ\b|\bgetenv\b|import environ\b", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_shared_machine_names_no_record_type() -> None:
    """Nothing below the types knows one by name: not in a string, not in an import (convention 6)."""
    words = {"agreement", "agreements", "operation", "operations", "handover", "handovers", "training", "trainings"}
    shared = [path for path in MODULES if named(path).split("/")[1] in ("records", "web", "database", "exchange", "summaries")]
    found = [
        f"{named(path)}:{node.lineno} {node.value}"
        for path in shared
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in words
    ]
    # `handover`, `agreement` and `training` are units of measures too, for which the help page explains how they are counted
    assert [line for line in found if not line.startswith("tracker/summaries/counting_rules.py")] == []


def test_nothing_below_the_views_knows_the_request() -> None:
    """Of what a request is, only views, their context and what writes addresses may know."""
    found = []
    for path in MODULES:
        if named(path).split("/")[1] in ("web", "accounts") or path.stem.endswith("views") or path.stem in ("view_context", "__init__"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in ("flask", "tracker.accounts.guards"):
                found += [f"{named(path)}: {alias.name}" for alias in node.names if alias.name in WEB_ONLY]
    assert found == []


def test_only_the_entry_of_the_product_knows_the_list_of_types() -> None:
    found = [named(path) for path in MODULES if "tracker.record_types import" in path.read_text(encoding="utf-8")]
    assert found == ["tracker/__init__.py"]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef))


def length_of(function: ast.FunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def is_view(function: ast.FunctionDef) -> bool:
    """Whether it declares who may call it."""
    called = [decorator.func if isinstance(decorator, ast.Call) else decorator for decorator in function.decorator_list]
    return any(isinstance(name, ast.Name) and name.id in GUARDS for name in called)
