"""Shades of the cells of a table: six steps between nothing and its largest number."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tracker.web.formatters import number

STEPS = 6


@dataclass(frozen=True)
class Step:
    """One shade and what it means."""

    heat: int
    label: str


@dataclass(frozen=True)
class Scale:
    """Steps that grow with the square: a few large numbers do not make all others look alike."""

    highest: Decimal

    @classmethod
    def of(cls, values: Iterable[Decimal]) -> Scale:
        return cls(max(values, default=Decimal(0)))

    def heat(self, value: Decimal) -> int:
        """The shade of `value`: 0 for nothing, 1 to 6 for more."""
        if value <= 0 or self.highest <= 0:
            return 0
        if self.highest <= STEPS:
            return min(STEPS, math.ceil(value * STEPS / self.highest)) if self.highest > 1 else STEPS // 2
        return min(STEPS, max(1, math.ceil(STEPS * math.sqrt(float(value / self.highest)) - 1e-9)))

    @property
    def legend(self) -> list[Step]:
        """The steps that whole numbers of this table can have."""
        if self.highest < 1:
            return []
        steps: list[Step] = [Step(0, "0")]
        bounds = self._upper_bounds()
        lower = 1
        for heat, upper in bounds:
            if upper >= lower:
                steps.append(Step(heat, number(lower) if upper == lower else f"{number(lower)}–{number(upper)}"))
                lower = upper + 1
        return steps

    def _upper_bounds(self) -> list[tuple[int, int]]:
        top = math.ceil(self.highest)
        if self.highest <= STEPS:
            return [(self.heat(Decimal(value)), value) for value in range(1, top + 1)]
        squares = [(heat, math.floor(float(self.highest) * (heat / STEPS) ** 2 + 1e-9)) for heat in range(1, STEPS)]
        return [*squares, (STEPS, top)]
