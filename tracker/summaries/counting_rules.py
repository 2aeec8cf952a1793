"""The counting rules in plain words: the page "How we count", and the note under every table."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.counting.measures import Measure, Mode
from tracker.summaries.row_choices import type_of_measure


@dataclass(frozen=True)
class Rule:
    """One rule under the number by which code, tests and pages name it."""

    number: int
    title: LazyString
    text: LazyString

    @property
    def name(self) -> str:
        return f"C{self.number}"

    @property
    def anchor(self) -> str:
        return self.name


@dataclass(frozen=True)
class Chapter:
    """Rules about one matter."""

    title: LazyString
    rules: tuple[Rule, ...]


# fmt: off
CHAPTERS = (
    Chapter(
        _l("What is one"),
        (
            Rule(1, _l("Every number has a unit"), _l(
                "Handovers, persons, agreements, operations, trainings, participants are different numbers and are never added to "
                "each other."
            )),
            Rule(2, _l("One event is one record"), _l(
                "An operation with eleven countries is one operation. The total of a table is the number of different records, never "
                "the sum of its rows."
            )),
            Rule(3, _l("Each partner's row counts it once"), _l(
                "A record with Laos, Cambodia and Thailand counts 1 in each of the three rows and 1 in the total. The foot of the "
                "table shows the distinct total, the sum of the rows and what was counted again in further rows."
            )),
            Rule(4, _l("We are never a row"), _l(
                "The country whose ministry runs this tracker stands in no table of partners: it is party to everything. Its agencies "
                "neither."
            )),
            Rule(5, _l("Only those who take part are partners"), _l(
                "Observers, countries that only lent the venue and countries that are only mentioned are kept with the record but "
                "stand in no row."
            )),
            Rule(6, _l("A group stays one partner"), _l(
                "The Shanghai Cooperation Organisation is one partner, not ten. “Expand groups to their members” is a switch that you "
                "see: it uses those who were members on the date of the record, and nobody when that date is too uncertain to say. "
                "Numbers of persons are never spread over members."
            )),
            Rule(7, _l("“And other countries”"), _l(
                "Where a source does not name all countries, a + stands beside the number."
            )),
            Rule(8, _l("Partner not stated"), _l(
                "Records whose source names no partner have a row of their own. Together the rows hold all records."
            )),
            Rule(9, _l("Regions are counted again"), _l(
                "A region counts its different records; an operation with three countries of one region is 1 there."
            )),
        ),
    ),
    Chapter(
        _l("When"),
        (
            Rule(10, _l("One counting date for each type"), _l(
                "Agreements count in the year of the last signature, handovers in that of the physical handover, operations and "
                "trainings in that of their start. The head of each table says which."
            )),
            Rule(11, _l("Started, active, ended"), _l(
                "Things that last are counted in three ways with three names. Only “started” and “ended” can be added up over the "
                "years; an operation that was active in three years is still one operation."
            )),
            Rule(12, _l("A date is as exact as its source"), _l(
                "What is known to the month or the year counts in that year. What may have been in one of two years stands in “year "
                "uncertain”, what has no date in “year not stated”. Nothing is moved to 1 January. "
                "In a table by quarter or month, what is known to the year only stands in a column of its own beside them."
            )),
            Rule(13, _l("Inferred dates are marked"), _l(
                "A date that an officer concluded from other facts counts, is marked, and can be left out with a switch."
            )),
            Rule(14, _l("No end stated is no end"), _l(
                "An operation without an end goes on if its status says so; otherwise it may or may not have been active in later "
                "years, and its number is shown as a range: 3–5 is three certainly and two possibly. A planned end closes nothing."
            )),
            Rule(15, _l("A running year against the same days"), _l(
                "A year that is not over is set against the year before up to the same day. What is known only to the month or the year "
                "may lie after that day: then the number is a range."
            )),
        ),
    ),
    Chapter(
        _l("Agreements"),
        (
            Rule(16, _l("Signed is a flow, in force is a stock"), _l(
                "“Signed” counts signatures of a year. “In force” counts what is in force on the last day of a year, or today: not "
                "yet ended and not suspended."
            )),
            Rule(17, _l("The stock moves only by what is recorded"), _l(
                "From one day to a later one the agreements in force grow by those that entered into force or were resumed, and shrink "
                "by those that ended or were suspended, and by nothing else."
            )),
            Rule(18, _l("In force needs both sides"), _l(
                "With a country an agreement is in force when it is in force for that country and for us. A multilateral agreement is "
                "one in the total and one in each party's row."
            )),
            Rule(19, _l("Force not known"), _l(
                "What was signed, and of which no source says whether it came into force, stands beside the agreements in force, "
                "never among them."
            )),
            Rule(20, _l("Amendments and soft instruments"), _l(
                "Amendments, protocols and renewals are linked to what they change and are not counted as agreements. Binding and "
                "non-binding instruments are separate rows."
            )),
        ),
    ),
    Chapter(
        _l("Handovers"),
        (
            Rule(21, _l("Events and persons are two numbers"), _l(
                "One flight that brought ten suspects home is 1 handover and 10 persons."
            )),
            Rule(22, _l("Directions are never netted"), _l(
                "Inward, outward, transit and not stated are four numbers; the total is their sum, never a difference."
            )),
            Rule(23, _l("The same person twice is two"), _l(
                "A person handed over on two occasions is counted twice, because handovers of persons are counted, not people."
            )),
            Rule(24, _l("Legal basis as stated"), _l(
                "“Handed over” in a text is not an extradition. Where no legal basis is stated, that is a row of its own."
            )),
            Rule(25, _l("Suspect, accused, convicted"), _l(
                "The legal status of persons is kept apart as the source gives it; the word “criminals” is not used."
            )),
        ),
    ),
    Chapter(
        _l("Numbers"),
        (
            Rule(26, _l("Running totals are not added up"), _l(
                "“So far 50,000” holds what was published before. Only numbers that are new in a period are summed; of a running "
                "total the latest value counts, under “Running totals”; snapshots stand on their record."
            )),
            Rule(27, _l("A part is in its whole"), _l(
                "Ten of fifty thousand are in the fifty thousand: a number that is contained in another one is not added to it."
            )),
            Rule(28, _l("Two sources, one number"), _l(
                "Where two sources give different numbers for the same thing, the more credible one counts, then the newer one, unless "
                "the officer decides otherwise and says why. The other one stays visible on the record."
            )),
            Rule(29, _l("“At least” stays “at least”"), _l(
                "Lower and upper bounds are added apart: at least 2,100 and 10 are ≥ 2,110. ≈ says that a number in it is only about right."
            )),
            Rule(30, _l("Primary crime type and any crime type"), _l(
                "A record has at most one primary crime type, so tables by it add up. In tables by any crime type a record may stand in "
                "several rows; their foot says how often."
            )),
            Rule(31, _l("Words are not numbers"), _l(
                "“Several” and “a large number” are statements without a number. They are listed and counted beside the figure, never "
                "as 0 and never as 1."
            )),
            Rule(32, _l("0 is not –"), _l(
                "0 says that nothing of the kind is recorded, or that a source says none. – says that nothing is known."
            )),
            Rule(33, _l("Persons belong to a country only if the source says so"), _l(
                "If an operation with two countries led to 30 arrests and no source splits them, neither row gets 30 or 15: they "
                "stand in “shared, not split”, and in the total."
            )),
            Rule(34, _l("Operations and their phases"), _l(
                "Where an operation has a number of its own, those of its phases are in it and are not added again. Where it has none, "
                "or only words, the numbers of its phases are summed."
            )),
            Rule(35, _l("Seizures and money"), _l(
                "Kilograms of one substance are not added to those of another, nor one currency to another: “Seizures” has a row for each "
                "item in its unit, and no total across them."
            )),
            Rule(36, _l("Mixed counts stay apart"), _l(
                "“122 countries, regions and international organisations” is a number of delegations and is never used as a number of "
                "countries."
            )),
            Rule(37, _l("Trainings, participants, participant-days"), _l(
                "Three numbers. A course given again is another training; an online course is one training in the row of each country "
                "that took part."
            )),
        ),
    ),
    Chapter(
        _l("Trust"),
        (
            Rule(41, _l("Verified by a second person"), _l(
                "Figures count the last version of each record that a second person has verified, and say how many newer ones wait. The "
                "switch “including what is not verified” counts the newest version of each saved record; drafts never count. What is "
                "retired or merged into another record counts nowhere."
            )),
            Rule(42, _l("Each figure says where it comes from"), _l(
                "Filter, moment, version of these rules and version of the word lists stand on each page and in each file. The same "
                "four give the same number, always."
            )),
            Rule(43, _l("Each figure opens its records"), _l(
                "A click on a number opens the list of exactly the records behind it."
            )),
        ),
    ),
)

# said on the page, since people ask for them; nothing obeys them yet
TO_COME = (
    Rule(38, _l("Visits, letters, calls, conferences"), _l(
        "They come with records of meetings: each kind is a row of its own, and a visit with five meetings is one visit."
    )),
    Rule(39, _l("Deployments"), _l(
        "They come with records of deployments: rotations started in a year, and officers deployed on a day; months are averaged, "
        "not summed."
    )),
    Rule(40, _l("Mechanisms and liaison channels"), _l(
        "They come with records of mechanisms: counted by how many there are on a day."
    )),
    Rule(44, _l("Why a published number changed"), _l(
        "It comes with publications: the difference of two published numbers is told as records added, removed, changed, reclassified, and "
        "as changes of these rules."
    )),
)
# fmt: on

RULES = {rule.number: rule for chapter in CHAPTERS for rule in chapter.rules}


_OF_RUNNING_TOTALS = (1, 26, 27, 29, 31)
_OF_SEIZURES = (1, 26, 27, 28, 29, 31, 33, 34, 35)


def rules_of(measure: Measure) -> tuple[Rule, ...]:
    """The rules that decide the numbers of `measure`, in their order."""
    if measure.by_item:
        return tuple(RULES[number] for number in _OF_SEIZURES)
    if measure.is_running:
        return tuple(RULES[number] for number in _OF_RUNNING_TOTALS)
    numbers = {2, 3, 4, 5, 7, 8, 10, 12, 13, 31, 32}
    numbers |= {26, 27, 28, 29, 33, 36} if measure.is_quantity else {6, 9}
    numbers |= {25} if measure.unit == "person" else set()
    record_type = type_of_measure(measure)
    if record_type:
        siblings = record_type.measures
        numbers |= {16, 18, 19, 20} if any(one.mode is Mode.STOCK for one in siblings) else set()
        numbers |= {37} if any(one.unit == "participant" for one in siblings) else set()
        numbers |= {21, 22, 24} if any(column.name == "direction" for column in record_type.dimensions) else set()
    if measure.mode in (Mode.ACTIVE, Mode.ENDED):
        numbers |= {11, 14}
    if measure.mode is Mode.STOCK:
        numbers = (numbers - {10, 12}) | {17}
    if measure.is_quantity and measure.kind == "operation":
        numbers |= {34}
    return tuple(RULES[number] for number in sorted(numbers))
