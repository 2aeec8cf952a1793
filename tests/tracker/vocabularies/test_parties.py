"""Finding a party by what was typed, and what it is called."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.vocabularies import parties
from tracker.vocabularies.models import Party, PartyKind


def _party(session: Session, code: str) -> Party:
    return session.scalars(sa.select(Party).where(Party.code == code)).one()


def _code(session: Session, typed: str) -> str | None:
    party = parties.resolve(session, typed).party
    return party.code if party else None


def _codes(session: Session, typed: str) -> list[str | None]:
    return [found.party.code if found.party else None for _, found in parties.resolve_many(session, typed)]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Burma", "MMR"),
        ("Myanmar", "MMR"),
        ("缅甸", "MMR"),
        ("Мьянма", "MMR"),
        ("ROK", "KOR"),
        ("Korea, Republic of", "KOR"),
        ("Republic of Korea", "KOR"),
        ("韩国", "KOR"),
        ("朝鲜", "PRK"),
        ("DPRK", "PRK"),
        ("Côte d'Ivoire", "CIV"),
        ("Côte d’Ivoire", "CIV"),
        ("cote d'ivoire", "CIV"),
        ("Ivory Coast", "CIV"),
        ("U.S.A.", "USA"),
        ("U.S.", "USA"),
        ("America", "USA"),
        ("美国", "USA"),
        ("UK", "GBR"),
        ("Great Britain", "GBR"),
        ("Congo-Kinshasa", "COD"),
        ("Zaire", "COD"),
        ("the Netherlands", "NLD"),
        ("Holland", "NLD"),
        ("Lao PDR", "LAO"),
        ("Viet Nam", "VNM"),
        ("Turkey", "TUR"),
        ("USSR", "SUN"),
        ("East Germany", "DDR"),
        ("Hong Kong", "HKG"),
        ("SCO", "SCO"),
        ("上合组织", "SCO"),
        ("上海合作组织", "SCO"),
        ("国际刑警组织", "INTERPOL"),
        ("Interpol", "INTERPOL"),
        ("UN Office on Drugs and Crime", "UNODC"),
        ("FBI", "USA_FBI"),
        ("Bosnia and Herzegovina", "BIH"),
        ("Bosnia & Herzegovina", "BIH"),
        ("  thailand ", "THA"),
    ],
)
def test_a_name_in_any_spelling_leads_to_its_party(loaded: Session, typed: str, code: str) -> None:
    assert _code(loaded, typed) == code


@pytest.mark.parametrize(
    ("typed", "code"), [("MMR", "MMR"), ("mmr", "MMR"), ("MM", "MMR"), ("104", "MMR"), ("004", "AFG"), ("USA_DSS", "USA_DSS")]
)
def test_a_code_leads_to_its_party(loaded: Session, typed: str, code: str) -> None:
    assert _code(loaded, typed) == code


@pytest.mark.parametrize("typed", ["it", "no", "mm", "4", "04"])
def test_small_words_and_cut_off_digits_are_not_codes(loaded: Session, typed: str) -> None:
    assert _code(loaded, typed) is None


@pytest.mark.parametrize(
    ("typed", "codes"),
    [("Korea", {"KOR", "PRK"}), ("congo", {"COG", "COD"}), ("AU", {"AUS", "AFRICAN_UNION"}), ("刚果", {"COG", "COD"})],
)
def test_a_name_of_two_parties_asks(loaded: Session, typed: str, codes: set[str]) -> None:
    found = parties.resolve(loaded, typed)
    assert found.party is None
    assert found.is_ambiguous
    assert {party.code for party in found.candidates} == codes


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "%%%", "___", "'", "\0", "?", "x", "zzzzqqqq", "\ud83d\ude00"])
def test_signs_and_nonsense_lead_nowhere(loaded: Session, typed: str) -> None:
    assert parties.resolve(loaded, typed) == parties.Resolution(None)
    assert parties.suggest(loaded, typed) == [] or typed == "x"


@pytest.mark.parametrize(("typed", "code"), [("Mynmar", "MMR"), ("Thialand", "THA"), ("Kazahkstan", "KAZ"), ("Phillipines", "PHL")])
def test_a_misspelt_name_is_suggested_and_never_taken(loaded: Session, typed: str, code: str) -> None:
    found = parties.resolve(loaded, typed)
    assert found.party is None
    assert not found.is_ambiguous
    assert found.candidates[0].code == code
    assert len(found.candidates) <= 5


@pytest.mark.parametrize("locale", ["en", "zh", "zh_CN", "zh-Hans-CN"])
def test_every_display_name_leads_back_to_its_party(loaded: Session, locale: str) -> None:
    for party in loaded.scalars(sa.select(Party)).all():
        assert parties.resolve(loaded, parties.display_name(party, locale)).party is party


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_no_display_name_is_taken_apart(loaded: Session, locale: str) -> None:
    for party in loaded.scalars(sa.select(Party)).all():
        name = parties.display_name(party, locale)
        assert [found.party for _, found in parties.resolve_many(loaded, name)] == [party]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Laos; Thailand\nMyanmar；KHM、越南", ["LAO", "THA", "MMR", "KHM", "VNM"]),
        ("Laos, Thailand and Myanmar", ["LAO", "THA", "MMR"]),
        ("Laos, Thailand, and Myanmar", ["LAO", "THA", "MMR"]),
        ("Laos & Thailand", ["LAO", "THA"]),
        ("老挝和泰国", ["LAO", "THA"]),
        ("老挝，泰国", ["LAO", "THA"]),
        ("Laos/Thailand", ["LAO", "THA"]),
        ("圣多美和普林西比", ["STP"]),
        ("Korea, Republic of", ["KOR"]),
        ("Bosnia and Herzegovina", ["BIH"]),
        ("Serbia, Bosnia and Herzegovina and Korea, Republic of", ["SRB", "BIH", "KOR"]),
        ("Trinidad and Tobago and Antigua & Barbuda", ["TTO", "ATG"]),
        ("Korea and Laos", [None, "LAO"]),
        ("Laos, Atlantis", [None]),
        ("Laos; Atlantis", ["LAO", None]),
        ("", []),
        (" ; \n ", []),
    ],
)
def test_a_box_of_several_names_is_taken_apart_only_where_every_piece_is_a_name(
    loaded: Session, typed: str, codes: list[str | None]
) -> None:
    assert _codes(loaded, typed) == codes


def test_the_pieces_are_given_back_as_typed(loaded: Session) -> None:
    assert [text for text, _ in parties.resolve_many(loaded, "Burma , ROK; Atlantis ")] == ["Burma", "ROK", "Atlantis"]


def test_a_form_full_of_unknown_names_asks_the_database_seldom_and_stops_suggesting(loaded: Session) -> None:
    boxes = ["; ".join(["Thialand"] * 100)] * 20
    parties.resolve(loaded, "Thialand")  # names are read once for all forms
    asked: list[str] = []
    sa.event.listen(loaded.get_bind(), "before_cursor_execute", lambda *words: asked.append(words[2]))
    found = [resolution for box in boxes for _, resolution in parties.resolve_many(loaded, box)]
    assert len(asked) < 100
    assert [bool(resolution.candidates) for resolution in found] == [True] * 20 + [False] * 1980


def test_a_very_long_list_is_not_taken_apart(loaded: Session) -> None:
    assert _codes(loaded, "Laos, " * 500 + "Laos") == [None]


def test_typing_ahead_shows_the_name_that_matched(loaded: Session) -> None:
    first = parties.suggest(loaded, "Burm")[0]
    assert (first.party.code, first.matched_name) == ("MMR", "Burma")


def test_typing_ahead_finds_a_word_inside_a_name_after_those_that_begin_with_it(loaded: Session) -> None:
    codes = [found.party.code for found in parties.suggest(loaded, "guin", limit=20)]
    assert codes[0] == "GIN"
    assert {"GNB", "GNQ", "PNG"} <= set(codes)
    assert codes.index("GNB") < codes.index("PNG")


def test_typing_ahead_prefers_the_language_of_the_reader(loaded: Session) -> None:
    assert parties.suggest(loaded, "alem", locale="es")[0].matched_name == "Alemania"
    assert parties.suggest(loaded, "泰", locale="zh")[0].party.code == "THA"


def test_typing_ahead_puts_a_code_first_and_former_states_after_present_ones(loaded: Session) -> None:
    assert parties.suggest(loaded, "MMR")[0].party.code == "MMR"
    codes = [found.party.code for found in parties.suggest(loaded, "yem")]
    assert codes.index("YEM") < codes.index("YMD") if "YMD" in codes else codes[0] == "YEM"


def test_typing_ahead_names_each_party_once_and_keeps_the_limit(loaded: Session) -> None:
    found = [suggestion.party.code for suggestion in parties.suggest(loaded, "s", limit=7)]
    assert len(found) == len(set(found)) == 7


def test_typing_ahead_never_offers_what_only_looks_alike(loaded: Session) -> None:
    assert parties.suggest(loaded, "Ruritania") == []


def test_countries_take_their_name_from_the_locale(loaded: Session) -> None:
    myanmar, soviet, dss = (_party(loaded, code) for code in ("MMR", "SUN", "USA_DSS"))
    assert parties.display_name(myanmar, "en") == "Myanmar (Burma)"
    assert parties.display_name(myanmar, "zh_Hans_CN") == "缅甸"
    assert parties.display_name(soviet, "zh") == "苏联"
    assert parties.display_name(soviet, "en") == "Soviet Union"
    assert parties.display_name(dss, "zh").startswith("美国")
    assert parties.display_name(myanmar, "xx") == "Myanmar (Burma)"


def test_names_by_code_are_kept_until_a_party_is_added(loaded: Session) -> None:
    names = parties.names_by_code(loaded, "en")
    assert names["LAO"] == "Laos"
    assert len(names) == loaded.scalar(sa.select(sa.func.count(Party.id)))
    names.clear()  # a caller's copy
    loaded.add(Party(kind=PartyKind.AGENCY, code="LAO_OWN", name_en="Own agency", parent=_party(loaded, "LAO")))
    loaded.flush()
    assert parties.names_by_code(loaded, "en")["LAO_OWN"] == "Own agency"
    assert parties.names_by_code(loaded, "zh")["LAO"] == "老挝"
