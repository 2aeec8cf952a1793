"""What the page of one record shows, in the order in which a reader asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext

from tracker.accounts.clearance import Marking
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, may
from tracker.accounts.services import names_of_users
from tracker.counting.projection import counting_partners, standing_of
from tracker.partial_dates import counts_in
from tracker.records import registry
from tracker.records.documents import Document, references_in
from tracker.records.enums import ReviewState
from tracker.records.filtering import STANDING_WORDS, Reader
from tracker.records.markings import page_marking
from tracker.records.models import Record
from tracker.records.queries import newest_document
from tracker.records.recipients import choice_of, recipients_of
from tracker.records.record_type import REVIEW_WORDS, ColumnKind, RecordType, status_told
from tracker.records.related import Related, Relation, related_to
from tracker.records.rights import desks_of_record, may_edit
from tracker.records.sources import Source
from tracker.records.words import Wording

Item = dict[str, Any]
# shown in places of their own, or only when they say something
_ELSEWHERE = {"title", "summary", "is_group_entry", "parties_basis", "parties_complete", "status", "marking", "parent"}


@dataclass(frozen=True)
class Recipients:
    """Those whom the owner lets read a record marked RED, as (user name, name), and those whom he may still choose."""

    chosen: list[tuple[str, str]]
    candidates: list[tuple[str, str]]
    is_owner: bool


@dataclass(frozen=True)
class RecordPage:
    """One record in words, with the evidence beside each value."""

    record: Record
    record_type: RecordType
    title: str
    document: Document
    counts: str
    facts: list[Item]
    empty: list[str]
    partners: list[Item]
    partners_note: str
    partners_evidence: list[Item]
    figures: list[Item]
    computed: list[dict[str, str]]
    lists: list[tuple[str, list[str]]]
    sources: list[Item]
    related: list[Item]
    merged: list[Item]  # records whose references lead here
    owner: str
    status: str
    review: str
    is_draft: bool
    is_retired: bool
    is_discarded: bool
    last_change: Item
    edit_url: str
    history_url: str
    marking: str
    may_edit: bool
    desks: list[str]
    recipients: Recipients | None
    readers_url: str  # '' for whoever may not see who has read it
    extra: Mapping[str, Any]
    cautions: list[str]


def record_page(reader: Reader, record: Record, record_type: RecordType) -> RecordPage:
    """Gather the page of `record`."""
    wording = Wording(reader, record_type)
    document, last = newest_document(record, record_type), record.newest
    names, titles = names_of_users(reader.session), source_titles(reader, document)
    quotes = quotes_of(titles, document)
    others = _others(wording, record, document)
    facts, empty = _facts(wording, document, quotes, others)
    address: dict[str, Any] = {"record_type": record_type, "ref": record.ref}
    related = _related(wording, others)
    return RecordPage(
        record=record,
        record_type=record_type,
        title=record.title or gettext("Untitled"),
        document=document,
        counts=_counts(reader, record, record_type),
        facts=facts,
        empty=empty,
        partners=_partners(reader, wording, document),
        partners_note=_partners_note(document),
        partners_evidence=quotes.get("parties", []),
        figures=_figures(wording, document, quotes),
        computed=record_type.computed(wording, document) if record_type.computed else [],
        lists=_lists(wording, document),
        sources=_sources(wording, document, titles),
        related=related,
        merged=[_item(one, stay=1) for one in others if one.relation is Relation.MERGED],
        owner=names.get(record.owner_id, ""),
        status=status_told(record.status, tells_steps=any(document[name] for name in record_type.steps)),
        review=str(REVIEW_WORDS[record.review_state]),
        is_draft=record.review_state is ReviewState.DRAFT,
        is_retired=record.review_state is ReviewState.RETIRED,
        is_discarded=record.discarded_at is not None,
        last_change={"at": last.valid_from, "by": names.get(last.by_id, ""), "number": record.version},
        edit_url=url_for("records.edit", **address),
        history_url=url_for("records.show_history", **address),
        marking=page_marking([record.effective_marking, *(other["marking"] for other in related)]),
        may_edit=may_edit(reader.user, reader.session, record, reader.reporting_state),
        desks=desks_of_record(reader.session, record, reader.reporting_state),
        recipients=_recipients(reader, record),
        readers_url=url_for("records.readers", **address) if may_see_readers(reader, record) else "",
        extra=record_type.extras(wording, record) if record_type.extras else {},
        cautions=record_type.cautions(wording, record) if record_type.cautions else [],
    )


def _recipients(reader: Reader, record: Record) -> Recipients | None:
    """Who reads what is marked RED; whom the owner may add."""
    if record.effective_marking != Marking.RED:
        return None
    is_owner = record.owner_id == reader.user.id
    chosen, others = choice_of(reader.session, record) if is_owner else (recipients_of(reader.session, record), [])

    def named(users: Sequence[User]) -> list[tuple[str, str]]:
        return [(user.username, user.display_name) for user in users]

    return Recipients(named(chosen), named(others), is_owner)


def may_see_readers(reader: Reader, record: Record) -> bool:
    """An owner sees who has read his record; those who watch over personal data see it of every record."""
    return record.owner_id == reader.user.id or may(reader.user.role, Permission.PERSONAL_DATA_OVERSEE)


def _counts(reader: Reader, record: Record, record_type: RecordType) -> str:
    """Where the record counts, in one line: the answer to "why is it not in the figure?"."""
    if record.review_state is ReviewState.DRAFT:
        return gettext("Draft: counts nowhere.")
    if record.review_state is ReviewState.RETIRED:
        return gettext("Retired: counts nowhere.")
    # whether it is merged or restricted may have changed since the version was saved
    payload = record.newest.payload | {"is_out": bool(record.merged_into_id), "is_restricted": bool(record.restricted_at)}
    standing = standing_of(payload, record_type.contribution)
    when = counts_in(record_type.contribution.counting_date(payload), reader.locale)
    if standing.value == "counted":
        partners = counting_partners(payload, reader.reporting_state)
        where = gettext("in %(num)d partner rows", num=len(partners)) if len(partners) > 1 else ""
        where = where or (gettext("in one partner row") if partners else gettext("in the row “partner not stated”"))
        if record.verified_version is None:
            return gettext("Counts officially when it is verified: %(when)s, %(where)s.", when=when, where=where)
        return gettext("Counts once: %(when)s, %(where)s.", when=when, where=where)
    return gettext("Outside the count: %(why)s.", why=STANDING_WORDS[standing.value]())


def _facts(wording: Wording, document: Document, quotes: dict[str, list[Item]], others: list[Related]) -> tuple[list[Item], list[str]]:
    facts, empty = [], []
    named = {one.ref: _url(one) for one in others if one.relation is Relation.NAMED}
    for column in wording.record_type.all_columns:
        if column.name in _ELSEWHERE:
            continue
        text = wording.value(column, document[column.name])
        if not text and column.name != "start":
            empty.append(str(column.label))
            continue
        item: Item = {"label": column.label, "value": text or gettext("not stated"), "evidence": quotes.get(column.name, [])}
        if column.kind is ColumnKind.DATE and column.name == "start":
            item["state"] = "" if text else "missing"
        if column.kind is ColumnKind.RECORD and text == document[column.name]:
            item["url"] = named.get(text, "")
        facts.append(item)
    return facts, empty


def _partners(reader: Reader, wording: Wording, document: Document) -> list[Item]:
    """Each party once with all its roles; ours last, since every record is ours."""
    roles: dict[str, list[str]] = {}
    for entry in document["parties"]:
        note = f" ({entry['note']})" if entry["note"] else ""
        roles.setdefault(entry["party"], []).append(wording.word("role", entry["role"]) + note)
    items = [
        {
            "name": wording.word("party", code),
            "roles": ", ".join(held),
            "url": url_for("summaries.partner", code=code),
            "is_ours": code == reader.reporting_state,
        }
        for code, held in roles.items()
    ]
    return sorted(items, key=lambda item: item["is_ours"])


def _partners_note(document: Document) -> str:
    if document["parties_basis"] == "not_stated":
        return gettext("The source names no partner.")
    return "" if document["parties_complete"] else gettext("The source names further partners only as “others”.")


def _figures(wording: Wording, document: Document, quotes: dict[str, list[Item]]) -> list[Item]:
    return [
        {
            "no": entry["no"],
            "text": wording.row("figures", entry),
            "words": entry["text_original"],
            "evidence": quotes.get(f"figure:{entry['no']}", []),
        }
        for entry in document["figures"]
    ]


def _lists(wording: Wording, document: Document) -> list[tuple[str, list[str]]]:
    """Crime types, names, numbers and the type's own lists: those that hold something."""
    apart = {handler.child.name for handler in wording.record_type.lists if handler.is_drawn_apart}
    apart |= {"parties", "figures", "evidence", "links"}
    shown = [child for child in wording.record_type.all_lists if child.name not in apart]
    return [
        (str(child.label), [wording.row(child.name, entry) for entry in document[child.name]]) for child in shown if document[child.name]
    ]


def quotes_of(titles: Mapping[str, str], document: Document) -> dict[str, list[Item]]:
    """The passages behind each field and figure; `titles` are those of the sources by reference."""
    found: dict[str, list[Item]] = {}
    for entry in document["evidence"]:
        if entry["quote_exact"] and entry["target_field"]:
            source = ", ".join(filter(None, (titles.get(entry["source"], ""), entry["locator"])))
            found.setdefault(entry["target_field"], []).append(
                {"quote": entry["quote_exact"], "source": source, "url": url_for("sources.show", ref=entry["source"])}
            )
    return found


def _sources(wording: Wording, document: Document, titles: Mapping[str, str]) -> list[Item]:
    """Each source once, with all its passages."""
    items: dict[str, Item] = {}
    for entry in document["evidence"]:
        item = items.setdefault(
            entry["source"],
            {"title": titles.get(entry["source"], entry["source"]), "url": url_for("sources.show", ref=entry["source"]), "passages": []},
        )
        if entry["quote_exact"] or entry["locator"] or entry["target_field"]:
            about = wording.target(entry["target_field"])
            item["passages"].append({"quote": entry["quote_exact"], "locator": entry["locator"], "about": about})
    return list(items.values())


def source_titles(reader: Reader, document: Document) -> dict[str, str]:
    """The titles of the sources that `document` cites, by reference."""
    refs = {entry["source"] for entry in document["evidence"]}
    return {row.ref: row.title for row in reader.session.execute(sa.select(Source.ref, Source.title).where(Source.ref.in_(refs)))}


def _others(wording: Wording, record: Record, document: Document) -> list[Related]:
    """Every other record that belongs to this one; of those in its fields the words are found here as well."""
    named = references_in(document | {"links": []}, wording.record_type)
    others = related_to(wording.reader, record, named)
    wording.learn(named, {one.ref for one in others if one.relation is Relation.NAMED})
    return others


def _related(wording: Wording, others: list[Related]) -> list[Item]:
    """What it is part of, its parts, and links from either side."""
    items = []
    for one in others:
        link = wording.word("link_type", one.link).lower()
        words = {
            Relation.WHOLE: gettext("part of"),
            Relation.PART: gettext("has the part"),
            Relation.LINKED: link,
            Relation.LINKING: gettext("named by: %(relation)s", relation=link),
        }
        if one.relation in words:
            items.append({"relation": words[one.relation], "marking": one.marking} | _item(one))
    return items


def _item(other: Related, **args: Any) -> Item:
    return {"title": other.title or other.ref, "ref": other.ref, "url": _url(other, **args)}


def _url(other: Related, **args: Any) -> str:
    return url_for("records.show", record_type=registry.by_kind(other.kind), ref=other.ref, **args)
