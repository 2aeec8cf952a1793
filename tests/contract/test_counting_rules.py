"""The table of the counting rules names code and tests that exist, for every rule."""

from __future__ import annotations

import ast
import importlib
import re
from functools import cache, reduce
from pathlib import Path

import pytest

from tracker.summaries.counting_rules import RULES

ROOT = Path(__file__).resolve().parents[2]
COME_LATER = {38, 39, 40, 44}

pytestmark = pytest.mark.engine_free


def rows() -> dict[int, tuple[list[str], list[str]]]:
    """The functions and the tests of each rule, as `docs/counting.md` names them."""
    lines = re.findall(
        r"^\| C(\d+) \|[^|]*\|([^|]*)\|([^|]*)\|$", (ROOT / "docs" / "counting.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    named = {int(number): (re.findall(r"`([^`]+)`", code), re.findall(r"`([^`]+)`", tests)) for number, code, tests in lines}
    assert len(named) == len(lines), "a rule stands there twice"
    return named


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests of a file, as pytest says them."""
    found = set()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        found |= {f"{prefix}{one.name}" for one in inside if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")}
    return frozenset(found)


def is_there(named: str) -> bool:
    module, _, path = named.partition(":")
    try:
        reduce(getattr, path.split("."), importlib.import_module(module))
    except (ImportError, AttributeError):
        return False
    return bool(path)


def test_every_rule_has_code_and_tests() -> None:
    named = rows()
    assert sorted(named) == list(range(1, 45))
    assert {number for number, (code, tests) in named.items() if not (code and tests)} == COME_LATER


def test_all_code_that_is_named_exists() -> None:
    assert [one for code, _ in rows().values() for one in code if not is_there(one)] == []


def test_all_tests_that_are_named_exist() -> None:
    named = [one for _, tests in rows().values() for one in tests]
    assert [one for one in named if not (ROOT / one.partition("::")[0]).exists()] == []
    assert [one for one in named if one.partition("::")[2] not in names_in(one.partition("::")[0])] == []


def test_every_rule_is_explained_to_those_who_read_figures() -> None:
    assert set(rows()) - COME_LATER - set(RULES) == set()
