"""Work records: asked for, issued, declined, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.learning import policies
from offices.learning.filters import RecordFilter
from offices.learning.forms import NothingForm, ReasonForm, RecordForm
from offices.learning.selectors import records as selectors
from offices.learning.services import records as services
from offices.learning.views.people import OfPerson
from offices.models.learning import RecordRequest
from portal import calendar
from portal.actors import Actor
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
    Screen,
    thai_order,
)
from portal.screens.base import found
from portal.words import word


def request_url(row: Any) -> str:
    return reverse("offices:recordrequest-detail", args=[row.uuid])


class RecordList(ListScreen):
    """Requests about the people the reader sees."""

    policy = policies.learners
    title = gettext_lazy("แฟ้มผลงานรับรอง")
    lead = gettext_lazy("เรื่อง ความเห็น การออกตรวจ การอบรม และระดับของบุคคล รับรองเป็นเอกสารที่มีเลขและตรวจสอบได้")
    columns = (
        Column(
            "person",
            gettext_lazy("บุคลากร"),
            "person.name",
            sort=thai_order("person__first_th"),
            link=request_url,
        ),
        Column("since", gettext_lazy("ตั้งแต่วันที่"), kind="date", sort="since"),
        Column("until", gettext_lazy("ถึงวันที่"), kind="date", sort="until"),
        Column("purpose", gettext_lazy("ใช้เพื่อ")),
        Column("office", gettext_lazy("สำนักงานที่ออก"), "office.short_th", sort="office__code"),
        Column("state", gettext_lazy("สถานะ"), kind="state", sort="state", group="record_request"),
        Column("asked_at", gettext_lazy("ขอเมื่อ"), kind="time", sort="asked_at"),
        Column(
            "reference",
            gettext_lazy("เลขที่เอกสาร"),
            lambda row: row.document.reference if row.document else "",
        ),
    )
    order = ("-asked_at",)
    search = ("person__first_th", "person__last_th", "purpose")
    search_hint = gettext_lazy("ชื่อหรือเหตุที่ใช้")
    filterset_class = RecordFilter
    empty_hint = gettext_lazy("ขอของตนเองได้จากหน้า การเรียนรู้ของฉัน")

    def rows(self) -> QuerySet[Any]:
        return selectors.requests(self.actor)

    def buttons(self) -> Sequence[Action]:
        return (Action(_("การเรียนรู้ของฉัน"), reverse("offices:learner-mine")),)


class RecordDetail(DetailScreen):
    """One request and its paper."""

    policy = policies.learners
    help_title = gettext_lazy("คำขอแฟ้มผลงานรับรอง")
    help_words = ("record_request",)
    groups = (
        Fields(
            gettext_lazy("คำขอ"),
            (
                Column("person", gettext_lazy("บุคลากร"), "person.name"),
                Column("since", gettext_lazy("ตั้งแต่วันที่"), kind="date"),
                Column("until", gettext_lazy("ถึงวันที่"), kind="date"),
                Column("purpose", gettext_lazy("ใช้เพื่อ")),
                Column("asked_name", gettext_lazy("ผู้ขอ")),
                Column("asked_as", gettext_lazy("ขอในฐานะ")),
                Column("asked_at", gettext_lazy("ขอเมื่อ"), kind="time"),
            ),
        ),
        Fields(
            gettext_lazy("ผล"),
            (
                Column("office", gettext_lazy("สำนักงานที่ออก"), "office.short_th"),
                Column("decided_name", gettext_lazy("ผู้ตัดสิน")),
                Column("decided_as", gettext_lazy("ตัดสินในฐานะ")),
                Column("decided_at", gettext_lazy("ตัดสินเมื่อ"), kind="time"),
                Column("reason", gettext_lazy("เหตุผล")),
                Column(
                    "reference",
                    gettext_lazy("เลขที่เอกสาร"),
                    lambda row: row.document.reference if row.document else "",
                ),
                Column(
                    "check",
                    gettext_lazy("หน้าตรวจสอบสาธารณะ"),
                    lambda row: _("เปิดหน้าตรวจสอบ") if row.document else "",
                    link=lambda row: (
                        reverse("check:document-detail", args=[row.document.token]) if row.document else None
                    ),
                ),
            ),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return selectors.requests(self.actor)

    def get_title(self) -> Any:
        return _("แฟ้มผลงานของ %s") % self.row.person.name

    def states(self, row: Any) -> Sequence[Any]:
        return (word("record_request", row.state),)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(RecordList.title, self.here(reverse("offices:recordrequest-list")))]

    def actions(self, row: Any) -> Sequence[Action]:
        def to(name: str) -> str:
            return self.here(reverse(f"offices:recordrequest-{name}", args=[row.uuid]))

        if row.document is not None:
            file = reverse("portal:storedfile-download", args=[row.document.file.uuid])
            return (Action(_("ดาวน์โหลด PDF"), file, primary=True),)
        if row.state != RecordRequest.State.ASKED:
            return ()
        buttons = []
        if services.issuing(self.actor, row) is not None:
            buttons += [
                Action(_("ออกแฟ้มผลงาน"), to("issue"), primary=True),
                Action(_("ไม่ออกให้"), to("decline")),
            ]
        if self.actor.person_id in (row.asked_by_id, row.person_id):
            buttons.append(Action(_("ถอนคำขอ"), to("withdraw")))
        return buttons


class RecordAdd(OfPerson, EditScreen):
    """Asking for a work record."""

    title = gettext_lazy("ขอแฟ้มผลงานรับรอง")
    lead = gettext_lazy("อุตสาหกรรมจังหวัดเป็นผู้รับรอง แฟ้มของอุตสาหกรรมจังหวัดเองส่วนกลางเป็นผู้รับรอง")
    form_class = RecordForm
    done = gettext_lazy("ส่งคำขอแล้ว")

    def get_title(self) -> Any:
        return f"{self.title}: {self.person.name}"

    def initial(self) -> dict[str, Any]:
        day = self.actor.as_of
        return {"since": calendar.add_months(day, -36), "until": day}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return request_url(services.ask(actor=actor, person=self.person, **data))


class OfRequest(Screen):
    """What the acts on one request share."""

    policy = policies.learners

    @cached_property
    def asked(self) -> Any:
        return found(selectors.requests(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(RecordList.title, self.here(reverse("offices:recordrequest-list"))),
            Crumb(self.asked.person.name, self.here(request_url(self.asked))),
        ]

    def told(self, target: str) -> list[Change]:
        row = self.asked
        period = f"{calendar.format_date(row.since)} – {calendar.format_date(row.until)}"
        before, later = (word("record_request", code).label for code in (row.state, target))
        return [
            Change(_("บุคลากร"), row.person.name),
            Change(_("ช่วงเวลา"), period),
            Change(_("สถานะ"), later, before),
        ]


class RecordIssue(OfRequest, ActScreen):
    """Issuing the record: a number is given, the paper is drawn."""

    title = gettext_lazy("ออกแฟ้มผลงานรับรอง")
    lead = gettext_lazy("เมื่อกดแล้วระบบออกเลข ตรึงเนื้อหา และทำ PDF ที่ตรวจสอบได้ด้วย QR ทันที")
    form_class = NothingForm
    submit = gettext_lazy("ออกแฟ้มผลงาน")
    done = gettext_lazy("ออกแฟ้มผลงานแล้ว")

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return self.told("issued")

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return request_url(services.issue(actor=actor, request=self.asked))


class RecordDecline(OfRequest, ActScreen):
    """Declining a request, with a reason."""

    title = gettext_lazy("ไม่ออกแฟ้มผลงานรับรอง")
    form_class = ReasonForm
    submit = gettext_lazy("ไม่ออกให้")
    done = gettext_lazy("บันทึกแล้ว")

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return self.told("declined")

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return request_url(services.decline(actor=actor, request=self.asked, **data))


class RecordWithdraw(OfRequest, ActScreen):
    """Taking a request back."""

    title = gettext_lazy("ถอนคำขอแฟ้มผลงานรับรอง")
    form_class = NothingForm
    submit = gettext_lazy("ถอนคำขอ")
    done = gettext_lazy("ถอนคำขอแล้ว")

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return self.told("withdrawn")

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return request_url(services.withdraw(actor=actor, request=self.asked))
