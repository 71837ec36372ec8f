"""How much each person of a group has to look after, and what is about to lose its owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from factories.models import Factory, ResponsibilityRule
from factories.selectors import deciding, owners
from offices.models import Assignment, Group, Person
from offices.models.people import OFFICE_KINDS

ENDS_SHOWN = 6

Holding = Mapping[int, tuple[int, int]]  # factory → (officer, substitute)


@dataclass
class Load:
    """What one person has before and after an act: ``factories`` as officer, ``substitute`` those he
    stands in for, and each registered burden by its label."""

    person: int
    name: str
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Leaving:
    """The first day on which somebody is no longer there, and how many factories then have no owner."""

    day: date
    names: str
    factories: int


def names(people: Iterable[int]) -> dict[int, str]:
    """Names of people by id."""
    return {person.pk: person.name for person in Person.objects.filter(pk__in=set(people))}


def held(group: Group, day: date) -> dict[int, tuple[int, int]]:
    """Every factory on the register (not struck off) that somebody of the group has that day."""
    there = owners.seated(day)
    return {
        one.factory: (one.officer, one.substitute or 0)
        for one in deciding.rules_of(day=day, groups=[group.pk]).held(live=True)
        if one.officer is not None and (one.office, one.officer) in there
    }


def on_register(group: Group) -> int:
    """How many factories the group's office has that are not struck off."""
    return Factory.objects.filter(province_id=group.office.province_id).exclude(status="deregistered").count()


def loads(before: Holding, after: Holding, day: date) -> list[Load]:
    """What each person has before and after, the heaviest first; burdens as of ``day``."""
    people = {person for holding in (before, after) for pair in holding.values() for person in pair}
    found = {pk: Load(pk, name) for pk, name in names(people).items()}
    burdens = [(str(label), count(day)) for label, count in owners.burdens()]
    for attribute, holding in (("before", before), ("after", after)):
        for factory, (officer, substitute) in holding.items():
            if officer in found:
                counted: dict[str, int] = getattr(found[officer], attribute)
                counted["factories"] = counted.get("factories", 0) + 1
                for label, counts in burdens:
                    counted[label] = counted.get(label, 0) + counts.get(factory, 0)
            if substitute in found:
                counted = getattr(found[substitute], attribute)
                counted["substitute"] = counted.get("substitute", 0) + 1
    return sorted(found.values(), key=lambda load: (-load.after.get("factories", 0), load.name))


def ends(group: Group, people: Iterable[int], after: date) -> dict[date, set[int]]:
    """The days after ``after`` on which one of these people is no longer assigned to the group's office."""
    rows = Assignment.objects.filter(office=group.office, kind__in=OFFICE_KINDS, person__in=set(people))
    last: dict[int, date | None] = {}
    for person, valid in rows.values_list("person_id", "valid"):
        known = last.get(person, date.min)
        last[person] = None if known is None or valid.upper is None else max(known, valid.upper)
    found: dict[date, set[int]] = {}
    for person, day in last.items():
        if day is not None and day > after:
            found.setdefault(day, set()).add(person)
    return found


def leaving(group: Group, day: date) -> list[Leaving]:
    """Who of the group's officers is known to leave, and what would lose its owner then; soonest first."""
    officers = ResponsibilityRule.objects.filter(group=group, valid__contains=day)
    days = ends(group, officers.values_list("officer_id", flat=True), day)
    if not days:
        return []
    found, had = [], held(group, day)
    for end in sorted(days)[:ENDS_SHOWN]:
        has = held(group, end)
        lost = len(had.keys() - has.keys())
        if lost:
            found.append(Leaving(end, ", ".join(sorted(names(days[end]).values())), lost))
        had = has
    return found
