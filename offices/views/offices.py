"""Offices: where they are, who sits there today, what is vacant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from offices.models import AssignmentKind, Office
from offices.policies import directory_readers, figure_readers
from offices.selectors import org, people
from offices.views import columns
from portal import dated
from portal.screens import Action, Column, Crumb, DetailScreen, Fields, ListScreen, Related, thai_order


class OfficeList(ListScreen):
    policy = figure_readers
    title = _("สำนักงาน")
    columns = (
        Column(
            "short_th",
            _("สำนักงาน"),
            sort=thai_order("short_th"),
            link=lambda row: reverse("offices:office-detail", args=[row.uuid]),
        ),
        Column("code", _("รหัส"), kind="code", sort="code"),
        Column("zone_name", _("เขตตรวจราชการ")),
        Column("chief_name", _("อุตสาหกรรมจังหวัด")),
        Column(
            "chief_kind",
            _("ฐานะ"),
            value=lambda row: AssignmentKind(row.chief_kind).label if row.chief_kind else "",
        ),
        Column("staff", _("บุคลากร"), kind="integer", unit=_("คน"), sort="staff", sum=True),
    )
    order = (thai_order("short_th"),)
    search = ("name_th", "name_en", "code")

    def rows(self) -> QuerySet[Office]:
        return org.office_list(self.actor.as_of)


class OfficeDetail(DetailScreen):
    policy = figure_readers
    help_title = _("ข้อมูลสำนักงาน")
    groups = (
        Fields(
            _("สำนักงาน"),
            (
                Column("code", _("รหัส"), kind="code"),
                Column("name_th", _("ชื่อ")),
                Column("name_en", _("ชื่อภาษาอังกฤษ")),
                Column("zone_name", _("เขตตรวจราชการ")),
                Column("staff", _("บุคลากรวันนี้"), kind="integer", unit=_("คน")),
                Column("assistants", _("ตำแหน่งผู้ช่วยอุตสาหกรรมจังหวัด"), kind="bool"),
            ),
        ),
    )

    def rows(self) -> QuerySet[Office]:
        return org.office_list(self.actor.as_of)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(OfficeList.title, self.here(reverse("offices:office-list")))]

    def actions(self, row: Office) -> Sequence[Action]:
        if row.kind != Office.Kind.PROVINCIAL:
            return ()
        groups = Action(_("กลุ่มงาน"), self.here(f"{reverse('offices:group-list')}?office={row.code}"))
        seen = (groups,) if directory_readers.test(self.actor) else ()
        return (
            *seen,
            Action(_("ความพร้อม"), self.here(reverse("offices:readiness-detail", args=[row.uuid]))),
            Action(_("ผู้ปฏิบัติแทนวันนี้"), self.here(reverse("offices:absence-office", args=[row.uuid]))),
        )

    @property
    def related(self) -> Sequence[Related]:  # type: ignore[override]
        day = self.actor.as_of
        return (
            Related(
                _("ผู้ปฏิบัติหน้าที่วันนี้"),
                (columns.PERSON, columns.KIND, columns.GROUP, columns.PERIOD, columns.ORDER),
                lambda row: org.holders(row, day),
                limit=100,
                empty=_("วันนี้ไม่มีผู้ได้รับแต่งตั้ง ผู้ดูแลระบบส่วนกลางบันทึกได้จากหน้าคำสั่ง"),
            ),
            Related(
                _("ตำแหน่งว่าง"),
                (
                    Column("post", _("ตำแหน่ง")),
                    Column("since", _("ว่างตั้งแต่"), kind="date"),
                    Column("last_holder", _("ผู้ดำรงตำแหน่งคนก่อน")),
                ),
                lambda row: org.vacancies(row, day),
                empty=_("ไม่มีตำแหน่งว่าง"),
            ),
            Related(_("กลุ่มงาน"), (Column("name_th", _("กลุ่ม")),), lambda row: org.groups_on(row, day)),
            Related(
                _("การแต่งตั้งที่สิ้นสุดแล้วและที่ยังไม่เริ่ม"),
                (columns.PERSON, columns.KIND, columns.GROUP, columns.PERIOD, columns.STATE, columns.ORDER),
                lambda row: (
                    people.with_state(people.visible_assignments().filter(office=row), day)
                    .exclude(state="active")
                    .order_by("-valid", "-id")
                ),
                more=lambda row: reverse("offices:assignment-list") + f"?office={row.code}",
            ),
        )

    def context(self, **extra: Any) -> dict[str, Any]:
        setting = dated.on("offices.assistant_enabled", self.actor.as_of, place=f"office:{self.row.code}")
        self.row.assistants = bool(setting.value)
        return super().context(**extra)
