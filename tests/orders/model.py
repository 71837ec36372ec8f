"""Who may do which capacity on a day, worked out from plain records: what the portal's queries are held against.

Written from the rules and not from the code: a person holds a capacity on a day when an order signed by then
and in force that day gives it; an assistant only while his office has assistants; who stands by (``standing``)
only while the post he stands by for has nobody, or its holder is away for part of the day, and everybody
before him in line is away for part of it, too, and he himself is not away all day. Periods are half-open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class Days:
    """From ``first`` until before ``end``; None is open."""

    first: date
    end: date | None = None

    def __contains__(self, day: object) -> bool:
        assert isinstance(day, date)
        return self.first <= day and (self.end is None or day < self.end)

    def cut(self, end: date) -> Days | None:
        """What is left when it ends on a day at the latest; None when nothing is."""
        if end <= self.first:
            return None
        return Days(self.first, end if self.end is None else min(self.end, end))


@dataclass
class Given:
    """One capacity that an order gives. ``seat``: the group for heads, assistants and officers, else ''."""

    order: int
    signed_on: date
    person: str
    kind: str
    seat: str
    days: Days
    rank: int = 0
    standing: bool = False
    powers: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str, int, bool]:
        return (self.person, self.kind, self.seat, self.rank, self.standing)


@dataclass(frozen=True)
class Away:
    """Days of absence; the first may begin at noon, the last end there."""

    person: str
    days: Days
    from_noon: bool = False
    until_noon: bool = False

    def halves(self, day: date) -> set[str]:
        """Which halves of a day it takes."""
        if day not in self.days:
            return set()
        begins_at_noon = self.from_noon and day == self.days.first
        ends_at_noon = self.until_noon and self.days.end == day + timedelta(days=1)
        return (
            {"morning", "afternoon"}
            - ({"morning"} if begins_at_noon else set())
            - ({"afternoon"} if ends_at_noon else set())
        )


@dataclass
class Book:
    """The orders, absences and switches of one office as a clerk keeps them."""

    given: list[Given] = field(default_factory=list)
    absences: list[Away] = field(default_factory=list)
    assistants: list[Days] = field(default_factory=list)

    def away(self, person: str, day: date) -> bool:
        return any(one.person == person and day in one.days for one in self.absences)

    def away_all_day(self, person: str, day: date) -> bool:
        return self.halves(person, day) == {"morning", "afternoon"}

    def halves(self, person: str, day: date) -> set[str]:
        """Which halves of a day somebody is away, by one absence or by several."""
        return {half for one in self.absences if one.person == person for half in one.halves(day)}

    def signed(self, day: date) -> list[Given]:
        return [one for one in self.given if day in one.days and one.signed_on <= day]

    def in_force(self, day: date) -> list[Given]:
        """Every capacity that counts on a day."""
        return [one for one in self.signed(day) if self._counts(one, day)]

    def _counts(self, one: Given, day: date) -> bool:
        if one.kind == "ASSISTANT":
            return any(day in days for days in self.assistants)
        if not one.standing:
            return True
        if self.away_all_day(one.person, day):
            return False
        post = "CHIEF" if one.kind == "ACTING_CHIEF" else "GROUP_HEAD"
        for other in self.signed(day):
            holds = other.kind == post and other.seat == one.seat and other.rank == 0
            before = other.kind == one.kind and other.seat == one.seat and 0 < other.rank < one.rank
            if (holds or before) and not self.away(other.person, day):
                return False
        return True

    def capacities(self, person: str, day: date) -> list[tuple[str, str]]:
        """(kind, seat) in which somebody may act; a duty is a task and no capacity."""
        return sorted(
            (one.kind, one.seat) for one in self.in_force(day) if one.person == person and one.kind != "DUTY"
        )

    def signatories(self, power: str, day: date) -> list[str]:
        """Who may sign, in the order in which they are asked: the chief, the delegates, those who act."""
        asked = [one for one in self.in_force(day) if not self.away_all_day(one.person, day)]
        chiefs = [one for one in asked if one.kind == "CHIEF"]
        delegates = [one for one in asked if one.kind == "DELEGATED" and power in one.powers]
        acting = sorted((one for one in asked if one.kind == "ACTING_CHIEF"), key=lambda one: one.rank)
        return [one.person for one in (*chiefs, *delegates, *acting)]

    # --- What an order does ---------------------------------------------------------------------------

    def refuses(self, new: Sequence[Given]) -> bool:
        """Whether any of an order's capacities cannot stand beside what is there or beside another of it."""
        there = list(self.given)
        for one in new:
            if any(_clash(one, other) for other in there):
                return True
            there.append(one)
        return False

    def end(self, person: str, since: date, seat: str | None = None) -> None:
        """Somebody is relieved, of a group's work or of everything."""
        self._cut(since, lambda one: one.person == person and seat in (None, one.seat))

    def revoke(self, order: int, since: date) -> None:
        self._cut(since, lambda one: one.order == order)

    def _cut(self, since: date, which: object) -> None:
        assert callable(which)
        left = []
        for one in self.given:
            days = one.days.cut(since) if which(one) else one.days
            if days is not None:
                one.days = days
                left.append(one)
        self.given = left


def _overlap(one: Days, other: Days) -> bool:
    return (one.end is None or other.first < one.end) and (other.end is None or one.first < other.end)


def _clash(one: Given, other: Given) -> bool:
    if not _overlap(one.days, other.days):
        return False
    same_seat = one.seat == other.seat
    if one.kind == other.kind and same_seat:
        # one chief, one head, one assistant a group, one of each rank who acts
        if one.kind in ("CHIEF", "ACTING_CHIEF", "GROUP_HEAD", "ASSISTANT") and one.rank == other.rank:
            return True
        # nobody holds the same seat twice, nor acts for himself as head
        if one.person == other.person and one.kind not in ("DELEGATED", "DUTY"):
            return True
    # a chief neither acts for himself nor delegates to himself
    return one.person == other.person and {one.kind, other.kind} in (
        {"CHIEF", "ACTING_CHIEF"},
        {"CHIEF", "DELEGATED"},
    )
