"""What waits for those who say whose the factories are: factories without an officer, now or soon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import partial
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from factories.models import ResponsibilityRule
from factories.policies import may_set_rules, rule_setters
from factories.selectors import loads, owners
from offices.absences.matters import SHOWN, Matters, Title, may_open
from offices.models import Assignment, Group
from offices.models.people import OFFICE_KINDS
from portal import calendar, worklist
from portal.actors import Actor


def without_owner(actor: Actor) -> list[worklist.Waiting]:
    """The source of "my work": the gaps of the groups whose rules this actor sets."""
    if not rule_setters.test(actor):
        return []
    offices = {capacity.office_id for capacity in actor.holding(OFFICE_KINDS)}
    ruled = Group.objects.filter(office__in=offices, responsibility__isnull=False).distinct()
    groups = [
        group for group in ruled.select_related("office") if may_set_rules(actor, group.office_id, group.code)
    ]
    if not groups:
        return []
    day = actor.as_of
    open_now = owners.gaps(day=day, groups=[group.pk for group in groups])
    soon = [(group, leaving) for group in groups for leaving in loads.leaving(group, day)]
    rows = tuple(
        worklist.Row(
            label=group.name_th,
            url=reverse("factories:responsibilityrule-detail", args=[group.uuid]),
            detail=_("%(names)s พ้นหน้าที่ จะไม่มีผู้รับผิดชอบ %(count)s โรงงาน")
            % {"names": leaving.names, "count": leaving.factories},
            due=_("ตั้งแต่ %s") % calendar.format_date(leaving.day),
        )
        for group, leaving in soon
    )
    return [
        worklist.Waiting(
            title=_("โรงงานที่ไม่มีผู้รับผิดชอบ"),
            count=len(open_now) or len(rows),
            url=f"{reverse('factories:factory-list')}?{urlencode({'whose': owners.NOBODY})}"
            if open_now
            else "",
            rows=rows,
            hint=_("โอนงานหรือเพิ่มกฎที่หน้าผู้รับผิดชอบโรงงาน"),
        )
    ]


def held_by(assignments: Sequence[Assignment], day: date) -> dict[int, list[Matters]]:
    """Rules that make the holder of each of these assignments responsible for factories, in its group or,
    without one, in its office. One query."""
    rules = ResponsibilityRule.objects.filter(
        officer__in={row.person_id for row in assignments}, valid__contains=day
    )
    counted = Counter(rules.values_list("officer_id", "office_id", "group_id"))
    return {
        row.pk: [
            Matters(
                _("กฎผู้รับผิดชอบโรงงานและรายงาน"),
                sum(
                    n
                    for (officer, office, group), n in counted.items()
                    if officer == row.person_id
                    and office == row.office_id
                    and (row.group_id is None or group == row.group_id)
                ),
                partial(_titles, row, day),
            )
        ]
        for row in assignments
    }


def _titles(row: Assignment, day: date, actor: Actor) -> list[Title]:
    """The first of these rules by what they speak of. One query."""
    if not may_open("factories:responsibilityrule-detail", actor):
        return []
    rules = ResponsibilityRule.objects.filter(
        officer=row.person_id, office=row.office_id, valid__contains=day
    )
    if row.group_id is not None:
        rules = rules.filter(group=row.group_id)
    rules = rules.select_related("group", "district", "main_type", "factory").order_by("group", "pk")
    return [
        Title(
            f"{rule.covers} ({rule.group})",
            reverse("factories:responsibilityrule-detail", args=[rule.group.uuid]),
        )
        for rule in rules[:SHOWN]
    ]
