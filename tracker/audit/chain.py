"""How events hang together: pure functions from values to hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

START = "0" * 64  # what the first event takes for the hash before it
HASHED = ("no", "at", "actor_id", "actor", "action", "target", "purpose", "detail", "address", "request")


def canonical(detail: Mapping[str, Any]) -> str:
    """`detail` as the one text that stands for it."""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def hash_of(event: Mapping[str, Any], previous: str) -> str:
    """SHA-256 over the hash before and everything that the event says, as hexadecimal digits."""
    said = [_plain(event[name]) for name in HASHED]
    text = json.dumps([previous, *said], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
