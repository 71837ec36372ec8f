"""Courses and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.learning import policies
from offices.learning.filters import CourseFilter, SessionFilter
from offices.learning.forms import (
    CourseForm,
    SessionChangeForm,
    SessionForm,
)
from offices.learning.selectors import training as selectors
from offices.learning.services import training as services
from offices.learning.sheets import TRAINING
from offices.learning.views.people import learner_url
from portal.actors import Actor
from portal.screens import (
    Action,
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


def session_url(session: Any) -> str:
    return reverse("offices:trainingsession-detail", args=[session.uuid])


_SUBJECT = gettext_lazy("ด้าน")


class SessionList(ListScreen):
    """What was and will be held."""

    policy = policies.learners
    title = gettext_lazy("การอบรม")
    lead = gettext_lazy("รุ่นที่สำนักงานหรือส่วนกลางจัด และรุ่นที่บุคลากรที่ท่านดูแลเข้าอบรม")
    columns = (
        Column(
            "course",
            gettext_lazy("หลักสูตร"),
            "course.name_th",
            sort=thai_order("course__name_th"),
            link=session_url,
        ),
        Column(
            "subject", _SUBJECT, lambda row: row.course.get_subject_display() or "", sort="course__subject"
        ),
        Column("starts_on", gettext_lazy("ตั้งแต่วันที่"), kind="date", sort="starts_on"),
        Column("ends_on", gettext_lazy("ถึงวันที่"), kind="date", sort="ends_on"),
        Column("hours", gettext_lazy("ชั่วโมง"), kind="number", sort="hours"),
        Column("office", gettext_lazy("ผู้จัด"), "office.short_th", sort="office__code"),
        Column("place", gettext_lazy("สถานที่")),
        Column("trainer", gettext_lazy("วิทยากร")),
        Column(
            "there",
            gettext_lazy("เข้าอบรมแล้ว"),
            kind="integer",
            unit=gettext_lazy("คน"),
            sort="there",
            sum=True,
        ),
    )
    default_columns = ("course", "subject", "starts_on", "hours", "office", "place", "there")
    order = ("-starts_on",)
    search = ("course__name_th", "place", "trainer")
    search_hint = gettext_lazy("หลักสูตร สถานที่ หรือวิทยากร")
    filterset_class = SessionFilter
    empty_hint = gettext_lazy("ผู้จัดเพิ่มรุ่นทีละรุ่น หรือนำเข้าทั้งไฟล์")

    def rows(self) -> QuerySet[Any]:
        return selectors.sessions(self.actor)

    def buttons(self) -> Sequence[Action]:
        buttons = [
            Action(_("ชั่วโมงของแต่ละคน"), self.here(reverse("offices:learner-list"))),
            Action(_("ผู้เข้าอบรม"), self.here(reverse("offices:attendance-list"))),
            Action(_("หลักสูตร"), self.here(reverse("offices:trainingcourse-list"))),
        ]
        if policies.training_keepers.test(self.actor):
            imported = reverse("intake:batch-import", args=[TRAINING.code])
            buttons = [
                Action(_("เพิ่มรุ่น"), self.here(reverse("offices:trainingsession-add")), primary=True),
                Action(_("นำเข้าจากไฟล์"), self.here(imported)),
                *buttons,
            ]
        return buttons


class SessionDetail(DetailScreen):
    """One session and who was there."""

    policy = policies.learners
    help_title = gettext_lazy("รุ่นอบรมหนึ่งรุ่น")
    groups = (
        Fields(
            gettext_lazy("รุ่น"),
            (
                Column("course", gettext_lazy("หลักสูตร"), "course.name_th"),
                Column("kind", gettext_lazy("ประเภท"), lambda row: row.course.get_kind_display()),
                Column("subject", _SUBJECT, lambda row: row.course.get_subject_display() or ""),
                Column("starts_on", gettext_lazy("ตั้งแต่วันที่"), kind="date"),
                Column("ends_on", gettext_lazy("ถึงวันที่"), kind="date"),
                Column("hours", gettext_lazy("ชั่วโมง"), kind="number"),
                Column("fiscal_year", gettext_lazy("ปีงบประมาณ"), lambda row: str(row.fiscal_year)),
                Column("office", gettext_lazy("ผู้จัด"), "office.short_th"),
                Column("place", gettext_lazy("สถานที่")),
                Column("trainer", gettext_lazy("วิทยากร")),
            ),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return selectors.sessions(self.actor)

    def get_title(self) -> Any:
        return self.row.course.name_th

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(SessionList.title, self.here(reverse("offices:trainingsession-list")))]

    @cached_property
    def keeps(self) -> bool:
        return policies.keeping_training(self.actor, self.row.office_id) is not None

    @property
    def related(self) -> Sequence[Related]:  # type: ignore[override]
        shown = [
            Column("person", _("ชื่อ"), "person.name", link=self._person_url),
            Column("role", _("ฐานะ"), lambda row: row.get_role_display()),
            Column("state", _("สถานะ"), kind="state", group="attendance"),
            Column("hours", _("ชั่วโมง"), kind="number"),
            Column("result", _("ผลหรือวุฒิบัตร")),
        ]
        if self.keeps:
            shown.append(
                Column(
                    "edit",
                    _("ดำเนินการ"),
                    lambda row: _("บันทึกการเข้าอบรม"),
                    link=lambda row: reverse("offices:attendance-edit", args=[row.uuid]),
                )
            )
        return (
            Related(
                _("ผู้เข้าอบรม"),
                shown,
                lambda row: (
                    selectors.attendances(self.actor)
                    .filter(session=row)
                    .order_by(thai_order("person__first_th"), "id")
                ),
                limit=300,
                empty=_("ยังไม่มีผู้ลงทะเบียนที่ท่านเห็นได้"),
            ),
        )

    @cached_property
    def _whole(self) -> frozenset[int]:
        people = policies.people_seen(self.actor).filter(attendances__session=self.row)
        return frozenset(people.values_list("pk", flat=True))

    def _person_url(self, row: Any) -> str | None:
        return learner_url(row.person) if row.person_id in self._whole else None

    def actions(self, row: Any) -> Sequence[Action]:
        add = self.here(reverse("offices:attendance-add", args=[row.uuid]))
        over = row.ends_on < self.actor.as_of and not self.keeps
        buttons = [
            Action(
                _("ลงทะเบียน"),
                add,
                primary=True,
                refused=_("รุ่นนี้สิ้นสุดแล้ว ให้ผู้จัดเป็นผู้บันทึก") if over else "",
            )
        ]
        if self.keeps:
            edit = self.here(reverse("offices:trainingsession-edit", args=[row.uuid]))
            buttons.append(Action(_("แก้รุ่น"), edit))
        return buttons


class SessionAdd(EditScreen):
    """One more session of a course."""

    policy = policies.training_keepers
    title = gettext_lazy("เพิ่มรุ่นอบรม")
    form_class = SessionForm
    done = gettext_lazy("เพิ่มรุ่นแล้ว ลงทะเบียนผู้เข้าอบรมได้")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(SessionList.title, self.here(reverse("offices:trainingsession-list")))]

    def form_kwargs(self) -> dict[str, Any]:
        courses = selectors.courses().order_by(thai_order("name_th"))
        return {"offices": policies.training_offices(self.actor), "courses": courses}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return session_url(services.add_session(actor=actor, **data))


class OfSession(Screen):
    """What the pages of one session share."""

    policy = policies.learners

    @cached_property
    def session(self) -> Any:
        return found(selectors.sessions(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(SessionList.title, self.here(reverse("offices:trainingsession-list"))),
            Crumb(self.session.course.name_th, self.here(session_url(self.session))),
        ]


class SessionEdit(OfSession, EditScreen):
    """Changing when and where a session is held."""

    policy = policies.training_keepers
    title = gettext_lazy("แก้รุ่นอบรม")
    form_class = SessionChangeForm
    done = gettext_lazy("แก้รุ่นแล้ว")

    def initial(self) -> dict[str, Any]:
        return {
            name: getattr(self.session, name)
            for name in ("starts_on", "ends_on", "hours", "place", "trainer")
        }

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.change_session(actor=actor, session=self.session, **data)
        return session_url(self.session)


class CourseList(ListScreen):
    """What is taught."""

    policy = policies.learners
    title = gettext_lazy("หลักสูตร")
    columns = (
        Column("name_th", gettext_lazy("ชื่อหลักสูตร"), sort=thai_order("name_th")),
        Column("kind", gettext_lazy("ประเภท"), lambda row: row.get_kind_display(), sort="kind"),
        Column("subject", _SUBJECT, lambda row: row.get_subject_display() or "", sort="subject"),
        Column("office", gettext_lazy("หน่วยงานเจ้าของ"), "office.short_th", sort="office__code"),
        Column("held", gettext_lazy("จัดแล้ว"), kind="integer", unit=gettext_lazy("รุ่น"), sort="held"),
    )
    order = (thai_order("name_th"),)
    search = ("name_th",)
    filterset_class = CourseFilter

    def rows(self) -> QuerySet[Any]:
        return selectors.courses()

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(SessionList.title, self.here(reverse("offices:trainingsession-list")))]

    def buttons(self) -> Sequence[Action]:
        if not policies.training_keepers.test(self.actor):
            return ()
        return (Action(_("เพิ่มหลักสูตร"), self.here(reverse("offices:trainingcourse-add")), primary=True),)


class CourseAdd(EditScreen):
    """One more course."""

    policy = policies.training_keepers
    title = gettext_lazy("เพิ่มหลักสูตร")
    form_class = CourseForm
    done = gettext_lazy("เพิ่มหลักสูตรแล้ว")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(CourseList.title, self.here(reverse("offices:trainingcourse-list")))]

    def form_kwargs(self) -> dict[str, Any]:
        return {"offices": policies.training_offices(self.actor)}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.add_course(actor=actor, **data)
        return reverse("offices:trainingcourse-list")
