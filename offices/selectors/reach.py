"""Where a person works on a day."""

from __future__ import annotations

from datetime import date

from offices.models import Person
from offices.selectors.actors import in_force


def placed_in(person: Person, day: date) -> frozenset[int]:
    """The offices (ids) in which a person holds an assignment in force on a day."""
    return frozenset(in_force(day).filter(person=person).values_list("office_id", flat=True))
