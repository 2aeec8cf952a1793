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
from tracker.summaries.page_files import matrix_file, partner_file, year_file, years_file
from tracker.summaries.partner import find_party, partner_page
from tracker.summaries.years import FIRST, LAST, year_page, years_page

blueprint = Blueprint("figure_files", __name__)


@blueprint.get("/figures.<any(xlsx, json):file_format>")
@require(Permission.FIGURES_READ)
def matrix(file_format: str) -> Response | BaseResponse:
    reader = current_reader()
    asked = asking.read(reader, request.args)
    if asked.problems:
        # the page says what is wrong with the address; a file of something else would not
        return redirect(address("summaries.matrix", request.args.to_dict(flat=False)))
    return figure_response(reader, matrix_file(matrix_page(reader, asked, {}, now_here())), file_format)


@blueprint.get("/partners/<code>/figures.<any(xlsx, json):file_format>")
@require(Permission.FIGURES_READ)
def partner(code: str, file_format: str) -> Response:
    reader = current_reader()
    party = find_party(reader, code) or abort(404)
    page = partner_page(reader, party, now_here(), basis_of(request.args), with_planned=False)
    return figure_response(reader, partner_file(reader, page), file_format)


@blueprint.get("/years/figures.<any(xlsx, json):file_format>")
@require(Permission.FIGURES_READ)
def years(file_format: str) -> Response:
    reader = current_reader()
    return figure_response(reader, years_file(reader, years_page(reader, now_here(), basis_of(request.args))), file_format)


@blueprint.get("/years/<int:year>/figures.<any(xlsx, json):file_format>")
@require(Permission.FIGURES_READ)
def year(year: int, file_format: str) -> Response:
    if not FIRST <= year <= LAST:
        abort(404)
    reader = current_reader()
    return figure_response(reader, year_file(reader, year_page(reader, year, now_here(), basis_of(request.args))), file_format)
