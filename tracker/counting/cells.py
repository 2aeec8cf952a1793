"""One number of a table of figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

TOTAL = ""  # the key of the row or column that is the distinct total


@dataclass(frozen=True)
class Cell:
    """One number with everything needed to show it honestly. Counts are exact; quantities have bounds (C29)."""

    records: int = 0  # distinct records with a number: the length of the list behind it
    lower: Decimal = Decimal(0)
    upper: Decimal | None = Decimal(0)  # None: no upper bound
    about: bool = False
    unquantified: int = 0  # statements without a number (C31)
    missing: int = 0  # records that give no number at all
    inferred: int = 0
    open_list: bool = False  # "and other countries" (C7)

    def plus(self, other: Cell) -> Cell:
        """Both together, where no record is in both (C29: bounds are added apart)."""
        return Cell(
            self.records + other.records,
            self.lower + other.lower,
            None if self.upper is None or other.upper is None else self.upper + other.upper,
            self.about or other.about,
            self.unquantified + other.unquantified,
            self.missing + other.missing,
            self.inferred + other.inferred,
            self.open_list or other.open_list,
        )

    @property
    def is_empty(self) -> bool:
        """Nothing at all is known here, not even words."""
        return not (self.records or self.unquantified or self.missing)
