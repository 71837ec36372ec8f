"""Offices before and after people move: the one table in which every page shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from offices.learning.boards import Change, Unit
from portal.screens import Column, Table
from portal.words import StateWord, word


@dataclass(frozen=True)
class Told:
    """One subject of one office, or its assistants, in words before and after."""

    office: Unit
    what: Any
    before: StateWord
    after: StateWord


def told(changes: Sequence[Change]) -> Iterator[Told]:
    """Each office's subjects, then its assistants."""
    for change in changes:
        unit = change.before.unit
        for old, new in zip(change.before.covers, change.after.covers, strict=True):
            yield Told(unit, old.subject.label, word("readiness", old.state), word("readiness", new.state))
        yield Told(
            unit,
            _("ผู้ช่วยฯ"),
            word("assistants", change.before.assistants),
            word("assistants", change.after.assistants),
        )


def change_table(changes: Sequence[Change], *, caption: Any, here: Callable[[str], str]) -> Table:
    """The offices now and after, each with the way to its own page."""
    return Table(
        [
            Column("what", _("ด้าน")),
            Column(
                "office",
                _("สำนักงาน"),
                "office.name",
                link=lambda row: reverse("offices:readiness-detail", args=[row.office.uuid]),
            ),
            Column("before", _("ก่อน"), kind="state"),
            Column("after", _("หลัง"), kind="state"),
        ],
        list(told(changes)),
        caption=caption,
        here=here,
    )
