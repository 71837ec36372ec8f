"""Who is placed where on a day: the one place in which that is decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from offices.models import Assignment
from offices.models.people import OFFICE_KINDS
from offices.selectors.actors import in_force


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's place in an office on a day: in which capacity, in which group ('' for none), since when."""

    person: int
    office: int
    kind: str
    group: str
    since: date | None = None


def placements(day: date) -> QuerySet[Assignment]:
    """The rows that say who is placed in which office on a day.

    A person is placed where he has an assignment of an office's kind in force. Whoever reads them uses
    ``person``, ``office``, ``kind``, ``group`` and ``valid`` only.
    """
    return in_force(day).filter(kind__in=OFFICE_KINDS)


def seats(
    day: date, *, people: Iterable[int] | None = None, offices: Iterable[int] | None = None
) -> list[Seat]:
    """The placements of a day, of these people or in these offices when named; one query."""
    rows = placements(day)
    if people is not None:
        rows = rows.filter(person__in=list(people))
    if offices is not None:
        rows = rows.filter(office__in=list(offices))
    found = rows.order_by("office_id", "group__code", "kind", "id").values_list(
        "person_id", "office_id", "kind", "group__code", "valid__startswith"
    )
    return [Seat(person, office, kind, group or "", since) for person, office, kind, group, since in found]
