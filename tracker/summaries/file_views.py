"""The tables of the pages of figures as files; each is guarded and read as its page is."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from tracker.accounts.guards import require
from tracker.accounts.permissions import Permission
from tracker.records.view_context import current_reader, now_here
from tracker.summaries import asked as asking
from tracker.summaries.files import figure_response
from tracker.summaries.links import address, basis_of
from tracker.summaries.matrix_page import matrix_page
from tracker.summaries.page_files import matrix_file, partner_file, running_file, seizures_file, year_file, years_file
from tracker.summaries.partner import find_party, partner_page
from tracker.summaries.running import PARAMETERS, running_page
from tracker.summaries.seizures import seizures_page
from tracker.summaries.years import FIRST, LAST, year_page, years_page
from tracker.web.errors import require_parameters

blueprint = Blueprint("figure_files", __name__)
_BASIS = ("basis",)


@blueprint.get("/figures.<any(xlsx, json):file_format>")
@require(Permission.FIGURES_READ)
def matrix(file_format: str) -> Response | BaseResponse:
    reader = current_reader()
    require_parameters(asking.parameters())
    asked = asking.read(reader, request.args)
    if asked.problems:
        # the page says what is wrong with the address; a file of something else would not
        return redirect(address("summaries.matrix", request.args.to_dict(flat=False)))
    return figure_response(reader, matrix_file(matrix_page(reader, asked, {}, now_here())), file_format)


@blueprint.get("/figures/running-totals.<any(csv, xlsx, json):file_format>")
@require(Permission.FIGURES_READ)
def running(file_format: str) -> Response | BaseResponse:
    reader = current_reader()
    require_parameters(PARAMETERS)
    page = running_page(reader, request.args, now_here(), basis_of(request.args))
    if page.problem or (page.name and not page.chosen):
        # the page says what is wrong with the day, or that there is no such series
        return redirect(address("summaries.running", page.args))
    return figure_response(reader, running_file(page), file_format)


@blueprint.get("/figures/seizures.<any(csv, xlsx, json):file_format>")
@require(Permission.FIGURES_READ)
def seizures(file_format: str) -> Response:
    require_parameters(_BASIS)
    reader = current_reader()
    return figure_response(reader, seizures_file(seizures_page(reader, now_here(), basis_of(request.args))), file_format)


@blueprint.get("/partners/<code>/figures.<any(xlsx, json):file_format>")
@require(Permission.FIGURES_READ)
def partner(code: str, file_format: str) -> Response:
    require_parameters(_BASIS)
    reader = current_reader()
    party = find_party(reader, code) or abort(404)
    page = partner_page(reader, party, now_here(), basis_of(request.args), with_lists=False)
    return figure_response(reader, partner_file(reader, page), file_format)


@blueprint.get("/years/figures.<any(xlsx, json):file_format>")
@require(Permission.FIGURES_READ)
def years(file_format: str) -> Response:
    require_parameters(_BASIS)
    reader = current_reader()
    return figure_response(reader, years_file(reader, years_page(reader, now_here(), basis_of(request.args))), file_format)


@blueprint.get("/years/<int:year>/figures.<any(xlsx, json):file_format>")
@require(Permission.FIGURES_READ)
def year(year: int, file_format: str) -> Response:
    require_parameters(_BASIS)
    if not FIRST <= year <= LAST:
        abort(404)
    reader = current_reader()
    return figure_response(reader, year_file(reader, year_page(reader, year, now_here(), basis_of(request.args))), file_format)
