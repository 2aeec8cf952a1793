"""Briefs and annual reports as files: what a manager carries into the room."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask, Response, abort, current_app, request
from flask_babel import gettext

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.briefs.building import Asked, MarkingError, Written, partner_brief, year_report
from tracker.briefs.forms import brief_form
from tracker.briefs.pdf import FontError, pdf_of
from tracker.briefs.steps import STEPS_OF_BRIEF, STEPS_OF_REPORT, Step, Work, finished
from tracker.briefs.telling import LINES, MadeFile, NotMade, told
from tracker.briefs.word import TemplateError, docx_of, opened_template
from tracker.records.export_trail import note_export
from tracker.records.view_context import current_reader, now_here
from tracker.summaries.links import basis_of
from tracker.summaries.years import FIRST, LAST
from tracker.vocabularies.kept import traits_by_code
from tracker.web.errors import AddressError, error_page

blueprint = Blueprint("briefs", __name__)
_TYPES = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf"}
_SHOWN_LETTERS = 12


@blueprint.get("/partners/<code>/brief.<any(docx, pdf):file_format>")
@require(Permission.FIGURES_READ)
def partner(code: str, file_format: str) -> Response:
    reader = current_reader()
    if code not in traits_by_code(reader.session) or code == reader.reporting_state:
        abort(404)
    try:
        work = partner_brief(reader, code, _asked())
    except MarkingError as error:
        raise AddressError(_not_read(str(error))) from error
    return _answer(work, STEPS_OF_BRIEF, f"brief:{code}", file_format)


@blueprint.get("/years/<int:year>/report.<any(docx, pdf):file_format>")
@require(Permission.FIGURES_READ)
def year(year: int, file_format: str) -> Response:
    if not FIRST <= year <= LAST:
        abort(404)
    try:
        work = year_report(current_reader(), year, _asked())
    except MarkingError as error:
        raise AddressError(_not_read(str(error))) from error
    return _answer(work, STEPS_OF_REPORT, f"report:{year}", file_format)


def _asked() -> Asked:
    return Asked(basis_of(request.args), now_here(), request.args.get("marking", "").strip())


def _not_read(marking: str) -> str:
    return gettext("Your role reads no marking “%(marking)s”.", marking=marking[:20])


def _answer(work: Work[Written], steps: Sequence[Step], target: str, file_format: str) -> Response:
    """The file; for the script of the page, which reads lines, with the steps before it."""
    making = _made(work, target, file_format)
    file = MadeFile(f"{target.replace(':', '-')}-{current_reader().today}.{file_format}", _TYPES[file_format])
    if request.headers.get("Accept") == LINES:
        return told(making, steps, file)
    try:
        response = Response(finished(making), mimetype=file.mimetype)
    except NotMade as problem:
        return error_page(503, problem.text, problem.remedy, title=gettext("The file was not made"))
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


def _made(work: Work[Written], target: str, file_format: str) -> Work[bytes]:
    """The bytes of the file, when its event is stored. Raises NotMade."""
    brief, chosen = yield from work
    yield Step.WRITING
    try:
        data = pdf_of(brief) if file_format == "pdf" else docx_of(brief, current_app.config["SETTINGS"].brief_template)
    except TemplateError as error:
        current_app.logger.exception("The template of briefs cannot be used")
        raise NotMade(gettext("The template of briefs cannot be used."), gettext("Take the PDF, and tell an administrator.")) from error
    except FontError as error:
        raise NotMade(
            gettext("The server has no font for these letters: %(letters)s", letters=" ".join(str(error)[:_SHOWN_LETTERS])),
            gettext("Take the Word file, and tell an administrator: fonts for PDFs are explained in docs/briefs.md."),
        ) from error
    note_export(current_reader(), target, chosen, brief.records, file_format)
    return data


def register(app: Flask) -> None:
    """Raises ValueError, naming the setting, when the template of briefs cannot be used."""
    app.register_blueprint(blueprint)
    if app.config["SETTINGS"].brief_template:
        opened_template(app.config["SETTINGS"].brief_template)
    app.context_processor(lambda: {"brief_form": lambda basis: brief_form(current_user(), basis)})
