"""A row of the personnel list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from offices.models import (
    AppointmentOrder,
    Group,
    Incumbency,
    Office,
    OrderLine,
    Person,
    Placement,
    PositionLine,
    Post,
    Retirement,
)
from offices.staffing.lists.known import tidy
from offices.staffing.lists.sheets import PERSONNEL
from portal.sheets.cells import fold
from portal.sheets.findings import Finding, Level

OrderKey = tuple[str, str, int]
NAME = ("first_th", "last_th")
ORDER = ("order_issuer", "order_number", "order_year")
# Cells that neither a post nor a line of an order is made of: without them a row can still be tried.
_ASIDE = frozenset({"type", "post_title", "works_at", "retires"})


@dataclass
class Row:
    """One row: what stood in it, what it means, what is wrong, and what it would do."""

    row_no: int
    raw: Mapping[str, Any]
    unread: frozenset[str] = (
        frozenset()
    )  # columns whose cell is empty against the rule, or says nothing known
    office: Office | None = None
    group: Group | None = None
    line: PositionLine | None = None
    person: Person | None = None
    post: Post | None = None
    order: AppointmentOrder | None = None
    held: Incumbency | None = None
    placed: Placement | None = None
    known: bool = False  # whether it is certain who is meant: ``person``, or somebody new
    waiting: OrderLine | None = None
    retirement: Retirement | None = None
    action: str = "new"
    diff: dict[str, list[Any]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def read(self, *names: str) -> bool:
        """Whether each of these cells was read, so that a check may go by what it holds, or by its being
        empty where it may be."""
        return self.unread.isdisjoint(names)

    @property
    def since(self) -> date:
        """The first day; ask ``read`` before."""
        day: date = self.raw["since"]
        return day

    @property
    def order_date(self) -> date:
        """When the order was signed; ask ``read`` before."""
        day: date = self.raw["order_date"]
        return day

    def text(self, name: str) -> str:
        return tidy(self.raw.get(name))

    @property
    def number(self) -> str:
        return self.text("post_number")

    @property
    def name(self) -> str:
        return f"{self.text('title_th')}{self.text('first_th')} {self.text('last_th')}"

    @property
    def key(self) -> OrderKey:
        """By which an order is known; ask ``read(*ORDER)`` before."""
        return (fold(self.text("order_issuer")), fold(self.text("order_number")), int(self.raw["order_year"]))

    @property
    def gives(self) -> bool:
        """Whether the row gives a post or a place that nobody recorded yet."""
        return self.held is None and self.placed is None and self.waiting is None

    @property
    def refused(self) -> bool:
        return bool(self.unread - _ASIDE) or any(one.level == "block" for one in self.findings)

    def say(
        self,
        code: str,
        column: str,
        message: str,
        *,
        found: str = "",
        expected: str = "",
        mend: str = "",
        level: Level = "block",
    ) -> None:
        """Keep a finding at a cell of this row."""
        header = PERSONNEL.column(column).header
        given = found or str(self.raw.get(column) or "")
        self.findings.append(
            Finding(code, level, message, mend, self.row_no, column, str(header), given, expected)
        )
