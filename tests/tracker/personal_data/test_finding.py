"""A name is found however it is written, and other words are left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.personal_data.finding import Finder, words_of

pytestmark = pytest.mark.engine_free

ZHANG = Finder({1: ["ZHANG San"], 2: ["张三"], 3: ["Côte d’Azur Éloïse"], 4: ["Li"], 5: ["Иванов Пётр"]})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Zhang San was handed over", ["Zhang San"]),
        ("San Zhang; san ZHANG, SAN, Zhang.", ["San Zhang", "san ZHANG", "SAN, Zhang"]),
        ("ZHANG-SAN and zhangsan and Zhāng Sān", ["ZHANG-SAN", "zhangsan", "Zhāng Sān"]),
        ("ＺＨＡＮＧ　ＳＡＮ", ["ＺＨＡＮＧ　ＳＡＮ"]),
        ("Zh\u200bang S\u00adan", ["Zh\u200bang S\u00adan"]),
        ("“Zhang\nSan”", ["Zhang\nSan"]),
        ("犯罪嫌疑人张三被移交", ["张三"]),
        ("张 三", ["张 三"]),
        ("三张照片", []),
        ("eloise cote d'azur", ["eloise cote d'azur"]),
        ("Zhang met San", []),
        ("Zhang alone, and San Francisco", []),
        ("Li and LI and li, Lisbon", ["Li"]),
        ("пётр ИВАНОВ", ["пётр ИВАНОВ"]),
        ("", []),
        ("[HND-2026-0001/1] again", []),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, found: list[str]) -> None:
    assert [text[one.start : one.end] for one in ZHANG.find(text)] == found


def test_the_longest_name_is_taken() -> None:
    finder = Finder({1: ["Ana Cruz"], 2: ["Ana Cruz Diaz"]})
    assert [one.no for one in finder.find("Ana Cruz Diaz and Ana Cruz")] == [2, 1]


def test_a_name_without_letters_finds_nothing() -> None:
    assert Finder({1: ["", "-", "x"]}).find("x - y") == []


def test_a_name_of_many_parts_is_found_in_its_order() -> None:
    name = "Abu Bakr Muhammad ibn Yahya ibn Zakariya"
    assert len(Finder({1: [name]}).find(f"({name.upper()})")) == 1


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_name_between_any_two_texts_is_found(before: str, after: str) -> None:
    text = f"{before} ; Zubeida Vossberg ; {after}"
    finder = Finder({1: ["Vossberg Zubeida"]})
    assert any("Zubeida Vossberg" in text[one.start : one.end] for one in finder.find(text))


@given(st.text(max_size=200))
def test_words_stand_where_they_are_said_to(text: str) -> None:
    places = [(word.start, word.end) for word in words_of(text)]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)


def test_no_text_hangs() -> None:
    began = time.monotonic()
    for text in ("zhang " * 10_000, "z" * 50_000, "张" * 50_000, "-" * 50_000, "a\u0301" * 25_000):
        ZHANG.find(text)
    assert time.monotonic() - began < 60
