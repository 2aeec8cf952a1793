"""The fourth step: every row as it will be stored, with its problems at the cells, to be mended or left out; rejected rows as a file."""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlalchemy as sa
from flask import Response as FlaskResponse
from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.imports import checking, chunks, services
from tracker.imports.blueprint import blueprint
from tracker.imports.checking import count_alike, counts, is_checked
from tracker.imports.models import REF_LENGTH, BatchState, ImportBatch, ImportRow, RowState
from tracker.imports.plan import PLACE, REASON
from tracker.imports.reading import cells_of
from tracker.imports.row_page import MOST_LINES, row_page, rows_url, state_tabs
from tracker.imports.view_context import SECONDS, batch_or_404, open_batch_or_404, steps, work_on, worker
from tracker.imports.work import Work
from tracker.records.csv_text import csv_response
from tracker.records.numbers import small_number
from tracker.records.view_context import current_reader
from tracker.web.form_pages import form_on

Page = str | Response | tuple[str, int]
_NO_REFERENCE = re.compile(r"[^A-Z0-9-]")  # what stands in none
_REJECTED = (RowState.WRONG, RowState.SKIPPED, RowState.RULED_OUT)
_FIRST = (RowState.WRONG, RowState.CHANGE, RowState.NEW, RowState.DOUBLE, RowState.SAME)


@blueprint.get("/<int:number>/rows")
@require(Permission.RECORD_WRITE)
def rows(number: int) -> Page:
    batch = open_batch_or_404(number)
    if batch.state is not BatchState.OPEN:
        return redirect(url_for("imports.show", number=number))
    if not is_checked(db.session, batch):
        return _unchecked(batch)
    found = counts(db.session, batch)
    asked = request.args.get("state", "")
    state = RowState(asked) if asked in set(RowState) else next((one for one in _FIRST if found[one.value]), RowState.NEW)
    only_alike = request.args.get("alike") == "1" and state is RowState.NEW
    page = row_page(current_reader(), work_on(batch), state, small_number(request.args.get("page")) or 1, only_alike=only_alike)
    tabs = state_tabs(batch, page, found, count_alike(db.session, batch))
    return render_template("imports/rows.html", batch=batch, page=page, state_tabs=tabs, found=found, steps=steps(batch, "rows"))


def _unchecked(batch: ImportBatch) -> str:
    done, every = batch.checked_to, chunks.count(db.session, batch)
    return render_template("imports/checking.html", batch=batch, done=done, every=every, steps=steps(batch, "rows"))


@blueprint.post("/<int:number>/check")
@require(Permission.RECORD_WRITE)
@form_on("imports.rows")
def check(number: int) -> Page:
    """Check the rows that are not yet, for some seconds."""
    if open_batch_or_404(number).state is BatchState.OPEN:
        worker().check(number, SECONDS)
    return redirect(url_for("imports.rows", number=number), code=303)


@blueprint.post("/<int:number>/rows")
@require(Permission.RECORD_WRITE)
@transactional
def mend_rows(number: int) -> Page:
    """Keep what was mended and decided in the rows of a page, and check them again."""
    batch = open_batch_or_404(number, to_change=True)
    user, state = current_user(), request.form.get("state", "")
    every, only_alike = request.form.get("every", ""), request.form.get("alike") == "1"
    if every in ("skip", "take", "none") and state in set(RowState):
        lines = services.decide_all(user, db.session, batch, state, "" if every == "none" else every, only_alike=only_alike)
    else:
        lines, typed = _lines(), _typed()
        for line in lines:
            services.mend(user, db.session, batch, line, typed.get(line, {}), *_decision(line))
    checking.check_lines(work_on(batch), lines)
    if every:
        return redirect(url_for("imports.confirm" if request.form.get("then") == "confirm" else "imports.rows", number=number), code=303)
    page = small_number(request.form.get("page")) or 1
    return redirect(rows_url(number, state, page, only_alike=only_alike), code=303)


def _lines() -> list[int]:
    """The lines of a page that was sent, each once. More than a page has are refused: part of what was typed is never kept alone."""
    found = {line for text in request.form.getlist("line") if (line := small_number(text, 9)) is not None}
    if len(found) > MOST_LINES:
        abort(413)
    return sorted(found)


def _typed() -> dict[int, dict[int, str]]:
    """What was typed into the cells of each line, as it is: its check says what cannot be stored."""
    found: dict[int, dict[int, str]] = {}
    for name, text in request.form.items():
        row, _, column = name.removeprefix("cell-").partition("-")
        line, place = small_number(row, 9), small_number(column)
        if name.startswith("cell-") and line is not None and place is not None and place < chunks.MOST_COLUMNS:
            found.setdefault(line, {})[place] = text.replace("\r\n", "\n").strip()
    return found


def _decision(line: int) -> tuple[str, str]:
    """What was decided about a row, and the reference of the record that it is said to be."""
    decision = request.form.get(f"decision-{line}", "")
    return (decision, "") if decision in ("skip", "take") else ("", _NO_REFERENCE.sub("?", decision.strip().upper()[:REF_LENGTH]))


@blueprint.get("/<int:number>/rejected.csv")
@require(Permission.RECORD_WRITE)
def rejected(number: int) -> FlaskResponse:
    """The rows that are not imported, as they stand in the file, each with the reason and its place in front."""
    batch = batch_or_404(number)
    work = work_on(batch)
    wanted = sa.select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.state.in_(_REJECTED))
    found = list(db.session.scalars(wanted.order_by(ImportRow.line)))
    lines = work.file.some([row.line for row in found])
    parts, body = _parts(work), []
    for row in (row for row in found if row.line in lines):
        said = _said(row)
        body.append([_reason(row, said), work.file.place(lines[row.line]), *cells_of(lines[row.line], row)])
        body += [[" ".join([*said.get(line, ()), why]), *cells] for line, (why, *cells) in parts.get(row.line, {}).items()]
    head = [REASON, PLACE, *work.file.headers()]
    return csv_response(f"import-{batch.id}-rejected.csv", [head, *body], delimiter=batch.delimiter or ",")


def _parts(work: Work) -> dict[int, dict[int, list[str]]]:
    """The further lines of each record, by its first and their own numbers: they are rejected with it."""
    if work.plan.group is None:
        return {}
    wanted = sa.select(ImportRow).where(ImportRow.batch_id == work.batch.id, ImportRow.state == RowState.PART)
    rows = {row.line: row for row in db.session.scalars(wanted)}
    why = gettext("Part of the record of a row above.")
    return {
        head: {part.no: [why, work.file.place(part), *cells_of(part, rows.get(part.no))] for part in parts}
        for head, parts in work.groups.parts.items()
    }


def _said(row: ImportRow) -> dict[int, list[str]]:
    """What is wrong with a record, by the line that says it: the first or a further one."""
    said: dict[int, dict[str, None]] = {}
    for problem in row.told():
        said.setdefault(row.line_of(problem), {})[problem.said] = None
    return {line: list(its) for line, its in said.items()}


def _reason(row: ImportRow, said: Mapping[int, list[str]]) -> str:
    """Why the first line of a record is rejected."""
    if row.line in said:
        return " ".join(said[row.line])
    if said:
        return gettext("The reason stands at a row of the same record below.")
    return gettext("Left out by a rule.") if row.state is RowState.RULED_OUT else gettext("Left out by you.")
