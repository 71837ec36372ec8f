"""The demonstration's offices as its writers of levels, plans and training see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from offices.models import AssignmentKind, Office, Person
from offices.selectors.placements import Seat, seats

HOME = {"POLICY": "policy", "FACTORY": "factories", "MINING": "mining", "PROMO": "promotion"}


@dataclass(frozen=True)
class House:
    """One office of the demonstration: who sits there, and who decides about whom."""

    office: Office
    seats: Sequence[Seat]
    people: Mapping[int, Person]
    chief: Person

    def members(self) -> list[Person]:
        return [self.people[pk] for pk in dict.fromkeys(seat.person for seat in self.seats)]

    def home(self, person: Person) -> str:
        """The subject of a person's own group; '' for those without one."""
        groups = [HOME.get(seat.group, "") for seat in self.seats if seat.person == person.pk]
        return next(filter(None, groups), "")

    def holds(self, person: Person, kind: str) -> bool:
        return any(seat.person == person.pk and seat.kind == kind for seat in self.seats)


def house_of(code: str, today: date) -> House:
    """An office of the demonstration on a day."""
    office = Office.objects.get(code=code)
    held = seats(today, offices=[office.pk])
    people = {person.pk: person for person in Person.objects.filter(pk__in={seat.person for seat in held})}
    chief = next(people[seat.person] for seat in held if seat.kind == AssignmentKind.CHIEF)
    return House(office, held, people, chief)


def first_officer(house: House, group: str) -> Person:
    """An officer of a group."""
    return next(
        house.people[seat.person]
        for seat in house.seats
        if seat.kind == AssignmentKind.OFFICER and seat.group == group
    )


def head(house: House, group: str) -> Person:
    """The head of a group; the chief where there is none."""
    return next(
        (
            house.people[seat.person]
            for seat in house.seats
            if seat.kind == AssignmentKind.GROUP_HEAD and seat.group == group
        ),
        house.chief,
    )
