"""Extensions, made here and bound to the application in `create_app`."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask, current_app, g
from flask_babel import Babel
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session, sessionmaker

_KEY = "database"


class Database:
    """One engine for each application, one session for each application context (a request, a command)."""

    def init_app(self, app: Flask, url: str) -> None:
        """Open `url` for `app`, and close each context's session at its end."""
        self.open(app, url)
        app.teardown_appcontext(self._close)

    @staticmethod
    def open(app: Flask, url: str) -> None:
        """Make `url` the database of `app`. Connections are asked whether they still live before they are used."""
        engine = sa.create_engine(url, pool_pre_ping=True, hide_parameters=True)  # an error in the log tells no values
        app.extensions[_KEY] = sessionmaker(engine)

    @property
    def engine(self) -> sa.Engine:
        """The engine of the current application."""
        engine: sa.Engine = current_app.extensions[_KEY].kw["bind"]
        return engine

    @property
    def session(self) -> Session:
        """The session of the current application context, begun when it is first asked for."""
        if _KEY not in g:
            setattr(g, _KEY, current_app.extensions[_KEY]())
        session: Session = g.get(_KEY)
        return session

    @staticmethod
    def _close(_: BaseException | None) -> None:
        session: Session | None = g.pop(_KEY, None)
        if session is None:
            return
        try:
            session.close()
        except sa.exc.DBAPIError as error:
            # A dead connection cannot be closed properly; the answer that is on its way must not become another error.
            current_app.logger.warning("closing the session failed: %s", error)


babel = Babel()
csrf = CSRFProtect()
db = Database()
