"""Figures for programs: the matrix of its page, every cell with its bounds and the list behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for

from tracker.counting.cells import Cell
from tracker.counting.filters import item_and_unit
from tracker.counting.measures import Measure
from tracker.records import registry
from tracker.records.file_notes import from_outside
from tracker.records.filtering import Reader
from tracker.records.json_text import json_value
from tracker.summaries.asked import Asked
from tracker.summaries.counting_rules import rules_of
from tracker.summaries.links import address
from tracker.summaries.matrix import Column, Row, Shown, filter_for
from tracker.summaries.matrix_page import matrix_page
from tracker.summaries.row_choices import choices_for
from tracker.web.formatters import THIN


def measures() -> dict[str, Any]:
    """Everything that can be counted."""
    return {"items": [_measure(one) for one in registry.every_measure().values()]}


def table(reader: Reader, asked: Asked, now: datetime) -> dict[str, Any]:
    """The table that was asked for, with everything on which its numbers depend (C42)."""
    page = matrix_page(reader, asked, {}, now)
    assert page.matrix is not None  # the view refuses what cannot be read
    assert page.details is not None
    stamp, columns = page.stamp, page.matrix.columns
    sections = [(section.title, row) for section in page.matrix.sections for row in section.rows]
    return {
        "measure": _measure(asked.measure, item_and_unit(asked.chosen.item)),
        "when": page.when,
        "rows_are": asked.choice.code,
        "filter": filter_for(asked).to_args(),
        "filter_words": page.details.filter,
        "rules": [rule.name for rule in page.details.rules],
        "as_of": stamp.counted_at.isoformat(timespec="seconds"),
        "basis": stamp.basis.value,
        "clearance": stamp.clearance,
        "rule_version": stamp.rule_version,
        "vocabulary_version": stamp.vocabulary,
        "marking": stamp.marking,
        "reporting_state": reader.reporting_state,
        "columns": [{"code": column.key or "total", "label": column.label} for column in columns],
        "rows": [_row(row, columns, title) for title, row in sections],
        "total": _row(page.matrix.total, columns, ""),
        "page": from_outside(address("summaries.matrix", asked.args())),
    }


def _measure(measure: Measure, item: tuple[str, str] | None = None) -> dict[str, Any]:
    """A measure; what is seized has the unit of its item, and a running total that of its series."""
    return {
        "code": measure.code,
        "label": str(measure.label),
        "unit": measure.unit or (item[1] if item else ""),
        "mode": measure.mode.value,
        "date": str(measure.date_label),
        "kind": measure.kind or None,
        "is_quantity": measure.is_quantity,
        "rows": list(choices_for(measure)),
        "rules": [rule.name for rule in rules_of(measure)],
    }


def _row(row: Row, columns: tuple[Column, ...], section: str) -> dict[str, Any]:
    cells = [_cell(column, shown) for column, shown in zip(columns, row.cells, strict=True)]
    return {"code": row.key or "total", "label": row.label, "section": section, "cells": cells}


def _cell(column: Column, shown: Shown) -> dict[str, Any]:
    cell = shown.cell or Cell()
    is_known = shown.text != "–"
    return {
        "column": column.key or "total",
        "text": shown.signs.replace(THIN, " "),
        "lower": json_value(cell.lower) if is_known else None,
        "upper": json_value(cell.upper) if is_known else None,
        "records": cell.records,
        "about": cell.about,
        "unquantified": cell.unquantified,
        "missing": cell.missing,
        "inferred": cell.inferred,
        "open_list": cell.open_list,
        "list": from_outside(f"{url_for('api.list_all')}?{shown.url.partition('?')[2]}") if shown.url else None,
        "page": from_outside(shown.url) if shown.url else None,
    }
