"""The statements of the demo: numbers that hang on no single activity, and the running total as outside sources gave it.

The values of the running total are facts that were read in the sources named here; nothing is quoted from them. The last of them came
after the article, so that the total up to September 2024 is another one than today's.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.demo.records import RUNNING_TOTAL, DemoRecord, Number, Passage

_ABOUT = "A total “so far”: it contains the earlier values and is never added to them."

OUTSIDE_SOURCES: Mapping[str, Mapping[str, str | bool]] = {
    "ecns-2023": {"title": "News on suspects handed over in fraud cases, ecns.cn", "published": "2023-10-17"},
    "people-2023": {"title": "News on fraud in northern Myanmar, en.people.cn", "published": "2023-11-21"},
    "nairagator-2024": {"title": "Report of Radio Free Asia, reprinted by nairagator", "published": "2024-01"},
    "aseandaily-2024": {"title": "Report on suspects handed over, theaseandaily", "published": "2024-01-31"},
    "ecns-2025": {"title": "News on arrests in fraud cases, ecns.cn", "published": "2025-07-11"},
}
_USUAL: Mapping[str, str | bool] = {"kind": "press_article", "lang": "en", "reliability": "F"}


def outside_source(name: str) -> dict[str, str | bool]:
    """The properties of one of `OUTSIDE_SOURCES`."""
    return {**_USUAL, **OUTSIDE_SOURCES[name]}


def _value(title: str, day: str, number: str, words: str, metric: str, *sources: str) -> DemoRecord:
    """One value of the running total."""
    return DemoRecord(
        facts=(f"total of {day}",),
        kind="statement",
        title=title,
        summary=_ABOUT,
        values={"start": day, "status": "completed", "place": "Northern Myanmar"},
        parties=(("CHN", "participant"), ("MMR", "venue")),
        crimes=("telecom_fraud",),
        figures=(Number(metric, "person", words, number, "suspect", nature="cumulative", as_of=day, series=RUNNING_TOTAL),),
        sources=sources,
    )


STATEMENTS: tuple[DemoRecord, ...] = (
    DemoRecord(
        facts=("S20",),
        kind="statement",
        title="Working relations with agencies of more than 100 countries and regions",
        summary="The article counts countries and regions together: it is no number of countries (C36).",
        values={"start": "2024-09?", "status": "ongoing"},
        parties=(("CHN", "participant"),),
        figures=(
            Number(
                "relations",
                "country_or_region",
                "more than 100 countries and regions",
                "more than 100",
                nature="snapshot",
                as_of="2024-09?",
            ),
        ),
        passages=(
            Passage(
                27,
                "cooperative relations with law enforcement agencies of more than 100 countries and regions",
                "figure:1",
            ),
        ),
    ),
    _value(
        "4,666 suspects handed over by 16 October 2023", "2023-10-16", "4,666", "so far … delivered to China", "handed_over", "ecns-2023"
    ),
    _value("31,000 suspects handed over by 21 November 2023", "2023-11-21", "31,000", "in total … to date", "handed_over", "people-2023"),
    _value(
        "About 44,000 suspects handed over by 30 January 2024",
        "2024-01-30",
        "about 44,000",
        "about … since September",
        "handed_over",
        "nairagator-2024",
        "aseandaily-2024",
    ),
    DemoRecord(
        facts=("S31",),
        kind="statement",
        title="More than 50,000 suspects arrested by September 2024",
        summary=f"{_ABOUT} The article says neither who arrested them nor where, and where others had spoken of persons handed over.",
        values={"start": "../2024-09", "status": "completed", "place": "Northern Myanmar"},
        parties=(("CHN", "participant"), ("MMR", "venue")),
        crimes=("telecom_fraud",),
        figures=(
            Number(
                *(
                    "arrests_reported",
                    "person",
                    "more than 50,000 suspects involved in fraud in northern myanmar",
                    "more than 50,000",
                    "suspect",
                ),
                nature="cumulative",
                as_of="2024-09",
                series=RUNNING_TOTAL,
            ),
        ),
        passages=(Passage(35, "so far, more than 50,000 suspects involved in fraud in northern myanmar have been arrested", "figure:1"),),
    ),
    _value(
        "More than 57,000 suspects arrested by July 2025",
        "2025-07",
        "more than 57,000",
        "arrested",
        "arrests_reported",
        "ecns-2025",
    ),
)
