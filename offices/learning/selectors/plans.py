"""Reading development plans: whose a reader sees, which wait for him, whether somebody's has begun."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from offices.learning import policies
from offices.learning.workflow import STANDING, STARTED
from offices.models import AssignmentKind, Person
from offices.models.learning import DevelopmentItem, DevelopmentPlan
from offices.policies import CHIEF_KINDS
from offices.selectors.placements import placements
from portal import calendar, worklist
from portal.actors import Actor
from portal.words import word

SHOWN = 5


def plans(actor: Actor) -> QuerySet[Any]:
    """The plans of the people a reader sees, with office, number of items and hours."""
    seat = placements(actor.as_of).filter(person=OuterRef("person")).order_by("office__code", "id")
    return (
        DevelopmentPlan.objects.filter(person__in=policies.people_seen(actor).values("pk"))
        .select_related("person")
        .annotate(
            office_name=Subquery(seat.values("office__short_th")[:1]),
            group_name=Subquery(seat.values("group__name_th")[:1]),
            items_count=Count("items"),
            planned=Coalesce(Sum("items__planned_hours"), 0, output_field=_hours()),
            done=Coalesce(Sum("items__done_hours"), 0, output_field=_hours()),
        )
    )


def _hours() -> Any:
    return DevelopmentItem._meta.get_field("planned_hours").clone()


def of_person(person: Person, fiscal_year: int) -> DevelopmentPlan | None:
    """Somebody's plan of a year."""
    return DevelopmentPlan.objects.filter(person=person, fiscal_year=fiscal_year).first()


def has_started(person: Person, day: date) -> bool:
    """Whether somebody's plan of the fiscal year of a day is under way or further: what the eligibility of
    an assistant asks."""
    return DevelopmentPlan.objects.filter(
        person=person, fiscal_year=calendar.fiscal_year(day), state__in=STARTED
    ).exists()


def standing(people: Iterable[int], fiscal_year: int) -> frozenset[int]:
    """Those of these people whose plan of a year is approved or further."""
    rows = DevelopmentPlan.objects.filter(
        person__in=list(people), fiscal_year=fiscal_year, state__in=STANDING
    )
    return frozenset(rows.values_list("person", flat=True))


def without_plan(actor: Actor, fiscal_year: int) -> QuerySet[Any]:
    """The placed people a reader sees whose plan of a year is not yet approved, or who have none."""
    stands = DevelopmentPlan.objects.filter(fiscal_year=fiscal_year, state__in=STANDING)
    return policies.people_seen(actor).exclude(pk__in=stands.values("person"))


def waiting(actor: Actor) -> QuerySet[Any]:
    """The proposed plans that wait for the actor as a superior: a head's officers, a chief's heads and
    whoever has no head of his own."""
    placed = placements(actor.as_of)
    headed = placed.filter(
        kind=AssignmentKind.GROUP_HEAD, office=OuterRef("office"), group=OuterRef("group")
    ).values("pk")
    mine = Q(pk__in=[])
    for one in actor.holding([AssignmentKind.GROUP_HEAD]):
        mine |= Q(kind=AssignmentKind.OFFICER, office=one.office_id, group__code=one.group_code)
    for one in actor.holding(CHIEF_KINDS):
        unheaded = ~Q(kind__in=[AssignmentKind.OFFICER, AssignmentKind.CHIEF]) | Q(
            kind=AssignmentKind.OFFICER, head__isnull=True
        )
        mine |= Q(office=one.office_id) & unheaded
    if actor.holding([AssignmentKind.CENTRAL_ADMIN]):
        mine |= Q(kind=AssignmentKind.CHIEF)
    people = placed.annotate(head=Subquery(headed[:1])).filter(mine).values("person")
    rows = DevelopmentPlan.objects.filter(state=DevelopmentPlan.State.PROPOSED, person__in=people)
    return rows.exclude(person=actor.person_id).select_related("person").order_by(F("state_since"), "id")


def work(actor: Actor) -> list[worklist.Waiting]:
    """The source of "my work": plans that wait for the actor's approval."""
    if not policies.superiors.test(actor):
        return []

    def as_row(row: Any) -> worklist.Row:
        return worklist.Row(
            label=row.person.name,
            url=reverse("offices:developmentplan-detail", args=[row.uuid]),
            detail=_("ปีงบประมาณ %s") % row.fiscal_year,
            due=_("เสนอเมื่อ %s") % calendar.format_time(row.state_since),
            state=word("development_plan", row.state),
        )

    title, url = _("แผนพัฒนารายบุคคลที่รอท่านอนุมัติ"), f"{reverse('offices:developmentplan-list')}?state=proposed"
    return [worklist.heap(title, waiting(actor), SHOWN, as_row, url=url)]
