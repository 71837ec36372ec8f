"""Assistants in office with their next review, one of them with his reviews, and the nation's page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.assistants import policies, selectors
from offices.learning.views.people import learner_url
from offices.models import Assignment
from offices.policies import CHIEF_KINDS
from offices.services.rules import ASSISTANT_GROUPS, last_day
from portal.screens import (
    Action,
    Column,
    Crumb,
    DetailScreen,
    Fields,
    ListScreen,
    Related,
    Screen,
    Table,
    thai_order,
)
from portal.words import word


def assistant_url(row: Any) -> str:
    return reverse("offices:assistant-detail", args=[row.uuid])


class AssistantFilter(django_filters.FilterSet):
    group = django_filters.ChoiceFilter(
        label=gettext_lazy("กลุ่ม"),
        field_name="group__code",
        choices=[(code.value, code.label) for code in ASSISTANT_GROUPS],
    )

    class Meta:
        model = Assignment
        fields: list[str] = []


class AssistantList(ListScreen):
    """Who is assistant, or will be, and when he is reviewed next."""

    policy = policies.scheme_readers
    title = gettext_lazy("ผู้ช่วยอุตสาหกรรมจังหวัด")
    lead = gettext_lazy("ผู้ที่ปฏิบัติหน้าที่หรือได้รับแต่งตั้งแล้ว และรอบประเมินถัดไป")
    order = ("office__code", "group__code")
    search = ("person__first_th", "person__last_th")
    search_hint = gettext_lazy("ชื่อหรือนามสกุล")
    filterset_class = AssistantFilter
    help_words = ("review_due",)
    empty_hint = gettext_lazy("เริ่มจากการเสนอชื่อผู้ช่วยฯ")

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        return (
            Column(
                "person",
                gettext_lazy("ผู้ช่วยฯ"),
                "person.name",
                sort=thai_order("person__first_th"),
                link=assistant_url,
            ),
            Column("office", gettext_lazy("สำนักงาน"), "office.short_th", sort="office__code"),
            Column("group", gettext_lazy("ประจำกลุ่ม"), "group.name_th", sort="group__code"),
            Column("begins", gettext_lazy("วันแรก"), "valid.lower", kind="date", sort="valid__startswith"),
            Column("last", gettext_lazy("วันสุดท้าย"), lambda row: last_day(row.valid), kind="date"),
            Column("nth", gettext_lazy("รอบประเมินถัดไป"), lambda row: _nth(self.due[row.pk]), kind="integer"),
            Column("due", gettext_lazy("ครบกำหนดประเมิน"), lambda row: _due(self.due[row.pk]), kind="date"),
            Column(
                "due_state",
                gettext_lazy("กำหนดประเมิน"),
                lambda row: word("review_due", self.due[row.pk].word),
                kind="state",
                group="review_due",
            ),
        )

    due: dict[int, selectors.Due]

    def rows(self) -> QuerySet[Any]:
        return selectors.serving(self.actor)

    def prepare(self, rows: Sequence[Any]) -> None:
        self.due = selectors.next_reviews(rows, self.actor.as_of)


def _nth(due: selectors.Due) -> int | None:
    return due.stretch.nth if due.stretch else None


def _due(due: selectors.Due) -> Any:
    return due.stretch.due if due.stretch else None


_REVIEWS = (
    Column(
        "nth",
        gettext_lazy("รอบที่"),
        kind="integer",
        link=lambda row: reverse("offices:assistantreview-detail", args=[row.uuid]),
    ),
    Column("due_on", gettext_lazy("ครบกำหนดประเมิน"), kind="date"),
    Column("state", gettext_lazy("สถานะ"), "case.state", kind="state", group="assistant_review"),
    Column("outcome", gettext_lazy("ผล"), lambda row: row.get_outcome_display()),
)


class AssistantDetail(DetailScreen):
    """One appointment: the term, the next review, and those that were."""

    policy = policies.scheme_readers
    help_title = gettext_lazy("ผู้ช่วยอุตสาหกรรมจังหวัดหนึ่งคน")
    help_words = ("assignment", "review_due", "assistant_review")
    history = False

    @property
    def groups(self) -> Sequence[Fields]:  # type: ignore[override]
        return (
            Fields(
                _("การแต่งตั้ง"),
                (
                    Column("person", _("ผู้ช่วยฯ"), "person.name", link=lambda row: learner_url(row.person)),
                    Column("office", _("สำนักงาน"), "office.name_th"),
                    Column("group", _("ประจำกลุ่ม"), "group.name_th"),
                    Column("begins", _("วันแรก"), "valid.lower", kind="date"),
                    Column("last", _("วันสุดท้าย"), lambda row: last_day(row.valid), kind="date"),
                    Column(
                        "order",
                        _("คำสั่ง"),
                        "order.reference",
                        link=lambda row: reverse("offices:order-detail", args=[row.order.uuid]),
                    ),
                ),
            ),
            Fields(
                _("รอบประเมินถัดไป"),
                (
                    Column("nth", _("รอบที่"), lambda row: _nth(self.due), kind="integer"),
                    Column(
                        "from",
                        _("ตั้งแต่วันที่"),
                        lambda row: self.due.stretch and self.due.stretch.first,
                        kind="date",
                    ),
                    Column("due", _("ครบกำหนดประเมิน"), lambda row: _due(self.due), kind="date"),
                    Column(
                        "due_state",
                        _("กำหนดประเมิน"),
                        lambda row: word("review_due", self.due.word),
                        kind="state",
                        group="review_due",
                    ),
                ),
            ),
        )

    @cached_property
    def due(self) -> selectors.Due:
        return selectors.next_reviews([self.row], self.actor.as_of)[self.row.pk]

    def rows(self) -> QuerySet[Any]:
        return selectors.appointments(self.actor)

    def get_title(self) -> Any:
        return _("ผู้ช่วยฯ: %s") % self.row.person.name

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(AssistantList.title, self.here(reverse("offices:assistant-list"))),)

    def states(self, row: Any) -> Sequence[Any]:
        day = self.actor.as_of
        if day in row.valid:
            return (word("assignment", "active"),)
        return (word("assignment", "planned" if row.valid.lower > day else "ended"),)

    @property
    def related(self) -> Sequence[Related]:  # type: ignore[override]
        return (
            Related(
                _("การประเมินที่ผ่านมา"),
                _REVIEWS,
                lambda row: selectors.reviews(self.actor).filter(
                    person=row.person_id, group=row.group_id, appointed_on=row.valid.lower
                ),
                limit=100,
                empty=_("ยังไม่มีการประเมิน"),
            ),
        )

    @cached_property
    def nomination(self) -> Any:
        """The nomination that led to this appointment, if any."""
        rows = selectors.nominations(self.actor).filter(appointment_uuid=self.row.uuid)
        return rows.order_by("-id").first()

    def actions(self, row: Any) -> Sequence[Action]:
        buttons = []
        if self.actor.holding(CHIEF_KINDS, office_id=row.office_id) and self.actor.person_id != row.person_id:
            if self.due.review is not None:
                url = reverse("offices:assistantreview-detail", args=[self.due.review.uuid])
                buttons.append(Action(_("ดูร่างผลการประเมิน"), self.here(url), primary=True))
            elif self.due.stretch is not None:
                later = _("ยังไม่ถึงช่วงประเมิน") if self.due.word == "later" else ""
                url = reverse("offices:assistantreview-add", args=[row.uuid])
                buttons.append(Action(_("ประเมินรอบถัดไป"), self.here(url), primary=True, refused=later))
        if self.nomination is not None:
            url = reverse("offices:nomination-detail", args=[self.nomination.uuid])
            buttons.append(Action(_("การเสนอชื่อ ต่อวาระ หรือให้พ้น"), self.here(url)))
        return buttons


class SchemeList(Screen):
    """The nation: every office of the scope, whether its scheme is on, and what stands and waits there."""

    policy = policies.scheme_overseers
    title = gettext_lazy("ผู้ช่วยฯ ทั่วประเทศ")
    lead = gettext_lazy("สำนักงานที่เปิดใช้ตำแหน่ง ผู้ปฏิบัติหน้าที่ การเสนอชื่อที่ค้าง และรอบประเมินที่เกินกำหนด")
    template_name = "offices/assistants/scheme.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()

    def context(self, **extra: Any) -> dict[str, Any]:
        rows = selectors.offices(self.actor)
        if self.request.GET.get("show") != "all":
            shown = [row for row in rows if row.enabled or row.in_office or row.waiting or row.open]
        else:
            shown = rows
        columns = (
            Column(
                "office",
                _("สำนักงาน"),
                "office.short_th",
                link=lambda row: self.here(reverse("offices:office-detail", args=[row.office.uuid])),
            ),
            Column("enabled", _("เปิดใช้ตำแหน่ง"), kind="bool"),
            Column("in_office", _("ปฏิบัติหน้าที่"), kind="integer"),
            Column("planned", _("ลงนามแล้ว รอวันเริ่ม"), kind="integer"),
            Column("waiting", _("รอผู้ตรวจราชการ"), kind="integer"),
            Column("open", _("เสนอชื่ออื่นที่ค้าง"), kind="integer"),
            Column("overdue", _("ประเมินเกินกำหนด"), kind="integer"),
        )
        return super().context(
            table=Table(columns, shown, caption=self.title, here=self.here),
            rows=shown,
            hidden=len(rows) - len(shown),
            all_url=self.url(show="all"),
            **extra,
        )
