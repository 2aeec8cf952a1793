"""Small answers while somebody types: parties, records, sources, dates, likely twins."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Response, jsonify, render_template, request

from tracker.accounts.guards import require
from tracker.accounts.permissions import Permission
from tracker.database import search
from tracker.database.folding import fold
from tracker.partial_dates import live_line
from tracker.records.blueprint import blueprint
from tracker.records.entry_views import twins_of
from tracker.records.models import Record
from tracker.records.record_type import RecordType
from tracker.records.series_names import live_series
from tracker.records.sources import Source
from tracker.records.view_context import current_reader, form_context
from tracker.records.visibility import sources_visible_to, visible_to
from tracker.records.words import live_number
from tracker.vocabularies.models import PartyKind
from tracker.vocabularies.parties import display_name, names_in, suggest
from tracker.vocabularies.terms import terms

MOST = 10
TYPED, TYPED_AT_ONCE = 100, 2_000


@blueprint.get("/suggest/parties", endpoint="suggest_parties")
@require(Permission.RECORD_READ)
def parties() -> Response:
    """Parties by any name; the name under which one was found stands beside it."""
    reader = current_reader()
    found = suggest(reader.session, request.args.get("q", "")[:TYPED], MOST, reader.locale)
    groups_only = request.args.get("only") == "group"
    answer = []
    for suggestion in found:
        party, name = suggestion.party, display_name(suggestion.party, reader.locale)
        if groups_only and party.kind not in (PartyKind.GROUP, PartyKind.ORGANISATION):
            continue
        hint = party.code if fold(suggestion.matched_name) == fold(name) else f"{suggestion.matched_name} · {party.code}"
        answer.append({"value": name, "text": name, "hint": hint})
    return jsonify(answer)


@blueprint.get("/suggest/names", endpoint="suggest_names")
@require(Permission.RECORD_READ)
def names() -> Response:
    """The names in what was typed at once, as saving would tell them apart (`Korea, Republic of` is one), and which of them are known."""
    found = names_in(current_reader().session, request.args.get("text", "")[:TYPED_AT_ONCE])
    return jsonify([{"name": name, "known": is_known} for name, is_known in found])


@blueprint.get("/suggest/records", endpoint="suggest_records")
@require(Permission.RECORD_READ)
def records() -> Response:
    """Records by reference or words, of one type where `kind` says so."""
    reader, typed, kind = current_reader(), request.args.get("q", "")[:TYPED], request.args.get("kind", "")
    statement = sa.select(Record.ref, Record.title).where(visible_to(reader.user)).order_by(Record.id.desc()).limit(MOST)
    if kind:
        statement = statement.where(Record.kind == kind)
    if typed.strip():
        statement = statement.where(search.matching(reader.session, Record.__table__.c.id, typed))
    rows = reader.session.execute(statement)
    return jsonify([{"value": f"{ref} · {title}"[:200], "text": title or ref, "hint": ref} for ref, title in rows])


@blueprint.get("/suggest/sources", endpoint="suggest_sources")
@require(Permission.RECORD_READ)
def sources() -> Response:
    """Known sources whose title or publisher holds what was typed."""
    reader, typed = current_reader(), request.args.get("q", "")[:TYPED].strip()
    words = [
        sa.or_(Source.title.icontains(word, autoescape=True), Source.publisher.icontains(word, autoescape=True)) for word in typed.split()
    ]
    statement = (
        sa.select(Source.ref, Source.title, Source.publisher)
        .where(*words, sources_visible_to(reader.user))
        .order_by(Source.id.desc())
        .limit(MOST)
    )
    rows = reader.session.execute(statement)
    return jsonify(
        [{"value": f"{ref} · {title}", "text": title, "hint": " · ".join(filter(None, (ref, publisher)))} for ref, title, publisher in rows]
    )


@blueprint.get("/suggest/date")
@require(Permission.RECORD_READ)
def live_date() -> Response:
    """What a date means as it stands: in words, and, unless asked `plain`, where it counts."""
    counts = "plain" not in request.args
    text, is_fine = live_line(request.args.get("text", "")[:TYPED], current_reader().locale, counts=counts)
    return jsonify({"text": text, "ok": is_fine})


@blueprint.get("/suggest/number", endpoint="live_number")
@require(Permission.RECORD_READ)
def show_live_number() -> Response:
    """What a number means as it stands, in its unit, or in the usual one of what is counted; or why it cannot be read."""
    reader = current_reader()
    metric = terms(reader.session, "metric").get(request.args.get("metric", ""))
    unit = request.args.get("unit", "") or (metric and metric.default_unit) or ""
    known = terms(reader.session, "unit").get(unit)
    named = (known.code, known.label(reader.locale)) if known else ()
    text, is_fine = live_number(request.args.get("text", "")[:TYPED], *named)
    return jsonify({"text": text, "ok": is_fine})


@blueprint.post("/<record_type:record_type>/twins")
@require(Permission.RECORD_WRITE)
def twins(record_type: RecordType) -> str:
    """The likely twins of a form being filled in."""
    form = record_type.form(record_type, form_context(), formdata=request.form)
    found = twins_of(record_type, form, request.args.get("but"))
    return render_template("records/twins.html", twins=found, record_type=record_type)


@blueprint.get("/suggest/series", endpoint="live_series")
@require(Permission.RECORD_WRITE)
def show_live_series() -> Response:
    """Whether a series of this name is there, or one of nearly this name."""
    text, is_fine = live_series(current_reader(), request.args.get("text", "")[:TYPED])
    return jsonify({"text": text, "ok": is_fine})
