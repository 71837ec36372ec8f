"""Staffing of every office, and of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import Office
from offices.policies import is_central_admin, is_chief_of
from offices.selectors.org import visible_offices
from offices.services.rules import worded
from offices.staffing import forms
from offices.staffing.dated import LONG_ACTING
from offices.staffing.lists.sheets import PERSONNEL
from offices.staffing.policies import personnel, staffing_readers
from offices.staffing.selectors import board as selectors
from offices.staffing.selectors import office as of_office
from offices.staffing.views.shared import OnDay, order_url, person_url, post_url
from portal import audit, dated
from portal.screens import Action, Column, Crumb, Table
from portal.screens.base import found
from portal.screens.export import rows_answer
from portal.words import word


class StaffingBoard(OnDay):
    """Posts and people of every office of the reader's scope."""

    policy = staffing_readers
    title = gettext_lazy("อัตรากำลัง")
    lead = gettext_lazy("ตำแหน่ง ผู้ดำรงตำแหน่ง และผู้ที่ไปหรือมาช่วยราชการของแต่ละสำนักงาน กดที่ตัวเลขเพื่อดูรายชื่อ")
    template_name = "offices/staffing/board.html"
    help_words = ("signing",)

    @cached_property
    def board(self) -> selectors.Board:
        return selectors.board(self.day)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = request.GET.get("export", "")
        if kind in ("csv", "xlsx") and self.form.is_valid():
            audit.record(self.actor, "staffing.exported", rows=len(self.board.rows))
            return rows_answer(str(self.title), kind, self.columns(), self.board.rows)
        return super().get(request, *args, **kwargs)

    def columns(self) -> list[Column]:
        def to(show: str) -> Callable[[selectors.Row], str]:
            return lambda row: self._office(row, show)

        return [
            Column("name", _("สำนักงาน"), link=to("")),
            Column("posts", _("ตำแหน่ง"), kind="integer", link=to("")),
            Column("filled", _("มีคนครอง"), kind="integer", link=to("filled")),
            Column("vacant", _("ว่าง"), kind="integer", link=to("vacant")),
            Column(
                "long_acting",
                _("รักษาการเกิน %s เดือน") % self.board.months.value,
                kind="integer",
                link=lambda row: f"{self._office(row, '')}#acting",
            ),
            Column(
                "retiring",
                _("เกษียณสิ้นปีงบ %s") % self.board.fiscal_year,
                kind="integer",
                link=lambda row: f"{self._office(row, '')}#retiring",
            ),
            Column("year_unknown", _("ไม่ทราบปีเกษียณ"), kind="integer"),
            Column("people", _("ปฏิบัติงานจริง"), kind="integer"),
            Column(
                "seconded_in",
                _("มาช่วย"),
                kind="integer",
                link=lambda row: f"{self._office(row, '')}#moves",
            ),
            Column(
                "seconded_out",
                _("ไปช่วย"),
                kind="integer",
                link=lambda row: f"{self._office(row, '')}#moves",
            ),
            Column(
                "assistants",
                _("ผู้ช่วยฯ"),
                lambda row: f"{row.assistants}/{row.assistants_expected}" if row.assistants_expected else "",
            ),
            Column(
                "signs",
                _("ผู้ลงนาม"),
                lambda row: word("signing", "somebody" if row.signs else "nobody"),
                kind="state",
                group="signing",
            ),
        ]

    def _office(self, row: selectors.Row, show: str) -> str:
        asked = {"show": show} if show else {}
        return self.that_day(reverse("offices:staffing-detail", args=[row.uuid]), **asked)

    def context(self, **extra: Any) -> dict[str, Any]:
        made = self.board
        summed = ("posts", "filled", "vacant", "long_acting", "retiring", "year_unknown", "people",
                  "seconded_in", "seconded_out")  # fmt: skip
        return super().context(
            table=Table(
                self.columns(),
                made.rows,
                caption=self.title,
                sums={name: made.total(name) for name in summed} if made.rows else {},
                sums_label=_("รวม"),
            ),
            rows=made.rows,
            unsigned=sum(not row.signs for row in made.rows),
            setting=None if made.months.verified else made.months,
            exports=[(kind.upper(), self.url(export=kind)) for kind in ("csv", "xlsx")],
            **extra,
        )


class StaffingOffice(OnDay):
    """The posts of one office with who holds them."""

    policy = staffing_readers
    help_title = gettext_lazy("อัตรากำลังของสำนักงาน")
    help_words = ("post",)
    template_name = "offices/staffing/office.html"
    day_form = forms.OfficeForm

    @cached_property
    def office(self) -> Office:
        rows = visible_offices().filter(uuid=self.kwargs["uuid"], kind=Office.Kind.PROVINCIAL)
        return found(rows.first())

    def get_title(self) -> Any:
        return _("อัตรากำลัง %s") % self.office.short_th

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(StaffingBoard.title, self.that_day(reverse("offices:staffing-list")))]

    @cached_property
    def staffing(self) -> of_office.Staffing:
        months = int(dated.on(LONG_ACTING, self.day).value)
        return of_office.staffing(self.office, self.day, months=months)

    @property
    def sees_years(self) -> bool:
        """Whether this reader sees who retires, and not only how many."""
        return is_central_admin(self.actor) or is_chief_of(self.actor, self.office.pk)

    def holdings(self) -> list[of_office.Holding]:
        show = self.asked.get("show", "")
        return [one for one in self.staffing.posts if show in ("", one.state)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = request.GET.get("export", "")
        if kind in ("csv", "xlsx") and self.form.is_valid():
            rows = self.holdings()
            audit.record(self.actor, "staffing.exported", self.office, rows=len(rows))
            return rows_answer(str(self.get_title()), kind, self.post_columns(), rows)
        return super().get(request, *args, **kwargs)

    def post_columns(self) -> list[Column]:
        def holder(row: of_office.Holding) -> str:
            return row.incumbency.person.name if row.incumbency else ""

        columns = [
            Column(
                "number", _("เลขที่ตำแหน่ง"), "post.number", kind="code", link=lambda row: post_url(row.post)
            ),
            Column("name", _("ตำแหน่ง"), "post.name"),
            Column("group", _("กลุ่ม"), lambda row: str(row.post.group or "")),
            Column("state", _("สถานะ"), kind="state", group="post"),
            Column(
                "holder",
                _("ผู้ดำรงตำแหน่ง"),
                holder,
                link=lambda row: person_url(row.incumbency.person) if row.incumbency else None,
            ),
            Column(
                "since",
                _("ตั้งแต่"),
                lambda row: row.incumbency.valid.lower if row.incumbency else row.vacant_since,
                kind="date",
            ),
            Column(
                "order",
                _("ตามคำสั่ง"),
                lambda row: row.incumbency.order.reference if row.incumbency else "",
                link=lambda row: order_url(row.incumbency.order) if row.incumbency else None,
            ),
            Column("last_holder", _("ผู้ดำรงตำแหน่งคนก่อน")),
        ]
        if self.sees_years:
            columns.append(
                Column("retires", _("เกษียณสิ้นปีงบ"), lambda row: str(row.retires) if row.retires else "")
            )
        return columns

    def context(self, **extra: Any) -> dict[str, Any]:
        made = self.staffing
        person = Column("person", _("ชื่อ"), "person.name", link=lambda row: person_url(row.person))
        order = Column("order", _("ตามคำสั่ง"), "order.reference", link=lambda row: order_url(row.order))
        moves = Table(
            [
                Column(
                    "person",
                    _("ชื่อ"),
                    "placement.person.name",
                    link=lambda row: person_url(row.placement.person),
                ),
                Column("way", _("ทิศทาง"), lambda row: _("มาช่วย") if row.comes else _("ไปช่วย")),
                Column("home", _("สังกัด")),
                Column("to", _("ปฏิบัติงานที่"), "placement.office.short_th"),
                Column("since", _("ตั้งแต่"), "placement.valid.lower", kind="date"),
                Column(
                    "order",
                    _("ตามคำสั่ง"),
                    "placement.order.reference",
                    link=lambda row: order_url(row.placement.order),
                ),
            ],
            made.moves,
            caption=_("ไปและมาช่วยราชการ"),
            here=self.here,
        )
        acting = Table(
            [
                Column(
                    "person", _("ชื่อ"), lambda row: row[0].person.name, link=lambda r: person_url(r[0].person)
                ),
                Column("what", _("รักษาการ"), lambda row: worded(row[0])),
                Column("since", _("ต่อเนื่องตั้งแต่"), lambda row: row[1], kind="date"),
                Column(
                    "order",
                    _("ตามคำสั่ง"),
                    lambda row: row[0].order.reference,
                    link=lambda r: order_url(r[0].order),
                ),
            ],
            made.acting,
            caption=_("รักษาการนาน"),
            here=self.here,
        )
        retiring = Table(
            [person, Column("source", _("ที่มา"))],
            made.retiring,
            caption=_("ผู้จะเกษียณปีงบประมาณนี้"),
            here=self.here,
        )
        assistants = Table(
            [person, Column("group", _("กลุ่ม"), lambda row: str(row.group)), order],
            made.assistants,
            caption=_("ผู้ช่วยอุตสาหกรรมจังหวัด"),
            here=self.here,
        )
        holdings = self.holdings()
        return super().context(
            posts=Table(self.post_columns(), holdings, caption=_("ตำแหน่ง"), here=self.here),
            holdings=holdings,
            sections=[
                ("moves", moves, bool(made.moves), _("ไม่มีผู้ไปหรือมาช่วยราชการ")),
                ("acting", acting, bool(made.acting), _("ไม่มีผู้รักษาการนาน")),
                *(
                    [("retiring", retiring, bool(made.retiring), _("ไม่มีผู้จะเกษียณปีงบประมาณนี้เท่าที่บันทึกไว้"))]
                    if self.sees_years
                    else []
                ),
                ("assistants", assistants, bool(made.assistants), _("ไม่มีผู้ช่วยอุตสาหกรรมจังหวัดในวันนั้น")),
            ],
            exports=[(kind.upper(), self.url(export=kind)) for kind in ("csv", "xlsx")],
            buttons=[
                *(
                    [
                        Action(
                            _("เพิ่มตำแหน่ง"),
                            self.here(f"{reverse('offices:post-add')}?office={self.office.code}"),
                        ),
                        Action(
                            _("นำเข้าบัญชีบุคลากร"),
                            self.here(reverse("intake:batch-import", args=[PERSONNEL.code])),
                        ),
                    ]
                    if personnel.test(self.actor)
                    else []
                ),
                Action(
                    _("ใครดำรงตำแหน่งและทำอะไรได้ในวันนั้น"),
                    self.that_day(reverse("offices:officehistory-detail", args=[self.office.uuid])),
                ),
            ],
            **extra,
        )


__all__ = ["StaffingBoard", "StaffingOffice"]
