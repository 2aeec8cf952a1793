"""Statements: what a source says about several activities, or of how things stand, with the numbers that hang on nothing else."""

from flask_babel import lazy_gettext as _l

from tracker.counting.measures import Contribution, Measure
from tracker.records.record_type import Column, RecordType
from tracker.statements import rules
from tracker.statements.forms import StatementForm
from tracker.statements.models import Statement

STATEMENT = RecordType(
    kind="statement",
    slug="statements",
    prefix="STM",
    label=_l("Statement"),
    label_plural=_l("Statements"),
    label_new=_l("New statement"),
    model=Statement,
    form=StatementForm,
    date_label=_l("Said on, or as of"),
    shortcut="s",
    is_activity=False,
    columns=(Column("said_by", _l("Said by")),),
    roles=("participant", "venue", "mentioned", "coordinator", "observer"),
    measures=(Measure("statements", _l("Statements"), "statement", _l("day of the statement"), facts=("statements",), main=True),),
    contribution=Contribution(measure="statements", unit="statement", counting_date=rules.counting_date),
    form_sections=(("statement", _l("Statement"), ("said_by",)),),
)
