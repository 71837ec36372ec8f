"""The readiness board."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.learning import boards
from offices.learning.boards import Ground, Row, Share
from offices.learning.forms import BoardForm
from offices.learning.selectors import readiness
from offices.learning.views.readiness import OnADay, StateCell, with_query
from offices.models.learning import Subject
from portal import audit
from portal.screens import Column, Table
from portal.screens.export import rows_answer
from portal.words import StateWord, word


class ReadinessBoard(OnADay):
    """Every office of the reader's scope: each subject, the assistants, plans and hours."""

    title = gettext_lazy("ความพร้อมของสำนักงาน")
    lead = gettext_lazy("แต่ละด้านมีผู้ทำได้ถึงระดับที่ต้องการหรือไม่ และถ้าคนหนึ่งไม่อยู่ยังมีผู้ทำแทนหรือไม่ กดที่ช่องเพื่อดูรายชื่อ")
    template_name = "offices/learning/board.html"
    day_form = BoardForm

    @cached_property
    def ground(self) -> Ground:
        return readiness.ground(self.day)

    @cached_property
    def board(self) -> list[Row]:
        """The rows asked for, in the order asked for."""
        rows = boards.board(self.ground)
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        if asked.get("show") == "gaps":
            rows = [row for row in rows if row.gaps]
        elif asked.get("show") == "single":
            rows = [row for row in rows if row.gaps or any(one.state == "single" for one in row.covers)]
        if asked.get("sort") == "worst":
            rows = sorted(rows, key=lambda row: row.badness)
        return rows

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("export") in ("csv", "xlsx") and self.form.is_valid():
            kind = request.GET["export"]
            audit.record(self.actor, "readiness.exported", rows=len(self.board))
            return rows_answer(str(self.title), kind, self.columns(), self.board)
        return super().get(request, *args, **kwargs)

    def columns(self) -> list[Column]:
        return [
            Column(
                "office",
                _("สำนักงาน"),
                lambda row: row.unit.name,
                link=lambda row: self.places[row.unit.pk],
            ),
            Column("zone", _("เขต"), lambda row: row.unit.zone, kind="code"),
            Column("people", _("บุคลากร"), lambda row: len(row.people), kind="integer"),
            *(self._subject(subject) for subject in self.ground.settings.subjects()),
            StateCell("assistants", _("ผู้ช่วยฯ"), told=self._assistants),
            StateCell("plans", _("แผนพัฒนา"), told=lambda row: self._share(row, row.plans, "plans")),
            StateCell("hours", _("ชั่วโมงพัฒนา"), told=lambda row: self._share(row, row.hours, "hours")),
        ]

    @cached_property
    def places(self) -> dict[int, str]:
        """The address of each office's own page, on the same day."""
        return {
            row.unit.pk: self.here(
                self.on_that_day(reverse("offices:readiness-detail", args=[row.unit.uuid]))
            )
            for row in self.board
        }

    def _list(self, row: Row, **asked: str) -> str:
        """The address of a list behind a cell."""
        return with_query(self.places[row.unit.pk], asked)

    def _subject(self, subject: Subject) -> StateCell:
        return StateCell(subject.value, subject.label, told=lambda row: self._cover(row, subject))

    def _cover(self, row: Row, subject: Subject) -> tuple[StateWord, str, str]:
        one = row.cover(subject)
        return word("readiness", one.state), self._list(row, subject=subject.value), self.cover_line(one)

    def _assistants(self, row: Row) -> tuple[StateWord, str, str]:
        return word("assistants", row.assistants), self._list(row, show="assistants"), ""

    def _share(self, row: Row, share: Share, what: str) -> tuple[StateWord | None, str, str]:
        if not share.state:
            return None, "", ""
        return word("share", share.state), self._list(row, show=what), f"{share.done}/{share.of}"

    def context(self, **extra: Any) -> dict[str, Any]:
        rows = self.board
        every = [one for row in rows for one in row.covers if one.state != "not_required"]
        counts = [
            (word("readiness", state), sum(one.state == state for one in every))
            for state in ("covered", "single", "gap", "nobody", "unknown")
        ]
        return super().context(
            form=self.form,
            day=self.day,
            today=self.actor.as_of,
            table=Table(self.columns(), rows, caption=self.title, here=self.here),
            rows=rows,
            counts=counts,
            unverified=self.ground.settings.unverified()[:1],
            try_url=self.here(self.on_that_day(reverse("offices:readiness-try"))),
            exports=[(kind.upper(), self.url(export=kind)) for kind in ("csv", "xlsx")],
            **extra,
        )
