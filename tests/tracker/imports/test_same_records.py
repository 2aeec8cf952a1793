"""A new row that looks like a record that is there: it is shown, listed by itself, and may be said to be that record."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.app import ClientAs, stored
from tests.factories import records, users
from tests.factories.agreements import agreement
from tests.factories.imports import TRAININGS, batch, checked, loaded
from tests.factories.trainings import training
from tests.forms import form_fields
from tests.journeys.test_import import checked as checked_page
from tests.journeys.test_import import upload
from tests.pages import read_page
from tracker.accounts.models import Role, User
from tracker.imports import checking
from tracker.imports.models import ImportRow
from tracker.records.enums import ReviewState
from tracker.records.models import Record

pytestmark = pytest.mark.once
WITHOUT_NUMBER = replace(TRAININGS, columns={n: one for n, one in TRAININGS.columns.items() if n})
ROWS = [
    ["", "Telecom fraud", "Thailand", "01.05.2024", "30"],
    ["", "Forensics course", "Laos", "01.05.2024", "8"],
    ["", "Telecom fraud, the course", "Thailand", "01.05.2024", "31"],
]


def prepared(app: Flask, rows: list[list[str]] = ROWS) -> tuple[int, str]:
    """The rows, checked, beside a record that two of them look like: the number of the import, and that record."""
    with app.test_request_context(), stored(app) as session:
        user = session.scalars(sa.select(User).where(User.username == "officer")).one()
        document = training(["THA"], "2024-05-01", title="Telecom fraud", participants="12", summary="A week")
        like = records.save(session, user, document)
        number, owner, ref = batch(session, user, rows, WITHOUT_NUMBER).id, user.id, like.ref
    checked(app, owner, number)
    return number, ref


def hide(session: Session, ref: str) -> None:
    """Make a record the draft of somebody else."""
    another = users.user(session, Role.MANAGER)
    session.execute(sa.update(Record).where(Record.ref == ref).values(review_state=ReviewState.DRAFT, owner_id=another.id))


def rows_of(app: Flask, number: int) -> list[tuple[str, str, str]]:
    """Of each row its state, the record that it changes, and what is wrong."""
    with stored(app) as session:
        found = session.scalars(sa.select(ImportRow).where(ImportRow.batch_id == number).order_by(ImportRow.line)).all()
        return [(row.state.value, row.ref, " ".join(problem.said for problem in row.told())) for row in found]


def choose(client: FlaskClient, number: int, line: int, what: str, state: str = "new") -> None:
    """Say what one row is; the others stay as their page shows them."""
    fields = form_fields(client.get(f"/imports/{number}/rows?state={state}").text, "entry")
    fields[f"decision-{line}"] = what
    assert client.post(f"/imports/{number}/rows", data=fields).status_code == 303


def test_a_row_said_to_be_a_record_changes_it(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    number, ref = prepared(app)
    alike = client.get(f"/imports/{number}/rows?state=new&alike=1").text
    assert ("Telecom fraud" in alike, "Forensics" in alike, f'href="/trainings/{ref}"' in alike) == (True, False, True)
    confirm = client.get(f"/imports/{number}/confirm").text
    assert "2 of the new records look like some that are there" in confirm
    assert f'href="/imports/{number}/rows?state=new&amp;alike=1"' in confirm
    choose(client, number, 1, ref)
    choose(client, number, 3, "skip")
    assert rows_of(app, number) == [("change", ref, ""), ("new", "", ""), ("skipped", "", "")]
    page = client.get(f"/imports/{number}/rows?state=change").text
    assert "30" in read_page(200, page).text
    assert form_fields(page, "entry")["decision-1"] == ref, "the choice stands, and may be taken back"
    assert "look like" not in client.get(f"/imports/{number}/confirm").text
    assert client.post(f"/imports/{number}/load").status_code == 303
    with stored(app) as session:
        found = session.scalars(sa.select(Record).where(Record.ref == ref)).one()
        assert (found.version, found.summary, [figure.value_lo for figure in found.figures]) == (2, "A week", [30])
        assert session.scalar(sa.select(sa.func.count()).select_from(Record)) == 2


def test_the_choice_is_taken_back_and_a_second_row_of_the_record_is_refused(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    number, ref = prepared(app)
    choose(client, number, 3, ref)
    choose(client, number, 1, ref)
    found = rows_of(app, number)
    assert [state for state, *_ in found] == ["wrong", "new", "change"]
    assert f"Row 4 changes {ref}, too" in found[0][2]
    assert client.post(f"/imports/{number}/load").status_code == 409
    choose(client, number, 1, "", "wrong")
    choose(client, number, 3, "", "change")
    assert [state for state, *_ in rows_of(app, number)] == ["new", "new", "new"]
    # both at once: the upper one has it
    fields = form_fields(client.get(f"/imports/{number}/rows?state=new").text, "entry")
    fields["decision-1"] = fields["decision-3"] = ref
    client.post(f"/imports/{number}/rows", data=fields)
    assert [state for state, *_ in rows_of(app, number)] == ["change", "new", "wrong"]
    # and again when everything is checked anew
    with stored(app) as session:
        session.execute(sa.text("UPDATE import_batch SET checked_to = 0"))
        owner = session.scalars(sa.select(User.id).where(User.username == "officer")).one()
    checked(app, owner, number)
    assert [state for state, *_ in rows_of(app, number)] == ["change", "new", "wrong"]


@pytest.mark.parametrize("how", ["left out", "another record", "nothing new"])
def test_a_second_change_is_taken_once_the_first_is_none_any_more(app: Flask, client_as: ClientAs, how: str) -> None:
    client = client_as(Role.OFFICER)
    number, ref = prepared(app, [*ROWS, ["", "Telecom fraud", "Thailand", "01.05.2024", "32"]])
    with app.test_request_context(), stored(app) as session:
        user = session.scalars(sa.select(User).where(User.username == "officer")).one()
        other = records.save(session, user, training(["THA"], "2024-05-01", title="Another", participants="1")).ref
    fields = form_fields(client.get(f"/imports/{number}/rows?state=new").text, "entry")
    fields["decision-1"] = fields["decision-3"] = fields["decision-4"] = ref
    client.post(f"/imports/{number}/rows", data=fields)
    assert [state for state, *_ in rows_of(app, number)] == ["change", "new", "wrong", "wrong"]
    if how == "nothing new":
        client.post(f"/imports/{number}/rows", data={"state": "change", "line": "1", "decision-1": ref, "cell-1-4": "12"})
    else:
        choose(client, number, 1, "skip" if how == "left out" else other, "change")
    first = {"left out": ("skipped", "", ""), "another record": ("change", other, ""), "nothing new": ("same", ref, "")}[how]
    found = rows_of(app, number)
    assert found[:3] == [first, ("new", "", ""), ("change", ref, "")]
    assert (found[3][0], f"Row 4 changes {ref}, too" in found[3][2]) == ("wrong", True), "one of them alone, and the other says which"


def test_many_second_changes_are_checked_again_piece_by_piece(app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_as(Role.OFFICER)
    number, ref = prepared(app, [[*ROWS[0][:4], persons] for persons in ("30", "31", "32", "33")])
    fields = form_fields(client.get(f"/imports/{number}/rows?state=new").text, "entry")
    for line in range(1, 5):
        fields[f"decision-{line}"] = ref
    client.post(f"/imports/{number}/rows", data=fields)
    assert [state for state, *_ in rows_of(app, number)] == ["change", "wrong", "wrong", "wrong"]
    monkeypatch.setattr(checking, "_MOST_AT_ONCE", 2)
    choose(client, number, 1, "skip", "change")
    assert "Check the rows" in client.get(f"/imports/{number}/rows").text
    checked_page(client, f"/imports/{number}")
    assert [state for state, *_ in rows_of(app, number)] == ["skipped", "change", "wrong", "wrong"]


def test_a_row_that_says_nothing_new_is_unchanged_and_the_choice_may_be_taken_back(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    number, ref = prepared(app, [["", "Telecom fraud", "Thailand", "01.05.2024", "12"]])
    choose(client, number, 1, ref)
    assert rows_of(app, number) == [("same", ref, "")]
    choose(client, number, 1, "", "same")
    assert rows_of(app, number) == [("new", "", "")]


def test_only_a_record_of_this_type_that_the_importer_sees_can_be_chosen(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    number, _ = prepared(app)
    with app.test_request_context(), stored(app) as session:
        user = session.scalars(sa.select(User)).one()
        secret = records.save(session, user, training(["THA"], "2024-05-01", title="Telecom fraud")).ref
        other = records.save(session, user, agreement(["THA"], "2024-05-01", title="Telecom fraud")).ref
        hide(session, secret)
    for wrong in ("TRN-1999-0001", "nonsense \x00", secret, other, "x" * 500):
        client.post(f"/imports/{number}/rows", data={"state": "new", "line": "1", "decision-1": wrong})
        state, ref, said = rows_of(app, number)[0]
        assert (state, ref, "of this type: choose again what the row is" in said) == ("wrong", "", True), wrong
        assert "choose again what the row is" in client.get(f"/imports/{number}/rows?state=wrong").text
    choose(client, number, 1, "", "wrong")
    assert rows_of(app, number)[0] == ("new", "", "")


def test_a_chosen_record_that_is_gone_meanwhile_stops_the_import(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    number, ref = prepared(app)
    choose(client, number, 1, ref)
    with stored(app) as session:
        hide(session, ref)
    assert client.post(f"/imports/{number}/load").status_code == 303
    assert "Nothing was imported" in client.get(f"/imports/{number}/rows").text
    with stored(app) as session:
        assert session.scalar(sa.select(Record.version).where(Record.ref == ref)) == 1


def test_a_chosen_record_that_somebody_changes_meanwhile_is_shown_again(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    number, ref = prepared(app)
    choose(client, number, 1, ref)
    with app.test_request_context(), stored(app) as session:
        record = session.scalars(sa.select(Record).where(Record.ref == ref)).one()
        document = training(["THA"], "2024-05-01", title="Telecom fraud", participants="12", summary="Changed by another")
        records.change(session, users.user(session, Role.REVIEWER), record, document)
    client.post(f"/imports/{number}/load")
    assert f"{ref} was changed meanwhile" in client.get(f"/imports/{number}/rows").text
    checked_page(client, f"/imports/{number}")
    assert rows_of(app, number)[0] == ("change", ref, ""), "the choice stands"
    assert client.post(f"/imports/{number}/load").status_code == 303
    with stored(app) as session:
        found = session.scalars(sa.select(Record).where(Record.ref == ref)).one()
        assert (found.version, found.summary, found.figures[0].value_lo) == (3, "Changed by another", 30)


def test_a_row_of_the_exchange_form_may_be_said_to_be_a_record(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    _, ref = prepared(app, [])
    address = upload(client, "reference,type,title,start,summary\n,training,Telecom fraud,2024-05-01,Two weeks\n", "ours.csv")
    checked_page(client, address)
    choose(client, int(address.rpartition("/")[2]), 1, ref)
    assert "A week" in client.get(f"{address}/rows?state=change").text
    client.post(f"{address}/load")
    with stored(app) as session:
        found = session.scalars(sa.select(Record)).one()
        assert (found.ref, found.version, found.summary, len(found.figures)) == (ref, 2, "Two weeks", 1)


def test_all_that_look_like_others_are_left_out_at_once(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    number, _ = prepared(app)
    client.post(f"/imports/{number}/rows", data={"every": "skip", "state": "new", "alike": "1"})
    assert [state for state, *_ in rows_of(app, number)] == ["skipped", "new", "skipped"]


def test_the_reviewer_opens_the_list_of_records_that_look_like_others(app: Flask, client_as: ClientAs) -> None:
    client_as(Role.OFFICER)
    reviewer = client_as(Role.REVIEWER)
    number, ref = prepared(app)
    with stored(app) as session:
        owner = session.scalars(sa.select(User.id).where(User.username == "officer")).one()
    loaded(app, owner, number, 2)
    address = f"/imports/{number}/alike"
    assert f'<a href="{address}">2</a>' in reviewer.get(f"/imports/{number}/review").text
    shown = reviewer.get(address).text
    assert shown.count(f'href="/trainings/{ref}"') == 2
    assert "Forensics" not in shown
    with stored(app) as session:
        hide(session, ref)
    shown = reviewer.get(address).text
    assert (ref in shown, shown.count("a record that you do not see")) == (False, 2)
    assert reviewer.post(f"/imports/{number}/return", data={"note": "Look again"}).status_code == 303
    assert "Look like other records" not in reviewer.get(f"/imports/{number}/review").text
    assert "No record" in reviewer.get(address).text
