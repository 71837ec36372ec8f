"""Reading groups, zones and provinces as they are on a day, and the changes that wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from offices.models import (
    Assignment,
    AssignmentKind,
    InspectionChange,
    InspectionGroup,
    InspectionGroupZone,
    ZoneProvince,
)
from offices.policies import central_admin
from portal.actors import Actor
from portal.worklist import Row, Waiting, heap

SHOWN = 5  # rows of a heap


def groups(day: date) -> QuerySet[InspectionGroup]:
    """The groups there are on a day."""
    return InspectionGroup.objects.filter(valid__contains=day)


def prepare(rows: Sequence[Any], day: date) -> None:
    """Give each group ``zones_on`` and ``inspectors_on`` of the day, in words: two queries for all."""
    zones, inspectors = defaultdict(list), defaultdict(list)
    of_day = {"valid__contains": day}
    for member in (
        InspectionGroupZone.objects.filter(group__in=[row.pk for row in rows], **of_day)
        .select_related("zone")
        .order_by("zone__number")
    ):
        zones[member.group_id].append(member.zone.name_th)
    for held in (
        Assignment.objects.filter(
            inspection_group__in=[row.pk for row in rows], kind=AssignmentKind.INSPECTOR, **of_day
        )
        .select_related("person")
        .order_by("id")
    ):
        inspectors[held.inspection_group_id].append(held.person.name)
    for row in rows:
        row.zones_on = ", ".join(zones[row.pk])
        row.inspectors_on = ", ".join(inspectors[row.pk])


def members(day: date) -> QuerySet[ZoneProvince]:
    """Every province in its zone on a day, with ``group_name`` of the group that has the zone."""
    group = InspectionGroupZone.objects.filter(zone=OuterRef("zone"), valid__contains=day)
    return (
        ZoneProvince.objects.filter(valid__contains=day)
        .select_related("zone", "province")
        .annotate(group_name=Subquery(group.values("group__name_th")[:1]))
    )


def changes() -> QuerySet[InspectionChange]:
    return InspectionChange.objects.select_related("group", "zone", "province")


def work(actor: Actor) -> Iterator[Waiting]:
    """The changes that another central administrator proposed."""
    if not central_admin.test(actor):
        return
    waiting = changes().filter(state=InspectionChange.State.PROPOSED).exclude(proposed_by=actor.user)
    yield heap(
        _("ข้อเสนอเรื่องกลุ่มตรวจราชการที่รอคนที่สอง"),
        waiting.order_by("id"),
        SHOWN,
        lambda row: Row(str(row), reverse("offices:inspectionchange-detail", args=[row.uuid]), row.reason),
        url=reverse("offices:inspectionchange-list") + "?state=proposed",
    )
