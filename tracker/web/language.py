"""The language of the interface: chosen by the reader, never guessed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, has_request_context, redirect, request, session
from flask_babel import Domain, get_locale
from werkzeug.wrappers import Response

from tracker.extensions import babel
from tracker.web.access import public
from tracker.web.problems import asked_by_program

LANGUAGES = {"en": "English", "zh": "中文"}
blueprint = Blueprint("web", __name__)


class _Words(Domain):
    """The product's messages, found by the language alone: a page asks for hundreds of them."""

    def __init__(self) -> None:
        super().__init__()
        self.by_locale: dict[Any, Any] = {}

    def get_translations(self) -> Any:
        """The messages of the page being made; outside of one, none."""
        locale = get_locale()
        found = self.by_locale.get(locale)
        if found is None:
            found = super().get_translations()
            if locale is not None:
                self.by_locale[locale] = found
        return found


def chosen_language() -> str:
    """The language of this browser, else the ministry's default; on the command line always the latter."""
    if asked_by_program():  # by header: no cookie counts there
        return request.accept_languages.best_match(LANGUAGES) or str(current_app.config["DEFAULT_LANGUAGE"])
    chosen = session.get("language") if has_request_context() else None
    return chosen if chosen in LANGUAGES else str(current_app.config["DEFAULT_LANGUAGE"])


def current_language() -> str:
    """The language of the page being made."""
    return str(get_locale() or "en").split("_", maxsplit=1)[0]


def safe_path(target: str | None, otherwise: str = "/") -> str:
    """`target` when it is a path of this site; redirects never leave it."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc and not any(ord(char) < 32 for char in target) else otherwise


@blueprint.post("/language")
@public
def set_language() -> Response:
    """Keep the chosen language for this browser and go back to the page."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(safe_path(request.form.get("next")))


def register(app: Flask) -> None:
    babel.init_app(app, locale_selector=chosen_language, timezone_selector=lambda: app.config["TIME_ZONE"])
    words = _Words()
    babel.domain_instance = words
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: words.get_translations().ugettext(text),
        ngettext=lambda one, many, number: words.get_translations().ungettext(one, many, number),
        newstyle=True,
    )
    app.register_blueprint(blueprint)
    app.jinja_env.globals["languages"] = LANGUAGES
    app.context_processor(lambda: {"language": current_language(), "direction": "ltr"})
