"""What is known of a partner itself: codes, region, names, memberships."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext

from tracker.counting.models import Basis
from tracker.partial_dates import describe, parse_edtf
from tracker.records.filtering import Reader, all_records, region_label
from tracker.summaries.links import address, figure_args, partner_url
from tracker.vocabularies.models import Membership, Party, PartyKind
from tracker.vocabularies.parties import display_name


@dataclass(frozen=True)
class Fact:
    """One line about the partner itself."""

    label: str
    value: str
    url: str = ""


def facts_of(reader: Reader, party: Party, basis: Basis) -> Iterator[Fact]:
    """What stands in "About this partner"."""
    kinds = {
        PartyKind.COUNTRY: gettext("country"),
        PartyKind.ORGANISATION: gettext("organisation"),
        PartyKind.AGENCY: gettext("agency"),
        PartyKind.GROUP: gettext("group of countries"),
    }
    yield Fact(gettext("Kind"), kinds[party.kind])
    yield Fact(gettext("Codes"), " · ".join(code for code in (party.code, party.iso2, party.m49) if code))
    if party.parent:
        yield Fact(gettext("Part of"), display_name(party.parent, reader.locale), partner_url(party.parent.code, basis))
    region = region_of(reader, party, basis)
    if region:
        yield region
    if party.valid_from or party.valid_to:
        yield Fact(gettext("Existed"), _period(party.valid_from, party.valid_to))
    shown_name = display_name(party, reader.locale)
    former = [alias.name for alias in party.aliases if alias.kind == "former"]
    others = [alias.name for alias in party.aliases if alias.kind not in ("former", "code") and alias.name != shown_name]
    if former:
        yield Fact(gettext("Former names"), ", ".join(dict.fromkeys(former)))
    if others:
        yield Fact(gettext("Other names"), ", ".join(dict.fromkeys(others)))
    yield from _memberships(reader, party)


def region_of(reader: Reader, party: Party, basis: Basis) -> Fact | None:
    """The region, leading to the figures of all its countries."""
    if not party.region_m49:
        return None
    args = figure_args(all_records(reader, basis)) | {"region": party.region_m49}
    return Fact(gettext("Region"), region_label(reader, party.region_m49), address("summaries.matrix", args))


def _memberships(reader: Reader, party: Party) -> Iterator[Fact]:
    """Groups of a country, members of a group, each with its days."""
    is_group = party.kind in (PartyKind.GROUP, PartyKind.ORGANISATION)
    ours, other = (Membership.group_id, Membership.member_id) if is_group else (Membership.member_id, Membership.group_id)
    statement = sa.select(Party, Membership.valid_from, Membership.valid_to).join(Membership, other == Party.id).where(ours == party.id)
    rows = [(display_name(row[0], reader.locale), _period(row[1], row[2])) for row in reader.session.execute(statement)]
    if rows:
        label = gettext("Members") if is_group else gettext("Member of")
        yield Fact(label, "; ".join(f"{name} ({days})" if days else name for name, days in sorted(rows)))


def _period(first: date | None, last: date | None) -> str:
    """`since 15 June 2001`, `until ...`, `... to ...`; '' for always."""
    begin, end = (describe(parse_edtf(day.isoformat())) if day else "" for day in (first, last))
    if begin and end:
        return gettext("%(first)s to %(last)s", first=begin, last=end)
    if begin:
        return gettext("since %(day)s", day=begin)
    return gettext("until %(day)s", day=end) if end else ""
