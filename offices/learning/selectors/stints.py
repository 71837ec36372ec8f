"""Reading rotation and shadowing: plans and days a reader sees, and days that wait for his signature."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, DecimalField, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from offices.learning import policies
from offices.models import Office, Person
from offices.models.learning import Stint, StintDay
from offices.policies import CHIEF_KINDS
from offices.selectors.placements import placements
from portal import calendar, worklist
from portal.actors import Actor
from portal.words import word

SHOWN = 5


def stints(actor: Actor) -> QuerySet[Any]:
    """Stints of the people a reader sees, those he hosts, and those that his office as chief receives; with
    certified days and hours."""
    chiefs = [one.office_id for one in actor.holding(CHIEF_KINDS)]
    certified = Q(days__state=StintDay.State.CERTIFIED)
    return (
        Stint.objects.filter(
            Q(person__in=policies.people_seen(actor).values("pk"))
            | Q(host=actor.person_id)
            | Q(host_office__in=chiefs)
        )
        .select_related("person", "host", "host_office", "order")
        .annotate(
            certified_days=Count("days", filter=certified),
            certified_hours=Coalesce(
                Sum("days__hours", filter=certified),
                0,
                output_field=DecimalField(max_digits=6, decimal_places=1),
            ),
        )
    )


def called(name: str, *, office: Office, day: date) -> list[Person]:
    """The people placed in an office on a day whose first and last name these are."""
    placed = placements(day).filter(office=office).values("person")
    first, _blank, last = " ".join(name.split()).partition(" ")
    return list(Person.objects.filter(pk__in=placed, first_th=first, last_th=last)[:2])


def days(actor: Actor) -> QuerySet[Any]:
    """The days of the stints a reader sees."""
    return StintDay.objects.filter(stint__in=stints(actor).values("pk")).select_related(
        "stint__person", "stint__host", "stint__host_office"
    )


def to_sign(actor: Actor) -> QuerySet[Any]:
    """Logged days whose host the actor is."""
    return (
        StintDay.objects.filter(stint__host=actor.person_id, state=StintDay.State.LOGGED)
        .select_related("stint__person")
        .order_by("day", "id")
    )


def work(actor: Actor) -> list[worklist.Waiting]:
    """The source of "my work": days that wait for the actor's signature as their host."""
    if actor.person_id is None:
        return []

    def as_row(row: Any) -> worklist.Row:
        return worklist.Row(
            label=f"{row.stint.person.name} {calendar.format_date(row.day)}",
            url=reverse("offices:stintday-sign", args=[row.uuid]),
            detail=row.activities[:120],
            state=word("stint_day", row.state),
        )

    title, url = _("วันเรียนรู้งานที่รอท่านรับรอง"), reverse("offices:stint-list")
    return [worklist.heap(title, to_sign(actor), SHOWN, as_row, url=url)]
