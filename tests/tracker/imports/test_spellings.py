"""What words of a file mean: exactly a name, or asked; a state that is gone is never its successor."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import stored
from tests.factories import users
from tracker.accounts.models import User
from tracker.database.folding import fold
from tracker.imports.cell_dates import is_nothing
from tracker.imports.fields import fields_of
from tracker.imports.naming import labels_of, names_of
from tracker.imports.plan import Plan
from tracker.imports.spellings import LEFT_OUT, Words, key_of, remember
from tracker.record_types import RECORD_TYPES
from tracker.vocabularies.reference_files import DATA
from tracker.vocabularies.usual_words import usual_words

pytestmark = pytest.mark.once
PARTY, DELIVERY, STATUS, LANGUAGE, FLAG, TYPE = "parties:recipient", "delivery", "status", "language", "parties_complete", "type"
FORM, STEP = "form", "actions:undated"


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.test_request_context(), stored(app) as session:
        yield session


@pytest.fixture
def user(session: Session) -> User:
    return users.user(session)


def codes(words: Words, session: Session, said: dict[str, dict[str, str | None]]) -> dict[str, dict[str, str | None]]:
    """What the words of `said` mean, by the key of their field."""
    fields = fields_of(session, RECORD_TYPES, "en")
    return {key: {word: words.code(fields[key], word) for word in some} for key, some in said.items()}


def test_what_is_exactly_a_name_a_code_or_a_label_is_known(session: Session, user: User) -> None:
    said: dict[str, dict[str, str | None]] = {
        PARTY: {
            "Thailand": "THA", "THAILAND ": "THA", "TH": "THA", "tha": "THA", "764": "THA", "Burma": "MMR", "Côte d'Ivoire": "CIV",
            "the Netherlands": "NLD", "泰国": "THA", "INTERPOL": "INTERPOL", "South Korea": "KOR",
            # states that are gone keep their own codes
            "Soviet Union": "SUN", "USSR": "SUN", "Yugoslavia": "YUG", "Czechoslovakia": "CSK", "East Germany": "DDR",
            # several, or nobody: asked
            "Korea": None, "Congo": None, "Thialand": None, "Atlantis": None, "": None, "NA": None, "th": None,
        },
        DELIVERY: {"Study visit": "study_visit", "study_visit": "study_visit", "线上直播": "online_live", "by post": None,
                   "Face-to-face": "in_person"},
        FORM: {"MoU": "memorandum_of_understanding", "M.O.U.": "memorandum_of_understanding", "备忘录": "memorandum_of_understanding",
               "plan of Action": "action_plan", "MoU?": None, "MoUs etc": None},
        STEP: {"in force": "entered_into_force", "Superseded": "replaced", "有效": "entered_into_force", "not in force": None},
        STATUS: {"Completed": "completed", "DONE": "completed", "In progress": "ongoing", "已完成": "completed", "postponed": None},
        LANGUAGE: {"en": "en", "French": "fr", "Klingon": None},
        FLAG: {"Yes": "yes", "x": "yes", "0": "no", "是": "yes", "perhaps": None},
        TYPE: {"Training": "training", "trainings": "training", "handover": "handover", "party": None},
    }  # fmt: skip
    assert codes(Words(session, user, Plan(), "en"), session, said) == said


def test_no_state_that_is_gone_is_offered_as_its_successor_first(session: Session, user: User) -> None:
    words, field = Words(session, user, Plan(), "en"), fields_of(session, RECORD_TYPES, "en")[PARTY]
    first = {spelling: words.offers(field, spelling)[0].code for spelling in (
        "Thialand", "Yugoslavia (former)", "Sovjet Union", "Checoslovakia", "Sudan, Republic of South", "Serbia, Republic of", "NA",
    )}  # fmt: skip
    assert first == {
        "Thialand": "THA", "Yugoslavia (former)": "YUG", "Sovjet Union": "SUN", "Checoslovakia": "CSK",
        "Sudan, Republic of South": "SSD", "Serbia, Republic of": "SRB", "NA": "NAM",
    }  # fmt: skip
    offered = {offer.code for name in ("Korea", "Congo") for offer in words.offers(field, name)}
    assert {"KOR", "PRK", "COD", "COG"} <= offered
    assert "1991" in next(offer.label for offer in words.offers(field, "Sovjet Union") if offer.code == "SUN")


def test_several_names_in_one_cell_are_offered_together_and_can_be_written(session: Session, user: User) -> None:
    words, fields = Words(session, user, Plan(), "en"), fields_of(session, RECORD_TYPES, "en")
    spellings = ("Laos, Myanmar", "Laos; Korea, Republic of", "Trinidad and Tobago / Laos and Thailand",
                 "Laos, Myanmar and others", "Laos, Laos, Tahiland")  # fmt: skip
    first = {spelling: words.offers(fields[PARTY], spelling)[0] for spelling in spellings}
    assert [offer.code for offer in first.values()][:4] == ["LAO;MMR", "LAO;KOR", "TTO;LAO;THA", "LAO;MMR;+"]
    assert first["Laos, Myanmar and others"].label == "Laos + Myanmar (Burma) + others, not named"
    assert ";" not in first["Laos, Laos, Tahiland"].code, "one of them is not known"
    others = ("哈萨克斯坦、吉尔吉斯斯坦等", "哈萨克斯坦和吉尔吉斯斯坦等国", "Kazakhstan, Kyrgyzstan etc.", "Kazakhstan, Kyrgyzstan, et al")
    assert {words.offers(fields[PARTY], spelling)[0].code for spelling in others} == {"KAZ;KGZ;+"}
    assert words.typed(fields[PARTY], "吉尔吉斯斯坦等") == ("KGZ", "+")
    assert words.typed(fields[PARTY], "Laos; Thailand; others, not named") == ("LAO", "THA", "+")
    assert words.typed(fields[PARTY], "Laos; Thialand") == ()
    assert words.typed(fields["crimes"], "Cybercrime; Terrorism") != ()
    assert words.typed(fields[STATUS], "Completed; planned") == (), "a field of one value"
    decided = Words(session, user, Plan(words={"party": {"laos myanmar": "LAO;MMR", "various": "+", "nobody": ""}}), "en")
    assert [decided.codes(fields[PARTY], name) for name in ("Laos, Myanmar", "Various", "nobody", "Thialand")] == [
        ("LAO", "MMR"), ("+",), (), None,
    ]  # fmt: skip


def test_what_has_a_question_mark_is_asked_with_its_plain_meaning_first(session: Session, user: User) -> None:
    words, fields = Words(session, user, Plan(), "en"), fields_of(session, RECORD_TYPES, "en")
    said = {
        (STATUS, "suspended?"): "suspended",
        (PARTY, "Laos?"): "LAO",
        (PARTY, "老挝（？）"): "LAO",
        (PARTY, "Laos, Myanmar?"): "LAO;MMR",
    }
    for (key, spelling), code in said.items():
        assert (words.code(fields[key], spelling), words.offers(fields[key], spelling)[0].code) == (None, code), spelling
    decided = Words(session, user, Plan(words={"party": {key_of("Laos?"): LEFT_OUT}}), "en")
    assert [decided.code(fields[PARTY], name) for name in ("Laos?", "Laos")] == [LEFT_OUT, "LAO"], "what is doubted is another spelling"


def test_what_was_decided_is_remembered_for_its_importer_alone(session: Session, user: User) -> None:
    remember(user, session, "party", {key_of("Sayam Land!"): "THA", key_of("Atlantis"): LEFT_OUT, key_of("Korea"): "KOR"})
    remember(user, session, "party", {key_of("korea"): "PRK"})
    session.flush()
    said: dict[str, dict[str, str | None]] = {PARTY: {"sayam land": "THA", "ATLANTIS": LEFT_OUT, "Korea": "PRK", "Thailand": "THA"}}
    assert codes(Words(session, user, Plan(), "en"), session, said) == said
    other = users.user(session, username="other")
    assert codes(Words(session, other, Plan(), "en"), session, {PARTY: {"sayam land": None}}) == {PARTY: {"sayam land": None}}
    # a word that everybody uses is no name: it is shown, and what was decided comes before it
    form = fields_of(session, RECORD_TYPES, "en")[FORM]
    remember(user, session, form.scheme, {"memo of understanding": "arrangement"})
    session.flush()
    usual = Words(session, user, Plan(words={form.scheme: {"treaties": "agreement"}}), "en")
    said_of_form = {"MoU": "memorandum_of_understanding", "Memo of Understanding": "arrangement", "Treaties": "agreement"}
    assert {word: usual.code(form, word) for word in said_of_form} == said_of_form
    assert [(usual.is_usual(form, fold(word)), usual.is_exact(form, word)) for word in (*said_of_form, "Treaty")] == [
        (True, False), (False, False), (False, False), (True, True),
    ]  # fmt: skip
    assert usual.offers(form, "MoU?")[0].code == "memorandum_of_understanding"
    # what this file decides comes before what is remembered, and before the name itself
    plan = Plan(words={"party": {"korea": "KOR", "thailand": LEFT_OUT}})
    decided: dict[str, dict[str, str | None]] = {PARTY: {"Korea": "KOR", "Thailand": LEFT_OUT, "Sayam Land": "THA"}}
    assert codes(Words(session, user, plan, "en"), session, decided) == decided
    field = fields_of(session, RECORD_TYPES, "en")[PARTY]
    assert [Words(session, user, plan, "en").is_exact(field, name) for name in ("Thailand", "Sayam Land")] == [True, False]


def test_each_word_that_everybody_uses_means_one_thing_and_none_of_the_other_terms(session: Session) -> None:
    fields = {field.scheme: field for one in RECORD_TYPES for field in fields_of(session, [one], "en").values()}
    fields |= {field.scheme: field for field in fields_of(session, RECORD_TYPES, "en").values()}
    with (DATA / "usual_words.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    said = [(line["scheme"], fold(word)) for line in lines for word in line["words"].split("|")]
    assert [one for one, count in Counter(said).items() if count > 1] == []
    assert [line for line in lines if line["code"] not in labels_of(session, fields[line["scheme"]], "en")] == []
    names = {scheme: names_of(session, fields[scheme], "zh") | names_of(session, fields[scheme], "en") for scheme in fields}
    assert [one for one in said if names[one[0]].get(one[1], usual_words()[one[0]][one[1]]) != usual_words()[one[0]][one[1]]] == []
    assert [one for one in said if not one[1] or is_nothing(one[1])] == []
