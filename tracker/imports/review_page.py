"""What a reviewer sees of somebody else's import: what it is, its sample, what is left for single review. Never the cells of its file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext

from tracker.accounts.services import names_of_users
from tracker.imports import verifying
from tracker.imports.fields import Field, fields_of
from tracker.imports.models import ImportBatch, ImportRow, RowState
from tracker.imports.number_marks import measured
from tracker.imports.plan import Plan, from_json
from tracker.imports.preparing import types_of
from tracker.imports.read_as import LITERAL, scheme_of
from tracker.imports.spellings import Words
from tracker.imports.verifying import Looked
from tracker.imports.words import MARK_WORDS, ORDER_WORDS, ROW_WORDS
from tracker.records import registry
from tracker.records.enums import ReviewState
from tracker.records.filtering import Reader
from tracker.records.listing import Pages
from tracker.records.lookup import look_up
from tracker.records.markings import highest_marking
from tracker.records.models import Record
from tracker.records.record_type import REVIEW_WORDS
from tracker.records.sources import Source
from tracker.records.visibility import visible_to
from tracker.web.formatters import number

PAGE_SIZE, _MOST_WORDS = 50, 40
Item = dict[str, Any]
RecordsPage = tuple[list[Item], Pages, str]  # some records, their pages, and the marking that is printed


@dataclass(frozen=True)
class ImportPage:
    """An import as its reviewer sees it."""

    batch: ImportBatch
    importer: str
    facts: tuple[Item, ...]
    columns: tuple[tuple[str, str], ...]  # of the file, each with the field that it was read as; '' where it was left out
    sample: tuple[Item, ...]
    looked: Looked
    waiting: int
    left: int
    is_own: bool
    marking: str
    done_at: datetime | None


def sees(reader: Reader, batch: ImportBatch) -> bool:
    """Whether the import has made a record that the reader may see."""
    return reader.session.scalar(_seen(reader, batch).limit(1)) is not None


def import_page(reader: Reader, batch: ImportBatch, headers: Sequence[str], looked: Looked) -> ImportPage:
    """The page of `batch`, whose file has these columns; `looked` is what the reader has opened of it."""
    session, user = reader.session, reader.user
    states, waiting = state_counts(reader, batch), verifying.count_of(session, verifying.ready(user, batch))
    changed = verifying.count_of(session, verifying.undecided_changes(user, batch))
    return ImportPage(
        batch,
        names_of_users(session).get(batch.created_by_id, ""),
        tuple(_facts(reader, batch, states, headers)),
        tuple(_columns(reader, from_json(batch.plan), headers)),
        tuple(_sample(reader, looked)),
        looked,
        waiting,
        states.total() - states[ReviewState.VERIFIED] - waiting + changed,
        batch.created_by_id == user.id,
        highest_marking(session, _seen(reader, batch)),
        batch.done_at,
    )


def state_counts(reader: Reader, batch: ImportBatch) -> Counter[ReviewState]:
    """How many of the records that it has made, and the reader sees, are in each state of review."""
    asked = sa.select(Record.review_state, sa.func.count()).where(Record.id.in_(_seen(reader, batch))).group_by(Record.review_state)
    return Counter(dict(reader.session.execute(asked).all()))


def state_facts(reader: Reader, batch: ImportBatch) -> list[Item]:
    """The same for a list of what is known. Those that wait as they came in are counted as the queue counts them; the others that wait
    were changed or returned since, and are decided one by one."""
    found, ready = state_counts(reader, batch), verifying.count_of(reader.session, verifying.ready(reader.user, batch))
    counted = {str(REVIEW_WORDS[state]): found[state] for state in ReviewState}
    counted[str(REVIEW_WORDS[ReviewState.SUBMITTED])] = ready
    counted[gettext("wait by themselves, changed or returned since")] = found[ReviewState.SUBMITTED] - ready
    return [{"label": label[:1].upper() + label[1:], "value": number(count)} for label, count in counted.items() if count]


def left_page(reader: Reader, batch: ImportBatch, at: int) -> RecordsPage:
    """Page `at` of what is left for single review."""
    return records_page(reader, verifying.left(reader.user, batch), at, "imports.left", {"number": batch.id})


def alike_page(reader: Reader, batch: ImportBatch, at: int) -> RecordsPage:
    """Page `at` of the records that look like another, each with that one as far as the reader sees it."""
    rows, pages, marking = records_page(reader, verifying.alike(reader.user, batch), at, "imports.alike", {"number": batch.id})
    asked = sa.select(ImportRow.ref, ImportRow.shown["twin"].as_string())
    mine = ImportRow.batch_id == batch.id, ImportRow.record_id.is_not(None), ImportRow.ref.in_([row["ref"] for row in rows])
    twins: dict[str, str] = dict(reader.session.execute(asked.where(*mine)).all())
    known = look_up(reader, twins.values())
    for row in rows:
        other = known.get(twins[row["ref"]])
        row["like"] = {"ref": twins[row["ref"]], "title": other.title, "url": other.url} if other else None
    return rows, pages, marking


def records_page(reader: Reader, ids: sa.Select[Any], at: int, endpoint: str, args: Mapping[str, Any]) -> RecordsPage:
    """Page `at` of the records with these ids."""
    total = verifying.count_of(reader.session, ids)
    count = max(1, -(-total // PAGE_SIZE))
    at = min(max(1, at), count)
    rows = sa.select(Record).where(Record.id.in_(ids)).order_by(Record.id).limit(PAGE_SIZE).offset((at - 1) * PAGE_SIZE)
    shown = [_line(record) for record in reader.session.scalars(rows)]
    return shown, Pages(at, count, total, endpoint, args), highest_marking(reader.session, ids)


def _seen(reader: Reader, batch: ImportBatch) -> sa.Select[Any]:
    return sa.select(Record.id).where(Record.id.in_(verifying.made_by(batch)), visible_to(reader.user))


def _line(record: Record) -> Item:
    waits = record.review_state is ReviewState.SUBMITTED and not record.restricted_at
    endpoint = "review.show" if waits else "records.show"
    return {
        "ref": record.ref, "title": record.title or gettext("Untitled"), "version": record.version,
        "url": url_for(endpoint, record_type=registry.by_kind(record.kind), ref=record.ref),
        "state": gettext("restricted") if record.restricted_at else str(REVIEW_WORDS[record.review_state]),
    }  # fmt: skip


def _sample(reader: Reader, looked: Looked) -> list[Item]:
    """The records of the sample that the reader may still see, each with its page of review and whether he has opened it."""
    asked = sa.select(Record.ref, Record.kind, Record.title).where(Record.ref.in_(looked.sample), visible_to(reader.user))
    found = {row.ref: row for row in reader.session.execute(asked)}
    return [
        {
            "ref": ref, "title": found[ref].title, "was_opened": ref not in looked.unopened,
            "url": url_for("review.show", record_type=registry.by_kind(found[ref].kind), ref=ref),
        }
        for ref in looked.sample if ref in found
    ]  # fmt: skip


def _facts(reader: Reader, batch: ImportBatch, states: Counter[ReviewState], headers: Sequence[str]) -> list[Item]:
    session, plan = reader.session, from_json(batch.plan)
    source = session.get_one(Source, batch.source_id)
    shown = look_up(reader, [source.ref]).get(source.ref)
    changed = sa.select(Record.id).where(Record.ref.in_(verifying.changed_by(batch)), visible_to(reader.user))
    alike = number(count) if (count := verifying.count_of(session, verifying.alike(reader.user, batch))) else ""
    known = [
        {"label": gettext("Records made"), "value": number(states.total())},
        *state_facts(reader, batch),
        {"label": gettext("Records changed"), "value": number(verifying.count_of(session, changed))},
        *({"label": str(label), "value": number(batch.counts[state.value])} for state, label in ROW_WORDS.items()
          if batch.counts.get(state.value)),
        {"label": gettext("Look like other records"), "value": alike, "url": url_for("imports.alike", number=batch.id)},
        {"label": gettext("Source"), "value": source.ref, "url": shown.url if shown else ""},
        {"label": gettext("Marking"), "value": f"TLP:{plan.marking}"},
        {"label": gettext("Profile"), "value": batch.profile},
        {"label": gettext("Columns read"), "value": gettext("those of the exchange form") if plan.is_exchange else ""},
        *_decisions(reader, batch, plan, headers),
    ]  # fmt: skip
    return [item for item in known if item["value"]]


def _decisions(reader: Reader, batch: ImportBatch, plan: Plan, headers: Sequence[str]) -> list[Item]:
    """What its importer has decided about the file: words, what cells and numbers are read as, orders of dates, cells that he mended."""
    known = fields_of(reader.session, types_of(plan), reader.locale)
    fields = {field.scheme: field for field in known.values() if field.scheme}
    matched = {place: known[one.field] for place, one in plan.columns.items() if one.field in known}
    words = Words(reader.session, reader.user, plan, reader.locale)
    decided = [(fields[scheme], *one) for scheme, its in plan.words.items() if scheme in fields for one in its.items()]
    said = [f"“{spelling}” → {words.label(field, code)}" for field, spelling, code in decided if code]
    out = [f"“{spelling}”" for _, spelling, code in decided if not code]
    orders = {style.order for style in plan.dates.values() if style.order}
    asked = sa.select(ImportRow).where(ImportRow.batch_id == batch.id, sa.cast(ImportRow.mended, sa.Text) != "{}")
    touched = list(reader.session.scalars(asked.options(sa.orm.load_only(ImportRow.mended, ImportRow.state))))
    chosen = sum(bool(row.chosen) and row.state is RowState.CHANGE for row in touched)
    return [
        {"label": gettext("Words decided"), "value": _some(said)},
        {"label": gettext("Words left out"), "value": _some(out)},
        {"label": gettext("Cells decided"), "value": _some([*_cells_read_as(plan, matched.values())])},
        {"label": gettext("Before decimals stands"), "value": _some([*_marks(reader, plan, matched, headers)])},
        {"label": gettext("Order in dates"), "value": ", ".join(str(ORDER_WORDS[order]) for order in sorted(orders))},
        {"label": gettext("Rows with mended cells"), "value": number(sum(bool(row.written) for row in touched))},
        {"label": gettext("Rows taken for a record that was there"), "value": number(chosen) if chosen else ""},
    ]


def _cells_read_as(plan: Plan, matched: Iterable[Field]) -> Iterator[str]:
    """What was put in place of cells of numbers and dates, field by field."""
    kept = {"": gettext("not stated"), LITERAL: gettext("the words are kept, without a number")}
    for field in {one.key: one for one in matched}.values():
        for cell, said in plan.words.get(scheme_of(field), {}).items():
            yield f"{field.label}: “{cell}” → {kept.get(said, f'“{said}”')}"


def _marks(reader: Reader, plan: Plan, matched: Mapping[int, Field], headers: Sequence[str]) -> Iterator[str]:
    """The sign before decimals in each column that may have some."""
    for place in measured(reader.session, matched):
        if place in plan.marks and place < len(headers):
            yield f"{headers[place]}: {MARK_WORDS[plan.marks[place]]}"


def _some(said: Sequence[str]) -> str:
    """The first of many, and how many more there are."""
    rest = [gettext("and %(num)d more", num=len(said) - _MOST_WORDS)] if len(said) > _MOST_WORDS else []
    return "; ".join([*said[:_MOST_WORDS], *rest])


def _columns(reader: Reader, plan: Plan, headers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each column of the file with what it was read as; those of the exchange form say it themselves."""
    fields = fields_of(reader.session, types_of(plan), reader.locale) if not plan.is_exchange else {}
    for place, header in enumerate(headers if not plan.is_exchange else ()):
        key = plan.columns[place].field if place in plan.columns else ""
        yield header, fields[key].label if key in fields else key
