"""The readiness board as pure functions over rows that were read once (``selectors.readiness``).

Is each subject covered in an office, also when any one person is away; which gaps nobody there can fill;
how far plans, hours and assistants are; and what would be after people moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from offices.learning.dated import ASSISTANT_LEVEL, ASSISTANT_MONTHS, MAIN, Settings
from offices.learning.workflow import STANDING
from offices.models import AssignmentKind
from offices.models.learning import Subject
from offices.selectors.placements import Seat
from portal import calendar

MOST = Decimal("0.8")  # of an office's people, from which "most" is said
ENOUGH = 2  # people at the required level: one may be away


@dataclass(frozen=True)
class Move:
    """A hypothetical move: a person leaves an office, or comes to one, from a day on.

    None for ``from_office`` is somebody new, None for ``to_office`` somebody who leaves for good. ``kind``
    and ``group`` say as what he comes.
    """

    person: int
    from_office: int | None
    to_office: int | None
    day: date
    kind: str = AssignmentKind.OFFICER
    group: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """What the board knows of a person: name, levels by subject, the state of his plan, hours so far."""

    pk: int
    uuid: Any
    name: str
    levels: Mapping[str, int]
    plan: str = ""
    hours: Decimal = Decimal(0)

    def level(self, subject: str) -> int:
        return self.levels.get(subject, 0)


@dataclass(frozen=True)
class Unit:
    """An office as the board shows it."""

    pk: int
    uuid: Any
    code: str
    name: str
    zone: int | None
    zone_name: str
    groups: tuple[str, ...]
    assistants_on: bool


@dataclass(frozen=True)
class Ground:
    """Everything the board is made of, as it stands on a day."""

    day: date
    units: tuple[Unit, ...]
    seats: tuple[Seat, ...]
    members: Mapping[int, Member]
    settings: Settings


@dataclass(frozen=True)
class Cover:
    """One subject in one office. ``holders`` are at the required level, ``near`` one level below it;
    ``state`` is a word of the group readiness."""

    subject: Subject
    required: int
    state: str
    holders: tuple[int, ...]
    near: tuple[int, ...]

    @property
    def single(self) -> int | None:
        """The one person without whom the subject is not covered; None where there is no such person."""
        return self.holders[0] if len(self.holders) == 1 else None


@dataclass(frozen=True)
class Share:
    """How many of an office's people did something. ``state`` is a word of the group share, '' for none."""

    done: int
    of: int

    @property
    def state(self) -> str:
        if not self.of:
            return ""
        if self.done == self.of:
            return "full"
        if not self.done:
            return "none"
        return "most" if Decimal(self.done) / self.of >= MOST else "some"


@dataclass(frozen=True)
class Row:
    """One office on the board. ``assistants`` is a word of the group assistants."""

    unit: Unit
    people: tuple[int, ...]
    covers: tuple[Cover, ...]
    plans: Share
    hours: Share
    assistants: str

    def cover(self, subject: str) -> Cover:
        return next(one for one in self.covers if one.subject == subject)

    @property
    def gaps(self) -> tuple[Cover, ...]:
        """The subjects that are not covered."""
        return tuple(one for one in self.covers if one.state in ("gap", "nobody"))

    @property
    def badness(self) -> tuple[int, int, int]:
        """What is worst comes first: subjects nobody can cover, gaps, single points."""
        states = [one.state for one in self.covers]
        return (-states.count("nobody"), -states.count("gap"), -states.count("single"))


def board(on: Ground) -> list[Row]:
    """Every office of the ground, in the order of zones and codes."""
    by_office: dict[int, list[Seat]] = {unit.pk: [] for unit in on.units}
    for seat in on.seats:
        if seat.office in by_office:
            by_office[seat.office].append(seat)
    return [_row(on, unit, by_office[unit.pk]) for unit in on.units]


def _row(on: Ground, unit: Unit, held: Sequence[Seat]) -> Row:
    people = tuple(dict.fromkeys(seat.person for seat in held))
    members = [on.members[pk] for pk in people if pk in on.members]
    due = due_hours(on.settings, on.day)
    return Row(
        unit,
        people,
        tuple(cover(on, unit, members, subject) for subject in on.settings.subjects()),
        plans=Share(sum(one.plan in STANDING for one in members), len(members)),
        hours=Share(sum(one.hours >= due for one in members), len(members)),
        assistants=_assistants(on, unit, held),
    )


def cover(on: Ground, unit: Unit, members: Iterable[Member], subject: Subject) -> Cover:
    """How a subject is covered in an office by these people."""
    required = on.settings.required(subject, unit.code, unit.groups)
    if required == 0:
        return Cover(subject, 0, "not_required", (), ())
    members = list(members)
    holders = tuple(one.pk for one in members if one.level(subject) >= required)
    near = tuple(one.pk for one in members if one.level(subject) == required - 1 > 0)
    if not members:
        state = "unknown"
    elif len(holders) >= ENOUGH:
        state = "covered"
    elif holders:
        state = "single"
    else:
        state = "gap" if near else "nobody"
    return Cover(subject, required, state, holders, near)


def due_hours(settings: Settings, day: date) -> Decimal:
    """The part of the year's target that corresponds to the part of the fiscal year that is over; with a
    target never nought, so that nobody without an hour is said to be on track."""
    if not settings.target_hours:
        return Decimal(0)
    first, last = calendar.fiscal_year_range(calendar.fiscal_year(day))
    passed, whole = (day - first).days + 1, (last - first).days + 1
    return max(settings.target_hours * passed / whole, Decimal("0.1"))


def hours_state(settings: Settings, day: date, hours: Decimal) -> str:
    """A word of the group hours for so many hours of the fiscal year so far."""
    if hours >= settings.target_hours:
        return "met"
    if not hours:
        return "none"
    return "on_track" if hours >= due_hours(settings, day) else "behind"


def _assistants(on: Ground, unit: Unit, held: Iterable[Seat]) -> str:
    if not unit.assistants_on:
        return "off"
    sitting = [seat for seat in held if seat.kind == AssignmentKind.ASSISTANT]
    if not sitting:
        return "vacant"
    states = {assistant_state(on, seat) for seat in sitting}
    return next(state for state in ("behind", "learning", "ready") if state in states)


def assistant_state(on: Ground, seat: Seat) -> str:
    """Whether one assistant is at the level asked of assistants in all four subjects, and if not, whether
    his time is over."""
    needed = int(on.settings.of(ASSISTANT_LEVEL).value)
    member = on.members.get(seat.person)
    if member is not None and all(member.level(subject) >= needed for subject in MAIN):
        return "ready"
    months = int(on.settings.of(ASSISTANT_MONTHS).value)
    over = seat.since is not None and on.day >= calendar.add_months(seat.since, months)
    return "behind" if over else "learning"


def without(on: Ground, person: int) -> Ground:
    """The ground on a day on which somebody is away."""
    return replace(on, seats=tuple(seat for seat in on.seats if seat.person != person))


def moved(on: Ground, moves: Iterable[Move]) -> Ground:
    """The ground after these moves, those that begin by its day, in the order of their days.

    A person who moves leaves every seat he has in the office he comes from. The people who come must be
    among the members (``ground(also=…)``).
    """
    placed = list(on.seats)
    for move in sorted(moves, key=lambda one: one.day):
        if move.day > on.day:
            continue
        if move.from_office is not None:
            placed = [
                seat
                for seat in placed
                if not (seat.person == move.person and seat.office == move.from_office)
            ]
        if move.to_office is not None:
            placed.append(Seat(move.person, move.to_office, move.kind, move.group, move.day))
    return replace(on, seats=tuple(placed))


@dataclass(frozen=True)
class Change:
    """An office before and after some moves."""

    before: Row
    after: Row
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def worse(self) -> tuple[Subject, ...]:
        """The subjects that stand worse afterwards."""
        return tuple(
            new.subject
            for old, new in zip(self.before.covers, self.after.covers, strict=True)
            if _WORSE.index(new.state) > _WORSE.index(old.state)
        )

    @property
    def better(self) -> tuple[Subject, ...]:
        """The subjects that stand better afterwards."""
        return tuple(
            new.subject
            for old, new in zip(self.before.covers, self.after.covers, strict=True)
            if _WORSE.index(new.state) < _WORSE.index(old.state)
        )


_WORSE = ("not_required", "covered", "single", "gap", "nobody", "unknown")
