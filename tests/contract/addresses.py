"""Every address of the product, with a real object behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from tests.app import stored
from tests.contract.whole_records import counted, save
from tests.factories import imports, sources, users
from tracker.files.services import Owner, add, prepare
from tracker.files.store import store_of
from tracker.record_types import RECORD_TYPES
from tracker.saved.services import save_view

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
# the smallest picture that is one
DOT = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


def rules(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static")


def methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def only_takes_forms(app: Flask, endpoint: str) -> bool:
    """Whether nothing can be read at the address of `endpoint`."""
    (rule,) = app.url_map.iter_rules(endpoint)
    return not any(one.rule == rule.rule and "GET" in (one.methods or ()) for one in app.url_map.iter_rules())


def a_format(rule: Rule) -> str:
    """One that the files of `rule` have; '' where it has none."""
    found = re.search(r"any\((\w+)", rule.rule)
    return found[1] if found else ""


def addresses(app: Flask) -> dict[str, str]:
    """An address of each endpoint, with a real object behind it."""
    with stored(app) as session:
        actor = users.user(session, username="writer")
        source = sources.source(session, actor, ref="SRC-2026-9001").ref  # the product itself counts from 1
        evidence = {"no": 1, "source": source, "target_field": "", "quote_exact": "", "quote_prefix": "", "quote_suffix": ""}
        evidence |= {"pos_start": None, "pos_end": None, "locator": "", "credibility": None}
        ref = save(session, actor, HANDOVER, counted(HANDOVER, "A handover", evidence=[evidence])).ref
        other = save(session, actor, HANDOVER, counted(HANDOVER, "Another one")).ref
        store = store_of(app.config["SETTINGS"])
        for owner in (Owner("record", ref), Owner("source", source)):
            add(actor, session, store, owner, [prepare(store, "dot.gif", DOT, 1)], "", 1)
        with app.test_request_context():
            imports.batch(session, actor, imports.courses(2))
        save_view(actor, session, "Handovers by year", "summaries.matrix", "measure=handovers", is_shared=True)
    values = {
        "record_type": HANDOVER.slug,
        "number": 1,
        "batch_id": 1,
        "code": "LAO",
        "year": 2024,
        "into": other,
        "username": "writer",
        "token": "made-up",
        "key": "0" * 32,
    }
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        return {
            rule.endpoint: adapter.build(
                rule.endpoint,
                {
                    name: source
                    if "/sources/" in rule.rule and name == "ref"
                    else {**values, "ref": ref, "file_format": a_format(rule)}[name]
                    for name in rule.arguments
                },
            )
            for rule in rules(app)
        }
