"""Orders and the assignments they make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from offices.forms import AssignmentForm, EndForm, OrderForm
from offices.models import AppointmentOrder, Assignment, AssignmentKind
from offices.policies import central_admin, figure_readers, is_central_admin
from offices.selectors import people
from offices.services import people as services
from offices.services.rules import in_words, period
from offices.views import columns
from portal.actors import Actor
from portal.models import StoredFile
from portal.screens import (
    Action,
    Change,
    Column,
    Crumb,
    DetailScreen,
    EditScreen,
    Fields,
    ListScreen,
    Related,
)
from portal.screens.base import found


def _scan(order: AppointmentOrder) -> StoredFile | None:
    """The scan when it lies in the reader's scope."""
    return StoredFile.objects.filter(pk=order.scan_id).first() if order.scan_id else None


class OrderList(ListScreen):
    policy = figure_readers
    title = _("คำสั่ง")
    columns = (
        Column(
            "reference",
            _("คำสั่ง"),
            link=lambda row: reverse("offices:order-detail", args=[row.uuid]),
        ),
        Column("title", _("เรื่อง")),
        Column("signed_on", _("ลงวันที่"), kind="date", sort="signed_on"),
        Column("valid", _("มีผล"), value=lambda row: in_words(row.valid)),
        Column("office", _("สำนักงาน"), value="office.short_th", sort="office__code"),
        Column("made", _("แต่งตั้ง"), kind="integer", unit=_("รายการ"), sort="made"),
    )
    order = ("-signed_on",)
    search = ("issuer", "number", "title")
    empty_hint = _("ผู้ดูแลระบบส่วนกลางบันทึกคำสั่งที่ออกแล้ว พร้อมไฟล์สแกน")

    def rows(self) -> QuerySet[AppointmentOrder]:
        return people.visible_orders()

    def buttons(self) -> Sequence[Action]:
        if not is_central_admin(self.actor):
            return ()
        return (Action(_("บันทึกคำสั่ง"), self.here(reverse("offices:order-add")), primary=True),)


class OrderDetail(DetailScreen):
    policy = figure_readers
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
        if is_central_admin(self.actor):
            shown.append(columns.END)
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
        buttons = []
        scan = _scan(row)
        if scan is not None:
            buttons.append(
                Action(_("ดาวน์โหลดไฟล์สแกน"), reverse("portal:storedfile-download", args=[scan.uuid]))
            )
        if is_central_admin(self.actor):
            add = self.here(reverse("offices:assignment-add", args=[row.uuid]))
            buttons.append(Action(_("เพิ่มการแต่งตั้ง"), add, primary=True))
        return buttons


class OrderAdd(EditScreen):
    policy = central_admin
    title = _("บันทึกคำสั่ง")
    lead = _("คำสั่งที่ลงนามแล้วจากนอกระบบ พร้อมไฟล์สแกน จากนั้นจึงเพิ่มการแต่งตั้งตามคำสั่ง")
    form_class = OrderForm
    done = _("บันทึกคำสั่งแล้ว เพิ่มการแต่งตั้งตามคำสั่งได้")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(OrderList.title, self.here(reverse("offices:order-list")))]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        scan = data.pop("scan")
        order = services.enter_order(actor=actor, scan=(scan.name, scan), **data)
        return reverse("offices:order-detail", args=[order.uuid])


class AssignmentAdd(EditScreen):
    policy = central_admin
    title = _("เพิ่มการแต่งตั้ง")
    form_class = AssignmentForm
    done = _("แต่งตั้งแล้ว")

    @cached_property
    def order(self) -> AppointmentOrder:
        return found(people.visible_orders().filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(OrderList.title, self.here(reverse("offices:order-list"))),
            Crumb(self.order.reference, self.here(reverse("offices:order-detail", args=[self.order.uuid]))),
        ]

    def initial(self) -> dict[str, Any]:
        return {"starts_on": self.order.valid.lower, "office": self.order.office_id}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.assign(actor=actor, order=self.order, **data)
        return reverse("offices:order-detail", args=[self.order.uuid])


class AssignmentEnd(EditScreen):
    policy = central_admin
    title = _("สิ้นสุดการแต่งตั้ง")
    form_class = EndForm
    submit = _("สิ้นสุดการแต่งตั้ง")
    done = _("บันทึกวันสิ้นสุดแล้ว")
    confirm = True
    danger = True

    @cached_property
    def assignment(self) -> Assignment:
        return found(people.visible_assignments().filter(uuid=self.kwargs["uuid"]).first())

    def get_title(self) -> Any:
        return f"{self.title}: {self.assignment.person.name}"

    def crumbs(self) -> Sequence[Crumb]:
        person = self.assignment.person
        return [Crumb(person.name, self.here(reverse("offices:person-detail", args=[person.uuid])))]

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        row = self.assignment
        until = period(row.valid.lower, data["last_day_on"])
        return [
            Change(_("บุคลากร"), row.person.name),
            Change(_("ฐานะ"), f"{row.get_kind_display()} {row.group or ''} {row.office.short_th}"),
            Change(_("ช่วงเวลา"), in_words(until), in_words(row.valid)),
            Change(_("เหตุผล"), data["reason"]),
        ]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.end_assignment(actor=actor, assignment=self.assignment, **data)
        return reverse("offices:person-detail", args=[self.assignment.person.uuid])


class AssignmentFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("ฐานะ"), choices=AssignmentKind.choices)
    state = django_filters.ChoiceFilter(
        label=_("สถานะ"), choices=(("active", _("มีผล")), ("planned", _("ยังไม่เริ่ม")), ("ended", _("สิ้นสุดแล้ว")))
    )

    class Meta:
        model = Assignment
        fields = ["kind"]


class AssignmentList(ListScreen):
    policy = figure_readers
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
