"""From a document to what a form shows, and from a filled form to a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.records import form_context, numbers
from tracker.records.competing import is_put_aside
from tracker.records.documents import Document
from tracker.records.models import SHORT_LENGTH
from tracker.records.numbers import Number
from tracker.records.record_type import Column, ColumnKind, RecordType
from tracker.records.sources import Source
from tracker.records.visibility import sources_visible_to, visible_refs

if TYPE_CHECKING:
    from tracker.records.forms import RecordForm

SOURCE_WORDS = ("publisher", "url", "lang", "kind", "reliability", "marking")


def form_data(document: Document, record_type: RecordType) -> dict[str, Any]:
    """What the common fields, and those of the type named like a column, show for `document`.

    Records that the officer may not see are left out, also as references; `Composer` keeps what was left out.
    """
    data: dict[str, Any] = {column.name: document[column.name] for column in record_type.all_columns}
    hidden, shown = hidden_refs(document, record_type), _sources(document)
    data |= {column.name: None for column in _references(record_type) if document[column.name] in hidden}
    return data | {
        "parties": _parties_by_role(document["parties"]),
        "parties_not_stated": document["parties_basis"] == "not_stated",
        "parties_open": not document["parties_complete"],
        "crime_primary": next((entry["term"] for entry in document["crimes"] if entry["is_primary"]), ""),
        "crimes": [entry["term"] for entry in document["crimes"] if not entry["is_primary"]],
        "figures": [figure_data(figure) for figure in document["figures"]],
        "evidence": [entry | {"source": shown[entry["source"]]} for entry in document["evidence"]],
        "links": [entry for entry in document["links"] if entry["to"] not in hidden],
        "aliases": document["aliases"],
        "identifiers": document["identifiers"],
    }


def hidden_refs(document: Document, record_type: RecordType) -> set[str]:
    """The records that `document` names and that the officer of the form may not see."""
    named = {entry["to"] for entry in document["links"]} | {document[column.name] for column in _references(record_type)}
    named.discard(None)
    context = form_context.current()
    return named - visible_refs(context.session, context.user, named)


def _references(record_type: RecordType) -> list[Column]:
    return [column for column in record_type.all_columns if column.kind is ColumnKind.RECORD]


def figure_data(figure: Document) -> Document:
    """A figure as its row shows it: the number in words that read back the same."""
    number = numbers.as_typed(figure["qualifier"], figure["value_lo"], figure["value_hi"], figure["text_original"])
    shown = {"number": number, "qualifier": "", "contained_in": str(figure["contained_in"] or "")}
    # what only the rule put behind another is asked about anew with every save
    return figure | shown | {"preferred": not is_put_aside(figure)}


def _sources(document: Document) -> dict[str, str]:
    """Each source that the document cites as its row shows it; its own properties are changed on its page."""
    refs = {entry["source"] for entry in document["evidence"]}
    known = sa.select(Source.ref, Source.title).where(Source.ref.in_(refs))
    titles = dict(form_context.current().session.execute(known).all()) if refs else {}
    return {ref: f"{ref} · {titles[ref]}" if ref in titles else ref for ref in refs}


def figure_entry(no: int, metric: str, unit: str, number: Number, **more: Any) -> Document:
    """A figure of a document."""
    blank: Document = {
        "item": None, "series": "", "person_status": None, "text_original": number.text, "as_of": "", "period": "",
        "nature": "new_in_period", "country": None, "contained_in": None, "contained_basis": "stated",
        "preferred": True,
        "preference": "rule",
        "preference_reason": "",
    }  # fmt: skip
    bounds = {
        "value_lo": numbers.decimal_text(number.lower),
        "value_hi": numbers.decimal_text(number.upper),
        "qualifier": number.qualifier.value,
    }
    decided = {} if more.get("preferred", True) else {"preference": "officer"}  # a rule prefers, only people put aside
    return {"no": no, "metric": metric, "unit": unit} | blank | bounds | decided | more


class Composer:
    """Makes the document of one filled form."""

    def __init__(self, form: RecordForm) -> None:
        self.form = form
        self.session: Session = form.context.session
        # sources that do not exist yet: `new:0`, `new:1` ... until the service has made them
        self.new_sources: list[Document] = []

    def document(self) -> Document:
        form = self.form
        document: Document = dict(form.base)
        hidden = hidden_refs(form.base, form.record_type)
        for column in form.record_type.all_columns:
            if column.name in form:
                document[column.name] = self._column(column.kind, form[column.name])
        document |= {
            "is_group_entry": bool(form.is_group_entry.data),
            "parties_basis": "not_stated" if form.parties_not_stated.data else "stated",
            "parties_complete": not form.parties_open.data,
            "parties": self._parties(),
            "crimes": self._crimes(),
            "figures": [self._figure(row.form) for row in form.figures if not row.form.is_blank],
            "links": _unique(
                [{"type": row.form.type.data, "to": row.form.to.ref} for row in form.links if row.form.to.ref]
                + [entry for entry in form.base["links"] if entry["to"] in hidden],
                "type",
                "to",
            ),
            "aliases": _unique(
                [{"name": row.form.name.data, "lang": row.form.lang.data or ""} for row in form.aliases if row.form.name.data], "name"
            ),
            "identifiers": _unique(
                [{"scheme": row.form.scheme.data, "value": row.form.value.data} for row in form.identifiers if row.form.value.data],
                "scheme",
                "value",
            ),
            "evidence": [self._evidence(row.form) for row in form.evidence if row.form.source.data],
        }
        for column in _references(form.record_type):  # the box of a hidden record was empty: that says nothing about it
            if form.base[column.name] in hidden and not document[column.name]:
                document[column.name] = form.base[column.name]
        document["links"].sort(key=lambda entry: (entry["to"], entry["type"]))
        form.store(document)
        document["figures"].sort(key=lambda figure: figure["no"])
        return document

    def document_as_typed(self) -> Document:
        """The document for a form that shows it again: its new sources are what was typed, and are not made."""
        document = self.document()
        for entry in document["evidence"]:
            if entry["source"].startswith("new:"):
                source = dict(self.new_sources[int(entry["source"][4:])])
                entry |= {"source": source.pop("title"), **source}
        return document

    def _column(self, kind: ColumnKind, field: Any) -> Any:
        if kind is ColumnKind.DATE:
            return field.edtf
        if kind is ColumnKind.RECORD:
            return field.ref
        if kind is ColumnKind.TERM:
            return field.data or None
        if kind is ColumnKind.NUMBER:
            number = field.number
            return numbers.decimal_text(number.lower) if number else None
        return bool(field.data) if kind is ColumnKind.FLAG else field.data or ""

    def _parties(self) -> list[Document]:
        """Each party once in each role, with all that was noted about it."""
        notes: dict[tuple[str, str], list[str]] = {}
        for row in self.form.parties:
            for code in row.form.names.codes:
                notes.setdefault((code, row.form.role.data), []).append(row.form.note.data or "")
        return [
            {"party": party, "role": role, "note": "; ".join(dict.fromkeys(filter(None, said)))[:SHORT_LENGTH]}
            for (party, role), said in notes.items()
        ]

    def _crimes(self) -> list[Document]:
        primary = self.form.crime_primary.data
        entries = [{"term": term, "is_primary": False} for term in self.form.crimes.data or () if term != primary]
        if primary:
            entries.append({"term": primary, "is_primary": True})
        return sorted(entries, key=lambda entry: str(entry["term"]))

    def _figure(self, row: Any) -> Document:
        number = row.result()
        words = row.text_original.data or (number.text if number else "")
        return figure_entry(
            int(row.no.data),
            row.metric.data,
            row.unit.data,
            number,
            item=row.item.data or None,
            nature=row.nature.data,
            as_of=row.as_of.edtf,
            period=row.period.edtf,
            country=next(iter(row.country.codes), None),
            person_status=row.person_status.data or None,
            series=row.series.data or "",
            contained_in=int(row.contained_in.data) if row.contained_in.data else None,
            contained_basis=row.contained_basis.data,
            preferred=bool(row.preferred.data),
            preference="rule" if row.preferred.data else "officer",
            preference_reason=row.preference_reason.data or "",
            text_original=words,
        )

    def _evidence(self, row: Any) -> Document:
        kept: Document = next((entry for entry in self.form.base["evidence"] if str(entry["no"]) == str(row.no.data)), {})
        return {
            "no": int(row.no.data),
            "source": self._source(row),
            "target_field": row.target_field.data or "",
            "quote_exact": row.quote_exact.data or "",
            "quote_prefix": kept.get("quote_prefix", ""),
            "quote_suffix": kept.get("quote_suffix", ""),
            "pos_start": kept.get("pos_start"),
            "pos_end": kept.get("pos_end"),
            "locator": row.locator.data or "",
            "credibility": row.credibility.data or None,
        }

    def _source(self, row: Any) -> str:
        """The reference of a known source - chosen, or the same one typed again - or `new:N`."""
        typed = row.source.data
        ref = typed.split(" ")[0].upper()
        seen = sa.or_(sources_visible_to(self.form.context.user), Source.ref.in_(entry["source"] for entry in self.form.base["evidence"]))
        known = self.session.scalar(sa.select(Source.ref).where(Source.ref == ref, seen))
        if known:
            return known
        source = {"title": typed, "published": row.published.edtf} | {name: getattr(row, name).data or None for name in SOURCE_WORDS}
        for stored in self.session.scalars(sa.select(Source).where(Source.title == typed, seen).order_by(Source.id)):
            said = {name: getattr(stored, name) or None for name in SOURCE_WORDS} | {
                "title": stored.title,
                "published": stored.published.edtf,
            }
            # Two reports may share a title: it is the same one only if nothing that was typed says otherwise.
            if all(not value or said[name] == value for name, value in source.items()):
                return stored.ref
        if source not in self.new_sources:
            self.new_sources.append(source)
        return f"new:{self.new_sources.index(source)}"


def _parties_by_role(entries: list[Document]) -> list[Document]:
    """One row for each role and note, with all its parties."""
    rows: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        rows.setdefault((entry["role"], entry["note"]), []).append(entry["party"])
    return [{"role": role, "note": note, "names": codes} for (role, note), codes in rows.items()]


def _unique(entries: list[Document], *keys: str) -> list[Document]:
    """The first of entries that say the same twice."""
    return list({tuple(entry[key] for key in keys): entry for entry in reversed(entries)}.values())[::-1]
