"""Pages for what goes wrong. They use no database, so that they still come when it is gone."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import BadRequest, HTTPException, SecurityError

from tracker.database.session import is_commit_unanswered
from tracker.extensions import db
from tracker.web.form_pages import page_of_form
from tracker.web.problems import asked_by_program, problem
from tracker.web.resending import may_be_sent_again, sent_fields
from tracker.web.slashes import page_without_slash

_WORDS = {
    400: (_l("That could not be read"), _l("The request was incomplete or damaged."), _l("Go back and try again.")),
    403: (
        _l("Not for your role"),
        _l("Your role does not include this page or action."),
        _l("Ask an administrator if you need it."),
    ),
    404: (
        _l("Nothing here"),
        _l("There is no page or record at this address."),
        _l("Check the reference, or search for the title."),
    ),
    405: (
        _l("Not this way"),
        _l("This address does not take that kind of request."),
        _l("Go back and use the page's buttons."),
    ),
    409: (_l("Not in this state"), _l("The record does not allow this now."), _l("Look at the record.")),
    413: (_l("Too large"), _l("What was sent is larger than the tracker takes."), _l("Shorten it and send it again.")),
    503: (
        _l("Not available at the moment"),
        _l("The database does not answer."),
        _l("Nothing that was acknowledged is lost. Try again in a minute."),
    ),
    500: (
        _l("Something broke"),
        _l("The tracker made a mistake; it has been written to the log."),
        _l("Nothing was stored. Go back, and tell an administrator if it happens again."),
    ),
}
# what a program can do, which has no page
_FOR_PROGRAMS = {
    400: _l("Mend the address or the body."),
    405: _l("The header “Allow” names what it takes."),
}
# COMMIT was sent and not answered: what the usual words promise would be a guess
_UNANSWERED = (
    _l("It may have been stored"),
    _l("The connection to the database broke before the database said whether it has stored this."),
    _l("Try again in a minute, or look first: a record, change or decision that was stored is not made a second time."),
)


def _words(code: int) -> tuple[str, str, str]:
    """Title, what happened, how to go on."""
    found = _WORDS.get(code) or _WORDS[400 if 400 <= code < 500 else 500]
    if code == 503 and is_commit_unanswered():
        found = _UNANSWERED
    title, text, remedy = map(str, found)
    return title, text, remedy


class AddressError(BadRequest):
    """An address that cannot be read, with the words for whoever wrote it."""


def require_parameters(known: Collection[str]) -> None:
    """Raise AddressError where the address asks for a parameter that nothing reads: a file would hold what nobody asked for."""
    unknown = [f"“{name[:60]}”" for name in request.args if name not in known]
    if unknown:
        names = ", ".join(unknown[:10])
        raise AddressError(ngettext("There is no parameter %(names)s.", "There are no parameters %(names)s.", len(unknown), names=names))


def error_page(code: int, text: str = "", remedy: str = "", *, title: str = "") -> Response:
    """The page for status `code`, in plain words."""
    usual_title, usual_text, usual_remedy = _words(code)
    if asked_by_program():
        usual_remedy = str(_FOR_PROGRAMS.get(code, usual_remedy))
        told = problem(code, " ".join(filter(None, (text or usual_text, remedy or ("" if text else usual_remedy)))))
        told.headers.update({"Retry-After": "10"} if code == 503 else {})
        return told
    fields: list[tuple[str, str]] = []
    if code == 503:
        g.user = None  # what the frame shows of a reader comes from the database, which is gone
        fields = sent_fields(typed_only=False) if may_be_sent_again() else []
    home = "" if fields else "/"
    words = {"title": title or usual_title, "text": text or usual_text, "remedy": remedy or usual_remedy, "home_url": home, "code": code}
    known = {"is_stored_perhaps": is_commit_unanswered(), "has_files": bool(fields and request.files)}
    page = render_template("errors/unsent.html" if fields else "errors/error.html", fields=fields, **known, **words)
    response = make_response(page, code)
    if code == 503:
        response.headers["Retry-After"] = "10"
    return response


def _on_http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.get_response())
    form_page = page_of_form() if error.code == 405 and not asked_by_program() else ""
    if form_page:
        return make_response(redirect(form_page))
    page = page_without_slash() if error.code == 404 and not asked_by_program() else ""
    if page:
        return make_response(redirect(page, 308))
    is_read = not isinstance(error, AddressError)
    response = error_page(error.code or 500, *([] if is_read else [str(error.description), gettext("Mend the address, and ask again.")]))
    if error.code == 405:
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    return response


def _on_host(_error: SecurityError) -> Response:
    """Under a name that is not ours no address can be built, so this answer is plain text."""
    text = gettext("The tracker does not answer under this name. Whoever runs it sets TRUSTED_HOSTS.")
    return Response(f"{text}\n", 400, mimetype="text/plain")


def _on_csrf(_error: CSRFError) -> Response:
    return error_page(
        400,
        gettext("This form is too old or was not made by this tracker."),
        gettext("Go back, reload the page and send it again; your browser keeps what you typed."),
    )


def _on_database(error: DBAPIError) -> Response:
    current_app.logger.error("database error at %s %r", request.method, request.path, exc_info=error)
    lost = error.connection_invalidated or type(error).__name__ == "OperationalError"
    if not lost:
        with suppress(DBAPIError):  # in a transaction that failed PostgreSQL answers nothing more, not even for the frame of the page
            db.session.rollback()
    return error_page(503 if lost else 500)


def _on_anything(error: Exception) -> Response:
    current_app.logger.error("error at %s %r", request.method, request.path, exc_info=error)
    return error_page(500)


def register(app: Flask) -> None:
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(SecurityError, _on_host)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(DBAPIError, _on_database)
    if not app.testing:  # a test wants the exception itself
        app.register_error_handler(Exception, _on_anything)
