"""Who was in which session, and everybody's hours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.learning import boards, dated, policies
from offices.learning.filters import AttendanceFilter, HoursFilter
from offices.learning.forms import (
    AttendanceForm,
    EnrolForm,
    NothingForm,
)
from offices.learning.selectors import training as selectors
from offices.learning.services import training as services
from offices.learning.sheets import TRAINING
from offices.learning.views.people import learner_url
from offices.learning.views.training import OfSession, SessionList, session_url
from offices.models import Person
from offices.models.learning import Attendance
from offices.selectors.placements import placements
from offices.selectors.titles import titled
from portal import calendar
from portal.actors import Actor
from portal.screens import (
    ActScreen,
    Change,
    Column,
    Crumb,
    EditScreen,
    ListScreen,
    thai_order,
)
from portal.screens.base import found
from portal.thai import format_number
from portal.words import word


class AttendanceAdd(OfSession, EditScreen):
    """Putting somebody down for a session."""

    title = gettext_lazy("ลงทะเบียนอบรม")
    form_class = EnrolForm
    done = gettext_lazy("ลงทะเบียนแล้ว")

    def form_kwargs(self) -> dict[str, Any]:
        """Oneself and those below; the keeper of an office's training everybody placed there."""
        people = policies.people_seen(self.actor)
        kept = policies.training_offices(self.actor)
        if kept:
            placed = placements(self.actor.as_of).filter(office__in=kept).values("person")
            people = Person.objects.filter(pk__in=people.values("pk")) | Person.objects.filter(pk__in=placed)
        there = Attendance.objects.filter(session=self.session).values("person")
        people = titled(people.exclude(pk__in=there), self.actor.as_of)
        return {"people": people.order_by("first_th", "last_th")}

    def initial(self) -> dict[str, Any]:
        return {"person": self.actor.person_id}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.enrol(actor=actor, session=self.session, **data)
        return session_url(self.session)


class AttendanceEdit(EditScreen):
    """Whether somebody was there, for how many hours."""

    policy = policies.training_keepers
    title = gettext_lazy("บันทึกการเข้าอบรม")
    form_class = AttendanceForm
    done = gettext_lazy("บันทึกการเข้าอบรมแล้ว")

    @cached_property
    def row(self) -> Attendance:
        return found(selectors.attendances(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    def get_title(self) -> Any:
        return f"{self.title}: {self.row.person.name}"

    def crumbs(self) -> Sequence[Crumb]:
        session = self.row.session
        return [
            Crumb(SessionList.title, self.here(reverse("offices:trainingsession-list"))),
            Crumb(session.course.name_th, self.here(session_url(session))),
        ]

    def initial(self) -> dict[str, Any]:
        row = self.row
        given = {name: getattr(row, name) for name in ("version", "state", "hours", "role", "result")}
        if row.state == Attendance.State.ENROLLED:
            given |= {"state": Attendance.State.ATTENDED, "hours": row.session.hours}
        return given

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        expected = data.pop("version")
        services.record_attendance(actor=actor, attendance=self.row, expected_version=expected, **data)
        return session_url(self.row.session)


class AttendanceRemove(ActScreen):
    """Taking a name off a session."""

    policy = policies.learners
    title = gettext_lazy("ถอนชื่อจากรุ่นอบรม")
    form_class = NothingForm
    submit = gettext_lazy("ถอนชื่อ")
    done = gettext_lazy("ถอนชื่อแล้ว")
    danger = True

    @cached_property
    def row(self) -> Attendance:
        return found(selectors.attendances(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        session = self.row.session
        return [Crumb(session.course.name_th, self.here(session_url(session)))]

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [Change(_("ผู้เข้าอบรม"), _("ไม่อยู่ในรุ่น"), self.row.person.name)]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.remove_attendance(actor=actor, attendance=self.row)
        return session_url(self.row.session)


class AttendanceList(ListScreen):
    """Who was in which session; exported as the sheet, it is imported back."""

    policy = policies.learners
    title = gettext_lazy("ผู้เข้าอบรม")
    columns = (
        Column("person", gettext_lazy("ชื่อ"), "person.name", sort=thai_order("person__first_th")),
        Column(
            "course",
            gettext_lazy("หลักสูตร"),
            "session.course.name_th",
            sort=thai_order("session__course__name_th"),
            link=lambda row: session_url(row.session),
        ),
        Column(
            "starts_on", gettext_lazy("ตั้งแต่วันที่"), "session.starts_on", kind="date", sort="session__starts_on"
        ),
        Column("role", gettext_lazy("ฐานะ"), lambda row: row.get_role_display(), sort="role"),
        Column("state", gettext_lazy("สถานะ"), kind="state", sort="state", group="attendance"),
        Column("hours", gettext_lazy("ชั่วโมง"), kind="number", sort="hours", sum=True),
        Column("office", gettext_lazy("ผู้จัด"), "session.office.short_th", sort="session__office__code"),
        Column("result", gettext_lazy("ผลหรือวุฒิบัตร")),
        Column(
            "remove",
            gettext_lazy("ดำเนินการ"),
            lambda row: _("ถอนชื่อ") if row.state == Attendance.State.ENROLLED else "",
            link=lambda row: (
                reverse("offices:attendance-remove", args=[row.uuid])
                if row.state == Attendance.State.ENROLLED
                else None
            ),
        ),
    )
    default_columns = ("person", "course", "starts_on", "role", "state", "hours", "office", "remove")
    order = ("-session__starts_on", thai_order("person__first_th"))
    search = ("person__first_th", "person__last_th", "session__course__name_th")
    search_hint = gettext_lazy("ชื่อหรือหลักสูตร")
    filterset_class = AttendanceFilter

    def rows(self) -> QuerySet[Any]:
        return selectors.attendances(self.actor)

    @property
    def sheet(self) -> Any:  # type: ignore[override]
        return (TRAINING.code, {}) if policies.training_keepers.test(self.actor) else None

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(SessionList.title, self.here(reverse("offices:trainingsession-list")))]


class HoursList(ListScreen):
    """Everybody's hours of this fiscal year against the target."""

    policy = policies.learners
    title = gettext_lazy("ชั่วโมงพัฒนา")
    order = ("office_name", thai_order("first_th"))
    search = ("first_th", "last_th")
    search_hint = gettext_lazy("ชื่อหรือนามสกุล")
    filterset_class = HoursFilter
    help_words = ("hours",)

    @cached_property
    def settings(self) -> dated.Settings:
        return dated.every(self.actor.as_of)

    @property
    def lead(self) -> Any:
        return _("ปีงบประมาณ %(year)s เป้าหมาย %(target)s ชั่วโมงต่อคน นับการอบรมและวันเรียนรู้งานที่ผู้รับดูแลรับรองแล้ว") % {
            "year": calendar.fiscal_year(self.actor.as_of),
            "target": format_number(self.settings.target_hours),
        }

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        hours = {"kind": "number", "sum": True}
        return (
            Column("name", _("ชื่อ"), sort=thai_order("first_th"), link=learner_url),
            Column("office", _("สำนักงาน"), "office_name", sort="office_name"),
            Column("group", _("กลุ่ม"), "group_name", sort="group_name"),
            Column("training_hours", _("อบรม"), sort="training_hours", **hours),  # type: ignore[arg-type]
            Column("stint_hours", _("เรียนรู้งาน"), sort="stint_hours", **hours),  # type: ignore[arg-type]
            Column("total_hours", _("รวม"), sort="total_hours", **hours),  # type: ignore[arg-type]
            Column("state", _("สถานะ"), self._state, kind="state", group="hours"),
        )

    def _state(self, row: Any) -> Any:
        return word("hours", boards.hours_state(self.settings, self.actor.as_of, row.total_hours))

    def rows(self) -> QuerySet[Any]:
        return selectors.people_with_hours(self.actor, self.actor.as_of)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(SessionList.title, self.here(reverse("offices:trainingsession-list")))]
