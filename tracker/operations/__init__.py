"""Joint operations with other police forces."""

from flask_babel import lazy_gettext as _l

from tracker.counting.measures import Contribution, Measure, Mode
from tracker.operations import rules
from tracker.operations.forms import OperationForm
from tracker.operations.models import Operation
from tracker.records.record_type import Column, ColumnKind, RecordType

_START, _END = _l("start of the operation"), _l("end of the operation")

OPERATION = RecordType(
    kind="operation",
    slug="operations",
    prefix="OPS",
    label=_l("Joint operation"),
    label_plural=_l("Joint operations"),
    label_new=_l("New joint operation"),
    model=Operation,
    form=OperationForm,
    date_label=_l("Started on"),
    shortcut="o",
    columns=(
        Column("op_type", _l("Type of operation"), ColumnKind.TERM, scheme="operation_type"),
        Column("series_name", _l("Series")),
        Column("phase", _l("Phase")),
    ),
    roles=("participant", "lead", "coordinator", "host", "contributor", "venue", "observer", "mentioned"),
    measures=(
        # C11: three measures with names of their own; only started and ended add up across years.
        Measure("operations_started", _l("Operations started"), "operation", _START, facts=("operations",), main=True),
        Measure("operations_active", _l("Operations active"), "operation", _START, facts=("operations",), mode=Mode.ACTIVE),
        Measure("operations_ended", _l("Operations ended"), "operation", _END, facts=("operations",), mode=Mode.ENDED),
        Measure("arrests", _l("Arrests in operations"), "person", _START, facts=("arrests",), is_quantity=True, kind="operation"),
    ),
    contribution=Contribution(
        measure="operations",
        unit="operation",
        counting_date=rules.counting_date,
        lasts=True,
        standing=rules.standing,
        dimensions=("op_type",),
    ),
    form_sections=(("operation", _l("Operation"), ("op_type", "series_name", "phase")),),
)
