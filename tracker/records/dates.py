"""Partial dates as columns: what was meant, its bounds and how it is known."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Composite, composite, mapped_column

from tracker.database.base import checked
from tracker.partial_dates import DateBasis, PartialDate


def partial_date(name: str, *, index: bool = False) -> Composite[PartialDate]:
    """Four columns `NAME_edtf`, `NAME_lo`, `NAME_hi`, `NAME_basis`, read and written as one `PartialDate`.

    The database keeps the bounds in order and a date that is not stated free of bounds.
    """
    return composite(
        PartialDate,
        mapped_column(f"{name}_edtf", sa.String(60), default=""),
        mapped_column(f"{name}_lo", sa.Date, nullable=True, index=index),
        mapped_column(f"{name}_hi", sa.Date, nullable=True),
        mapped_column(f"{name}_basis", checked(DateBasis, f"{name}_basis"), default=DateBasis.NOT_STATED),
    )


def date_checks(*names: str) -> tuple[sa.CheckConstraint, ...]:
    """The constraints that belong to the dates `names` of one table."""
    return tuple(
        check
        for name in names
        for check in (
            sa.CheckConstraint(f"{name}_lo IS NULL OR {name}_hi IS NULL OR {name}_lo <= {name}_hi", name=f"{name}_bounds_in_order"),
            sa.CheckConstraint(f"({name}_basis = 'not_stated') = (COALESCE({name}_edtf, '') = '')", name=f"{name}_stated_when_written"),
        )
    )
