"""Reading people, orders and assignments inside the active scope."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse

from offices.models import AppointmentOrder, Assignment, Person
from offices.selectors.actors import in_force
from portal import search as searching
from portal.scope import current


def visible_assignments() -> QuerySet[Assignment]:
    """Assignments to the offices of the active scope, past, present and to come."""
    offices = current().offices
    rows = Assignment.objects.select_related(
        "person", "office__province", "group", "inspection_group", "order"
    )
    return rows if offices is None else rows.filter(office__in=offices)


def with_state(rows: QuerySet[Assignment], day: date) -> QuerySet[Any]:
    """Assignments with ``state``: planned, active or ended on a day (words of the group assignment)."""
    return rows.annotate(
        state=Case(
            When(Q(valid__contains=day, order__signed_on__lte=day), then=Value("active")),
            When(Q(valid__endswith__lte=day), then=Value("ended")),
            default=Value("planned"),
            output_field=CharField(),
        )
    )


def visible_people() -> QuerySet[Person]:
    """People with an assignment, of whatever time, in the active scope; everybody for the nation."""
    offices = current().offices
    if offices is None:
        return Person.objects.all()
    mine = Assignment.objects.filter(person=OuterRef("pk"), office__in=offices)
    return Person.objects.filter(Exists(mine))


def people_list(day: date) -> QuerySet[Person]:
    """Visible people, each with ``assigned``: whether any assignment of the scope is in force that day."""
    held = in_force(day).filter(person=OuterRef("pk"))
    offices = current().offices
    if offices is not None:
        held = held.filter(office__in=offices)
    return visible_people().annotate(assigned=Exists(held))


def visible_orders() -> QuerySet[AppointmentOrder]:
    """Orders of the offices in the active scope, or that assign somebody there."""
    rows = AppointmentOrder.objects.select_related("office").annotate(made=Count("assignments"))
    offices = current().offices
    if offices is None:
        return rows
    here = Assignment.objects.filter(order=OuterRef("pk"), office__in=offices)
    return rows.filter(Q(office__in=offices) | Exists(here))


def search(asked: searching.Asked, limit: int) -> list[searching.Hit]:
    """Visible people by name, for the portal's search box."""
    people = visible_people().annotate(key=searching.ThaiKey("first_th", "last_th"))
    return [
        searching.Hit(
            title=searching.parts(row.name, asked),
            url=reverse("offices:person-detail", args=[row.uuid]),
            detail=searching.parts(row.position_th, asked),
            near=row.near,
        )
        for row in searching.rows(people.order_by("first_th", "last_th", "id"), "key", asked, limit)
    ]
