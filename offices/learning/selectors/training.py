"""Reading training: which sessions a reader sees, who was there, how many hours people have."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from offices.learning import policies
from offices.models import Office
from offices.models.learning import Attendance, StintDay, TrainingCourse, TrainingSession
from offices.selectors.placements import placements
from portal import calendar
from portal.actors import Actor
from portal.scope import current

_HOURS = DecimalField(max_digits=9, decimal_places=1)


def _of_offices(office: str) -> Q:
    """What the offices of the active scope keep, and what the centre does."""
    offices = current().offices
    if offices is None:
        return Q(**{f"{office}__isnull": False})  # an empty Q in an "or" with another says nothing
    return Q(**{f"{office}__in": offices}) | Q(**{f"{office}__kind": Office.Kind.CENTRAL})


def courses() -> QuerySet[Any]:
    """The courses of the offices in the active scope and of the centre, with the number of sessions."""
    return (
        TrainingCourse.objects.filter(_of_offices("office"))
        .select_related("office")
        .annotate(held=Count("sessions"))
    )


def sessions(actor: Actor) -> QuerySet[Any]:
    """Sessions held by the offices of the active scope or the centre, and those in which somebody the
    reader sees was; each with how many of the people he sees were there."""
    seen = Attendance.objects.filter(
        session=OuterRef("pk"), person__in=policies.people_seen(actor).values("pk")
    )
    there = (
        seen.filter(state=Attendance.State.ATTENDED)
        .order_by()
        .values("session")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        TrainingSession.objects.filter(_of_offices("office") | Exists(seen))
        .select_related("course", "office")
        .annotate(there=Coalesce(Subquery(there), 0))
    )


def attendances(actor: Actor) -> QuerySet[Any]:
    """Who was in which session: the people the reader sees, and everybody in sessions that he keeps."""
    kept = policies.training_offices(actor)
    rows = Attendance.objects.filter(
        Q(person__in=policies.people_seen(actor).values("pk")) | Q(session__office__in=kept)
    )
    return rows.select_related("person", "session__course", "session__office")


def people_with_hours(actor: Actor, day: date) -> QuerySet[Any]:
    """The placed people a reader sees, each with the hours of the day's fiscal year up to the day: training,
    certified stints, and both."""
    year = calendar.fiscal_year(day)
    first, _last = calendar.fiscal_year_range(year)
    placed, offices = placements(actor.as_of), current().offices
    if offices is not None:
        placed = placed.filter(office__in=offices)
    seat = placed.filter(person=OuterRef("pk")).order_by("office__code", "id")
    training = Attendance.objects.filter(
        person=OuterRef("pk"),
        state=Attendance.State.ATTENDED,
        session__fiscal_year=year,
        session__ends_on__lte=day,
    )
    stints = StintDay.objects.filter(
        person=OuterRef("pk"), state=StintDay.State.CERTIFIED, day__gte=first, day__lte=day
    )
    people = policies.people_seen(actor).filter(pk__in=placed.values("person"))
    return people.annotate(
        office_name=Subquery(seat.values("office__short_th")[:1]),
        group_name=Subquery(seat.values("group__name_th")[:1]),
        training_hours=_sum(training),
        stint_hours=_sum(stints),
        total_hours=_sum(training) + _sum(stints),
    )


def _sum(rows: QuerySet[Any]) -> Any:
    total = rows.order_by().values("person").annotate(n=Sum("hours")).values("n")
    return Coalesce(Subquery(total, output_field=_HOURS), Decimal(0), output_field=_HOURS)
