"""The shipped reference data and their loading."""

from __future__ import annotations

import csv
import time
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.database.base import Base
from tracker.vocabularies import reference
from tracker.vocabularies.models import Membership, Party, PartyAlias, PartyKind, VocabTerm, VocabularyVersion
from tracker.vocabularies.reference_files import DATA, MembershipRow, ReferenceData, TermRow, shipped

FORMER_STATES = {"ANT", "CSK", "DDR", "SCG", "SUN", "VDR", "YMD", "YUG"}

# Names that do not say which of two is meant: they ask.
SHARED_NAMES = {"korea", "congo", "virgin islands", "刚 果", "圣 马 丁"}


def _codes(session: Session, scheme: str) -> list[str]:
    return list(session.scalars(sa.select(VocabTerm.code).where(VocabTerm.scheme == scheme).order_by(VocabTerm.position)))


def _members(session: Session, group: str, day: date) -> set[str]:
    group_id = session.scalars(sa.select(Party.id).where(Party.code == group)).one()
    rows = session.execute(
        sa.select(Party.code, Membership.valid_from, Membership.valid_to)
        .join(Membership, Membership.member_id == Party.id)
        .where(Membership.group_id == group_id)
    )
    return {code for code, first, last in rows if (first is None or first <= day) and (last is None or day <= last)}


def test_all_iso_countries_the_former_states_and_kosovo_are_there(loaded: Session) -> None:
    countries = list(loaded.scalars(sa.select(Party).where(Party.kind == PartyKind.COUNTRY)))
    ended = {party.code for party in countries if party.valid_to}
    assert ended == FORMER_STATES
    assert len({party.code for party in countries} - FORMER_STATES - {"XKX"}) == 249
    assert loaded.scalars(sa.select(Party.iso2).where(Party.code == "XKX")).one() == "XK"


def test_former_states_have_a_first_and_a_last_day(loaded: Session) -> None:
    for party in loaded.scalars(sa.select(Party).where(Party.code.in_(FORMER_STATES))):
        assert party.valid_from
        assert party.valid_to
        assert party.valid_from < party.valid_to
        assert party.name_local


def test_m49_codes_keep_their_leading_zeros(loaded: Session) -> None:
    codes = dict(loaded.execute(sa.select(Party.code, Party.m49)).all())
    assert (codes["AFG"], codes["AUS"], codes["ATA"]) == ("004", "036", "010")
    assert all(len(code) == 3 for code in codes.values() if code)
    assert {"001", "002", "009", "015", "030", "034", "035", "039", "053", "054", "057", "061", "021"} <= set(_codes(loaded, "m49"))


def test_every_country_but_antarctica_has_a_region_of_the_list(loaded: Session) -> None:
    regions = set(_codes(loaded, "m49"))
    countries = loaded.scalars(sa.select(Party).where(Party.kind == PartyKind.COUNTRY)).all()
    assert [party.code for party in countries if party.region_m49 not in regions] == ["ATA"]


@pytest.mark.parametrize(
    ("code", "m49", "region"),
    [
        ("CHN", "156", "030"),
        ("MMR", "104", "035"),
        ("SRB", "688", "039"),
        ("CAF", "140", "202"),
        ("TWN", "158", "030"),
        ("KAZ", "398", "143"),
    ],
)
def test_known_countries_stand_in_their_region(loaded: Session, code: str, m49: str, region: str) -> None:
    party = loaded.scalars(sa.select(Party).where(Party.code == code)).one()
    assert (party.m49, party.region_m49) == (m49, region)


def test_every_agency_has_a_parent(loaded: Session) -> None:
    agencies = loaded.scalars(sa.select(Party).where(Party.kind == PartyKind.AGENCY)).all()
    assert all(agency.parent for agency in agencies)
    assert {agency.parent.code for agency in agencies if agency.parent and agency.code == "USA_DSS"} == {"USA"}


def test_no_code_of_a_party_is_another_partys_two_letter_code(loaded: Session) -> None:
    codes = set(loaded.scalars(sa.select(Party.code)))
    assert not codes & set(loaded.scalars(sa.select(Party.iso2).where(Party.iso2.is_not(None))))


def test_every_crime_term_maps_to_an_iccs_code_that_is_there(loaded: Session) -> None:
    targets = dict(loaded.execute(sa.select(VocabTerm.code, VocabTerm.maps_to_id).where(VocabTerm.scheme == "crime")).all())
    iccs = {f"iccs:{code}" for code in _codes(loaded, "iccs")}
    assert len(targets) >= 20
    assert set(targets.values()) <= iccs
    assert targets["kidnapping"] == "iccs:020221"


def test_iccs_has_its_eleven_levels_and_parents_that_begin_the_code(loaded: Session) -> None:
    terms = loaded.scalars(sa.select(VocabTerm).where(VocabTerm.scheme == "iccs")).all()
    assert {term.code for term in terms if term.parent_id is None} == {f"{number:02}" for number in range(1, 12)}
    assert all(term.code.startswith(term.parent_id.removeprefix("iccs:")) for term in terms if term.parent_id)


def test_only_roles_say_whether_they_count_as_partner(loaded: Session) -> None:
    flags = loaded.execute(sa.select(VocabTerm.scheme, VocabTerm.code, VocabTerm.counts_as_partner)).all()
    assert {code for scheme, code, counts in flags if scheme == "role" and counts is False} == {
        "venue",
        "observer",
        "mentioned",
        "depositary",
    }
    assert {scheme for scheme, _, counts in flags if counts is not None} == {"role"}
    assert all(counts is not None for scheme, _, counts in flags if scheme == "role")


def test_metrics_and_items_have_a_unit_of_the_list(loaded: Session) -> None:
    units = set(_codes(loaded, "unit"))
    terms = loaded.scalars(sa.select(VocabTerm)).all()
    assert {term.default_unit for term in terms if term.scheme in ("metric", "item")} <= units
    assert {term.scheme for term in terms if term.default_unit} == {"metric", "item"}


def test_markings_stand_in_order_of_strictness(loaded: Session) -> None:
    assert _codes(loaded, "marking") == ["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"]


def test_every_term_has_both_labels_and_is_there_once(loaded: Session) -> None:
    terms = loaded.scalars(sa.select(VocabTerm)).all()
    assert all(term.label_en and term.label_local and term.source for term in terms)
    for names in (Counter((term.scheme, term.label_en) for term in terms), Counter((term.scheme, term.label_local) for term in terms)):
        assert [name for name, times in names.items() if times > 1] == []


def test_no_name_leads_to_two_parties_but_those_that_ask(loaded: Session) -> None:
    parties = defaultdict(set)
    for folded, party_id in loaded.execute(sa.select(PartyAlias.folded, PartyAlias.party_id)):
        parties[folded].add(party_id)
    assert {folded for folded, ids in parties.items() if len(ids) > 1} == SHARED_NAMES
    assert "" not in parties


@pytest.mark.parametrize("model", [VocabTerm, Party, PartyAlias, Membership])
def test_every_text_fits_its_column(loaded: Session, model: type[Base]) -> None:
    for column in sa.inspect(model).columns:
        if isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum):
            longest = loaded.scalar(sa.select(sa.func.max(sa.func.length(column))))
            assert column.type.length
            assert (longest or 0) <= column.type.length


def test_there_are_enough_hand_picked_names() -> None:
    with (DATA / "aliases.csv").open(encoding="utf-8", newline="") as file:
        kinds = Counter(line["kind"] for line in csv.DictReader(file))
    assert set(kinds) == {"official", "former", "abbreviation", "alias"}
    assert kinds.total() >= 250


@pytest.mark.parametrize(("day", "members"), [(date(2001, 6, 14), 0), (date(2017, 6, 9), 8), (date(2024, 7, 1), 9), (date(2024, 7, 5), 10)])
def test_sco_has_the_members_of_the_day(loaded: Session, day: date, members: int) -> None:
    assert len(_members(loaded, "SCO", day)) == members


def test_a_member_that_left_belongs_until_its_last_day(loaded: Session) -> None:
    assert "GBR" in _members(loaded, "EU", date(2020, 1, 31))
    assert "GBR" not in _members(loaded, "EU", date(2020, 2, 1))
    assert len(_members(loaded, "EU", date(2024, 1, 1))) == 27


def test_other_groups_have_the_members_they_are_known_for(loaded: Session) -> None:
    assert len(_members(loaded, "ASEAN", date(2025, 10, 25))) == 10
    assert len(_members(loaded, "ASEAN", date(2025, 10, 26))) == 11
    assert _members(loaded, "CCA5", date(2024, 1, 1)) == {"CHN", "KAZ", "KGZ", "TJK", "TKM", "UZB"}
    assert _members(loaded, "MEKONG", date(2013, 4, 20)) == {"CHN", "LAO", "MMR", "THA"}
    assert "ZAF" not in _members(loaded, "BRICS", date(2009, 6, 16))
    assert len(_members(loaded, "BRICS", date(2025, 1, 6))) == 10
    assert len(_members(loaded, "NATO", date(2024, 3, 7))) == 32


def test_loading_again_changes_nothing(empty: Session) -> None:
    first = reference.load(empty)
    second = reference.load(empty)
    assert first.is_new_version
    assert not second.is_new_version
    assert (second.added, second.changed, second.retired, second.unchanged) == (0, 0, 0, first.added)
    assert empty.scalar(sa.select(sa.func.count(VocabularyVersion.id))) == 1


def test_loading_is_quick_enough_to_be_part_of_every_update(empty: Session) -> None:
    begun = time.monotonic()
    reference.load(empty)
    assert time.monotonic() - begun < 20  # a hang limit only


def test_what_an_administrator_added_stays(empty: Session) -> None:
    reference.load(empty)
    myanmar = empty.scalars(sa.select(Party).where(Party.code == "MMR")).one()
    empty.add(VocabTerm(id="crime:own", scheme="crime", code="own", label_en="Own term"))
    empty.add(Party(kind=PartyKind.AGENCY, code="MMR_OWN", name_en="Own agency", parent=myanmar))
    empty.add(PartyAlias(party=myanmar, lang="en", name="Own name", kind="alias", folded="own name"))
    empty.flush()
    assert reference.load(empty).changed == 0
    assert empty.get(VocabTerm, "crime:own")
    assert empty.scalar(sa.select(sa.func.count(PartyAlias.id)).where(PartyAlias.folded == "own name")) == 1
    assert empty.scalar(sa.select(sa.func.count(Party.id)).where(Party.code == "MMR_OWN")) == 1


def test_an_end_that_an_administrator_set_is_kept(empty: Session) -> None:
    reference.load(empty)
    term = empty.get_one(VocabTerm, "crime:food_crime")
    term.valid_to = date(2026, 1, 1)
    empty.flush()
    reference.load(empty)
    assert term.valid_to == date(2026, 1, 1)


def test_shipped_wording_comes_back_where_it_was_changed(empty: Session) -> None:
    reference.load(empty)
    term = empty.get_one(VocabTerm, "role:lead")
    term.label_en = "Changed"
    empty.flush()
    assert reference.load(empty).changed == 1
    assert term.label_en == "Lead"


def _data_with(**fields: object) -> ReferenceData:
    term = TermRow("role", "lead", "Lead", "牵头方", None, None, True, None, 0, None, "desk list")
    return ReferenceData((replace(term, **fields),), shipped().parties, (), ())  # type: ignore[arg-type]


def test_a_term_no_longer_shipped_stays_and_one_shipped_with_an_end_is_retired(empty: Session) -> None:
    reference.load_data(empty, shipped())
    report = reference.load_data(empty, _data_with(valid_to=date(2026, 1, 1)))
    assert (report.retired, report.changed, report.is_new_version) == (1, 0, True)
    assert empty.get(VocabTerm, "role:participant")
    assert reference.load_data(empty, _data_with(valid_to=date(2026, 1, 1))).retired == 0


def test_a_term_that_points_to_a_later_line_is_loaded(empty: Session) -> None:
    broader = TermRow("iccs", "09", "Broader", "上位", None, None, None, None, 1, None, "test")
    narrower = replace(broader, code="0903", label_en="Narrower", parent_id="iccs:09")
    desk = replace(broader, scheme="crime", code="cybercrime", maps_to_id="iccs:0903")
    reference.load_data(empty, ReferenceData((desk, narrower, broader), (), (), ()))
    assert empty.scalar(sa.select(sa.func.count(VocabTerm.id))) == 3


def test_a_later_last_day_of_a_membership_is_taken_over(empty: Session) -> None:
    parties = shipped().parties
    row = MembershipRow("SCO", "IND", date(2017, 6, 9), None, "test")
    reference.load_data(empty, ReferenceData((), parties, (), (row,)))
    reference.load_data(empty, ReferenceData((), parties, (), (replace(row, valid_to=date(2030, 1, 1)),)))
    assert empty.scalars(sa.select(Membership.valid_to)).all() == [date(2030, 1, 1)]
