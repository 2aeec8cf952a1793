"""Words for the choices that the code of handovers branches on."""

from flask_babel import lazy_gettext as _l

from tracker.handovers.models import Direction, Stage

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
