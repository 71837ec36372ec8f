"""Reading people, orders and assignments inside the active scope."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse

from offices.models import AppointmentOrder, Assignment, Office, Person
from offices.selectors.actors import in_force
from offices.selectors.titles import titled
from portal import calendar
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
    """Visible people, each with ``assigned``, whether any assignment of the scope is in force that day, and
    ``post_title``."""
    held = in_force(day).filter(person=OuterRef("pk"))
    offices = current().offices
    if offices is not None:
        held = held.filter(office__in=offices)
    return titled(visible_people(), day).annotate(assigned=Exists(held))


def visible_orders() -> QuerySet[AppointmentOrder]:
    """Orders of the offices in the active scope, or that assign somebody there."""
    rows = AppointmentOrder.objects.select_related("office", "revoked_by").annotate(made=Count("assignments"))
    offices = current().offices
    if offices is None:
        return rows
    here = Assignment.objects.filter(order=OuterRef("pk"), office__in=offices)
    return rows.filter(Q(office__in=offices) | Exists(here))


def search(asked: searching.Asked, limit: int) -> list[searching.Hit]:
    """Visible people by name, for the portal's search box."""
    people = titled(visible_people(), calendar.today()).annotate(key=searching.ThaiKey("first_th", "last_th"))
    return [
        searching.Hit(
            title=searching.parts(row.name, asked),
            url=reverse("offices:person-detail", args=[row.uuid]),
            detail=searching.parts(row.post_title, asked),
            near=row.near,
        )
        for row in searching.rows(people.order_by("first_th", "last_th", "id"), "key", asked, limit)
    ]


FOUND = 50  # rows that a search by name goes on with


def _called(text: str) -> Q:
    condition = Q()
    for word in text.split():
        condition &= Q(first_th__icontains=word) | Q(last_th__icontains=word)
    return condition


def users_called(text: str) -> list[int]:
    """Ids of the users of visible people with this name, or part of it."""
    rows = visible_people().filter(_called(text), user__isnull=False).order_by("id")
    return [user for user in rows.values_list("user_id", flat=True)[:FOUND] if user is not None]


def find_people(text: str) -> list[int]:
    """Ids of visible people with this name, or part of it."""
    return list(visible_people().filter(_called(text)).order_by("id").values_list("pk", flat=True)[:FOUND])


def find_orders(text: str) -> list[int]:
    """Ids of visible orders by number, ``12/2569``."""
    number, _slash, year = text.partition("/")
    rows = visible_orders().filter(number=number.strip())
    if year.strip().isdigit():
        rows = rows.filter(year_be=int(year))
    return list(rows.order_by("id").values_list("pk", flat=True)[:FOUND])


def find_offices(text: str) -> list[int]:
    """Ids of offices of the active scope by name."""
    offices = current().offices
    rows = Office.objects.filter(name_th__icontains=text)
    if offices is not None:
        rows = rows.filter(pk__in=offices)
    return list(rows.order_by("id").values_list("pk", flat=True)[:FOUND])
