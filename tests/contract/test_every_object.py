"""The promise "No object by guessing its number": for everybody who may not see a record, it is not there; who may not change it, does not.

Parametrised over the map of addresses: a new address is looked at without being named here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.routing import BuildError, Rule

from tests.app import application, contents
from tests.contract.addresses import a_format
from tests.contract.planted import COMMON, MEKONG, PEOPLE, READS, STEPPE, Planted, client_of, plant
from tests.engines import Databases
from tests.forms import form_fields, minimal
from tests.pages import list_file, text_of
from tests.tracker.files.samples import pdf
from tests.tracker.files.test_corpus import upload
from tracker.accounts.clearance import read_by
from tracker.record_types import RECORD_TYPES

QUERIES = ("", f"?q={COMMON}", "?review=draft", "?owner=owner", "?measure=records&partner=LAO&year=2024")
MISSING = "HND-1999-0001"
# tables that a refused or strange request may add to: who was refused, who read
TRAILS = {"audit_event", "audit_mention", "audit_head", "sign_in_session", "api_token", "attempt"}


# What may be seen is one condition, whoever asks: everybody goes to every address, but each address shows them what they may see of
# one type only, in turn, and answers them one query. One of them does so on both engines. Who sees what another one sees too walks
# with `make everything`, and so does one who is shown every type and asks every query everywhere.
THOROUGH, EVERYWHERE = "viewer", "steppe"
ALIKE = ("deskless", "manager", "owner", "reviewer", "named", "administrator")
WALKERS = [
    pytest.param(name, marks=() if name == EVERYWHERE else pytest.mark.whole if name in ALIKE else pytest.mark.once) for name in PEOPLE
]
walkers = pytest.mark.parametrize(
    ("name", "thorough"),
    [*(pytest.param(one.values[0], False, marks=one.marks) for one in WALKERS), pytest.param(THOROUGH, True, marks=pytest.mark.whole)],
)
House = tuple[Flask, list[Planted]]


@pytest.fixture(scope="module")
def house(databases: Databases, cheap_passwords: None) -> Iterator[House]:
    """Planted once for all: nothing here changes it, or a test says so."""
    with databases.fresh() as url, application(url) as app:
        yield app, plant(app)


@walkers
def test_no_object_by_guessing_its_number_0_leaks_in_pages_files_search_counts_and_autocomplete(
    house: House, name: str, thorough: bool
) -> None:
    app, planted = house
    client = client_of(app, name)
    told = {tell: one for one in planted if not one.is_for(name) for tell in one.tells}
    assert told or name in ("owner", "named")
    seen, asked = "", 0
    for url in (url for turn, rule in enumerate(reading(app)) for url in urls(app, rule, planted, name, turn, thorough)):
        answer = client.get(url)
        assert answer.status_code < 500, url
        text = text_of(answer).replace(url.replace("&", "&amp;"), "")
        asked += 1
        seen += text if answer.status_code == 200 else ""
        own = told.keys() & set(re.split(r"[/?&=]", url))  # what stands in the address was known before
        if url.startswith("/audit/"):  # the trail says to administrators which record was touched, never what stands in it
            own |= {tell for one in planted for tell in (one.ref, one.source)}
        leaks = {tell for tell in told if tell in text and tell not in own}
        assert not leaks, f"{name} at {url} ({answer.status_code}): {[(tell, told[tell]) for tell in leaks]}"
    assert asked > 150
    # the walk above can find: whatever the reader may see was seen
    assert [one for one in planted if one.is_for(name) and not (one.ref in seen and one.word in seen)] == []


@pytest.mark.once
@walkers
def test_no_object_by_guessing_its_number_0_reachable_and_no_difference_to_a_missing_one(house: House, name: str, thorough: bool) -> None:
    app, planted = house
    client = client_of(app, name)
    hidden = [one for one in planted if not one.is_for(name)]
    with app.test_request_context():
        rules = [rule for rule in app.url_map.iter_rules() if "ref" in rule.arguments]
    before = kept(app)
    tried = 0
    for one in hidden:
        for turn, rule in enumerate(rules):
            if not thorough and RECORD_TYPES[turn % len(RECORD_TYPES)].slug != one.slug:
                continue
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                there, gone = (address(app, rule, one.slug, ref) for ref in (guess(rule, one), guess(rule, None)))
                data = minimal(RECORD_TYPES[0]) | {"version": "1", "add": "viewer"} if method == "POST" else None
                answer, other = client.open(there, method=method, data=data), client.open(gone, method=method, data=data)
                assert answer.status_code in (404, 403), (method, there)
                assert answer.status_code == other.status_code, (method, there)
                assert answer.get_data(as_text=True) == other.get_data(as_text=True), (method, there)
                tried += 1
    assert tried >= (6 if thorough else 2) * len(hidden)
    assert kept(app) == before


@pytest.mark.once
@pytest.mark.parametrize(("name", "desk"), [("steppe", STEPPE), pytest.param("deskless", "", marks=pytest.mark.whole)])
def test_no_object_by_guessing_its_number_0_posts_with_effect_on_records_of_another_desk(house: House, name: str, desk: str) -> None:
    app, planted = house
    client, owner = client_of(app, name), client_of(app, "owner")
    posted = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()) and "ref" in rule.arguments]
    chosen = [one for one in planted if one.marking == "AMBER" or (one.slug == "handovers" and one.marking != "CLEAR")]
    for one in chosen:
        for place in (one.address, f"/sources/{one.source}"):
            upload(owner, place, ("letter.pdf", pdf()))  # so that there is one to remove; twice is once
    before = kept(app)
    for one in (one for one in chosen if one.is_for(name) and not one.is_draft):
        page = client.get(one.address).text
        assert f"{one.address}/edit" not in page
        assert MEKONG in page
        form = form_fields(owner.get(f"{one.address}/edit").text)
        form["title"], form["action"] = "Taken over", "save"
        for answer in (client.get(f"{one.address}/edit"), client.post(f"{one.address}/edit", data=form)):
            assert answer.status_code == 403
            assert f"{one.ref} is kept by: {MEKONG}." in answer.text
        source = form_fields(client.get(f"/sources/{one.source}/edit").text)
        assert not source
        for answer in (client.get(f"/sources/{one.source}/edit"), client.post(f"/sources/{one.source}/edit", data={"title": "Taken over"})):
            assert answer.status_code == 403
        assert "/edit" not in client.get(f"/sources/{one.source}").text
        said: dict[str, int] = {}
        for rule in posted:
            place = address(app, rule, one.slug, guess(rule, one), into=next(other.ref for other in planted if is_merged_with(other, one)))
            answer = client.post(place, data=deeds(form))
            assert answer.status_code < 500, place
            said[place] = answer.status_code
        assert kept(app) == before, f"{name} changed something at one of {said}"
    assert owner.get(f"{planted[0].address}/edit").status_code == 200


@pytest.mark.once
@pytest.mark.parametrize("name", ["reviewer", "administrator"])
def test_reviewers_and_administrators_are_not_bound_to_desks(house: House, name: str) -> None:
    app, planted = house
    client = client_of(app, name)
    for one in planted:
        assert client.get(f"{one.address}/edit").status_code == (200 if one.is_for(name) else 404)


@pytest.mark.parametrize("name", PEOPLE)
def test_what_a_reader_may_not_read_is_not_in_his_figures(house: House, name: str) -> None:
    app, planted = house
    client = client_of(app, name)
    for slug in ("records", *(record_type.slug for record_type in RECORD_TYPES)):
        mine = [one for one in planted if one.is_for(name) and not one.is_draft and slug in ("records", one.slug)]
        page = client.get(f"/{slug}/").text
        assert re.search(rf'class="list-count">{len(mine)} record', page), slug
        file = list_file(client, f"/{slug}.csv")
        assert len(re.findall(r"http://localhost/[a-z]+/[A-Z]+-\d{4}-\d{4}", file)) == len(mine), slug
    apart = {"operations", *(one.slug for one in RECORD_TYPES if not one.is_activity)}
    activities = sum(1 for one in planted if one.is_for(name) and not one.is_draft and one.slug not in apart)
    row = client.get("/figures.csv?measure=activities&basis=working").text.splitlines()[1].split(",")
    # operations are parts of a larger one here: of each the parent, and no part, counts
    operations = sum(1 for one in planted if one.slug == "operations" and one.is_for(name) and not one.is_draft) - 1
    assert row[1:3] == ["LAO", str(activities + operations)]


@pytest.mark.parametrize("name", WALKERS)
def test_every_page_that_shows_records_prints_the_highest_marking_among_them(house: House, name: str) -> None:
    app, planted = house
    client = client_of(app, name)
    mine = [one for one in planted if one.is_for(name)]
    highest = "RED" if name in ("owner", "named") else "AMBER" if name == "viewer" else "AMBER+STRICT"
    for url in (
        "/?basis=working",
        "/records/",
        "/figures/?basis=working",
        "/years/2024?basis=working",
        "/partners/LAO?basis=working",
        "/sources/",
    ):
        assert printed(client, url) == {f"TLP:{highest}"}, url
    for one in mine:
        assert printed(client, f"/sources/{one.source}") == {f"TLP:{one.marking}"}
        if one.marking in ("AMBER", "AMBER+STRICT", "RED"):
            assert printed(client, one.address) == {f"TLP:{one.marking}"}
            assert printed(client, f"{one.address}/history") == {f"TLP:{one.marking}"}


def test_the_table_of_clearances_is_the_one_that_was_decided() -> None:
    assert {role: read_by(role) for role in READS} == READS


def printed(client: FlaskClient, url: str) -> set[str]:
    """The markings at the top and foot of a page: one, twice."""
    found = re.findall(r'<p class="marking[^"]*">([^<]+)</p>', client.get(url).text)
    assert len(found) == 2, url
    return set(found)


def kept(app: Flask) -> dict[str, Any]:
    return {name: rows for name, rows in contents(app).items() if name not in TRAILS}


def reading(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint != "static")


def guess(rule: Rule, one: Planted | None) -> str:
    """The reference of the object in an address of this rule."""
    if "/sources/" in rule.rule:
        return one.source if one else "SRC-1999-0001"
    return one.ref if one else MISSING


def is_merged_with(other: Planted, one: Planted) -> bool:
    return other.slug == one.slug and other.ref != one.ref and other.marking == "GREEN" and not other.is_draft


def deeds(form: MultiDict[str, str]) -> dict[str, Any]:
    """What makes every form with a button do something: that of a record, and what the small ones ask for."""
    next_month = str(datetime.now(UTC).date() + timedelta(days=30))
    small = {"version": "1", "other_version": "1", "note": "Not needed", "reason": "Not needed", "add": "viewer", "decision": "approve"}
    small |= {"purpose": "Answer to the partner", "review_on": next_month, "ground": "time_over", "nos": "1"}
    small |= {"party": "Laos", "authority": "Ministry", "given_on": "2024", "channel": "letter", "given": "pseudonyms", "sent_on": "2024"}
    return form.to_dict(flat=False) | small | {"files": (io.BytesIO(pdf("Another letter")), "another.pdf")}


def address(app: Flask, rule: Rule, slug: str, ref: str, **more: str) -> str:
    values: dict[str, Any] = {"record_type": slug, "ref": ref, "number": 1, "batch_id": 1, "code": "LAO", "year": 2024} | more
    values["file_format"] = a_format(rule)
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, {name: values.get(name, 1) for name in rule.arguments})


def urls(app: Flask, rule: Rule, planted: list[Planted], name: str, turn: int, thorough: bool) -> Iterator[str]:
    """Addresses of one rule, the `turn`-th: of every planted object, else with every query; fewer unless `thorough`."""
    queries, types = QUERIES, RECORD_TYPES
    if not thorough:
        queries = ("", QUERIES[1 + turn % (len(QUERIES) - 1)])
        types = (RECORD_TYPES[turn % len(RECORD_TYPES)],)
    try:
        if "ref" in rule.arguments:
            asked = [one for one in planted if not one.is_for(name) or one.slug in {record_type.slug for record_type in types}]
            yield from {address(app, rule, one.slug, guess(rule, one)): None for one in asked}
        elif "record_type" in rule.arguments:
            pairs = [
                (one, query) for place, one in enumerate(RECORD_TYPES) for query in (queries if thorough else [queries[(turn + place) % 2]])
            ]
            yield from (address(app, rule, one.slug, "") + query for one, query in pairs)
        else:
            yield from (address(app, rule, "", "") + query for query in queries)
    except BuildError:
        raise AssertionError(f"{rule.endpoint} has an argument that this test does not know") from None
