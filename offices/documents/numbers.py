"""Numbers without gaps: one at a time, under the lock of the register's row.

The lock lasts until the caller's transaction ends. Whoever comes meanwhile waits; if the transaction
rolls back, the next one is given the same number. A trigger asks the same again (migration 0008), so
that no other way of writing makes a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Max

from offices.models import Document, Office, Register
from portal.calendar import be_year


@dataclass(frozen=True)
class Place:
    """The next place in a register: its number, and the newest date of those before it."""

    register: Register
    number: int
    newest: date | None


def register_year(signed_on: date) -> int:
    """The B.E. calendar year whose register a date belongs to.

    Takes a Bangkok date (``portal.calendar.local_date``). Raises TypeError for a moment, whose UTC date
    is the day before until seven in the morning.
    """
    if isinstance(signed_on, datetime):
        raise TypeError("a register's year comes from a Bangkok date, not from a moment")
    return be_year(signed_on)


def locked(*, office: Office, kind: str, year_be: int) -> Register:
    """The register, made if it was not yet, its row locked until the transaction ends."""
    if not connection.in_atomic_block:
        raise RuntimeError("a number is given inside the transaction of what it is for")
    made, _new = Register.objects.get_or_create(office=office, kind=kind, year_be=year_be)
    return Register.objects.select_for_update(of=("self",)).get(pk=made.pk)


def next_place(*, office: Office, kind: str, signed_on: date) -> Place:
    """The next number for a document signed on a day; nobody else gets one until the transaction ends."""
    register = locked(office=office, kind=kind, year_be=register_year(signed_on))
    given = Document.objects.filter(register=register).aggregate(
        number=Max("number"), newest=Max("signed_on")
    )
    number = register.opening if given["number"] is None else given["number"] + 1
    return Place(register, number, given["newest"])
