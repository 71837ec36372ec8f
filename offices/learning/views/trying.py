"""Trying a move on the readiness board: what the offices concerned would be after it. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.learning import policies
from offices.learning.boards import Change, Move
from offices.learning.forms import DayForm, TryForm
from offices.learning.selectors import readiness
from offices.learning.views.board import ReadinessBoard
from offices.learning.views.changes import change_table
from offices.learning.views.readiness import OnADay
from offices.models import Group, Office
from offices.selectors.org import visible_offices
from offices.selectors.placements import seats
from portal.scope import current
from portal.screens import Crumb


class TryMove(OnADay):
    """One person to one group from a day on, and the board of the offices concerned now and after.

    It tells what a person can do, so only those are offered whose levels the reader sees.
    """

    title = gettext_lazy("ลองย้าย")
    lead = gettext_lazy("ดูความพร้อมของสำนักงานก่อนและหลังย้าย โดยไม่บันทึกสิ่งใด ที่อยู่ของหน้านี้เก็บไว้หรือส่งต่อได้")
    template_name = "offices/learning/try.html"

    @cached_property
    def form(self) -> DayForm:
        offices = visible_offices().filter(kind=Office.Kind.PROVINCIAL)
        return TryForm(
            self.request.GET,
            people=policies.levels_seen(self.actor).order_by("first_th", "last_th", "id"),
            groups=Group.objects.filter(office__in=offices, valid__contains=self.actor.as_of)
            .select_related("office")
            .order_by("office__code", "code"),
        )

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(ReadinessBoard.title, self.here(self.on_that_day(reverse("offices:readiness-list"))))]

    @cached_property
    def changes(self) -> list[Change] | None:
        """What would change; None while nobody is chosen."""
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        person, group = asked.get("person"), asked.get("group")
        if person is None:
            return None
        offices = current().offices
        left = {seat.office for seat in seats(self.day, people=[person.pk])}
        left = left if offices is None else left & offices
        moves = [Move(person.pk, office, None, self.day) for office in sorted(left)]
        if group is not None:
            moves.append(Move(person.pk, None, group.office_id, self.day, group=group.code))
        return readiness.after(moves)

    def context(self, **extra: Any) -> dict[str, Any]:
        changes = self.changes
        return super().context(
            form=self.form,
            day=self.day,
            asked=changes is not None,
            table=change_table(changes, caption=_("ความพร้อมก่อนและหลังย้าย"), here=self.here)
            if changes
            else None,
            **extra,
        )
