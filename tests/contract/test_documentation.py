"""What people may set, type or be allowed stands in the documentation."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from click import Command, Group
from flask import Flask

from tracker.accounts.permissions import Permission
from tracker.config import Settings

ROOT = Path(__file__).resolve().parents[2]


def documentation() -> str:
    """README, CONTRIBUTING and docs/, in one text."""
    paths = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.exists())


@pytest.mark.once
def test_every_command_is_explained(app: Flask) -> None:
    commands = [" ".join(words) for words in commands_of("", app.cli)]
    assert commands, "no command was found"
    text = documentation()
    assert [command for command in commands if not re.search(rf"\b{re.escape(command)}\b", text)] == []


@pytest.mark.engine_free
def test_every_setting_is_explained() -> None:
    source = inspect.getsource(Settings.from_environment)
    names = sorted({*re.findall(r'environ\.get\("([A-Z_]+)"', source), *re.findall(r'number\("([A-Z_]+)"', source)})
    assert len(names) >= 10
    text = documentation()
    assert [name for name in names if f"`{name}`" not in text and f"{name}=" not in text] == []


@pytest.mark.engine_free
def test_every_make_target_is_explained() -> None:
    match = re.search(r"\.PHONY:(.*)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert match
    text = documentation()
    assert [target for target in match[1].split() if f"make {target}" not in text] == []


@pytest.mark.engine_free
def test_every_permission_is_explained() -> None:
    text = documentation()
    assert [permission.value for permission in Permission if permission.value not in text] == []


def commands_of(name: str, command: Command) -> list[tuple[str, ...]]:
    """Every command that the product adds to `flask`, as the words that call it."""
    if isinstance(command, Group):
        return [(name, *words) if name else words for key, inner in command.commands.items() for words in commands_of(key, inner)]
    return [(name,)]
