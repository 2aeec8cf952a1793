"""The records of the demo: what an officer enters after reading the article, in the words of this project.

Nothing is added to what the article says: no date, partner, basis or number that it leaves open. Names of persons are
left out, also from quotations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SOURCE_FACT = "S59"
RUNNING_TOTAL = "Suspects in fraud from northern Myanmar"  # its values are in `statements.py`
SOURCE: Mapping[str, str | bool] = {
    "title": "Press article for the 2024 Global Public Security Cooperation Forum (Lianyungang); author, outlet and day not given",
    "kind": "press_article",
    "published": "2024-09?",
    "lang": "en",
    "is_translation": True,
    "reliability": "F",
}


@dataclass(frozen=True)
class Passage:
    """A few words of the article, and the value of the record that they support."""

    line: int
    quote: str
    supports: str = ""  # name of a field, `figure:NO`, or the record as a whole


@dataclass(frozen=True)
class Number:
    """A number with the words of the article for it; without `number` the words are all there is."""

    metric: str
    unit: str
    words: str
    number: str = ""
    person_status: str | None = None
    nature: str = "new_in_period"
    as_of: str = ""
    series: str = ""  # of which running total it is a value, or in which it is contained
    contained_basis: str = "stated"


@dataclass(frozen=True)
class DemoRecord:
    """One record; its first fact is its name here."""

    facts: tuple[str, ...]
    kind: str
    title: str
    summary: str
    passages: tuple[Passage, ...] = ()
    values: Mapping[str, str | bool] = field(default_factory=dict)
    parties: tuple[tuple[str, str], ...] = ()  # (code, role)
    crimes: tuple[str, ...] = ()  # the primary one first
    figures: tuple[Number, ...] = ()
    links: tuple[tuple[str, str], ...] = ()  # (type, fact of a record above)
    aliases: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()  # other ones than the article, by their names in `statements.py`; cited as a whole


# what the officer wrote after the record was verified, so that the queue of the demo holds something to look at: (fact, reason, values)
AFTERWARDS = (
    "S39",
    "doubt about the name noted",
    {
        "summary": "A joint operation in the framework of INTERPOL. The name is that of the translated article. INTERPOL's own operation "
        "against counterfeit medicines is called Pangea; that both are one operation is likely, and no source says it.",
    },
)

RECORDS: tuple[DemoRecord, ...] = (
    DemoRecord(
        facts=("S33",),
        kind="operation",
        title="Special operation “Fox Hunt 2024”",
        summary="The article credits the operation with a further success, the extradition that is a record of its own. "
        "It names no partner and no number.",
        values={"start": "2024", "series_name": "Fox Hunt", "op_type": "special_operation"},
        parties=(("CHN", "lead"),),
        figures=(Number("other", "activity", "another major victory"),),
        aliases=("Fox Hunting 2024",),
        passages=(
            Passage(37, 'the "fox hunting 2024" special operation has achieved another major victory'),
            Passage(37, '"fox hunting 2024"', "start"),
            Passage(37, "has achieved another major victory", "figure:1"),
        ),
    ),
    DemoRecord(
        facts=("S29",),
        kind="handover",
        title="Ten suspects in online fraud handed over from northern Myanmar",
        summary="Handed over together by law enforcement agencies of Myanmar. The article gives neither the day nor the legal basis.",
        values={"direction": "inward", "status": "completed", "place": "Northern Myanmar"},
        parties=(("MMR", "sending"), ("CHN", "receiving")),
        crimes=("telecom_fraud",),
        figures=(
            # no source says that the ten are among the many thousands of the running total: the desk infers it
            Number(
                "handed_over", "person", "10 major criminal suspects", "10", "suspect", series=RUNNING_TOTAL, contained_basis="inferred"
            ),
        ),
        passages=(
            Passage(35, "targeting online fraud, through police law enforcement cooperation"),
            Passage(35, "myanmar law enforcement agencies handed over 10 major criminal suspects in northern myanmar", "parties"),
            Passage(35, "10 major criminal suspects", "figure:1"),
            Passage(35, "to the chinese police at one time", "direction"),
        ),
    ),
    DemoRecord(
        facts=("S32",),
        kind="handover",
        title="Suspect in a pyramid scheme extradited from Thailand",
        summary="The article gives no date: the year is inferred from the name of the operation. "
        "It speaks of extradition and does not say under which treaty or law.",
        values={"start": "2024?", "direction": "inward", "legal_basis": "extradition", "status": "completed"},
        parties=(("THA", "sending"), ("CHN", "receiving")),
        crimes=("pyramid_scheme",),
        figures=(Number("handed_over", "person", "a major economic crime suspect", "1", "suspect"),),
        links=(("result_of", "S33"),),
        passages=(
            Passage(37, "a major economic crime suspect suspected of organizing and leading pyramid schemes, from thailand"),
            Passage(37, "with the successful extradition of [name]", "legal_basis"),
            Passage(37, "a major economic crime suspect", "figure:1"),
            Passage(37, 'the "fox hunting 2024" special operation', "start"),
        ),
    ),
    DemoRecord(
        facts=("S34",),
        kind="operation",
        title="Joint operations with police forces around the world",
        summary="A statement about several operations of recent years. Partners, days and numbers are not given; "
        "of the persons caught it says no more than that there were many.",
        values={"is_group_entry": True, "op_type": "joint_operation"},
        parties=(("CHN", "participant"),),
        figures=(Number("operations", "operation", "a series of joint operations"),),
        passages=(
            Passage(40, "launched a series of joint operations to combat transnational crime"),
            Passage(40, "a series of joint operations", "figure:1"),
        ),
    ),
    DemoRecord(
        facts=("S36",),
        kind="operation",
        title="Joint special operations with Laos, Cambodia, Thailand and further countries",
        summary="A statement about several operations. The list of partners is open, and neither days nor numbers are given.",
        values={"is_group_entry": True, "parties_complete": False, "op_type": "special_operation"},
        parties=(("CHN", "participant"), ("LAO", "participant"), ("KHM", "participant"), ("THA", "participant")),
        figures=(Number("operations", "operation", "joint special operations"),),
        passages=(
            Passage(48, "carry out joint special operations against transnational crimes", "figure:1"),
            Passage(48, "with law enforcement agencies in laos, cambodia, thailand and other countries", "parties"),
        ),
    ),
    DemoRecord(
        facts=("S37",),
        kind="operation",
        title="Joint anti-drug operation “Safe Passage” in the Mekong basin",
        summary="Said to go on. The article names neither partners nor days nor results.",
        values={"status": "ongoing", "place": "Mekong river basin", "op_type": "joint_operation", "series_name": "Safe Passage"},
        parties=(("CHN", "participant"),),
        crimes=("drugs",),
        passages=(
            Passage(50, 'the joint anti-drug operation "safe passage" in the mekong river basin'),
            Passage(50, "we will continue to carry out", "status"),
            Passage(50, "in the mekong river basin", "place"),
        ),
    ),
    DemoRecord(
        facts=("S39",),
        kind="operation",
        title="Operation “Pangu” against counterfeit medicines",
        summary="A joint operation in the framework of INTERPOL. The name is that of the translated article; "
        "INTERPOL's own operation against counterfeit medicines is called Pangea.",
        values={"op_type": "joint_operation", "series_name": "Pangea"},
        parties=(("INTERPOL", "coordinator"), ("CHN", "participant")),
        crimes=("counterfeit_medicines",),
        aliases=("Pangea",),
        passages=(
            Passage(54, 'joint operations such as the "pangu" operation to combat counterfeit drug crimes'),
            Passage(54, "under the framework of interpol", "parties"),
        ),
    ),
    DemoRecord(
        facts=("S40",),
        kind="operation",
        title="Operation Opson against food crime",
        summary="A joint operation in the framework of INTERPOL. The article gives neither days nor results.",
        values={"op_type": "joint_operation", "series_name": "Opson"},
        parties=(("INTERPOL", "coordinator"), ("CHN", "participant")),
        crimes=("food_crime",),
        passages=(
            Passage(54, 'the "opson" operation to combat food crimes under the framework of interpol'),
            Passage(54, "under the framework of interpol", "parties"),
        ),
    ),
    DemoRecord(
        facts=("S42",),
        kind="handover",
        title="Main person of the Gangnam drugged-drink extortion case handed over to the Republic of Korea",
        summary="The article calls the person the main culprit and does not say whether suspected, charged or convicted. "
        "The legal basis is not given either.",
        values={"start": "2023-12", "direction": "outward", "status": "completed"},
        parties=(("CHN", "sending"), ("KOR", "receiving")),
        crimes=("extortion", "drugs"),
        figures=(Number("handed_over", "person", "the korean main culprit", "1", "not_stated"),),
        passages=(
            Passage(
                60,
                'handed over [name], the korean main culprit in the "gangnam college road drug and beverage extortion case"',
            ),
            Passage(60, "in december 2023", "start"),
            Passage(60, "the korean main culprit", "figure:1"),
            Passage(60, "to the south korean police", "parties"),
        ),
    ),
    DemoRecord(
        facts=("S43", "S44"),
        kind="handover",
        title="Fugitive under a red notice handed over to the United States",
        summary="Suspected of sexual offences against a child. Law enforcement in the United States had asked for the person; "
        "the Diplomatic Security Service of the State Department received the person. The legal basis is not given.",
        values={"start": "2024-07-10", "direction": "outward", "status": "completed", "notice": "red"},
        parties=(("CHN", "sending"), ("USA", "receiving"), ("USA_DSS", "receiving"), ("USA", "requesting")),
        crimes=("child_sexual_offences",),
        figures=(Number("handed_over", "person", "an american red-notice fugitive", "1", "suspect"),),
        passages=(
            Passage(60, "an american red-notice fugitive suspected of child sexual assault in the united states"),
            Passage(60, "on july 10, 2024", "start"),
            Passage(60, "an american red-notice fugitive", "notice"),
            Passage(60, "an american red-notice fugitive suspected of child sexual assault", "figure:1"),
            Passage(60, "at the request of us law enforcement agencies", "parties"),
            Passage(60, "to the us state department's diplomatic security bureau", "parties"),
        ),
    ),
    DemoRecord(
        facts=("S45",),
        kind="handover",
        title="Repatriation of irregular migrants",
        summary="Named among the fields in which partners abroad were supported. Direction, partners, days and numbers are not given.",
        values={"is_group_entry": True},
        crimes=("illegal_immigration",),
        figures=(Number("handovers", "handover", "repatriation of illegal immigrants", person_status="irregular_migrant"),),
        passages=(
            Passage(62, "in the areas of drug control, repatriation of illegal immigrants, pursuit of fugitives"),
            Passage(62, "repatriation of illegal immigrants", "figure:1"),
        ),
    ),
    DemoRecord(
        facts=("S46",),
        kind="training",
        title="Training programmes for law enforcement agencies abroad",
        summary="A statement about several programmes. Which agencies took part, and how many programmes there were, is not given.",
        values={"is_group_entry": True, "start": "2023-09~/2024-09~", "our_role": "provider"},
        parties=(("CHN", "provider"),),
        figures=(Number("trainings", "training", "multiple law enforcement training programs"),),
        passages=(
            Passage(
                76, "we have organized multiple law enforcement training programs for law enforcement departments of various countries"
            ),
            Passage(74, "over the past year", "start"),
            Passage(76, "multiple law enforcement training programs", "figure:1"),
        ),
    ),
    DemoRecord(
        facts=("S56",),
        kind="agreement",
        title="Cooperation documents on the protection of interests abroad",
        summary="A statement about several documents. Partners, titles, days and numbers are not given.",
        values={"is_group_entry": True},
        parties=(("CHN", "signatory"),),
        figures=(Number("agreements", "agreement", "relevant cooperation documents"),),
        passages=(
            Passage(86, "sign relevant cooperation documents, establish liaison hotlines, and clarify cooperation procedures"),
            Passage(86, "relevant cooperation documents", "figure:1"),
        ),
    ),
)
