"""Visits: a fifth record type that the product does not know, as a desk would add it."""

from flask_babel import lazy_gettext as _l

from tests.contract.visit_type.forms import VisitForm
from tests.contract.visit_type.models import Level, Visit
from tracker.counting.measures import Contribution, Measure
from tracker.partial_dates import parse_edtf
from tracker.records.record_type import Column, ColumnKind, RecordType

VISIT = RecordType(
    kind="visit",
    slug="visits",
    prefix="VIS",
    label=_l("Visit"),
    label_plural=_l("Visits"),
    label_new=_l("New visit"),
    model=Visit,
    form=VisitForm,
    date_label=_l("Took place on"),
    shortcut="v",
    columns=(
        Column("level", _l("Level of the visit"), ColumnKind.ENUM, words={level: _l(level.value) for level in Level}),
        Column("purpose", _l("Purpose")),
        Column("follow_up_on", _l("Follow-up on"), ColumnKind.DATE),
    ),
    roles=("participant", "host", "mentioned"),
    measures=(Measure("visits", _l("Visits made"), "activity", _l("day of the visit"), facts=("visits",), main=True),),
    contribution=Contribution(
        measure="visits", unit="activity", counting_date=lambda payload: parse_edtf(payload["start"]), dimensions=("level",)
    ),
    form_sections=(("visit", _l("Visit"), ("level", "purpose", "follow_up_on")),),
)
