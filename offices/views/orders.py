"""Orders and the assignments they make."""

from __future__ import annotations

from collections.abc import Sequence

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from offices.documents.selectors import documents
from offices.models import AppointmentOrder, Assignment, AssignmentKind
from offices.orders.selectors import proposals
from offices.policies import directory_readers, order_drafters, order_readers
from offices.selectors import people
from offices.services.rules import in_words
from offices.views import columns
from portal.calendar import format_date
from portal.models import StoredFile
from portal.screens import Action, Column, Crumb, DetailScreen, Fields, ListScreen, Related


def _ended(order: AppointmentOrder) -> str:
    """Since when a newer order has ended this one, and which."""
    if order.revoked_by is None or order.revoked_from is None:
        return ""
    return gettext("ตั้งแต่ %(day)s โดย%(order)s") % {
        "day": format_date(order.revoked_from),
        "order": order.revoked_by.reference,
    }


def _scan(order: AppointmentOrder) -> StoredFile | None:
    """The scan when it lies in the reader's scope."""
    return StoredFile.objects.filter(pk=order.scan_id).first() if order.scan_id else None


class OrderList(ListScreen):
    policy = directory_readers
    title = _("คำสั่ง")
    columns = (
        Column(
            "reference",
            _("คำสั่ง"),
            link=lambda row: reverse("offices:order-detail", args=[row.uuid]),
        ),
        Column("title", _("เรื่อง")),
        Column("signed_on", _("ลงวันที่"), kind="date", sort="signed_on"),
        Column("valid", _("มีผล"), value=lambda row: in_words(row.valid), kind="period"),
        Column("office", _("สำนักงาน"), value="office.short_th", sort="office__code"),
        Column("made", _("แต่งตั้ง"), kind="integer", unit=_("รายการ"), sort="made"),
    )
    order = ("-signed_on",)
    search = ("issuer", "number", "title")
    empty_hint = _("คนหนึ่งบันทึกคำสั่งที่ออกแล้วพร้อมไฟล์สแกน คำสั่งมีผลเมื่ออีกคนยืนยัน")

    def rows(self) -> QuerySet[AppointmentOrder]:
        return people.visible_orders()

    def buttons(self) -> Sequence[Action]:
        if not order_drafters.test(self.actor):
            return ()
        url = self.here(reverse("offices:orderproposal-outside"))
        return (Action(_("บันทึกคำสั่งจากภายนอก"), url, primary=True),)


class OrderDetail(DetailScreen):
    policy = directory_readers
    help_title = _("ข้อมูลคำสั่ง")
    groups = (
        Fields(
            _("คำสั่ง"),
            (
                Column("reference", _("คำสั่ง")),
                Column("title", _("เรื่อง")),
                Column("signed_on", _("ลงวันที่"), kind="date"),
                Column("valid", _("มีผล"), value=lambda row: in_words(row.valid)),
                Column("office", _("สำนักงาน"), value="office.short_th"),
                Column("ended", _("ถูกยกเลิก"), value=_ended),
                Column("entered_at", _("บันทึกเมื่อ"), kind="time"),
            ),
        ),
    )

    def rows(self) -> QuerySet[AppointmentOrder]:
        return people.visible_orders()

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(OrderList.title, self.here(reverse("offices:order-list")))]

    @property
    def related(self) -> Sequence[Related]:  # type: ignore[override]
        shown = [columns.PERSON, columns.KIND, columns.OFFICE, columns.GROUP, columns.PERIOD, columns.STATE]
        return (
            Related(
                _("การแต่งตั้งตามคำสั่งนี้"),
                shown,
                lambda row: people.with_state(
                    people.visible_assignments().filter(order=row), self.actor.as_of
                ).order_by("office__code", "group__code", "id"),
                limit=200,
                empty=_("คำสั่งนี้ยังไม่มีการแต่งตั้งในระบบ"),
            ),
        )

    def actions(self, row: AppointmentOrder) -> Sequence[Action]:
        found = []
        scan = _scan(row)
        paper = documents(self.actor.as_of, self.actor).filter(pk=row.document_id).first()
        if paper is not None:
            url = self.here(reverse("offices:document-detail", args=[paper.uuid]))
            found.append(Action(_("เอกสาร"), url, primary=True))
        if scan is not None:
            url = reverse("portal:storedfile-download", args=[scan.uuid])
            found.append(Action(_("ดาวน์โหลดไฟล์สแกน"), url))
        if order_readers.test(self.actor):
            drafted = proposals().filter(order=row).first()
            if drafted is not None:
                url = self.here(reverse("offices:orderproposal-detail", args=[drafted.uuid]))
                found.append(Action(_("การร่างและลงนาม"), url))
        return found


class AssignmentFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("ฐานะ"), choices=AssignmentKind.choices)
    state = django_filters.ChoiceFilter(
        label=_("สถานะ"), choices=(("active", _("มีผล")), ("planned", _("ยังไม่เริ่ม")), ("ended", _("สิ้นสุดแล้ว")))
    )

    class Meta:
        model = Assignment
        fields = ["kind"]


class AssignmentList(ListScreen):
    policy = directory_readers
    title = _("ประวัติการแต่งตั้ง")
    columns = (
        columns.PERSON,
        columns.KIND,
        columns.OFFICE,
        columns.GROUP,
        columns.PERIOD,
        columns.STATE,
        columns.ORDER,
    )
    order = ("-valid",)
    search = ("person__first_th", "person__last_th", "order__number")
    filterset_class = AssignmentFilter

    def rows(self) -> QuerySet[Assignment]:
        return people.with_state(people.visible_assignments(), self.actor.as_of)
