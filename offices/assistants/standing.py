"""In office or not: a question of dates, asked of the appointment that an order made."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.db.models import Case as Either
from django.db.models import CharField, F, Func, OuterRef, Q, QuerySet, Subquery, Value, When

from offices.models import Assignment, AssignmentKind, Nomination
from offices.services.rules import period
from portal.actors import Actor

_DONE = ("agreed", "ordered")


def appointment(nomination: Nomination) -> Assignment | None:
    """The appointment that came of a nomination: as assistant of its group within its term, by whichever
    order; None before it is signed."""
    return (
        Assignment.objects.filter(
            kind=AssignmentKind.ASSISTANT,
            person=nomination.person_id,
            group=nomination.group_id,
            valid__overlap=period(nomination.starts_on, nomination.last_day),
        )
        .select_related("order")
        .order_by("valid")
        .first()
    )


def with_state(rows: QuerySet[Nomination], day: date) -> QuerySet[Any]:
    """Nominations with ``begins``, ``until`` (half-open, of the appointment) and ``state``, a word of the
    group nomination as it is on a day."""
    term = Func(
        OuterRef("starts_on"),
        OuterRef("last_day"),
        Value("[]"),
        function="daterange",
        output_field=DateRangeField(),
    )
    appointed = Assignment.objects.filter(
        kind=AssignmentKind.ASSISTANT,
        person=OuterRef("person"),
        group=OuterRef("group"),
        valid__overlap=term,
    ).order_by("valid")
    return rows.annotate(
        appointment_uuid=Subquery(appointed.values("uuid")[:1]),
        begins=Subquery(appointed.values("valid__startswith")[:1]),
        until=Subquery(appointed.values("valid__endswith")[:1]),
    ).annotate(
        state=Either(
            When(Q(case__state__in=_DONE, until__lte=day), then=Value("ended")),
            When(Q(case__state__in=_DONE, begins__gt=day), then=Value("planned")),
            When(Q(case__state__in=_DONE, begins__isnull=False), then=Value("in_office")),
            # signed, and taken away by another order before it began
            When(Q(case__state="ordered", proposal__order__isnull=False), then=Value("ended")),
            default=F("case__state"),
            output_field=CharField(),
        )
    )


def inspects(actor: Actor, province_id: str | None) -> bool:
    """Whether the actor is an inspector whose group has the province's zone on his day."""
    return Assignment.objects.filter(
        pk__in=[held.assignment_id for held in actor.holding([AssignmentKind.INSPECTOR])],
        inspection_group__zones__valid__contains=actor.as_of,
        inspection_group__zones__zone__members__province=province_id,
        inspection_group__zones__zone__members__valid__contains=actor.as_of,
    ).exists()
