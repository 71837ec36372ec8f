"""Pages of the keepers: what is due, erasures by two persons, and the register of processing activities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from offices.models import Erasure, Person
from offices.private import erasure, own_copy, policies, retention
from offices.private.forms import DecideForm, EraseForm
from offices.private.reading_views import ReadingsList
from offices.selectors import people
from portal import processing, worklist
from portal.access import page, signed_in
from portal.actors import Actor
from portal.retention import kept
from portal.screens import (
    Action,
    ActScreen,
    Change,
    Column,
    Crumb,
    DetailScreen,
    Fields,
    ListScreen,
    Screen,
    Table,
)
from portal.screens.base import found
from portal.words import word

SHOWN = 50  # of what is due by one rule


def _url(row: Erasure) -> str:
    return reverse("offices:erasure-detail", args=[row.uuid])


class ErasureFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("สถานะ"), choices=Erasure.State.choices)

    class Meta:
        model = Erasure
        fields = ["state"]


class ErasureList(ListScreen):
    policy = policies.keepers
    title = _("การลบข้อมูลส่วนบุคคล")
    lead = _("คนหนึ่งขอ อีกคนยืนยัน แล้วระบบทำลายกุญแจ ชื่อและการดำเนินการตามเอกสารที่ลงนามแล้วคงอยู่")
    columns = (
        Column("person", _("ของใคร"), value="person.name", sort="person__first_th", link=_url),
        Column("state", _("สถานะ"), kind="state", group="erasure", sort="state"),
        Column("reason", _("เหตุผล"), value=lambda row: row.reason or row.rule),
        Column("asker_name", _("ผู้ขอ")),
        Column("asked_at", _("ขอเมื่อ"), kind="time", sort="asked_at"),
        Column("decider_name", _("ผู้ตัดสิน")),
        Column("decided_at", _("ตัดสินเมื่อ"), kind="time", sort="decided_at"),
    )
    order = ("-id",)
    search = ("person__first_th", "person__last_th")
    search_hint = _("ชื่อบุคลากร")
    filterset_class = ErasureFilter
    empty_hint = _("ขอลบได้จากหน้าข้อมูลส่วนบุคคลของแต่ละคน หรือจากรายการที่ถึงกำหนด")

    def rows(self) -> QuerySet[Erasure]:
        return Erasure.objects.select_related("person")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(RetentionList.title, self.here(reverse("offices:retention-list")))]


class _OfErasure:
    """What the pages of one erasure share."""

    kwargs: Any
    here: Any
    policy = policies.keepers

    @cached_property
    def erasure(self) -> Erasure:
        rows = Erasure.objects.select_related("person")
        return found(rows.filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(ErasureList.title, self.here(reverse("offices:erasure-list"))),
            Crumb(self.erasure.person.name, self.here(_url(self.erasure))),
        ]


class ErasureDetail(DetailScreen):
    policy = policies.keepers
    help_title = _("คำขอลบข้อมูลส่วนบุคคล")
    help_words = ("erasure",)
    history = False
    groups = (
        Fields(
            _("คำขอลบ"),
            (
                Column(
                    "person",
                    _("ของใคร"),
                    value="person.name",
                    link=lambda row: reverse("offices:private-detail", args=[row.person.uuid]),
                ),
                Column("rule", _("ตามกฎการเก็บรักษา")),
                Column("reason", _("เหตุผล")),
                Column("asker_name", _("ผู้ขอ")),
                Column("asked_as", _("ขอในฐานะ")),
                Column("asked_at", _("ขอเมื่อ"), kind="time"),
                Column("decider_name", _("ผู้ตัดสิน")),
                Column("decided_as", _("ตัดสินในฐานะ")),
                Column("decided_at", _("ตัดสินเมื่อ"), kind="time"),
                Column("decision", _("เหตุผลของผู้ตัดสิน")),
            ),
        ),
    )

    def rows(self) -> QuerySet[Erasure]:
        return Erasure.objects.select_related("person")

    def get_title(self) -> Any:
        return gettext("ลบข้อมูลส่วนบุคคลของ%(name)s") % {"name": f" {self.row.person.name}"}

    def states(self, row: Erasure) -> Sequence[Any]:
        return (word("erasure", row.state),)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(ErasureList.title, self.here(reverse("offices:erasure-list")))]

    def actions(self, row: Erasure) -> Sequence[Action]:
        if row.state not in erasure.OPEN:
            return ()
        decline = Action(
            _("ถอนคำขอลบ…") if row.asked_by_id == self.actor.user_id else _("ไม่ลบ…"),
            self.here(reverse("offices:erasure-decline", args=[row.uuid])),
        )
        if row.state == Erasure.State.PROPOSED:
            ask = reverse("offices:erasure-add", args=[row.person.uuid])
            return (Action(_("ขอลบ…"), self.here(ask), primary=True), decline)
        own = gettext("ท่านเป็นผู้ขอลบ จึงต้องให้ผู้ดูแลอีกคนเป็นผู้ยืนยัน")
        confirm = Action(
            _("ยืนยันการลบ…"),
            self.here(reverse("offices:erasure-confirm", args=[row.uuid])),
            primary=True,
            refused=own if row.asked_by_id == self.actor.user_id else "",
        )
        return (confirm, decline)


class ErasureAdd(ActScreen):
    policy = policies.keepers
    title = _("ขอลบข้อมูลส่วนบุคคล")
    lead = _("ยังไม่ลบจนกว่าผู้ดูแลอีกคนจะยืนยัน ลบแล้วกู้คืนไม่ได้")
    form_class = EraseForm
    submit = _("ขอลบ")
    done = _("บันทึกคำขอลบแล้ว รอผู้ดูแลอีกคนยืนยัน")

    @cached_property
    def person(self) -> Person:
        return found(people.visible_people().filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        home = reverse("offices:private-detail", args=[self.person.uuid])
        return [Crumb(self.person.name, self.here(home))]

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [Change(_("ของใคร"), self.person.name)]

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(obstacles=list(erasure.obstacles(self.person, self.actor)), **extra)

    template_name = "offices/private/erase.html"

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return _url(erasure.ask(actor=actor, person=self.person, reason=data["reason"]))


class ErasureConfirm(_OfErasure, ActScreen):
    title = _("ยืนยันการลบข้อมูลส่วนบุคคล")
    lead = _("ระบบจะทำลายกุญแจของบุคคลนี้ ทุกช่องและสำเนาที่ขอไว้จะอ่านกลับไม่ได้อีก ไม่มีผู้ใดกู้คืนได้")
    submit = _("ยืนยัน ทำลายกุญแจ")
    done = _("ลบข้อมูลส่วนบุคคลแล้ว")
    danger = True

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        row = self.erasure
        return [
            Change(_("ข้อมูลส่วนบุคคลของ %s") % row.person.name, _("ลบถาวร"), _("เก็บอยู่")),
            Change(_("เหตุผล"), row.reason),
            Change(_("ผู้ขอ"), row.asker_name),
            Change(_("สิ่งที่คงอยู่"), _("ชื่อ การแต่งตั้ง การดำเนินการตามเอกสารที่ลงนามแล้ว และบันทึกการอ่าน")),
        ]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return _url(erasure.confirm(actor=actor, erasure=self.erasure.uuid))


class ErasureDecline(_OfErasure, ActScreen):
    help_title = _("ไม่ลบหรือถอนคำขอลบ")
    form_class = DecideForm
    done = _("บันทึกแล้ว ข้อมูลยังอยู่")

    def get_title(self) -> Any:
        return _("ถอนคำขอลบ") if self.erasure.asked_by_id == self.actor.user_id else _("ไม่ลบ")

    @property
    def submit(self) -> Any:  # type: ignore[override]
        return self.get_title()

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return _url(erasure.decline(actor=actor, erasure=self.erasure.uuid, reason=data["reason"]))


# --- What is due ---


class RetentionList(Screen):
    """Each class of data: how long it is kept, whether that is verified, and what is due today."""

    policy = policies.keepers
    title = _("การเก็บรักษาและการลบ")
    lead = _("ระบบบอกว่าอะไรถึงกำหนด แต่ไม่ลบสิ่งใดเอง")
    template_name = "offices/private/retention.html"
    help_words = ("erasure", "fact")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(ReadingsList.title, self.here(reverse("offices:privatereading-list")))]

    def context(self, **extra: Any) -> dict[str, Any]:
        day = self.actor.as_of
        shown = []
        for rule, value in kept(day):
            edge = rule.edge(day, value)
            total = rule.count(edge)
            due = rule.due(edge, SHOWN) if total else ()
            columns = (
                Column("label", _("รายการ"), link=lambda one: one.url),
                Column("since", _("พ้นความจำเป็นตั้งแต่"), kind="date"),
            )
            shown.append(
                {
                    "rule": rule,
                    "value": value,
                    "edge": edge,
                    "total": total,
                    "table": Table(columns, due, caption=rule.label, here=self.here) if due else None,
                    "more": total - len(due),
                    "fact_url": self.here(reverse("portal:fact-detail", args=[rule.setting.key])),
                }
            )
        waiting = retention.open_erasures()
        waits = (
            Column("person", _("ของใคร"), value="person.name", link=_url),
            Column("state", _("สถานะ"), kind="state", group="erasure"),
            Column("reason", _("เหตุผล"), value=lambda row: row.reason or row.rule),
        )
        return super().context(
            rules=shown,
            waiting=Table(waits, waiting, caption=_("รอผู้ดูแล"), here=self.here) if waiting else None,
            actions=(
                Action(_("การลบทั้งหมด"), self.here(reverse("offices:erasure-list"))),
                Action(
                    _("ลบสำเนาที่หมดอายุ"),
                    reverse("offices:owncopy-remove"),
                    post=True,
                    refused="" if own_copy.expired(day) else gettext("ไม่มีสำเนาที่หมดอายุ"),
                ),
            ),
            **extra,
        )


@page(policies.keepers)
@require_POST
def copies_remove(request: HttpRequest) -> HttpResponse:
    """Remove the copies whose days are over."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    count = own_copy.remove_expired(actor=actor)
    messages.success(request, gettext("ลบสำเนาที่หมดอายุแล้ว %s ไฟล์") % count)
    return redirect("offices:retention-list")


class ProcessingList(Screen):
    """The register of processing activities, as the code declares them."""

    policy = signed_in
    title = _("กิจกรรมการประมวลผลข้อมูลส่วนบุคคล")
    lead = _("บันทึกรายการตามมาตรา 39 แห่ง พ.ร.บ.คุ้มครองข้อมูลส่วนบุคคล พ.ศ. 2562 ตามที่ระบบประกาศไว้")
    template_name = "offices/private/processing.html"
    help_words = ("fact",)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()

    def context(self, **extra: Any) -> dict[str, Any]:
        by_key = {rule.key: (rule, value) for rule, value in kept(self.actor.as_of)}
        shown = []
        for activity in processing.declared():
            rule, value = by_key.get(activity.retention, (None, None))
            shown.append(
                {
                    "activity": activity,
                    "rule": rule,
                    "value": value,
                    "state": word("fact", "verified" if activity.verified else "unverified"),
                }
            )
        return super().context(activities=shown, **extra)


def work(actor: Actor) -> list[worklist.Waiting]:
    """Erasures that wait for a second person's word."""
    if not policies.is_keeper(actor):
        return []
    rows = [
        row
        for row in retention.open_erasures()
        if row.state == "proposed" or row.asked_by_id != actor.user_id
    ]
    return [
        worklist.Waiting(
            title=ErasureList.title,
            count=len(rows),
            url=reverse("offices:retention-list"),
            rows=tuple(
                worklist.Row(
                    row.person.name, _url(row), row.reason or row.rule, state=word("erasure", row.state)
                )
                for row in rows[:5]
            ),
            hint=_("ตรวจแล้วยืนยันหรือไม่ลบ"),
        )
    ]
