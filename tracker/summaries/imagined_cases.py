"""What a case of each rule would look like, for a tracker or a reader that has none."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

IMAGINED: dict[int, LazyString] = {
    1: _l("one flight with ten persons would be 1 handover and 10 persons."),
    2: _l("an operation with eleven countries would be 1 operation."),
    3: _l("an operation with Laos and Thailand would count once in each row and once in the total: 1, 1, 1."),
    4: _l("a record that names our own state among its partners would stand in the rows of the others only."),
    5: _l("a conference that a country only observed would not be in that country's row."),
    6: _l("a meeting with ASEAN would be 1 in the row of ASEAN, and with the switch 1 in the row of each member of that day."),
    7: _l("a source that says “Laos, Thailand and other countries” would put 1+ into both rows."),
    8: _l("an operation “with foreign police” would be 1 in the row “Partner not stated”."),
    9: _l("an operation with Laos and Thailand would be 1 in the row of South-eastern Asia, not 2."),
    10: _l("a handover on 3 March 2026 would count in 2026."),
    11: _l("an operation from November 2022 to February 2024 would be started 2022: 1; active 2022, 2023, 2024: 1 each; ended 2024: 1."),
    12: _l("something between September 2023 and September 2024 would stand in “Year uncertain”."),
    13: _l("“2024?” would count in 2024, marked."),
    14: _l("an operation that began in 2024 and of which no source gives the end would be possibly active in 2025."),
    15: _l("2 until today and 3 until the same day of the year before would be set against each other, whatever that year became."),
    16: _l("a treaty that was signed in 2024 and is in force today would be 1 signed in 2024 and 1 in force today."),
    17: _l("4 in force, 2 entering into force and 1 ending would make 5."),
    18: _l("a treaty of six states would be 1 in the total and 1 in the row of each party for which it is in force."),
    19: _l("a memorandum that was signed, with no word on its entry into force, would stand beside the stock."),
    20: _l("a protocol that amends a treaty would be linked to it and be no second treaty."),
    21: _l("one flight with ten persons would be 1 handover and 10 persons."),
    22: _l("3 inward and 2 outward would make 5, not 1."),
    23: _l("a person handed over in 2023 and again in 2025 would be 2."),
    24: _l("a handover whose source names no legal basis would stand in “not stated”."),
    25: _l("3 suspects and 2 convicted persons would stay two numbers."),
    26: _l("50,000 so far in August and 55,000 so far in December would not make 105,000."),
    27: _l("10 of 50,000 would make 50,000."),
    28: _l("1 in one source and 2 in a better one would make 2, with the 1 beside it."),
    29: _l("at least 2,100 and 10 would make ≥ 2,110."),
    30: _l("a record about drugs and money laundering would be in both rows, and in one row by its primary type."),
    31: _l("“several arrests” would be a statement without a number."),
    32: _l("a source that says that nobody was arrested would make a 0."),
    33: _l("30 arrests with Laos and Thailand, not split, would be –, – and 30 in “shared, not split”."),
    34: _l("an operation with three phases would be 1 operation."),
    35: _l("12 kilograms of heroin and 3 of methamphetamine would stay two numbers."),
    36: _l("“122 countries, regions and organisations” would be a number of delegations."),
    37: _l("20 participants for 5 days would be 1 training, 20 participants and 100 participant-days."),
    41: _l("a record that was changed after it was verified would count as verified until somebody verifies the change."),
    42: _l("the same question asked twice would have one answer."),
    43: _l("a 7 would open a list of seven records."),
}
