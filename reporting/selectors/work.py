"""What waits for the officers who gather the reports: factories that have not reported."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from factories.selectors import owners
from offices.policies import OFFICER_KINDS
from portal import calendar, worklist
from portal.actors import Actor
from portal.words import word
from reporting import forms
from reporting.dated import package_group
from reporting.forms.due import due_at
from reporting.selectors.completeness import owed_of

_TITLES = {
    owners.MINE: gettext_lazy("โรงงานของท่านที่ยังไม่รายงาน"),
    owners.GROUP: gettext_lazy("โรงงานของกลุ่มที่ยังไม่รายงาน"),
    owners.ALL: gettext_lazy("โรงงานที่ยังไม่รายงาน"),
}
_OTHERS = {
    owners.MINE: gettext_lazy("ของท่าน"),
    owners.SUBSTITUTE: gettext_lazy("ที่ท่านเป็นผู้แทน"),
    owners.GROUP: gettext_lazy("ของกลุ่ม"),
}


def missing(actor: Actor) -> list[worklist.Waiting]:
    """The source of "my work" for the group that owns the reports: the newest period's missing ones.

    An officer starts from his own factories where the rules give him some; a head or assistant from his
    group's; anybody else from the office's. The other lists are one click away.
    """
    code_of_group = package_group("", actor.as_of)
    if not any(one.group_code == code_of_group for one in actor.holding(OFFICER_KINDS)):
        return []
    shares = owners.shares(actor, group=code_of_group)
    own = owners.start_of(actor, code_of_group)
    start = own if shares[own] else owners.ALL
    heaps = []
    for code in forms.codes():
        form = forms.versions(code)[-1]
        month = next(iter(form.over(actor.as_of, 1)), form.valid_from)
        owed = owed_of(form=code, period=month)
        late = {factory for factory, reported in owed.items() if not reported}
        counted = late & shares.get(start, late)
        if not counted:
            continue
        due = due_at(form, month)
        others = [one for one in _OTHERS if one != start and start != owners.ALL]
        heaps.append(
            worklist.Waiting(
                title=_TITLES[start],
                count=len(counted),
                url=_late_url(code, month, start),
                rows=(
                    worklist.Row(
                        label=f"{code} {form.shown(month)}",
                        url=reverse("reporting:form-detail", args=[code, month]),
                        detail=_("ยังไม่รายงาน %(missing)s จาก %(owed)s โรงงาน")
                        % {
                            "missing": len(counted),
                            "owed": len(owed.keys() & shares.get(start, owed.keys())),
                        },
                        due=_("ครบกำหนด %s") % calendar.format_date(due),
                        state=word(
                            "obligation", "overdue" if calendar.local_date(due) < actor.as_of else "missing"
                        ),
                    ),
                    *(
                        worklist.Row(
                            label=str(_OTHERS[one]),
                            url=_late_url(code, month, one),
                            detail=_("ยังไม่รายงาน %s โรงงาน") % len(late & shares[one]),
                        )
                        for one in others
                        if late & shares[one]
                    ),
                ),
            )
        )
    return heaps


def _late_url(form: str, period: date, whose: str) -> str:
    query = urlencode({"state": "missing", "whose": whose})
    return f"{reverse('reporting:obligation-list', args=[form, period])}?{query}"
