"""The record types of the tracker - the only list of them."""

from tracker.agreements import AGREEMENT
from tracker.handovers import HANDOVER
from tracker.operations import OPERATION
from tracker.statements import STATEMENT
from tracker.trainings import TRAINING

RECORD_TYPES = (AGREEMENT, OPERATION, HANDOVER, TRAINING, STATEMENT)
