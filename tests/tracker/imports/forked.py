"""Loaded by the process that importers are forked from, and by nothing else: there the application is made once."""

from __future__ import annotations

from tests.app import application
from tests.tracker.imports import importer

with application("sqlite://"):
    pass  # it lies ready then, to be lent out on the database of each importer

__all__ = ["importer"]
