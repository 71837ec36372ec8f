"""The reviews of a term as pure functions of dates.

A term is [first, until), half-open as every period of the portal. It is cut into stretches of so many
months, counted from its first day and not from the stretch before, so that a term from 31 August is cut on
28 February and again on 31 August. The review of a stretch is due on its last day; a stretch that the term
does not fill has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from portal.calendar import add_months

_DAY = timedelta(days=1)
MOST = 120  # reviews of one term: of a term without an end nobody asks for more


@dataclass(frozen=True)
class Stretch:
    """The n-th stretch of a term: ``first`` and ``due`` are its first and last day."""

    nth: int
    first: date
    due: date


def stretches(first: date, until: date | None, months: Callable[[date], int]) -> Iterator[Stretch]:
    """Every stretch of the term [first, until) that it fills; of a term without an end the first 120.

    ``months`` gives the interval that holds on a day: a stretch keeps the one of its own first day, so
    that a later decision moves no review that has begun.
    """
    begins, passed = first, 0
    for nth in range(1, MOST + 1):
        passed += months(begins)
        after = add_months(first, passed)
        if until is not None and after > until:
            return
        yield Stretch(nth, begins, after - _DAY)
        begins = after


def due_word(due: date, day: date, notice: int) -> str:
    """A word of the group review_due for a review's last day, seen on a day; ``notice`` days before it is
    soon."""
    if due < day:
        return "overdue"
    return "soon" if due - timedelta(days=notice) <= day else "later"
