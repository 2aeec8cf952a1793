"""Laws of every address: who may call it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import PASSWORD, add_user, signed_in
from tests.contract.addresses import addresses, methods, rules
from tracker.accounts.models import Role
from tracker.accounts.permissions import Permission
from tracker.web.access import PUBLIC, permission_of

ROLES = (Role.VIEWER, Role.OFFICER, Role.REVIEWER, Role.MANAGER, Role.ADMINISTRATOR)
PUBLIC_VIEWS = {
    *("web.set_language", "accounts.sign_in", "accounts.check_sign_in", "accounts.code", "accounts.check_code"),
    *("accounts.passkey_options", "accounts.check_passkey", "accounts.start_single_sign_on", "accounts.end_single_sign_on"),
    *("accounts.invitation", "accounts.accept_invitation"),
    *("feeds.read", "api_pages.root"),  # by its key; leads on to the API
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
GET  records.live_series       in  403 200 200 403 200
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
GET  imports.index             in  403 200 200 403 200
POST imports.upload            in  403 422 422 403 422
GET  imports.show              in  403 404 404 403 404
GET  imports.table             in  403 404 404 403 404
POST imports.choose_table      in  403 404 404 403 404
GET  imports.columns           in  403 404 404 403 404
POST imports.match_columns     in  403 404 404 403 404
POST imports.set_handling      in  403 404 404 403 404
GET  imports.meanings          in  403 404 404 403 404
POST imports.decide_meanings   in  403 404 404 403 404
GET  imports.rows              in  403 404 404 403 404
POST imports.mend_rows         in  403 404 404 403 404
POST imports.check             in  403 404 404 403 404
GET  imports.rejected          in  403 404 404 403 404
GET  imports.confirm           in  403 404 404 403 404
POST imports.load              in  403 404 404 403 404
POST imports.cancel            in  403 404 404 403 404
POST imports.clear             in  403 404 404 403 404
POST imports.undo              in  403 404 404 403 404
GET  imports.review            in  403 403 404 403 404
GET  imports.review_totals     in  403 403 404 403 404
GET  imports.counted           in  403 403 404 403 404
GET  imports.left              in  403 403 404 403 404
GET  imports.alike             in  403 403 404 403 404
POST imports.verify_whole      in  403 403 404 403 404
POST imports.return_whole      in  403 403 404 403 404
GET  sources.index             in  200 200 200 200 200
GET  sources.show              in  200 200 200 200 200
GET  sources.show_version      in  200 200 200 200 200
POST sources.restore_version   in  403 303 303 403 303
GET  sources.edit              in  403 200 200 403 200
POST sources.update            in  403 422 422 403 422
GET  summaries.home            in  200 200 200 200 200
GET  briefs.partner            in  200 200 200 200 200
GET  briefs.year               in  200 200 200 200 200
GET  summaries.matrix          in  200 200 200 200 200
GET  summaries.matrix_csv      in  200 200 200 200 200
GET  summaries.running         in  200 200 200 200 200
GET  summaries.seizures        in  200 200 200 200 200
GET  summaries.partners        in  200 200 200 200 200
GET  summaries.partner         in  200 200 200 200 200
GET  summaries.years           in  200 200 200 200 200
GET  summaries.year            in  200 200 200 200 200
GET  figure_files.matrix       in  200 200 200 200 200
GET  figure_files.partner      in  200 200 200 200 200
GET  figure_files.running      in  200 200 200 200 200
GET  figure_files.seizures     in  200 200 200 200 200
GET  figure_files.years        in  200 200 200 200 200
GET  figure_files.year         in  200 200 200 200 200
GET  summaries.help            in  200 200 200 200 200
GET  api_pages.reference       in  200 200 200 200 200
GET  api_pages.root            308 308 308 308 308 308
GET  api.index                 401 401 401 401 401 401
GET  api.description           401 401 401 401 401 401
GET  api.list_all              401 401 401 401 401 401
GET  api.list_records          401 401 401 401 401 401
GET  api.read_record           401 401 401 401 401 401
POST api.create_record         401 401 401 401 401 401
PUT  api.replace_record        401 401 401 401 401 401
PATCH api.change_record        401 401 401 401 401 401
GET  api.list_sources          401 401 401 401 401 401
GET  api.read_source           401 401 401 401 401 401
POST api.create_source         401 401 401 401 401 401
PUT  api.replace_source        401 401 401 401 401 401
PATCH api.change_source        401 401 401 401 401 401
GET  api.list_measures         401 401 401 401 401 401
GET  api.get_figures           401 401 401 401 401 401
GET  summaries.how_we_count    in  200 200 200 200 200
GET  saved.index               in  200 200 200 200 200
GET  saved.new                 in  200 200 200 200 200
POST saved.create              in  422 422 422 422 422
GET  saved.show                in  302 302 302 302 302
GET  saved.edit                in  404 404 404 404 404
POST saved.update              in  404 404 404 404 404
POST saved.pin                 in  404 404 404 404 404
POST saved.unpin               in  404 404 404 404 404
POST saved.up                  in  404 404 404 404 404
POST saved.delete              in  404 404 404 404 404
GET  exchange.list_file_all    in  200 200 200 200 200
GET  exchange.list_file        in  200 200 200 200 200
GET  exchange.ask_export       in  303 303 303 303 303
POST exchange.give_export      in  303 303 303 303 303
GET  exchange.ask_export_all   in  303 303 303 303 303
POST exchange.give_export_all  in  303 303 303 303 303
GET  feeds.index               in  200 200 200 200 200
POST feeds.make                in  200 200 200 200 200
POST feeds.close               in  303 303 303 303 303
GET  feeds.read                404 404 404 404 404 404
GET  codebook.show             in  200 200 200 200 200
GET  codebook.show_file        in  200 200 200 200 200
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
GET  accounts.new_token        in  200 200 200 200 200
POST accounts.make_token       in  422 422 422 422 422
POST accounts.revoke_token     in  404 404 404 404 404
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


class TestPermissions:
    def test_every_address_names_its_permission(self, app: Flask) -> None:
        assert [rule.endpoint for rule in rules(app) if permission_of(app.view_functions[rule.endpoint]) is None] == []

    def test_every_permission_that_is_named_exists(self, app: Flask) -> None:
        named = {permission_of(app.view_functions[rule.endpoint]) for rule in rules(app)}
        assert named - {PUBLIC} == set(Permission), "one that is not there, or that no address asks for"

    def test_only_signing_in_and_the_language_are_public(self, app: Flask) -> None:
        assert {rule.endpoint for rule in rules(app) if permission_of(app.view_functions[rule.endpoint]) == PUBLIC} == PUBLIC_VIEWS

    def test_every_address_stands_in_the_table_and_nothing_else(self, app: Flask) -> None:
        assert {(method, rule.endpoint) for rule in rules(app) for method in methods(rule)} == set(TABLE)

    @pytest.mark.once
    def test_every_address_answers_each_role_as_the_table_says(self, app: Flask) -> None:
        places = addresses(app)
        found: dict[tuple[str, str], list[str]] = {key: [] for key in TABLE}
        is_nobody = True
        for turn, client in enumerate((app.test_client(), *(signed_in(app, role) for role in ROLES))):
            for place, (method, endpoint) in enumerate(TABLE):
                alike = set(TABLE[method, endpoint][1:]) == {"200"}
                if alike and turn > 1 and (place + turn) % 4:  # a page for all who are signed in: the least of them, and one of the others
                    found[method, endpoint].append("200")
                    continue
                answer = client.open(places[endpoint], method=method, data={"action": "save"} if method == "POST" else None)
                is_sent_to_sign_in = is_nobody and answer.headers.get("Location", "").startswith("/sign-in")
                found[method, endpoint].append("in" if is_sent_to_sign_in else str(answer.status_code))
            is_nobody = False
        assert {key: answers for key, answers in found.items() if tuple(answers) != TABLE[key]} == {}

    def test_a_view_without_permission_is_refused_to_everybody(self, own_app: Flask) -> None:
        own_app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
        for client in (own_app.test_client(), signed_in(own_app, Role.ADMINISTRATOR)):
            answer = client.get("/forgotten")
            assert (answer.status_code, "secret" in answer.text) == (403, False)

    def test_whoever_is_sent_to_sign_in_comes_back_to_the_page(self, app: Flask, anonymous: FlaskClient) -> None:
        name = add_user(app, Role.VIEWER)
        answer = anonymous.get("/handovers/?year=2024&partner=LAO")
        html = anonymous.get(answer.headers["Location"]).text
        target = re.search(r'action="/sign-in".*?name="next" value="([^"]*)"', html, re.DOTALL)
        assert target
        data = {"username": name, "password": PASSWORD, "next": target[1].replace("&amp;", "&")}
        assert anonymous.post("/sign-in", data=data).headers["Location"] == "/handovers/?year=2024&partner=LAO"
