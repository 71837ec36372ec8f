"""Reading offices: which ones the reader sees, who holds what, what is vacant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat

from offices.dated import assistant_enabled
from offices.models import Assignment, AssignmentKind, Group, InspectionZone, Office
from offices.selectors.actors import in_force
from offices.services.rules import ASSISTANT_GROUPS
from portal.scope import current

RANKS = (
    AssignmentKind.CHIEF,
    AssignmentKind.ACTING_CHIEF,
    AssignmentKind.GROUP_HEAD,
    AssignmentKind.ASSISTANT,
)


@dataclass(frozen=True)
class Vacancy:
    """A post nobody holds today: what it is, since when, and who held it last."""

    post: str
    since: date | None
    last_holder: str


def visible_offices() -> QuerySet[Office]:
    """The offices of the active scope; the centre's own only for the nation."""
    offices = current().offices
    return Office.objects.all() if offices is None else Office.objects.filter(pk__in=offices)


def office_list(day: date) -> QuerySet[Office]:
    """Visible offices with chief, zone and number of staff on a day, in one query."""
    held = in_force(day).filter(office=OuterRef("pk"))
    chief = held.filter(kind__in=[AssignmentKind.CHIEF, AssignmentKind.ACTING_CHIEF]).order_by("-kind")
    staff = held.order_by().values("office").annotate(n=Count("person", distinct=True)).values("n")
    zone = InspectionZone.objects.filter(
        members__province=OuterRef("province"), members__valid__contains=day
    ).order_by("number")
    return (
        visible_offices()
        .select_related("province")
        .annotate(
            chief_name=Subquery(
                chief.values(
                    name=Concat("person__title_th", "person__first_th", Value(" "), "person__last_th")
                )[:1]
            ),
            chief_kind=Subquery(chief.values("kind")[:1]),
            zone_name=Subquery(zone.values("name_th")[:1]),
            staff=Coalesce(Subquery(staff), 0),
        )
    )


def holders(office: Office, day: date) -> QuerySet[Assignment]:
    """Who is assigned to an office on a day: chief first, then by group and rank."""
    return (
        in_force(day)
        .filter(office=office)
        .select_related("person", "group", "order", "inspection_group", "office__province")
        .annotate(
            rank=Case(*(When(kind=kind, then=rank) for rank, kind in enumerate(RANKS)), default=len(RANKS))
        )
        .order_by(F("group__code").asc(nulls_first=True), "rank", "id")
    )


def visible_groups() -> QuerySet[Group]:
    """The groups of the offices in the active scope, of whatever time."""
    return Group.objects.filter(office__in=visible_offices()).select_related("office")


def groups_on(office: Office, day: date) -> QuerySet[Group]:
    """The groups an office has on a day."""
    return Group.objects.filter(office=office, valid__contains=day).order_by("code")


def vacancies(office: Office, day: date) -> list[Vacancy]:
    """Posts of a provincial office that nobody holds on a day.

    Expected are a chief, a head for each group, and an assistant in the groups of policy and of
    factories where the post exists. An acting chief leaves the chief's own post vacant.
    """
    if office.kind != Office.Kind.PROVINCIAL:
        return []
    taken = set(in_force(day).filter(office=office, acting_rank=0).values_list("kind", "group_id"))
    expected: list[tuple[str, Group | None]] = [(AssignmentKind.CHIEF, None)]
    has_assistants = assistant_enabled(office.code, day)
    for one in groups_on(office, day):
        expected.append((AssignmentKind.GROUP_HEAD, one))
        if has_assistants and one.code in ASSISTANT_GROUPS:
            expected.append((AssignmentKind.ASSISTANT, one))
    empty = [(kind, group) for kind, group in expected if (kind, group.pk if group else None) not in taken]
    last = _last_holders(office, day) if empty else {}
    found = []
    for kind, group in empty:
        holder = last.get((kind, group.pk if group else None))
        post = str(AssignmentKind(kind).label)
        found.append(
            Vacancy(
                post=f"{post} {group.name_th}" if group else post,
                since=holder.valid.upper if holder else None,
                last_holder=holder.person.name if holder else "",
            )
        )
    return found


def _last_holders(office: Office, day: date) -> dict[tuple[str, int | None], Assignment]:
    """The last assignment to each post that ended by the day."""
    ended: Iterable[Assignment] = (
        Assignment.objects.filter(office=office, valid__endswith__lte=day)
        .select_related("person")
        .order_by("valid__endswith")
    )
    return {(row.kind, row.group_id): row for row in ended}
