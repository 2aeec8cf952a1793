"""A source that many handovers cite takes as many statements as one that few cite."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.app import ClientAs, stored
from tests.contract.test_round_trips import counting
from tests.factories import records, sources, users
from tests.factories.handovers import handover, subject
from tests.tracker.files.samples import pdf
from tracker.accounts.models import Role

FEW, MANY = 5, 30


class TestSharedSources:
    @pytest.mark.once
    def test_an_upload_asks_as_often_for_thirty_handovers_as_for_five(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        few, many = cited(app, FEW), cited(app, MANY)
        upload(client, few, "warm")
        taken = {}
        for ref in (few, many):
            with counting(app) as seen:
                upload(client, ref, f"About {ref}")
            taken[ref] = seen
        assert len(taken[many]) == len(taken[few]), Counter(taken[many]) - Counter(taken[few])


def cited(app: Flask, number: int) -> str:
    """A source that so many handovers with a person each cite; its reference."""
    with app.test_request_context(), stored(app) as session:
        writer = users.user(session)
        source = sources.source(session, writer)
        for no in range(number):
            document = handover(["LAO"], "2024", sources=[source.ref], title=f"Handover {no}")
            records.save(session, writer, document | {"subjects": [subject(1, f"Ben Planted{no}")]})
        ref: str = source.ref
        return ref


def upload(client: FlaskClient, ref: str, text: str) -> None:
    data = MultiDict([("files", (io.BytesIO(pdf(text)), "letter.pdf")), ("note", "")])
    assert client.post(f"/sources/{ref}/files", data=data).status_code == 303
