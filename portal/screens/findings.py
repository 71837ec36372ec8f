"""Findings of a file for the page: grouped by rule, every group with its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import words
from portal.screens.columns import Column, Table

COLUMNS = (
    Column("row_no", _("แถว"), value=lambda f: f.row_no if f.row_no is not None else _("ทั้งไฟล์")),
    Column("header", _("คอลัมน์"), value=lambda f: getattr(f, "header", "") or getattr(f, "column_header", "")),
    Column("found", _("พบ")),
    Column("expected", _("ที่ควรเป็น")),
)
_ORDER = {"block": 0, "warn": 1, "info": 2}


@dataclass
class Group:
    """One rule's findings; ``rows`` are the first of them, ``more`` how many further there are."""

    code: str
    word: words.StateWord
    message: str
    mend: str
    count: int = 0
    rows: list[Any] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.count - len(self.rows)

    @property
    def table(self) -> Table:
        return Table(COLUMNS, self.rows, caption=self.message)


def grouped(findings: Iterable[Any], *, shown: int = 50) -> list[Group]:
    """Group findings (``BatchFinding`` rows or ``sheets.Finding``), what must be mended first.

    Findings of one code whose sentences differ stay one group for each sentence.
    """
    groups: dict[tuple[str, str], Group] = {}
    for finding in findings:
        key = (finding.code, finding.message)
        group = groups.get(key)
        if group is None:
            word = words.word("finding", finding.level)
            group = groups[key] = Group(finding.code, word, finding.message, finding.mend)
        group.count += 1
        if len(group.rows) < shown:
            group.rows.append(finding)
    return sorted(groups.values(), key=lambda group: (_ORDER[group.word.code], -group.count, group.code))
