"""What waits for those who say whose the factories are: factories without an officer, now or soon."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from factories.policies import may_set_rules, rule_setters
from factories.selectors import loads, owners
from offices.models import Group
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
