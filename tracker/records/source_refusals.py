"""Why a correction of a source is refused, in the words of its form, which programs read too."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.records.naming import names_somebody
from tracker.records.source_services import SourceMarkingError
from tracker.records.sources import Source


def named() -> str:
    """It would name a person."""
    return gettext("A record that cites this source is about a person with this name: leave the name out.")


def naming(session: Session, source: Source, said: Mapping[str, str | None]) -> list[str]:
    """Which of these texts, by their names, would name a person."""
    return [name for name, text in said.items() if names_somebody(session, source, (text,))]


def marked_lower(error: SourceMarkingError) -> str:
    """Records that cite it would be less restricted than it."""
    others = [gettext("others that you may not see")] if error.has_others else []
    return gettext("These records cite it and are marked lower: %(refs)s. Mark them higher first.", refs=", ".join([*error.refs, *others]))
