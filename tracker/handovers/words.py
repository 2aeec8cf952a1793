"""Words for the choices that the code of handovers branches on."""

from flask_babel import lazy_gettext as _l

from tracker.handovers.models import Direction, Stage
from tracker.personal_data.models import DataSubject, Ground

DIRECTION_WORDS = {
    Direction.INWARD: _l("inward (to us)"),
    Direction.OUTWARD: _l("outward (by us)"),
    Direction.TRANSIT: _l("transit"),
    Direction.NOT_STATED: _l("not stated"),
}
STAGE_WORDS = {
    Stage.DONE: _l("done"),
    Stage.REQUESTED: _l("requested"),
    Stage.GRANTED: _l("granted"),
    Stage.REFUSED: _l("refused"),
}
DATA_SUBJECT_WORDS = {
    DataSubject.SUSPECT: _l("suspect"),
    DataSubject.CONVICTED: _l("convicted person"),
    DataSubject.VICTIM: _l("victim"),
    DataSubject.WITNESS: _l("witness"),
    DataSubject.OTHER: _l("other person"),
}
GROUND_WORDS = {
    Ground.TIME_OVER: _l("the retention period is over"),
    Ground.NOT_NEEDED: _l("no longer needed for the purpose"),
    Ground.UNLAWFUL: _l("should not have been stored"),
    Ground.ON_REQUEST: _l("on request of the person"),
    Ground.COURT_ORDER: _l("ordered by a court or supervisory authority"),
}
