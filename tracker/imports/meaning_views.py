"""The third step: what words mean that nobody knows, and which number of a date is the day. Decided once for the whole file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.imports.asking import LEFT_OUT, Open, style_of, what_is_open
from tracker.imports.blueprint import blueprint
from tracker.imports.fields import Field
from tracker.imports.forms import words_form
from tracker.imports.models import BatchState
from tracker.imports.plan import Plan
from tracker.imports.services import replan
from tracker.imports.several import codes_in, kept
from tracker.imports.spellings import remember
from tracker.imports.value_forms import boxes_of, decided_values
from tracker.imports.view_context import open_batch_or_404, steps, work_on
from tracker.imports.work import Work

Page = str | Response | tuple[str, int]
_MOST_FIELDS = 400


@blueprint.get("/<int:number>/meanings")
@require(Permission.RECORD_WRITE)
def meanings(number: int) -> Page:
    batch = open_batch_or_404(number)
    if batch.state is not BatchState.OPEN:
        return redirect(url_for("imports.show", number=number))
    work = work_on(batch)
    asked = what_is_open(work)
    return _page(work, asked, _form(asked, formdata=None))


@blueprint.post("/<int:number>/meanings")
@require(Permission.RECORD_WRITE)
@transactional
def decide_meanings(number: int) -> Page:
    batch = open_batch_or_404(number, to_change=True)
    work = work_on(batch)
    asked = what_is_open(work)
    form = _form(asked)
    if not form.validate():
        return _page(work, asked, form), 422
    decided = _decided(work, form)
    plan = decided_values(work, _with_days(work.plan, asked, form), asked.marks, form)
    if form.errors:
        return _page(work, asked, form), 422
    for scheme, words in decided.items():
        plan = plan.with_words(scheme, words)
        remember(current_user(), db.session, scheme, words)
    replan(current_user(), db.session, batch, plan)
    if asked.more:
        flash(gettext("%(number)d more words are asked about.", number=asked.more), "info")
        return redirect(url_for("imports.meanings", number=number), code=303)
    return redirect(url_for("imports.rows", number=number), code=303)


def _form(asked: Open, **kwargs: Any) -> Any:
    return words_form(asked.every_word, asked.days, boxes_of(asked.marks, asked.cells), **kwargs)


def _decided(work: Work, form: Any) -> dict[str, dict[str, str]]:
    """Scheme -> folded spelling -> code, as the form says; what is not one of the meanings is said at its box."""
    found: dict[str, dict[str, str]] = {}
    for number in range(_MOST_FIELDS):
        if f"code{number}" not in form:
            break
        field = work.preparer.fields.get(form[f"scheme{number}"].data or "")
        key, code, other = form[f"spelling{number}"].data, form[f"code{number}"].data or "", form[f"other{number}"].data
        if field is None or not key:
            continue
        if other:
            code = kept(work.preparer.words.typed(field, other))
            if not code:
                form[f"other{number}"].errors = [_unknown(field, other)]
                continue
        if code and (code == LEFT_OUT or _are_offered(work, field, code)):
            found.setdefault(field.scheme, {})[key] = "" if code == LEFT_OUT else code
    return found


def _are_offered(work: Work, field: Field, code: str) -> bool:
    offered = {offer.code for offer in work.preparer.words.every_offer(field)}
    return offered.issuperset(codes_in(code)) and (bool(field.list_name) or code in offered)


def _unknown(field: Field, typed: str) -> str:
    said = typed[:60]
    if field.list_name:
        return gettext("“%(typed)s” is not known either: write a name or code of the list, or several with ; between them.", typed=said)
    return gettext("“%(typed)s” is not known either: write a name or code of the list.", typed=said)


def _with_days(plan: Plan, asked: Open, form: Any) -> Plan:
    """The plan with the orders of days that were chosen; what stays open is said at its choice."""
    dates = dict(plan.dates)
    for day in asked.days:
        order, pivot = form[f"order{day.column}"], form[f"pivot{day.column}"]
        are_days = bool(form[f"numbers{day.column}"].data)
        dates[day.column] = style_of(order.data or "", pivot.data or "", are_days=are_days)
        if day.evidence.asks_order and dates[day.column].order is None:
            order.errors = [gettext("Say which number is the day.")]
        if day.evidence.short_years and dates[day.column].pivot is None:
            pivot.errors = [gettext("Write the two digits of a year, for example 30: 30 is then 2030, and 31 is 1931.")]
    return replace(plan, dates=dates)


def _page(work: Work, asked: Open, form: Any) -> str:
    every = {word.field.scheme: work.preparer.words.every_offer(word.field) for word in asked.every_word}
    said = {"batch": work.batch, "asked": asked, "form": form, "every": every}
    return render_template("imports/meanings.html", **said, steps=steps(work.batch, "meanings"))
