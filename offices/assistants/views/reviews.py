"""Reviews of assistants: the list, writing one, and the inspector's word about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.assistants import forms, policies, selectors, services, work, workflow
from offices.assistants.views.acts import SchemeAct
from offices.assistants.views.serving import AssistantList, assistant_url
from offices.models import AssignmentKind, AssistantReview, Outcome
from offices.policies import chiefs
from offices.selectors import cases
from offices.workflow import Transition
from portal.actors import Actor
from portal.calendar import format_date
from portal.screens import (
    Action,
    Change,
    Column,
    Crumb,
    DetailScreen,
    EditScreen,
    Fields,
    ListScreen,
    Screen,
    Table,
    thai_order,
)
from portal.screens.base import found
from portal.words import GROUPS, word

WORK = (
    Column("label", gettext_lazy("ด้าน")),
    Column("screened", gettext_lazy("กลั่นกรอง"), kind="integer"),
    Column("return_rate", gettext_lazy("ถูกส่งกลับหลังกลั่นกรอง"), kind="percent"),
    Column("commented", gettext_lazy("ให้ข้อคิดเห็น"), kind="integer"),
    Column("checked", gettext_lazy("ตรวจผลงาน"), kind="integer"),
    Column("defects", gettext_lazy("พบข้อบกพร่องเมื่อตรวจผล"), kind="integer"),
    Column("prepared", gettext_lazy("จัดทำหรือสอบทาน"), kind="integer"),
)


def review_url(row: Any) -> str:
    return reverse("offices:assistantreview-detail", args=[row.uuid])


class ReviewFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("สถานะ"),
        field_name="case__state",
        choices=[(one.code, one) for one in GROUPS["assistant_review"]],
    )
    outcome = django_filters.ChoiceFilter(label=gettext_lazy("ผล"), choices=Outcome.choices)

    class Meta:
        model = AssistantReview
        fields = ["outcome"]


class ReviewList(ListScreen):
    """Every review the reader sees."""

    policy = policies.scheme_readers
    title = gettext_lazy("การประเมินผู้ช่วยฯ")
    lead = gettext_lazy("ผลการประเมินรายรอบ ข้อสังเกตของผู้ตรวจราชการ และผล")
    columns = (
        Column(
            "person",
            gettext_lazy("ผู้ช่วยฯ"),
            "person.name",
            sort=thai_order("person__first_th"),
            link=review_url,
        ),
        Column("nth", gettext_lazy("รอบที่"), kind="integer", sort="nth"),
        Column("state", gettext_lazy("สถานะ"), "case.state", kind="state", group="assistant_review"),
        Column("office", gettext_lazy("สำนักงาน"), "office.short_th", sort="office__code"),
        Column("due_on", gettext_lazy("ครบกำหนดประเมิน"), kind="date", sort="due_on"),
        Column("outcome", gettext_lazy("ผล"), lambda row: row.get_outcome_display()),
    )
    order = ("-due_on",)
    search = ("person__first_th", "person__last_th")
    search_hint = gettext_lazy("ชื่อหรือนามสกุล")
    filterset_class = ReviewFilter
    empty_hint = gettext_lazy("อุตสาหกรรมจังหวัดเริ่มประเมินได้จากหน้าผู้ช่วยฯ เมื่อใกล้ครบกำหนด")

    def rows(self) -> QuerySet[Any]:
        return selectors.reviews(self.actor)


def work_table(rows: Sequence[work.Work], *, sent: bool) -> Table:
    """Work in each subject; numbers that were sent are frozen."""
    caption = _("ผลงานรายด้าน ตามวันที่ส่ง") if sent else _("ผลงานรายด้าน ตามข้อมูลวันนี้")
    return Table(WORK, list(rows), caption=caption)


class ReviewAdd(EditScreen):
    """Writing the next review of somebody in office."""

    policy = chiefs
    title = gettext_lazy("ประเมินผู้ช่วยฯ")
    template_name = "offices/assistants/review_edit.html"
    form_class = forms.ReviewForm
    submit = gettext_lazy("บันทึกร่าง")
    done = gettext_lazy("บันทึกร่างแล้ว ส่งให้ผู้ตรวจราชการเมื่อพร้อม")

    @cached_property
    def appointment(self) -> Any:
        return found(selectors.appointments(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    def get_title(self) -> Any:
        return f"{self.title}: {self.appointment.person.name}"

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(AssistantList.title, self.here(reverse("offices:assistant-list"))),
            Crumb(self.appointment.person.name, self.here(assistant_url(self.appointment))),
        )

    def context(self, **extra: Any) -> dict[str, Any]:
        stretch, rows = services.next_stretch(self.appointment), []
        if stretch is not None:
            rows = work.of(self.appointment.person_id, stretch.first, stretch.due)
        return super().context(stretch=stretch, work=work_table(rows, sent=False), **extra)

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        row = services.open_review(
            actor=actor,
            appointment=self.appointment,
            assessment=data["assessment"],
            outcome=data["outcome"],
        )
        return review_url(row)


class OfReview(Screen):
    """Screens under one review."""

    policy = policies.scheme_readers
    help_words = ("assistant_review",)

    @cached_property
    def review(self) -> Any:
        return found(selectors.reviews(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(ReviewList.title, self.here(reverse("offices:assistantreview-list"))),
            Crumb(self.review.person.name, self.here(review_url(self.review))),
        )


class ReviewEdit(OfReview, EditScreen):
    policy = chiefs
    title = gettext_lazy("แก้ไขผลการประเมิน")
    form_class = forms.ReviewForm

    def initial(self) -> dict[str, Any]:
        row = self.review
        return {"version": row.case.version, "assessment": row.assessment, "outcome": row.outcome}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.edit_review(
            actor=actor,
            review=self.review,
            assessment=data["assessment"],
            outcome=data["outcome"],
            expected_version=data["version"] or 0,
        )
        return review_url(self.review)


class ReviewDetail(DetailScreen):
    """One review: the numbers, the chief's assessment, the inspector's remark."""

    policy = policies.scheme_readers
    template_name = "offices/assistants/review.html"
    help_title = gettext_lazy("การประเมินผู้ช่วยฯ หนึ่งรอบ")
    help_words = ("assistant_review",)
    history = False
    groups = (
        Fields(
            gettext_lazy("รอบประเมิน"),
            (
                Column("person", gettext_lazy("ผู้ช่วยฯ"), "person.name"),
                Column("office", gettext_lazy("สำนักงาน"), "office.name_th"),
                Column("group", gettext_lazy("ประจำกลุ่ม"), "group.name_th"),
                Column("nth", gettext_lazy("รอบที่"), kind="integer"),
                Column("from_day", gettext_lazy("ตั้งแต่วันที่"), kind="date"),
                Column("due_on", gettext_lazy("ครบกำหนดประเมิน"), kind="date"),
            ),
        ),
        Fields(
            gettext_lazy("ผลและข้อสังเกต"),
            (
                Column("assessment", gettext_lazy("ผลการประเมินของอุตสาหกรรมจังหวัด")),
                Column("outcome", gettext_lazy("ผล"), lambda row: row.get_outcome_display()),
                Column("remark", gettext_lazy("ข้อสังเกตของผู้ตรวจราชการ")),
                Column("remark_by", gettext_lazy("ผู้บันทึกข้อสังเกต")),
                Column("remark_paper", gettext_lazy("หนังสือของผู้ตรวจราชการ")),
                Column("remark_on", gettext_lazy("วันที่ให้ข้อสังเกต"), kind="date"),
            ),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return selectors.reviews(self.actor)

    def get_title(self) -> Any:
        return _("ประเมินผู้ช่วยฯ รอบที่ %(nth)s: %(who)s") % {"nth": self.row.nth, "who": self.row.person.name}

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(ReviewList.title, self.here(reverse("offices:assistantreview-list"))),)

    def states(self, row: Any) -> Sequence[Any]:
        return (word("assistant_review", row.case.state),)

    @cached_property
    def answers(self) -> list[cases.Answer]:
        return cases.explain(self.row.case, self.actor)

    def actions(self, row: Any) -> Sequence[Action]:
        return [
            Action(
                answer.transition.label,
                self.here(reverse(f"offices:assistantreview-{answer.transition.name}", args=[row.uuid])),
                primary=answer.transition.name in ("send", "note"),
                refused=" ".join(answer.reasons),
            )
            for answer in self.answers
            if row.case.state in answer.transition.sources
            and not any(reason.kind == "capacity" for reason in answer.reasons)
        ]

    def context(self, **extra: Any) -> dict[str, Any]:
        row = self.row
        sent = row.case.state != workflow.DRAFT
        rows = work.kept(row.work) if sent else work.of(row.person_id, row.from_day, row.due_on)
        return super().context(
            why=cases.refused_acts(row.case, self.answers),
            work=work_table(rows, sent=sent),
            timeline=cases.timeline(row.case),
            **extra,
        )


class ReviewAct(OfReview, SchemeAct):
    """One act on a review; a class of its own for each (``act_screen``)."""

    of = workflow.REVIEWING
    help_title = gettext_lazy("การดำเนินการกับการประเมินผู้ช่วยฯ")

    @property
    def subject(self) -> Any:
        return self.review

    def subject_url(self) -> str:
        return review_url(self.review)

    @property
    def on_paper(self) -> bool:
        return self.name == "note"

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        row = self.review
        return [
            Change(
                _("สถานะ"),
                word("assistant_review", self.transition.target).label,
                word("assistant_review", row.case.state).label,
            ),
            Change(_("ผู้ช่วยฯ"), row.person.name),
            Change(_("ครบกำหนดประเมิน"), format_date(row.due_on)),
            Change(_("ผล"), row.get_outcome_display()),
        ]


def act_screen(transition: Transition) -> type[ReviewAct]:
    """The page of one act on reviews."""
    by_inspector = AssignmentKind.INSPECTOR in transition.roles
    values = {
        "name": transition.name,
        "title": transition.label,
        "submit": transition.label,
        "policy": policies.opinion_givers if by_inspector else chiefs,
        "done": gettext_lazy("บันทึกแล้ว"),
    }
    return type(f"Review{transition.name.title()}", (ReviewAct,), values)
