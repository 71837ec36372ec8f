"""The two assessment rounds of a fiscal year: October to March, April to September."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.calendar import BE_OFFSET, fiscal_year, fiscal_year_range


@dataclass(frozen=True, order=True)
class Round:
    """One round: the fiscal year (B.E.) and its half, 1 or 2."""

    fiscal_year: int
    half: int

    @property
    def first(self) -> date:
        """Its first day."""
        start, _end = fiscal_year_range(self.fiscal_year)
        return start if self.half == 1 else date(self.fiscal_year - BE_OFFSET, 4, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        _start, end = fiscal_year_range(self.fiscal_year)
        return end if self.half == 2 else date(self.fiscal_year - BE_OFFSET, 3, 31)

    @property
    def before(self) -> Round:
        """The round before this one."""
        return Round(self.fiscal_year, 1) if self.half == 2 else Round(self.fiscal_year - 1, 2)

    def __str__(self) -> str:
        return f"{self.half}/{self.fiscal_year}"


def round_of(day: date) -> Round:
    """The round a day lies in."""
    return Round(fiscal_year(day), 2 if 4 <= day.month <= 9 else 1)
