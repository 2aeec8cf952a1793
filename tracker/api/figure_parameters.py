"""What a table of figures may be asked for: the same as the matrix on its page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.api.parameters import Parameter, filter_parameters
from tracker.counting.filters import Step
from tracker.records.filtering import Reader
from tracker.summaries.asked import NOT_HERE
from tracker.summaries.row_choices import every_choice


def figure_parameters(reader: Reader) -> tuple[Parameter, ...]:
    """Measure, rows, columns and filter. A table has columns or lines of its own for what of the filter is left out."""
    filters = (one for one in filter_parameters(reader, None) if one.name not in NOT_HERE)
    rows, steps = list(every_choice()), [step.value for step in Step]
    return (
        *filters,
        Parameter("rows", {"type": "string", "enum": rows}, _l("what the rows are; not every measure has all of them")),
        Parameter("columns", {"type": "string", "enum": steps}, _l("how long a column of time is")),
        Parameter("sort", {"type": "string", "enum": ["name", "total"]}, _l("order of the rows")),
        Parameter("grouped", {"type": "string", "enum": ["0", "1"]}, _l("1: countries by region")),
        Parameter("ranges", {"type": "string", "enum": ["0", "1"]}, _l("1: what may be in one of several years, range by range")),
    )
