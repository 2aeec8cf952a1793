"""Full text: the same words find the same records on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import application
from tests.engines import Databases
from tracker.database import search
from tracker.database.folding import fold
from tracker.extensions import db

TEXTS = {
    1: "Memorandum of Understanding on Police Cooperation",
    2: "Opération Étoile à Besançon, 100 % success",
    3: "打击跨境电信网络诈骗 合作协议",
    4: "Операция «Тайфун» против мошенничества",
    5: "file_name\\path and 50% of it_all",
    6: "اتفاقية التعاون الأمني",
    7: "Straße İstanbul Œuvre ﬁle Ⅻ",
    8: "O'Brien & Sons: co-operation (phase 2)",
    9: "می‌خواهم",
    10: "e1 1e5 0x1f v1.2.3 a/b user@example.org https://example.org/path?x=1",
}


@pytest.fixture(scope="module")
def shared_app(databases: Databases) -> Iterator[Flask]:
    """One database for all: every test takes back what it wrote."""
    with databases.fresh() as url, application(url) as app:
        yield app


@pytest.fixture
def session(shared_app: Flask) -> Iterator[Session]:
    with shared_app.app_context():
        for record_id, text in TEXTS.items():
            search.index(db.session, [(record_id, [text])])
        yield db.session
        db.session.rollback()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("memorandum", {1}),
        ("MEMO", {1}),
        ("cooperation", {1}),
        ("coop", {1}),
        ("operation", {2, 8}),
        ("police memo", {1}),
        ("police étoile", set()),
        ("etoile", {2}),
        ("Étoile", {2}),
        ("besancon", {2}),
        ("ETOILE BESANÇON", {2}),
        ("电信", {3}),
        ("诈骗 跨境", {3}),
        ("信网", {3}),
        ("骗诈", set()),
        ("合作", {3}),
        ("тайфун", {4}),
        ("ТАЙ", {4}),
        ("мошенничества операция", {4}),
        ("اتفاقية", {6}),
        ("التعاون", {6}),
        ("strasse", {7}),
        ("Straße", {7}),
        ("istanbul", {7}),
        ("file", {5, 7}),
        ("o'brien", {8}),
        ("obrien", set()),
        ("brien", {8}),
        ("co-operation", {8}),
        ("co operation", {8}),
        ("operat", {2, 8}),
        ("phase 2", {8}),
        ("&", {5, 8}),
        ("and", {5, 8}),
        ("nothing", set()),
        ("1e5", {10}),
        ("0x1f", {10}),
        ("v1.2.3", {10}),
        ("1.2.3", set()),
        ("example.org", {10}),
        ("a/b", {2, 10}),
        ("user@example.org", {10}),
    ],
)
def test_words_find_what_holds_all_of_them(session: Session, typed: str, expected: set[int]) -> None:
    assert found(session, typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("%", {2, 5}),
        ("_", {5}),
        ("\\", {5}),
        ("50%", {5}),
        ("100 %", {2}),
        ("it_all", {5}),
        ("itxall", set()),
        ("%%", set()),
        ("__", set()),
        ("name\\path", {5}),
        ("%e", set()),
    ],
)
def test_signs_find_only_themselves(session: Session, typed: str, expected: set[int]) -> None:
    assert found(session, typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "'",
        "*",
        "a*",
        "(",
        ")",
        "AND",
        "OR NOT",
        "NEAR(a b)",
        "body:x",
        "^a",
        "a & b | !c",
        "<->",
        ":*",
        "a:b",
        "-a",
        "+a",
        "{x}",
        "\\'",
        "--",
        ";",
        "x" * 5000,
        "a " * 500,
        "'; DROP TABLE record; --",
        "\u202e",
        "👮‍♀️",
        "\ufffd",
        "ﷺ",
        "\u0300",
        "\x07",
        " ",
    ],
)
def test_no_sign_is_an_order_to_the_engine(session: Session, typed: str) -> None:
    found(session, typed)
    assert found(session, "memorandum") == {1}


def test_a_text_that_is_indexed_again_is_found_by_the_new_words_only(session: Session) -> None:
    search.index(session, [(1, ["Protocol", "with % signs"])])
    assert (found(session, "memorandum"), found(session, "protocol")) == (set(), {1})
    assert 1 in found(session, "%")


def test_every_word_of_a_text_finds_it(session: Session) -> None:
    for record_id, text in TEXTS.items():
        for word in fold(text).split():
            assert record_id in found(session, word), word
            assert record_id in found(session, word[: max(1, len(word) // 2)]), word


def test_words_may_come_from_different_parts_but_a_phrase_may_not_bridge_them(session: Session) -> None:
    search.index(session, [(1, ["blue sky", "green grass"])])
    assert found(session, "grass blue") == {1}


def found(session: Session, typed: str) -> set[int]:
    numbers = sa.union_all(*(sa.select(sa.literal(record_id).label("id")) for record_id in TEXTS)).subquery()
    return set(session.scalars(sa.select(numbers.c.id).where(search.matching(session, numbers.c.id, typed))))
