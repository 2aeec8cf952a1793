"""Cells as files of other people hold them, by the column that they stand in, and what becomes of those that are taken."""

from __future__ import annotations

from collections.abc import Mapping

from tests.tracker.records.nasty import DATES, FINE, NUMBERS, PARTIES, REFUSED

CELLS: dict[str, tuple[str, ...]] = {
    "Title": (*FINE, *REFUSED, "#REF!"),
    "Start": (
        *DATES, "31.02.2024", "29.02.2023", "0000-00-00", "1.1.0", "99999", "1980-01-xx", "-9", "n/a", "9999-12-31 00:00:00", "5 May 2024",
    ),
    "Countries": (*PARTIES, "Soviet Union", "NA", "TH;NA", "Unknown", "-"),
    "Persons trained": (
        *NUMBERS, "1e400", "ca. 20 (?)", "10-12", "about 20", "-9", "n/a", "20,0", "1.000.000", "  7  ", "seven", "#DIV/0!",
    ),
    "Complete": ("yes", "No", "x", "TRUE", "0", "是", "maybe", "2", "yes\x00", "=TRUE()", "-", "Y."),
    "Delivery": (
        "online_live", "Study visit", "STUDY VISIT ", "in-person", "by post", "线上直播", "\x07", "=online", "unknown", "o" * 201,
    ),
    "Days": ("5", "3.5", "0", "-1", "about 5", "5-6", "1e400", "NaN", "5 days", "1,5", "9" * 30, "five"),
}  # fmt: skip
# what those say that are taken; every other cell is wrong
TAKEN: Mapping[str, Mapping[str, object]] = {
    "Title": {text: text for text in FINE if text not in ("None", "null", "NaN")},  # these stand for nothing, and a title is needed
    "Start": {
        **dict.fromkeys(("9999", "9999-12-31", "9999-12-31 00:00:00", "not stated", "unknown", "-9", "n/a"), ""),
        **dict.fromkeys(("２０２４", "٢٠٢٤", "二〇二四年", "2024-XX-XX", "'2024'"), "2024"),
        "3/4/2024": "2024-04-03", "2024-07-10T12:00": "2024-07-10", "2024/": "2024/..", "/2024": "../2024", "10.7.24": "2024-07-10",
        "٢٠٢٤-٠٧": "2024-07", "2024-21": "2024-21", "2023-09?/2024-09?": "2023-09?/2024-09?", "1980-01-xx": "1980-01",
        "5 May 2024": "2024-05-05",
    },
    "Countries": {
        **{text: ["LAO"] for text in ("Laos;;;;", "laos", "LA", "LAO", "418", "Laos;" * 60, "\u202eLaos", "Laos\u00a0", "\tLaos\n")},
        **{text: [] for text in (";;;", "None", "Unknown", "-")},
        "and": ["AND"], "Кот-д’Ивуар": ["CIV"], "缅甸": ["MMR"], "CHN": ["CHN"], "Soviet Union": ["SUN"],
    },
    "Persons trained": {
        **{text: [] for text in ("-", "--", "-9", "n/a", "NaN")},
        **{words: [words] for words in ("more than several", "several")},
        "0": ["0"], "00": ["0"], "1,000": ["1000"], "1 000": ["1000"], "１２": ["12"], "١٢": ["12"], "²": ["2"], "①": ["1"], "十": ["10"],
        "1万": ["10000"], "3亿": ["300000000"], "999999999999999": ["999999999999999"],
        "5-5": ["5"], "5+": ["at least 5"], "1'000": ["1000"], "≥ 5": ["at least 5"], "≈ 5": ["about 5"],
        "10-12": ["10-12"], "about 20": ["about 20"],        "  7  ": ["7"], "seven": ["7"],
    },
    "Complete": {"yes": True, "x": True, "TRUE": True, "是": True, "=TRUE()": True, "Y.": True, "No": False, "0": False, "-": True},
    "Delivery": {
        "online_live": "online_live", "Study visit": "study_visit", "STUDY VISIT ": "study_visit", "in-person": "in_person",
        "线上直播": "online_live", "unknown": None,
    },
    "Days": {"5": "5", "3.5": "3.5", "five": "5", "NaN": None},
}  # fmt: skip
