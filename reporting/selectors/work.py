"""What waits for the officers who gather the month: factories that have not reported."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from offices.policies import OFFICER_KINDS
from portal import calendar, worklist
from portal.actors import Actor
from portal.words import word
from reporting import forms
from reporting.dated import package_group
from reporting.forms.due import due_at
from reporting.selectors.completeness import by_month


def missing(actor: Actor) -> list[worklist.Waiting]:
    """The source of "my work" for the group that owns the reports: the newest month's missing ones."""
    held = actor.holding(OFFICER_KINDS)
    if not any(capacity.group_code == package_group("", actor.as_of) for capacity in held):
        return []
    month = calendar.add_months(calendar.month_start(actor.as_of), -1)
    heaps = []
    for code in forms.codes():
        counts = by_month(form=code, months=[month]).get(month)
        if counts is None or not counts.missing:
            continue
        form = forms.declaration(code, month)
        due = due_at(form, month)
        url = reverse("reporting:obligation-list", args=[code, month]) + "?" + urlencode({"state": "missing"})
        heaps.append(
            worklist.Waiting(
                title=_("โรงงานที่ยังไม่รายงาน"),
                count=counts.missing,
                url=url,
                rows=(
                    worklist.Row(
                        label=f"{code} {calendar.format_date_th(month, 'month')}",
                        url=reverse("reporting:form-detail", args=[code, month]),
                        detail=_("ยังไม่รายงาน %(missing)s จาก %(owed)s โรงงาน")
                        % {"missing": counts.missing, "owed": counts.owed},
                        due=_("ครบกำหนด %s") % calendar.format_date_th(due),
                        state=word(
                            "obligation", "overdue" if calendar.local_date(due) < actor.as_of else "missing"
                        ),
                    ),
                ),
            )
        )
    return heaps
