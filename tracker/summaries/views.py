"""Pages of figures. Each view guards, reads, answers; what is counted is decided in `counting`."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from tracker.accounts.guards import require
from tracker.accounts.permissions import Permission
from tracker.records import registry
from tracker.records.csv_text import csv_response
from tracker.records.export_trail import note_export
from tracker.records.filtering import Reader
from tracker.records.view_context import current_reader, now_here
from tracker.saved.models import SavedView
from tracker.saved.queries import shown_view
from tracker.summaries import asked as asking
from tracker.summaries import file_views
from tracker.summaries.home import home_page
from tracker.summaries.how_we_count import counting_page
from tracker.summaries.links import address, basis_of, partner_url
from tracker.summaries.matrix_page import file_rows, matrix_page
from tracker.summaries.partner import find_party, partner_page
from tracker.summaries.partners import partners_page, sole_match
from tracker.summaries.running import running_form, running_page
from tracker.summaries.seizures import seizures_page
from tracker.summaries.years import FIRST, LAST, year_page, years_page
from tracker.web import navigation
from tracker.web.errors import require_parameters

blueprint = Blueprint("summaries", __name__)
TYPED = 100


@blueprint.get("/")
@require(Permission.FIGURES_READ)
def home() -> str:
    page = home_page(current_reader(), now_here(), basis_of(request.args), with_map=_with_map())
    return render_template("summaries/home.html", page=page, types=registry.every_type())


@blueprint.get("/figures/")
@require(Permission.FIGURES_READ)
def matrix() -> str | tuple[str, int]:
    reader = current_reader()
    asked = asking.read(reader, request.args)
    page = matrix_page(reader, asked, request.args, now_here())
    return render_template("summaries/matrix.html", page=page, saved=_saved_view(reader)), 400 if asked.problems else 200


@blueprint.get("/figures.csv")
@require(Permission.FIGURES_READ)
def matrix_csv() -> Response | BaseResponse:
    reader = current_reader()
    require_parameters(asking.parameters())
    asked = asking.read(reader, request.args)
    if asked.problems:
        # the page says what is wrong with the address; a file of something else would not
        return redirect(address("summaries.matrix", request.args.to_dict(flat=False)))
    rows = list(file_rows(reader, asked, now_here()))
    note_export(reader, "figures", asked.chosen, len(rows))
    return csv_response(f"{asked.measure.code}-{asked.choice.code}-{reader.today}.csv", rows)


@blueprint.get("/figures/seizures")
@require(Permission.FIGURES_READ)
def seizures() -> str:
    reader = current_reader()
    page = seizures_page(reader, now_here(), basis_of(request.args))
    return render_template("summaries/seizures.html", page=page, saved=_saved_view(reader))


@blueprint.get("/figures/running-totals")
@require(Permission.FIGURES_READ)
def running() -> str | tuple[str, int]:
    reader = current_reader()
    page = running_page(reader, request.args, now_here(), basis_of(request.args))
    shown = render_template("summaries/running.html", page=page, form=running_form(page), saved=_saved_view(reader))
    return shown, 422 if page.problem else 200


@blueprint.get("/partners/")
@require(Permission.FIGURES_READ)
def partners() -> str | BaseResponse:
    reader, typed = current_reader(), request.args.get("name", "").strip()[:TYPED]
    code = sole_match(reader, typed)
    if code:
        return redirect(partner_url(code, basis_of(request.args)))
    return render_template("summaries/partners.html", page=partners_page(reader, typed, now_here(), basis_of(request.args)))


@blueprint.get("/partners/<code>")
@require(Permission.FIGURES_READ)
def partner(code: str) -> str:
    reader = current_reader()
    party = find_party(reader, code) or abort(404)
    return render_template("summaries/partner.html", page=partner_page(reader, party, now_here(), basis_of(request.args)))


@blueprint.get("/years/")
@require(Permission.FIGURES_READ)
def years() -> str:
    return render_template("summaries/years.html", page=years_page(current_reader(), now_here(), basis_of(request.args)))


@blueprint.get("/years/<int:year>")
@require(Permission.FIGURES_READ)
def year(year: int) -> str:
    if not FIRST <= year <= LAST:
        abort(404)
    page = year_page(current_reader(), year, now_here(), basis_of(request.args), with_map=_with_map())
    return render_template("summaries/year.html", page=page)


@blueprint.get("/help")
@require(Permission.FIGURES_READ)
def help() -> str:
    return render_template("summaries/help.html", types=registry.every_type())


@blueprint.get("/how-we-count")
@require(Permission.FIGURES_READ)
def how_we_count() -> str:
    return render_template("summaries/how_we_count.html", page=counting_page(current_reader(), now_here()))


def _saved_view(reader: Reader) -> SavedView | None:
    """The view from which this page was opened."""
    return shown_view(reader.session, reader.user, request.endpoint, request.args)


def _with_map() -> bool:
    """Whether the ministry shows boundaries at all."""
    return bool(current_app.config["SETTINGS"].map != "none")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.register_blueprint(file_views.blueprint)
    app.context_processor(lambda: {"help_url": url_for("summaries.help")})
    for label, endpoint, position, key in (
        (_l("Home"), "summaries.home", 10, "h"),
        (_l("Figures"), "summaries.matrix", 30, "m"),
        (_l("Partners"), "summaries.partners", 40, "p"),
        (_l("Years"), "summaries.years", 50, "y"),
        (_l("Help"), "summaries.help", 90, ""),
    ):
        navigation.add(app, navigation.Entry(label, endpoint, Permission.FIGURES_READ, position, key))
