"""Who holds what in some offices on some days, and who is away: the resolver's own questions, for many days
at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Q, QuerySet, Value

from offices.dated import ASSISTANT_ENABLED
from offices.models import Absence, Assignment
from offices.models.people import OFFICE_KINDS
from offices.selectors.actors import absences, in_force
from portal.models import DatedSetting

AT_ONCE = 60  # days asked in one query


@dataclass(frozen=True)
class Roster:
    """A day: the assignments in force, by rank, and the people away all of it or part of it."""

    day: date
    held: tuple[Assignment, ...]
    whole: frozenset[int]
    part: frozenset[int]  # those away at all, whole days among them

    def of(self, office_id: int) -> list[Assignment]:
        """What is held in one office."""
        return [row for row in self.held if row.office_id == office_id]


def rosters(days: Iterable[date], offices: Collection[int]) -> dict[date, Roster]:
    """The roster of each of these days in these offices. Four queries for every sixty days."""
    wanted, found = sorted(set(days)), {}
    for start in range(0, len(wanted), AT_ONCE):
        found.update(_rosters(wanted[start : start + AT_ONCE], offices))
    return found


def _rosters(days: Sequence[date], offices: Collection[int]) -> dict[date, Roster]:
    held = _by_day(
        [(day, in_force(day).filter(office__in=offices, kind__in=OFFICE_KINDS), "pk") for day in days]
    )
    rows = Assignment.objects.select_related("person", "order", "office__province", "group").in_bulk(
        list({pk for keys in held.values() for pk in keys})
    )
    people = {row.person_id for row in rows.values()}
    part = _by_day([(day, absences(day).filter(person__in=people), "person_id") for day in days])
    whole = _by_day([(day, absences(day, whole=True).filter(person__in=people), "person_id") for day in days])
    return {
        day: Roster(
            day,
            tuple(sorted((rows[pk] for pk in held[day]), key=lambda row: (row.acting_rank, row.pk))),
            frozenset(whole[day]),
            frozenset(part[day]),
        )
        for day in days
    }


def _by_day(asked: Sequence[tuple[date, QuerySet[Any], str]]) -> Mapping[date, list[int]]:
    """The values of one column for each day: one query."""
    found: dict[date, list[int]] = {day: [] for day, _rows, _column in asked}
    parts = [
        rows.order_by().values_list(Value(day, output_field=DateField()), column)
        for day, rows, column in asked
    ]
    if parts:
        for day, value in parts[0].union(*parts[1:], all=True):
            found[day].append(value)
    return found


def turning_days(first: date, end: date, offices: Collection[int]) -> list[date]:
    """The days of [first, end) from which on who acts may be another: ``first``, and every day on which an
    assignment, an order or an absence of these offices begins, ends or is a half day. Three queries."""
    turning: set[date | None] = {first}
    assigned = Assignment.objects.filter(
        office__in=offices, kind__in=OFFICE_KINDS, valid__overlap=(first, end)
    )
    for bounds in assigned.values_list(
        "valid__startswith",
        "valid__endswith",
        "order__valid__startswith",
        "order__valid__endswith",
        "order__signed_on",
    ):
        turning.update(bounds)
    away = Absence.objects.filter(
        cancelled_at__isnull=True,
        valid__overlap=(first, end),
        person__in=assigned.values("person"),
    )
    for lower, upper in away.values_list("valid__startswith", "valid__endswith"):
        turning.update((lower, lower + timedelta(days=1), upper - timedelta(days=1), upper))
    switched = DatedSetting.objects.filter(
        Q(valid__startswith__range=(first, end)) | Q(valid__endswith__range=(first, end)),
        key=ASSISTANT_ENABLED.key,
    )
    for began, ended in switched.values_list("valid__startswith", "valid__endswith"):
        turning.update((began, ended))
    return sorted(day for day in turning if day is not None and first <= day < end)
