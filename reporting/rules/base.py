"""What a rule is: a condition over one checked row, in SQL, with its words and its examples.

The row is called ``r`` (``reporting.rules.context`` lists its columns): what the sheet says, what
the registry and earlier reports say. ``violated`` is true where the rule is broken; an unknown
value (NULL) breaks no rule but V01. Thresholds are dated settings, written ``{name}`` in the SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.sheets.findings import Level


@dataclass(frozen=True)
class Example:
    """Values that differ from a good row; shown in the rule book and run by a test."""

    passes: Mapping[str, Any]
    fails: Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """``name`` is its own, ``code`` the one of the rule book (several rules may share it).

    ``found`` and ``expected`` are SQL text expressions over the same row. ``once``: about the report
    as a whole, said on its first row. ``with_reason`` is the level that holds when the remark gives
    a reason. ``needs`` names columns without which a form has no such rule. Message, why and mend
    are Thai; the page shows where (row and column) beside them.
    """

    name: str
    code: str
    level: Level
    column: str
    violated: str
    found: str
    expected: str
    message: Any
    why: Any
    mend: Any
    examples: tuple[Example, ...]
    once: bool = False
    with_reason: Level | None = None
    needs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.examples:
            raise ValueError(f"rule {self.name} has no example")


def amount(expression: str) -> str:
    """SQL: a number as a reader writes it, grouped by thousands, without zeros at its end."""
    whole = f"round({expression}, 2)"
    return f"regexp_replace(to_char({whole}, 'FM999,999,999,999,999,999,990.99'), '\\.$', '')"
