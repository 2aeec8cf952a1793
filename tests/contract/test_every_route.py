"""Laws of every address: who may call it, what it may change, what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.app import PASSWORD, ClientAs, add_user, contents, enter, minimal, signed_in, stored
from tests.contract.whole_records import counted, save
from tests.factories import sources, users
from tracker.accounts.models import Role
from tracker.accounts.permissions import Permission
from tracker.files.services import Owner, add, prepare
from tracker.files.store import store_of
from tracker.record_types import RECORD_TYPES
from tracker.web.access import PUBLIC, permission_of

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
ROLES = (Role.VIEWER, Role.OFFICER, Role.REVIEWER, Role.MANAGER, Role.ADMINISTRATOR)
# the smallest picture that is one
DOT = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
PUBLIC_VIEWS = {
    *("web.set_language", "accounts.sign_in", "accounts.check_sign_in", "accounts.code", "accounts.check_code"),
    *("accounts.passkey_options", "accounts.check_passkey", "accounts.start_single_sign_on", "accounts.end_single_sign_on"),
    *("accounts.invitation", "accounts.accept_invitation"),
}

# What each address answers to nobody, viewer, officer, reviewer, manager, administrator. `in`: sent to the sign-in page.
# POSTs carry nothing but their button: 422 is a form that was let in and refused for what it lacks.
EXPECTED = """
GET  web.set_language          -    -   -   -   -   -
POST web.set_language          302 302 302 302 302 302
GET  accounts.sign_in          200 302 302 302 302 302
POST accounts.check_sign_in    422 422 422 422 422 422
GET  records.index_all         in  200 200 200 200 200
GET  records.index             in  200 200 200 200 200
GET  records.choose            in  403 200 200 403 200
GET  records.show              in  200 200 200 200 200
GET  records.show_history      in  200 200 200 200 200
GET  records.show_version      in  200 200 200 200 200
GET  records.new               in  403 200 200 403 200
POST records.create            in  403 422 422 403 422
GET  records.edit              in  403 200 200 403 200
POST records.update            in  403 422 422 403 422
POST records.restore_version   in  403 303 303 403 303
GET  review.queue              in  403 403 200 403 200
GET  review.show               in  403 403 200 403 200
POST review.verify             in  403 403 409 403 409
POST review.return_for_changes in  403 403 409 403 409
POST review.verify_several     in  403 403 200 403 200
GET  bin.index                 in  403 200 200 403 200
GET  bin.ask_retire            in  403 200 200 403 200
POST bin.retire                in  403 409 409 403 409
POST bin.restore               in  403 303 303 403 303
POST bin.discard               in  403 303 303 403 303
POST bin.take_back             in  403 303 303 403 303
GET  merging.choose            in  403 200 200 403 200
POST merging.merge             in  403 422 422 403 422
POST records.twins             in  403 200 200 403 200
GET  records.suggest_parties   in  200 200 200 200 200
GET  records.suggest_names     in  200 200 200 200 200
GET  records.suggest_records   in  200 200 200 200 200
GET  records.suggest_sources   in  200 200 200 200 200
GET  records.live_date         in  200 200 200 200 200
GET  records.live_number       in  200 200 200 200 200
POST records.change_recipients in 403 403 403 403 403
POST records.add_files         in  403 422 422 403 422
GET  records.read_file         in  200 200 200 200 200
POST records.remove_file       in  403 303 303 403 303
POST records.restore_file      in  403 303 303 403 303
POST sources.add_source_files    in 403 422 422 403 422
GET  sources.read_source_file    in 200 200 200 200 200
POST sources.remove_source_file  in 403 303 303 403 303
POST sources.restore_source_file in 403 303 303 403 303
POST unsaved.keep              in  404 404 404 404 404
GET  unsaved.show              in  404 404 404 404 404
POST unsaved.send              in  404 404 404 404 404
POST unsaved.throw_away        in  404 404 404 404 404
GET  sources.index             in  200 200 200 200 200
GET  sources.show              in  200 200 200 200 200
GET  sources.show_version      in  200 200 200 200 200
POST sources.restore_version   in  403 303 303 403 303
GET  sources.edit              in  403 200 200 403 200
POST sources.update            in  403 422 422 403 422
GET  summaries.home            in  200 200 200 200 200
GET  summaries.matrix          in  200 200 200 200 200
GET  summaries.matrix_csv      in  200 200 200 200 200
GET  summaries.partners        in  200 200 200 200 200
GET  summaries.partner         in  200 200 200 200 200
GET  summaries.years           in  200 200 200 200 200
GET  summaries.year            in  200 200 200 200 200
GET  summaries.help            in  200 200 200 200 200
GET  exchange.list_csv_all     in  200 200 200 200 200
GET  exchange.list_csv         in  200 200 200 200 200
GET  exchange.ask_export       in  303 303 303 303 303
POST exchange.give_export      in  303 303 303 303 303
GET  desks.index               in  403 403 403 403 200
GET  desks.new                 in  403 403 403 403 200
POST desks.create              in  403 403 403 403 422
GET  desks.edit                in  403 403 403 403 200
POST desks.update              in  403 403 403 403 422
POST desks.close               in  403 403 403 403 303
POST desks.reopen              in  403 403 403 403 303
GET  desks.without             in  403 403 403 403 200
GET  desks.hand_over_form      in  403 403 403 403 200
POST desks.hand_over_records   in  403 403 403 403 422
GET  accounts.code             in  302 302 302 302 302
POST accounts.check_code       in  302 302 302 302 302
POST accounts.passkey_options  200 200 200 200 200 200
POST accounts.check_passkey    422 422 422 422 422 422
GET  accounts.start_single_sign_on 404 404 404 404 404 404
GET  accounts.end_single_sign_on 404 404 404 404 404 404
GET  accounts.invitation       410 410 410 410 410 410
POST accounts.accept_invitation 410 410 410 410 410 410
GET  accounts.account          in  200 200 200 200 200
POST accounts.set_language     in  422 422 422 422 422
POST accounts.change_password  in  422 422 422 422 422
POST accounts.stay             in  200 200 200 200 200
POST accounts.end_sign_in      in  404 404 404 404 404
POST accounts.end_other_sign_ins in 302 302 302 302 302
GET  accounts.second_factor    in  200 200 200 200 200
POST accounts.set_second_factor in 422 422 422 422 422
POST accounts.remove_second_factor in 302 302 302 302 302
POST accounts.new_recovery_codes in 302 302 302 302 302
POST accounts.new_passkey_options in 200 200 200 200 200
POST accounts.add_passkey      in  422 422 422 422 422
POST accounts.remove_passkey   in  404 404 404 404 404
GET  accounts.confirm          in  200 200 200 200 200
POST accounts.check_confirm    in  422 422 422 422 422
POST accounts.confirm_passkey_options in 200 200 200 200 200
POST accounts.confirm_passkey  in  422 422 422 422 422
GET  people.index              in  403 403 403 403 200
GET  people.invite             in  403 403 403 403 200
POST people.send_invitation    in  403 403 403 403 422
GET  people.show               in  403 403 403 403 200
GET  people.edit               in  403 403 403 403 200
POST people.update             in  403 403 403 403 422
POST people.renew_link         in  403 403 403 403 422
POST people.disable            in  403 403 403 403 422
POST people.enable             in  403 403 403 403 422
POST people.end_sign_ins       in  403 403 403 403 422
POST people.require_new_factor in  403 403 403 403 422
GET  records.readers           in  403 403 200 403 200
GET  records.restrict          in  403 403 200 403 200
POST records.change_restriction in 403 403 422 403 422
POST records.ask_lift          in  403 403 422 403 422
POST records.decide_lift       in  403 403 422 403 422
GET  handovers.names           in  403 303 303 403 403
POST handovers.open_names      in  403 303 303 403 403
GET  handovers.show_retention  in  200 200 200 200 200
POST handovers.set_review_date in  403 422 422 403 422
POST handovers.ask_erasure     in  403 422 422 403 422
POST handovers.decide_erasure  in  403 403 404 403 404
GET  handovers.retention_due   in  403 403 200 403 200
GET  handovers.show_disclosures in 403 200 200 403 200
GET  handovers.disclosures_csv in  403 200 200 403 200
GET  handovers.new_disclosure  in  403 200 200 403 403
POST handovers.note_disclosure in  403 422 422 403 403
GET  handovers.ask_withdrawal  in  403 404 404 403 403
POST handovers.withdraw_disclosure in 403 404 404 403 403
GET  handovers.correction_notice in 403 404 404 403 404
POST handovers.notice_sent     in  403 404 404 403 403
GET  handovers.corrections_due in  403 403 200 403 200
GET  processing.show           in  200 200 200 200 200
GET  records.by_reference      in  302 302 302 302 302
GET  notices.index             in  200 200 200 200 200
POST notices.read              in  404 404 404 404 404
POST notices.read_all          in  303 303 303 303 303
GET  notices.preferences       in  200 200 200 200 200
POST notices.choose            in  422 422 422 422 422
GET  audit.index               in  403 403 403 403 200
GET  audit.export              in  403 403 403 403 200
GET  audit.export_csv          in  403 403 403 403 200
POST accounts.sign_out         in  302 302 302 302 302
"""
TABLE = {
    (method, endpoint): tuple(answers)
    for method, endpoint, *answers in (line.split() for line in EXPECTED.strip().splitlines())
    if set(answers) != {"-"}
}
TRAIL = {"audit_event", "audit_mention", "audit_head"}  # the only rows that a GET may write: what was read or taken out
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FILE_HEADERS = {"Content-Security-Policy": f"{CSP}; sandbox"}
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


class TestPermissions:
    def test_every_address_names_its_permission(self, app: Flask) -> None:
        unnamed = [rule.endpoint for rule in rules(app) if permission_of(app.view_functions[rule.endpoint]) is None]
        assert unnamed == []

    def test_every_permission_that_is_named_exists(self, app: Flask) -> None:
        named = {permission_of(app.view_functions[rule.endpoint]) for rule in rules(app)}
        assert named <= {*Permission, PUBLIC}
        assert set(Permission) - named == set(), "a permission that no address asks for"

    def test_only_signing_in_and_the_language_are_public(self, app: Flask) -> None:
        assert {rule.endpoint for rule in rules(app) if permission_of(app.view_functions[rule.endpoint]) == PUBLIC} == PUBLIC_VIEWS

    def test_every_address_stands_in_the_table_and_nothing_else(self, app: Flask) -> None:
        assert {(method, rule.endpoint) for rule in rules(app) for method in methods(rule)} == set(TABLE)

    @pytest.mark.once
    def test_every_address_answers_each_role_as_the_table_says(self, app: Flask) -> None:
        places = addresses(app)
        found: dict[tuple[str, str], list[str]] = {key: [] for key in TABLE}
        is_nobody = True
        for client in (app.test_client(), *(signed_in(app, role) for role in ROLES)):
            for method, endpoint in TABLE:
                answer = client.open(places[endpoint], method=method, data={"action": "save"} if method == "POST" else None)
                is_sent_to_sign_in = is_nobody and answer.headers.get("Location", "").startswith("/sign-in")
                found[method, endpoint].append("in" if is_sent_to_sign_in else str(answer.status_code))
            is_nobody = False
        assert {key: answers for key, answers in found.items() if tuple(answers) != TABLE[key]} == {}

    def test_a_view_without_permission_is_refused_to_everybody(self, own_app: Flask) -> None:
        own_app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
        for client in (own_app.test_client(), signed_in(own_app, Role.ADMINISTRATOR)):
            answer = client.get("/forgotten")
            assert answer.status_code == 403
            assert "secret" not in answer.text

    def test_whoever_is_sent_to_sign_in_comes_back_to_the_page(self, app: Flask, anonymous: FlaskClient) -> None:
        name = add_user(app, Role.VIEWER)
        answer = anonymous.get("/handovers/?year=2024&partner=LAO")
        html = anonymous.get(answer.headers["Location"]).text
        target = re.search(r'action="/sign-in".*?name="next" value="([^"]*)"', html, re.DOTALL)
        assert target
        data = {"username": name, "password": PASSWORD, "next": target[1].replace("&amp;", "&")}
        back = anonymous.post("/sign-in", data=data)
        assert back.headers["Location"] == "/handovers/?year=2024&partner=LAO"


class TestWrites:
    @pytest.mark.once
    def test_no_get_changes_anything(self, app: Flask) -> None:
        """But the trail: reads of what is about persons are written down (settled 25)."""
        places = addresses(app)
        client = signed_in(app, Role.ADMINISTRATOR)
        before = contents(app)
        for method, endpoint in TABLE:
            if method == "GET":
                client.get(places[endpoint])
                client.head(places[endpoint])
        assert {name for name, rows in contents(app).items() if rows != before[name]} <= TRAIL

    @pytest.mark.once
    def test_no_method_but_those_declared_is_taken(self, app: Flask) -> None:
        places = addresses(app)
        client = signed_in(app, Role.ADMINISTRATOR)
        for endpoint, address in places.items():
            for method in ("PUT", "PATCH", "DELETE"):
                assert client.open(address, method=method).status_code == 405, (method, endpoint)

    def test_no_post_is_taken_without_the_token_of_its_own_session(self, app: Flask) -> None:
        places = addresses(app)
        app.config["WTF_CSRF_ENABLED"] = True
        client, other = token_client(app), token_client(app)
        token, foreign = token_of(client), token_of(other)
        before = contents(app)
        for endpoint in (endpoint for method, endpoint in TABLE if method == "POST"):
            for carried in ({}, {"csrf_token": ""}, {"csrf_token": foreign}, {"csrf_token": token[:-1]}):
                answer = client.post(places[endpoint], data=minimal(HANDOVER) | {"language": "zh", "title": "Forged"} | carried)
                assert answer.status_code == 400, (endpoint, carried)
                assert "too old" in answer.text
        assert contents(app) == before
        made = client.post("/handovers/new", data=minimal(HANDOVER) | {"csrf_token": token})
        assert made.status_code == 303


@pytest.mark.once
class TestHeaders:
    def test_every_answer_carries_the_same_headers(self, app: Flask) -> None:
        places = addresses(app)
        client = signed_in(app, Role.ADMINISTRATOR)
        answers = {
            f"{method} {endpoint}": client.open(places[endpoint], method=method)
            for method, endpoint in TABLE
            if endpoint != "accounts.sign_out"
        }
        answers |= {"not signed in": app.test_client().get("/handovers/")} | dict(errors(app, client))
        for name, answer in answers.items():
            wanted = HEADERS | FILE_HEADERS if "attachment" in answer.headers.get("Content-Disposition", "") else HEADERS
            assert {header: answer.headers.get(header) for header in HEADERS} == wanted, name
            assert "Server" not in answer.headers, name
            assert "Strict-Transport-Security" not in answer.headers, name

    def test_error_pages_say_what_happened_and_no_more(self, app: Flask) -> None:
        client = signed_in(app, Role.VIEWER)
        for name, answer in errors(app, client):
            assert str(answer.status_code) == name.split()[0], name
            assert "<h1" in answer.text, name
            assert "Traceback" not in answer.text, name
            assert "Werkzeug" not in answer.text, name

    def test_over_tls_the_browser_is_told_to_stay_there(self, app: Flask, anonymous: FlaskClient) -> None:
        answer = anonymous.get("/sign-in", base_url="https://localhost")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"

    def test_static_files_may_be_kept_only_under_the_hash_of_their_content(self, app: Flask, anonymous: FlaskClient) -> None:
        asset = re.search(r'href="(/static/css/base[^"]+)"', anonymous.get("/sign-in").text)
        assert asset
        with anonymous.get(asset[1]) as kept, anonymous.get(asset[1].partition("?")[0]) as bare:
            assert "immutable" in kept.headers["Cache-Control"]
            assert "immutable" not in bare.headers.get("Cache-Control", "")
            assert kept.headers["Content-Security-Policy"] == CSP

    def test_nothing_is_fetched_from_elsewhere(self, app: Flask) -> None:
        places = addresses(app)
        client = signed_in(app, Role.ADMINISTRATOR)
        for method, endpoint in TABLE:
            if method == "GET":
                html = client.get(places[endpoint]).data.decode(errors="replace")
                loaded = re.findall(r'<(?:link|script|img|iframe)\b[^>]*\b(?:href|src)="([^"]+)"', html)
                assert [url for url in loaded if not url.startswith(("/static/", "data:"))] == [], endpoint

    def test_an_address_without_its_last_slash_leads_to_the_one_with_it(self, client_as: ClientAs) -> None:
        answer = client_as(Role.VIEWER).get("/handovers")
        assert answer.status_code == 308
        assert answer.headers["Location"].endswith("/handovers/")


@pytest.mark.once
class TestDraftsOfOthers:
    """A draft is its owner's alone; for everybody else it is not there."""

    @pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.kind)
    def test_its_addresses_are_not_there_for_anybody_else(self, app: Flask, client_as: ClientAs, record_type: Any) -> None:
        owner = client_as(Role.OFFICER, "owner")
        data = minimal(record_type) | {"title": "Zebra crossing", "action": "draft"}
        address = enter(owner, record_type, data)
        before = contents(app)["record"]
        for role in ROLES:
            client = client_as(role)
            for url in (address, f"{address}/history", f"{address}/history/1"):
                assert client.get(url).status_code == 404, (role, url)
            if role not in (Role.VIEWER, Role.MANAGER):
                assert client.get(f"{address}/edit").status_code == 404
                assert client.post(f"{address}/edit", data=data | {"title": "Taken over"}).status_code == 404
                assert "Zebra" not in client.post(f"/{record_type.slug}/twins", data={"title": "Zebra crossing 2", "start": "2024"}).text
        assert contents(app)["record"] == before
        assert "Zebra crossing" in owner.get(address).text

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.ADMINISTRATOR])
    def test_no_page_file_or_suggestion_tells_of_it(self, app: Flask, client_as: ClientAs, role: Role) -> None:
        owner = client_as(Role.OFFICER, "owner")
        data = minimal(HANDOVER) | {"title": "Zebra crossing", "action": "draft", "evidence-0-source": "Quagga diary"}
        ref = enter(owner, HANDOVER, data).rpartition("/")[2]
        assert ref in owner.get("/records/?review=draft").text
        client = client_as(role)
        for url in reading(HANDOVER.slug):
            answer = client.get(url)
            assert answer.status_code == 200 or (answer.status_code, role) == (403, Role.VIEWER), url
            assert ref not in answer.text, url
            asked = ('value="Zebra crossing"', "“Zebra crossing”")
            assert "Zebra crossing" not in answer.text.replace(asked[0], "").replace(asked[1], ""), url

    def test_a_draft_counts_nowhere_not_even_for_its_owner(self, app: Flask, client_as: ClientAs) -> None:
        owner = client_as(Role.OFFICER, "owner")
        enter(owner, HANDOVER, minimal(HANDOVER) | {"action": "draft"})
        answer = owner.get("/records/?measure=handovers")
        assert '<p class="list-figure"><strong>0</strong>' in answer.text

    def test_a_source_does_not_tell_how_many_drafts_of_others_cite_it(self, app: Flask, client_as: ClientAs) -> None:
        owner, other = client_as(Role.OFFICER, "owner"), client_as(Role.OFFICER, "other")
        enter(owner, HANDOVER, minimal(HANDOVER) | {"action": "draft", "evidence-0-source": "Quagga diary"})
        row = re.search(r"Quagga diary.*?</tr>", other.get("/sources/").text, re.DOTALL)
        assert row is None or re.search(r'class="num"[^>]*>0<', row[0])

    def test_a_draft_of_others_cannot_be_named_in_a_record(self, app: Flask, client_as: ClientAs) -> None:
        owner, other = client_as(Role.OFFICER, "owner"), client_as(Role.OFFICER, "other")
        ref = enter(owner, HANDOVER, {"title": "Zebra crossing", "action": "draft"}).rpartition("/")[2]
        for number, field in enumerate(("parent", "links-0-to")):
            data = minimal(HANDOVER, number) | {field: ref, "links-0-type": "related"}
            known = other.post("/handovers/new", data=data)
            unknown = other.post("/handovers/new", data=data | {field: "HND-1999-0001"})
            assert (known.status_code, unknown.status_code) == (422, 422), field
            assert known.text.count("There is no record") == unknown.text.count("There is no record"), field


def rules(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static")


def methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def addresses(app: Flask) -> dict[str, str]:
    """An address of each endpoint, with a real object behind it."""
    with stored(app) as session:
        actor = users.user(session, username="writer")
        source = sources.source(session, actor).ref
        evidence = {"no": 1, "source": source, "target_field": "", "quote_exact": "", "quote_prefix": "", "quote_suffix": ""}
        evidence |= {"pos_start": None, "pos_end": None, "locator": "", "credibility": None}
        ref = save(session, actor, HANDOVER, counted(HANDOVER, "A handover", evidence=[evidence])).ref
        other = save(session, actor, HANDOVER, counted(HANDOVER, "Another one")).ref
        store = store_of(app.config["SETTINGS"])
        for owner in (Owner("record", ref), Owner("source", source)):
            add(actor, session, store, owner, [prepare(store, "dot.gif", DOT, 1)], "", 1)
    values = {
        "record_type": HANDOVER.slug,
        "number": 1,
        "code": "LAO",
        "year": 2024,
        "into": other,
        "username": "writer",
        "token": "made-up",
        "key": "0" * 32,
    }
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        return {
            rule.endpoint: adapter.build(
                rule.endpoint,
                {
                    name: source if rule.endpoint.startswith("sources.") and name == "ref" else {**values, "ref": ref}[name]
                    for name in rule.arguments
                },
            )
            for rule in rules(app)
        }


def reading(slug: str) -> list[str]:
    """Addresses at which a foreign draft might show."""
    words = "Zebra+crossing"
    listed = [
        f"/{path}{query}"
        for path in ("records/", f"{slug}/", "records.csv", f"{slug}.csv")
        for query in ("", f"?q={words}", "?review=draft")
    ]
    return [
        *listed,
        f"/suggest/records?q={words}",
        "/suggest/records",
        "/",
        "/review/",
        "/bin/",
        *(
            f"{path}?basis={basis}"
            for path in ("/partners/LAO", "/years/2024", "/figures/", "/figures.csv")
            for basis in ("official", "working")
        ),
        "/sources/",
        "/partners/",
        "/years/",
        "/records/?sort=-changed",
        "/records/?owner=owner",
    ]


def errors(app: Flask, client: FlaskClient) -> Iterator[tuple[str, Any]]:
    """One answer of each kind of error."""
    yield "400 filter", client.get("/figures/?measure=nothing")
    yield "403 role", signed_in(app, Role.VIEWER).get("/handovers/new")
    yield "404 type", client.get("/unicorns/")
    yield "404 record", client.get("/handovers/HND-1999-0001")
    yield "405 method", client.delete("/records/")
    yield "413 body", client.post("/language", data={"next": "x" * 2_200_000})


def token_client(app: Flask) -> FlaskClient:
    """Somebody signed in while forms need tokens."""
    name = add_user(app, Role.ADMINISTRATOR)
    client = app.test_client()
    data = {"username": name, "password": PASSWORD, "csrf_token": token_of(client)}
    assert client.post("/sign-in", data=data).status_code == 302
    return client


def token_of(client: FlaskClient) -> str:
    page = client.get("/sign-in", follow_redirects=True)
    match = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert match
    return match[1]
