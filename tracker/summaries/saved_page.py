"""Saved views as people see them: where each leads, what it asks for, and the number that it comes to for whoever looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from tracker.counting.filters import FilterError, RecordFilter
from tracker.counting.measures import SEIZURES
from tracker.records import registry
from tracker.records.filter_names import filter_names
from tracker.records.filtering import Reader, filter_of, in_words
from tracker.records.record_type import RecordType
from tracker.saved.models import PASSING, QUERY_LENGTH, TYPE, SavedView
from tracker.saved.queries import own_views, shared_views
from tracker.summaries import asked as asking
from tracker.summaries.links import basis_of
from tracker.summaries.matrix import filter_for
from tracker.summaries.matrix_page import caption_of
from tracker.summaries.running import PARAMETERS, asked_of

MATRIX, ALL, ONE_TYPE = "summaries.matrix", "records.index_all", "records.index"
RUNNING, SEIZED = "summaries.running", "summaries.seizures"
_OWN = {RUNNING: PARAMETERS, SEIZED: ("basis",)}  # what pages read that have a filter of their own


@dataclass(frozen=True)
class State:
    """What can be saved: a page, and what its address asks for."""

    endpoint: str
    query: str

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query)

    @property
    def args(self) -> MultiDict[str, str]:
        return MultiDict((name, value) for name, value in self.pairs if name != TYPE)

    @property
    def slug(self) -> str:
        """The type of the list, as addresses name it."""
        return dict(self.pairs).get(TYPE, "")

    def url(self, **more: Any) -> str:
        """The page itself. The list of a type that is no longer there is asked for as one of all, which says so."""
        pairs = [(name, value) for name, value in self.pairs if name != TYPE] + [(name, str(value)) for name, value in more.items()]
        path = url_for(self.endpoint) if self.endpoint != ONE_TYPE else ""
        if self.endpoint == ONE_TYPE:
            record_type = kind_of(self)
            path = url_for(ONE_TYPE, record_type=record_type) if record_type else url_for(ALL)
            pairs += [] if record_type else [("kind", self.slug)]
        return f"{path}?{urlencode(pairs)}" if pairs else path


@dataclass(frozen=True)
class ViewLine:
    """One saved view in a list."""

    number: int
    name: str
    url: str
    words: str
    owner: str
    is_shared: bool
    is_pinned: bool


@dataclass(frozen=True)
class SavedPage:
    """The reader's own views, those on his first page first, and those that others share."""

    own: tuple[ViewLine, ...]
    shared: tuple[ViewLine, ...]


def state_of(address: str) -> State | None:
    """What the address of a page of this product asks for; None where it is none that can be saved."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or len(address) > QUERY_LENGTH:
        return None
    try:
        endpoint, args = current_app.url_map.bind("").match(parts.path, "GET")
    except HTTPException:
        return None
    if endpoint not in (MATRIX, ALL, ONE_TYPE, RUNNING, SEIZED):
        return None
    pairs = [(name, value) for name, value in parse_qsl(parts.query) if name not in PASSING]
    own = [(TYPE, args[TYPE].slug)] if endpoint == ONE_TYPE else []
    query = urlencode([*own, *pairs])
    return State(endpoint, query) if len(query) <= QUERY_LENGTH else None


def state_in(view: SavedView) -> State:
    """What a view was saved with."""
    return State(view.endpoint, view.query)


def unknown_names(state: State) -> list[str]:
    """Parameters that nothing reads any more: the page would not say that they were passed over."""
    every = asking.parameters() if state.endpoint == MATRIX else (*filter_names(), "sort")
    known = _OWN.get(state.endpoint, every)
    return sorted({name for name in state.args if name not in known})


def saved_page(reader: Reader) -> SavedPage:
    """The page of saved views."""
    own = sorted(own_views(reader.session, reader.user), key=lambda view: (view.position is None, view.position or 0))
    return SavedPage(
        tuple(_line(reader, view, "") for view in own),
        tuple(_line(reader, view, view.owner.display_name) for view in shared_views(reader.session, reader.user)),
    )


def words_of(reader: Reader, state: State) -> str:
    """What the state asks for, in a line."""
    gone = [gettext("asks for “%(name)s”, which is no longer there", name=name) for name in unknown_names(state)]
    if state.endpoint == ONE_TYPE and kind_of(state) is None:
        gone.append(gettext("asks for “%(name)s”, which is no longer there", name=state.slug))
    if state.endpoint == MATRIX:
        asked = asking.read(reader, state.args)
        if asked.problems:
            return " · ".join([*asked.problems.values(), *gone])
        parts, chosen = [str(asked.measure.label), caption_of(asked, reader.locale)], filter_for(asked)
        if asked.comparison:  # its days are said
            chosen = chosen.narrowed(since=None, until=None)
        return " · ".join([*parts, *_filter_words(reader, chosen), *gone])
    if state.endpoint in _OWN:
        return " · ".join([*_words_of_own(reader, state), *gone])
    record_type = kind_of(state)
    label = str(record_type.label_plural) if record_type else gettext("Records")
    try:
        return " · ".join([label, *_filter_words(reader, filter_of(reader, state.args)), *gone])
    except FilterError as error:
        return " · ".join([label, *error.problems.values(), *gone])


def _words_of_own(reader: Reader, state: State) -> list[str]:
    """What a page asks for that has a filter of its own."""
    if state.endpoint == SEIZED:
        return [str(SEIZURES.label), gettext("Items by year")]
    chosen, problem = asked_of(reader, state.args, basis_of(state.args))
    return [gettext("Running totals"), *([problem] if problem else _filter_words(reader, chosen))]


def kind_of(state: State) -> RecordType | None:
    return next((one for one in registry.every_type() if one.slug == state.slug), None)


def _filter_words(reader: Reader, chosen: RecordFilter) -> list[str]:
    return [words for name, words, _ in in_words(reader, chosen) if name not in ("measure", "basis")]


def _line(reader: Reader, view: SavedView, owner: str) -> ViewLine:
    url = url_for("saved.show", number=view.id)
    return ViewLine(view.id, view.name, url, words_of(reader, state_in(view)), owner, view.is_shared, view.position is not None)
