"""Rotation and shadowing: plans, days, the host's signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.learning import policies
from offices.learning.filters import StintFilter
from offices.learning.forms import SignForm, StepForm, StintDayForm, StintForm, StintOrderForm
from offices.learning.selectors import stints as selectors
from offices.learning.services import stints as services
from offices.learning.views.people import OfPerson
from offices.learning.workflow import STINT, Step, step
from offices.models import AppointmentOrder
from offices.models.learning import Stint, StintDay
from portal import calendar
from portal.actors import Actor
from portal.problems import Invalid
from portal.screens import (
    Action,
    ActScreen,
    Change,
    Column,
    Crumb,
    DetailScreen,
    EditScreen,
    Fields,
    ListScreen,
    Related,
    Screen,
    thai_order,
)
from portal.screens.base import found
from portal.thai import format_number
from portal.words import word


def stint_url(stint: Any) -> str:
    return reverse("offices:stint-detail", args=[stint.uuid])


class StintList(ListScreen):
    """The stints of the people the reader sees, and those he hosts."""

    policy = policies.learners
    title = gettext_lazy("หมุนเวียนและเรียนรู้งาน")
    lead = gettext_lazy("แผนหมุนเวียนและเรียนรู้จากผู้ปฏิบัติจริง รวมที่ท่านเป็นผู้รับดูแล วันที่ผู้รับดูแลรับรองแล้วนับเป็นชั่วโมงพัฒนา")
    columns = (
        Column(
            "person",
            gettext_lazy("ผู้เรียนรู้"),
            "person.name",
            sort=thai_order("person__first_th"),
            link=stint_url,
        ),
        Column("kind", gettext_lazy("วิธี"), lambda row: row.get_kind_display(), sort="kind"),
        Column("subject", gettext_lazy("ด้าน"), lambda row: row.get_subject_display(), sort="subject"),
        Column("host_office", gettext_lazy("สำนักงานที่รับ"), "host_office.short_th", sort="host_office__code"),
        Column("host", gettext_lazy("ผู้รับดูแล"), "host.name", sort=thai_order("host__first_th")),
        Column("starts_on", gettext_lazy("ตั้งแต่วันที่"), kind="date", sort="starts_on"),
        Column("ends_on", gettext_lazy("ถึงวันที่"), kind="date", sort="ends_on"),
        Column("planned_days", gettext_lazy("วันตามแผน"), kind="integer", sort="planned_days", sum=True),
        Column(
            "certified_days", gettext_lazy("วันที่รับรองแล้ว"), kind="integer", sort="certified_days", sum=True
        ),
        Column("state", gettext_lazy("สถานะ"), kind="state", sort="state", group="stint"),
    )
    order = ("-starts_on",)
    search = ("person__first_th", "person__last_th", "purpose")
    search_hint = gettext_lazy("ชื่อหรือสิ่งที่จะเรียนรู้")
    filterset_class = StintFilter
    empty_hint = gettext_lazy("เสนอแผนของตนเองได้จากหน้า การเรียนรู้ของฉัน")

    def rows(self) -> QuerySet[Any]:
        return selectors.stints(self.actor)

    def buttons(self) -> Sequence[Action]:
        return (Action(_("การเรียนรู้ของฉัน"), reverse("offices:learner-mine")),)


class StintDetail(DetailScreen):
    """One stint and its days."""

    policy = policies.learners
    help_title = gettext_lazy("แผนเรียนรู้งานหนึ่งแผน")
    help_words = ("stint", "stint_day")
    groups = (
        Fields(
            gettext_lazy("แผน"),
            (
                Column("person", gettext_lazy("ผู้เรียนรู้"), "person.name"),
                Column("kind", gettext_lazy("วิธี"), lambda row: row.get_kind_display()),
                Column("subject", gettext_lazy("ด้าน"), lambda row: row.get_subject_display()),
                Column("host_office", gettext_lazy("สำนักงานที่รับ"), "host_office.short_th"),
                Column("host", gettext_lazy("ผู้รับดูแล"), "host.name"),
                Column("starts_on", gettext_lazy("ตั้งแต่วันที่"), kind="date"),
                Column("ends_on", gettext_lazy("ถึงวันที่"), kind="date"),
                Column("purpose", gettext_lazy("สิ่งที่จะเรียนรู้")),
            ),
        ),
        Fields(
            gettext_lazy("ผล"),
            (
                Column("planned_days", gettext_lazy("วันตามแผน"), kind="integer"),
                Column("certified_days", gettext_lazy("วันที่รับรองแล้ว"), kind="integer"),
                Column("certified_hours", gettext_lazy("ชั่วโมงที่รับรองแล้ว"), kind="number"),
                Column("result", gettext_lazy("ผลการเรียนรู้")),
                Column(
                    "order",
                    gettext_lazy("คำสั่ง"),
                    lambda row: row.order.reference if row.order else "",
                    link=lambda row: (
                        reverse("offices:order-detail", args=[row.order.uuid]) if row.order else None
                    ),
                ),
            ),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return selectors.stints(self.actor)

    def get_title(self) -> Any:
        return f"{self.row}: {self.row.person.name}"

    def states(self, row: Any) -> Sequence[Any]:
        return (word("stint", row.state),)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(StintList.title, self.here(reverse("offices:stint-list")))]

    @property
    def related(self) -> Sequence[Related]:  # type: ignore[override]
        shown = [
            Column("day", _("วันที่"), kind="date"),
            Column("hours", _("ชั่วโมง"), kind="number"),
            Column("activities", _("สิ่งที่ทำ")),
            Column("reflection", _("สิ่งที่ได้เรียนรู้")),
            Column("state", _("สถานะ"), kind="state", group="stint_day"),
            Column("signed_name", _("ผู้รับรอง")),
            Column("reason", _("เหตุผล")),
        ]
        if services.signing(self.actor, self.row) is not None:
            shown.append(
                Column(
                    "sign",
                    _("ดำเนินการ"),
                    lambda row: _("รับรอง") if row.state == StintDay.State.LOGGED else "",
                    link=lambda row: (
                        reverse("offices:stintday-sign", args=[row.uuid])
                        if row.state == StintDay.State.LOGGED
                        else None
                    ),
                )
            )
        return (
            Related(
                _("บันทึกรายวัน"),
                shown,
                lambda row: row.days.order_by("day"),
                limit=366,
                empty=_("ยังไม่มีวันที่บันทึก ผู้เรียนรู้บันทึกได้เมื่อแผนอนุมัติแล้ว"),
            ),
        )

    def actions(self, row: Any) -> Sequence[Action]:
        buttons = []
        if self.actor.person_id == row.person_id:
            refused = ""
            if row.state != Stint.State.AGREED:
                refused = _("บันทึกวันได้เมื่อแผนอนุมัติแล้วและยังไม่เสร็จสิ้น")
            add = self.here(reverse("offices:stintday-add", args=[row.uuid]))
            buttons.append(Action(_("บันทึกวัน"), add, primary=not refused, refused=refused))
        for one in STINT:
            if row.state not in one.sources:
                continue
            why = services.refusals(row, one, self.actor)
            if any(reason.kind == "capacity" for reason in why):
                continue
            url = self.here(reverse(f"offices:stint-{one.name}", args=[row.uuid]))
            buttons.append(Action(one.label, url, primary=one.name == "agree", refused=" ".join(why)))
        if row.kind == Stint.Kind.ROTATION and policies.deciding(self.actor, row.person_id) is not None:
            buttons.append(Action(_("เชื่อมคำสั่ง"), self.here(reverse("offices:stint-order", args=[row.uuid]))))
        return buttons


class StintAdd(OfPerson, EditScreen):
    """Proposing a stint."""

    title = gettext_lazy("เสนอแผนเรียนรู้งาน")
    form_class = StintForm
    done = gettext_lazy("เสนอแผนแล้ว รอผู้บังคับบัญชาอนุมัติ")

    def get_title(self) -> Any:
        return f"{self.title}: {self.person.name}"

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        hosts = selectors.called(data["host"], office=data["host_office"], day=actor.as_of)
        if len(hosts) != 1:
            said = (
                _("ไม่พบผู้ปฏิบัติหน้าที่ชื่อ “%(name)s” ใน%(office)sวันนี้")
                if not hosts
                else _("มีผู้ชื่อ “%(name)s” หลายคนใน%(office)s")
            )
            words = {"name": data["host"][:80], "office": data["host_office"].name_th}
            raise Invalid(said % words, fields={"host": [said % words]})
        return stint_url(services.plan_stint(actor=actor, person=self.person, **{**data, "host": hosts[0]}))


class OfStint(Screen):
    """What the pages of one stint share."""

    policy = policies.learners

    @cached_property
    def stint(self) -> Any:
        return found(selectors.stints(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(StintList.title, self.here(reverse("offices:stint-list"))),
            Crumb(f"{self.stint}: {self.stint.person.name}", self.here(stint_url(self.stint))),
        ]


class StintStep(OfStint, ActScreen):
    """One step of a stint; a class of its own for each (``step_screen``)."""

    name = ""
    form_class = StepForm
    done = gettext_lazy("บันทึกแล้ว")

    @property
    def step(self) -> Step:
        return step(STINT, self.name)

    def form_kwargs(self) -> dict[str, Any]:
        return {"note": self.step.note_label if self.step.needs_note else ""}

    def initial(self) -> dict[str, Any]:
        return {"version": self.stint.version}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        before, later = (word("stint", code).label for code in (self.stint.state, self.step.target))
        period = f"{calendar.format_date(self.stint.starts_on)} – {calendar.format_date(self.stint.ends_on)}"
        return [
            Change(_("ผู้เรียนรู้"), self.stint.person.name),
            Change(_("สถานะ"), later, before),
            Change(_("ช่วงเวลา"), period),
            Change(_("ผู้รับดูแล"), f"{self.stint.host.name} {self.stint.host_office.short_th}"),
        ]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.act(
            actor=actor,
            stint=self.stint,
            name=self.name,
            expected_version=data["version"],
            note=data.get("note", ""),
        )
        return stint_url(self.stint)


def step_screen(one: Step) -> type[StintStep]:
    """The page of one step of stints."""
    values = {"name": one.name, "title": one.label, "submit": one.label}
    return type(f"Stint{one.name.title()}", (StintStep,), values)


class StintOrder(OfStint, EditScreen):
    """Naming the order by which a rotation was made."""

    policy = policies.superiors
    title = gettext_lazy("เชื่อมคำสั่งกับแผนเรียนรู้งาน")
    form_class = StintOrderForm
    done = gettext_lazy("เชื่อมคำสั่งแล้ว")

    def form_kwargs(self) -> dict[str, Any]:
        rows = AppointmentOrder.objects.filter(assignments__person=self.stint.person_id)
        return {"orders": rows.distinct().order_by("-signed_on")}

    def initial(self) -> dict[str, Any]:
        return {"order": self.stint.order_id}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.link_order(actor=actor, stint=self.stint, **data)
        return stint_url(self.stint)


class DayAdd(OfStint, EditScreen):
    """Writing down one day."""

    title = gettext_lazy("บันทึกวันเรียนรู้งาน")
    form_class = StintDayForm
    done = gettext_lazy("บันทึกวันแล้ว รอผู้รับดูแลรับรอง")

    def initial(self) -> dict[str, Any]:
        return {"day": self.actor.as_of}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.log_day(actor=actor, stint=self.stint, **data)
        return stint_url(self.stint)


class DaySign(EditScreen):
    """The host's word about a day."""

    policy = policies.learners
    title = gettext_lazy("รับรองวันเรียนรู้งาน")
    template_name = "offices/learning/sign.html"
    form_class = SignForm
    done = gettext_lazy("บันทึกแล้ว")

    @cached_property
    def day(self) -> StintDay:
        return found(selectors.days(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        stint = self.day.stint
        return [
            Crumb(StintList.title, self.here(reverse("offices:stint-list"))),
            Crumb(f"{stint}: {stint.person.name}", self.here(stint_url(stint))),
        ]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.sign_day(
            actor=actor, day=self.day, certified=data["certified"] == "yes", reason=data["reason"]
        )
        return stint_url(self.day.stint)

    def context(self, **extra: Any) -> dict[str, Any]:
        day = self.day
        told = [
            Change(_("ผู้เรียนรู้"), day.stint.person.name),
            Change(_("วันที่"), calendar.format_date(day.day)),
            Change(_("ชั่วโมง"), format_number(day.hours)),
            Change(_("สิ่งที่ทำ"), day.activities),
            Change(_("สิ่งที่ได้เรียนรู้"), day.reflection or "–"),
        ]
        return super().context(told=told, **extra)
