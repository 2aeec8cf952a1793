"""Training programmes, given and received."""

from flask_babel import lazy_gettext as _l

from tracker.counting.measures import Contribution, Measure, Mode
from tracker.records.record_type import Column, ColumnKind, RecordType
from tracker.trainings import checks, rules
from tracker.trainings.forms import TrainingForm
from tracker.trainings.models import Training
from tracker.trainings.words import computed_figures

_START, _END = _l("start of the training"), _l("end of the training")

TRAINING = RecordType(
    kind="training",
    slug="trainings",
    prefix="TRN",
    label=_l("Training"),
    label_plural=_l("Trainings"),
    label_new=_l("New training"),
    model=Training,
    form=TrainingForm,
    date_label=_l("Started on"),
    shortcut="t",
    columns=(
        Column("delivery", _l("Delivery"), ColumnKind.TERM, scheme="training_delivery"),
        Column("format", _l("Format"), ColumnKind.TERM, scheme="training_format"),
        Column("our_role", _l("Our role"), ColumnKind.TERM, scheme="our_role"),
        Column("topic", _l("Topic")),
        Column("days", _l("Days"), ColumnKind.NUMBER),
        Column("language", _l("Language of instruction"), ColumnKind.LANGUAGE),
    ),
    roles=("recipient", "provider", "host", "participant", "contributor", "venue", "observer", "mentioned"),
    measures=(
        # C37: trainings, participants and participant-days are three numbers.
        Measure("trainings_started", _l("Trainings started"), "training", _START, facts=("trainings",), main=True),
        Measure("trainings_active", _l("Trainings active"), "training", _START, facts=("trainings",), mode=Mode.ACTIVE),
        Measure("trainings_ended", _l("Trainings ended"), "training", _END, facts=("trainings",), mode=Mode.ENDED),
        Measure(
            "participants",
            _l("Participants in trainings"),
            "participant",
            _START,
            facts=("participants",),
            is_quantity=True,
            kind="training",
        ),
        Measure(
            "participant_days",
            _l("Participant-days (stated or computed)"),
            "participant_day",
            _START,
            facts=("participant_days",),
            is_quantity=True,
            kind="training",
        ),
    ),
    rules=checks.problems,
    contribution=Contribution(
        measure="trainings",
        unit="training",
        counting_date=rules.counting_date,
        lasts=True,
        main_metric=("participants", "participant"),
        derived_figures=rules.participant_days,
        dimensions=("delivery", "our_role"),
    ),
    computed=computed_figures,
    form_sections=(("training", _l("Training"), ("delivery", "format", "our_role", "topic", "days", "language", "participants")),),
)
