"""Handovers of persons: extradition, deportation, return, by whatever basis."""

from flask_babel import lazy_gettext as _l

from tracker.counting.measures import Contribution, Measure
from tracker.handovers import checks, rules
from tracker.handovers.cautions import cautions
from tracker.handovers.forms import HandoverForm
from tracker.handovers.models import Direction, Handover
from tracker.handovers.persons import extras
from tracker.handovers.subjects import SUBJECTS
from tracker.handovers.words import DIRECTION_WORDS, STAGE_WORDS
from tracker.records.record_type import Column, ColumnKind, PlainRole, RecordType, Sides

HANDOVER = RecordType(
    kind="handover",
    slug="handovers",
    prefix="HND",
    label=_l("Handover"),
    label_plural=_l("Handovers"),
    label_new=_l("New handover"),
    model=Handover,
    form=HandoverForm,
    date_label=_l("Handed over on"),
    shortcut="h",
    columns=(
        Column("direction", _l("Direction"), ColumnKind.ENUM, words=DIRECTION_WORDS),
        Column("stage", _l("Stage"), ColumnKind.ENUM, words=STAGE_WORDS),
        Column("legal_basis", _l("Legal basis"), ColumnKind.TERM, scheme="legal_basis"),
        Column("basis_agreement", _l("Under the agreement"), ColumnKind.RECORD, of_kind="agreement"),
        Column("notice", _l("INTERPOL notice"), ColumnKind.TERM, scheme="notice"),
        Column("court_decision", _l("Court decision")),
        Column("assurances", _l("Assurances given")),
        Column("requested_on", _l("Requested on"), ColumnKind.DATE),
        Column("granted_on", _l("Granted on"), ColumnKind.DATE),
        Column("refused_on", _l("Refused on"), ColumnKind.DATE),
    ),
    lists=(SUBJECTS,),
    reads_are_logged=True,
    names_endpoint="handovers.names",
    disclosures_endpoint="handovers.show_disclosures",
    extras=extras,
    cautions=cautions,
    roles=("sending", "receiving", "requesting", "requested", "transit", "coordinator", "observer", "mentioned"),
    plain_role=PlainRole(_l("by the direction"), rules.role_by_direction),
    told_by_the_rest=rules.direction_by_sides,
    measures=(
        # C21: events and persons are always two numbers.
        Measure("handovers", _l("Handovers"), "handover", _l("day of the physical handover"), facts=("handovers",), main=True),
        Measure(
            "persons_handed_over",
            _l("Persons handed over"),
            "person",
            _l("day of the physical handover"),
            facts=("handed_over",),
            is_quantity=True,
            kind="handover",
        ),
    ),
    rules=checks.problems,
    contribution=Contribution(
        measure="handovers",
        unit="handover",
        counting_date=rules.counting_date,
        standing=rules.standing,
        main_metric=("handed_over", "person"),
        dimensions=("direction", "legal_basis"),
    ),
    sides=Sides("direction", Direction.INWARD, Direction.OUTWARD),
    form_sections=(
        ("handover", _l("Handover"), ("direction", "persons", "person_status", "legal_basis", "stage")),
        ("people", _l("Persons"), ("subjects",)),
        (
            "procedure",
            _l("Procedure"),
            ("basis_agreement", "notice", "court_decision", "assurances", "requested_on", "granted_on", "refused_on"),
        ),
    ),
)
