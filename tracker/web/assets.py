"""Addresses of static files with a hash of their content, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, url_for

STATIC = Path(__file__).resolve().parent.parent / "static"
BUILT = ("vendor/htmx.min.js", "vendor/tom-select.complete.min.js", "vendor/world.json")


@lru_cache(maxsize=256)
def _path(folder: Path, name: str) -> Path:
    return folder / name


@lru_cache(maxsize=256)
def _hash(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of the static file `name`. A page has dozens: each costs one question to the disk, whether the file changed."""
    path = _path(STATIC, name)
    try:
        version = _hash(path, path.stat().st_mtime_ns)
    except OSError:
        version = "missing"
    return url_for("static", filename=name, v=version)


def missing_assets() -> list[str]:
    """The built front-end files that are not there."""
    return [name for name in BUILT if not (STATIC / name).is_file()]


def register(app: Flask) -> None:
    app.add_template_global(asset)
