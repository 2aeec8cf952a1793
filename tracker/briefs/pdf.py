"""A brief as PDF. Typst's wheel brings its own fonts and needs no program of the system."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from tracker.briefs.content import Brief

_LAYOUT = Path(__file__).with_name("brief.typ")


def pdf_of(brief: Brief) -> bytes:
    """The bytes of the file."""
    import typst

    return typst.compile(_LAYOUT.read_bytes(), format="pdf", sys_inputs={"brief": json.dumps(asdict(brief))})
