"""How each POST about records, their review, sources and files succeeds, and what it leaves in the trail."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from flask.testing import FlaskClient

from tests.app import signed_in
from tests.contract.writes import HANDOVER, Form, Sent, Write, changed, with_form
from tests.forms import approval, enter, form_fields, minimal
from tests.tracker.files.samples import png
from tracker.accounts.models import Role
from tracker.audit.actions import Action
from tracker.database.columns import utc_now

NAMED = {"subjects-0-kind": "suspect", "subjects-0-name": "Zubeida Vossberg"}


def record_of(address: str) -> str:
    """The address of the record itself, of one below it."""
    return "/".join(address.split("/")[:3])


# --- Entering ---


def new_record(client: FlaskClient, address: str) -> Sent:
    return Sent(client, address, minimal(HANDOVER))


def changed_record(client: FlaskClient, address: str) -> Sent:
    return Sent(client, address, changed(client, address, "entry", place="Vientiane", action="save"))


def changed_source(client: FlaskClient, address: str) -> Sent:
    return Sent(client, address, changed(client, address, "entry", publisher="Another ministry", action="save"))


def earlier_version(client: FlaskClient, address: str) -> Sent:
    """Version 1 of a record that says something else by now."""
    assert changed_record(client, f"{record_of(address)}/edit").post().status_code == 303
    return Sent(client, address, {"version": "2"})


def earlier_source(client: FlaskClient, address: str) -> Sent:
    """Version 1 of a source that says something else by now."""
    assert changed_source(client, f"{record_of(address)}/edit").post().status_code == 303
    return Sent(client, address, {"version": "2"})


def both_records(client: FlaskClient, address: str) -> Sent:
    start, _, into = address.rpartition("/")
    return Sent(client, address, form_fields(client.get(f"{start}?into={into}").text) | {"action": "save"})


# --- Review and bin ---


def decision(note: str = "") -> Form:
    """The form of the page of review, with a note."""
    return lambda client, address: Sent(client, address, changed(client, f"{record_of(address)}/review", "decision", note=note))


def several(client: FlaskClient, address: str) -> Sent:
    """Two records that the reviewer has opened one by one."""
    officer = signed_in(client.application, Role.OFFICER)
    entered = [enter(officer, HANDOVER, minimal(HANDOVER, number)) for number in range(2)]
    assert [client.get(f"{one}/review").status_code for one in entered] == [200, 200]
    return Sent(client, address, {"chosen": [f"{one.rpartition('/')[2]}:1" for one in entered], "action": "confirm"})


def retired(client: FlaskClient, address: str) -> Sent:
    return Sent(client, address, changed(client, address, "decision", note="Entered twice"))


def restored(client: FlaskClient, address: str) -> Sent:
    assert retired(client, f"{record_of(address)}/retire").post().status_code == 303
    return Sent(client, address)


def draft_of_mine(client: FlaskClient) -> str:
    return enter(client, HANDOVER, minimal(HANDOVER, 7) | {"action": "draft"})


def discarded(client: FlaskClient, _: str) -> Sent:
    return Sent(client, f"{draft_of_mine(client)}/discard")


def taken_back(client: FlaskClient, _: str) -> Sent:
    address = draft_of_mine(client)
    assert client.post(f"{address}/discard").status_code == 303
    return Sent(client, f"{address}/take-back")


# --- Who reads it, restriction, names ---


def recipient(client: FlaskClient, _: str) -> Sent:
    address = enter(client, HANDOVER, minimal(HANDOVER, 7) | {"marking": "RED"})
    return Sent(client, f"{address}/recipients", {"add": "writer"})


def named_record(client: FlaskClient) -> str:
    return enter(client, HANDOVER, minimal(HANDOVER, 7) | NAMED)


def purpose(client: FlaskClient, _: str) -> Sent:
    return Sent(client, f"{named_record(client)}/names", {"purpose": "Answer to the letter of the partner"})


def review_date(client: FlaskClient, address: str) -> Sent:
    return Sent(client, address, {"review_on": str((utc_now() + timedelta(days=30)).date()), "reason": ""})


def erasure(client: FlaskClient, _: str) -> Sent:
    return Sent(client, f"{named_record(client)}/erasure", {"ground": "time_over", "nos": "1"})


def erasure_of_officer(client: FlaskClient, _: str) -> Sent:
    """What an officer asked, somebody else approves."""
    asked = erasure(signed_in(client.application, Role.OFFICER), "")
    assert asked.post().status_code == 303
    return Sent(client, f"{asked.address}/decision", approval(asked.address.removesuffix("/erasure")))


def restricted(client: FlaskClient, address: str) -> Sent:
    """A record that somebody has restricted."""
    assert client.post(f"{record_of(address)}/restriction", data={"reason": "Contested by the person"}).status_code == 303
    return Sent(client, address, {"reason": "The court has decided"})


def lift_of_another(client: FlaskClient, address: str) -> Sent:
    """What one reviewer asked, another approves."""
    asked = restricted(signed_in(client.application, Role.REVIEWER, "second"), f"{record_of(address)}/restriction/lift")
    assert asked.post().status_code == 303
    number = re.search(r'name="request" value="(\d+)"', client.get(address.rpartition("/")[0]).text)
    assert number
    return Sent(client, address, {"decision": "approve", "request": number[1]})


# --- Who received it ---


def disclosure(client: FlaskClient, address: str) -> Sent:
    given = {"party": "Laos", "authority": "Ministry of Justice", "given_on": "2024", "channel": "letter", "purpose": "Request for a visit"}
    return Sent(client, f"{record_of(address)}/disclosures/new", given | {"given": "pseudonyms", "version": "1", "caveats": ""})


def withdrawal(client: FlaskClient, address: str) -> Sent:
    assert disclosure(client, address).post().status_code == 303
    return Sent(client, address, {"reason": "It went to somebody else"})


def notice_of(client: FlaskClient, address: str) -> Sent:
    """The record was restricted after it was given to somebody."""
    assert disclosure(client, address).post().status_code == 303
    reviewer = signed_in(client.application, Role.REVIEWER)
    assert reviewer.post(f"{record_of(address)}/restriction", data={"reason": "Contested by the person"}).status_code == 303
    return Sent(client, address, changed(client, address, "entry", sent_on="2026", channel="letter"))


def file_about_persons(client: FlaskClient, address: str) -> Sent:
    named_record(client)
    return Sent(client, address, {"purpose": "Report to the ministry", "recipient": "Department of statistics"})


def file_about_persons_of_all_types(client: FlaskClient, address: str) -> Sent:
    return file_about_persons(client, f"{address}?format=jsonl")


# --- Files ---


def picture(client: FlaskClient, address: str) -> Sent:
    return Sent(client, address, {"files": (io.BytesIO(png()), "scan.png"), "note": "Scan of the letter"})


def removed_file(client: FlaskClient, address: str) -> Sent:
    assert client.post(address.removesuffix("restore") + "remove").status_code == 303
    return Sent(client, address)


RECORDS: dict[str, Write] = {
    "records.create": Write(new_record, (Action.SOURCE_SAVED, Action.RECORD_SAVED)),
    "records.update": Write(changed_record, (Action.RECORD_SAVED,)),
    "records.twins": Write(with_form(title="Anything", start="2024")),  # asks, writes nothing
    "records.restore_version": Write(earlier_version, (Action.RECORD_SAVED,)),
    "records.change_recipients": Write(recipient, (Action.RECIPIENTS_CHANGED,)),
    "records.change_restriction": Write(with_form(reason="Contested by the person"), (Action.RECORD_RESTRICTED,), Role.REVIEWER),
    "records.ask_lift": Write(restricted, (Action.LIFT_ASKED,), Role.REVIEWER),
    "records.decide_lift": Write(lift_of_another, (Action.RESTRICTION_LIFTED,), Role.REVIEWER),
    "records.add_files": Write(picture, (Action.FILE_ADDED,)),
    "records.remove_file": Write(Sent, (Action.FILE_REMOVED,)),
    "records.restore_file": Write(removed_file, (Action.FILE_ADDED,)),
    "sources.update": Write(changed_source, (Action.SOURCE_SAVED,)),
    "sources.restore_version": Write(earlier_source, (Action.SOURCE_SAVED,)),
    "sources.add_source_files": Write(picture, (Action.FILE_ADDED,)),
    "sources.remove_source_file": Write(Sent, (Action.FILE_REMOVED,)),
    "sources.restore_source_file": Write(removed_file, (Action.FILE_ADDED,)),
    "merging.merge": Write(both_records, (Action.RECORD_MERGED, Action.RECORD_SAVED)),
    "bin.retire": Write(retired, (Action.RECORD_RETIRED,)),
    "bin.restore": Write(restored, (Action.RECORD_RESTORED,)),
    "bin.discard": Write(discarded, (Action.RECORD_RETIRED,)),
    "bin.take_back": Write(taken_back, (Action.RECORD_RESTORED,)),
    "review.verify": Write(decision(), (Action.RECORD_VERIFIED,), Role.REVIEWER),
    "review.return_for_changes": Write(decision("Which border crossing?"), (Action.RECORD_RETURNED,), Role.REVIEWER),
    "review.verify_several": Write(several, (Action.RECORD_VERIFIED, Action.RECORD_VERIFIED), Role.REVIEWER),
    "handovers.open_names": Write(purpose, (Action.NAME_READ,)),
    "handovers.note_disclosure": Write(disclosure, (Action.DISCLOSED,)),
    "handovers.withdraw_disclosure": Write(withdrawal, (Action.DISCLOSURE_WITHDRAWN,)),
    "handovers.notice_sent": Write(notice_of, (Action.CORRECTION_SENT,)),
    "exchange.give_export": Write(file_about_persons, (Action.EXPORTED,)),
    "exchange.give_export_all": Write(file_about_persons_of_all_types, (Action.EXPORTED,)),
    "handovers.set_review_date": Write(review_date, (Action.REVIEW_DATE_SET,)),
    "handovers.ask_erasure": Write(erasure, (Action.ERASURE_ASKED,)),
    "handovers.decide_erasure": Write(erasure_of_officer, (Action.ERASED,), Role.REVIEWER),
}
