"""How long what is kept: rules with dated settings, and what is due for erasure by them.

An app registers its rules in ``AppConfig.ready``. A rule finds and says; it never erases anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from portal import calendar, dated
from portal.dated import Declared


@dataclass(frozen=True)
class Due:
    """One thing whose time is over: what it is called, since when, and its page ('' for none)."""

    label: str
    since: date  # the first day on which it is no longer needed
    url: str = ""
    person_id: int | None = None  # whose it is, where one person's data are erased together


@dataclass(frozen=True)
class Rule:
    """A class of data: ``label`` and ``counted_from`` are Thai; the setting says how many days or years.

    ``due(edge, limit)`` gives what was no longer needed on the day ``edge`` and all days before, oldest
    first, at most ``limit``; ``count(edge)`` how many in all. ``act`` says in Thai who erases, and how.
    """

    key: str
    label: Any
    counted_from: Any
    setting: Declared
    unit: Literal["days", "years"]
    due: Callable[[date, int], Sequence[Due]]
    count: Callable[[date], int]
    act: Any

    def keeps(self, day: date) -> dated.Value:
        """How long such data are kept, as the setting holds on a day."""
        return dated.on(self.setting.key, day)

    def edge(self, day: date, value: dated.Value | None = None) -> date:
        """What was last needed on this day or before is due on ``day``; ``value`` is what ``keeps`` gave."""
        amount = int((value or self.keeps(day)).value)
        if self.unit == "years":
            return calendar.add_months(day, -12 * amount)
        return date.fromordinal(day.toordinal() - amount)


_rules: dict[str, Rule] = {}


def register(rule: Rule) -> Rule:
    """Add a rule; the same key twice is a programming error."""
    if _rules.setdefault(rule.key, rule) is not rule:
        raise ValueError(f"retention rule {rule.key} registered twice")
    return rule


def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of registering."""
    return tuple(_rules.values())


def kept(day: date) -> list[tuple[Rule, dated.Value]]:
    """Every rule with its setting of a day; one query."""
    known = rules()
    return list(zip(known, dated.each(*((rule.setting.key, day) for rule in known)), strict=True))
