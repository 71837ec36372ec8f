"""Pages of support access: asked for, agreed to, ended, and seen by the office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import django_filters
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from offices.access import support as services
from offices.access.forms import SupportForm
from offices.models import Group, SupportAccess
from offices.policies import central_admin
from offices.views import columns
from portal import support, worklist
from portal.access import page
from portal.actors import Actor
from portal.models import AuditEvent
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
)
from portal.screens.base import found

_STATE = Column("state", _("สถานะ"), value=services.state, kind="state", group="support")
_ROLE = Column(
    "kind",
    _("ในฐานะ"),
    value=lambda row: " ".join(
        filter(None, (row.get_kind_display(), row.group.name_th if row.group else ""))
    ),
)


class SupportFilter(django_filters.FilterSet):
    seen = django_filters.BooleanFilter(
        label=_("รับทราบแล้ว"), field_name="seen_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = SupportAccess
        fields: list[str] = []


class SupportList(ListScreen):
    policy = services.concerned
    title = _("การเข้าถึงเพื่อสนับสนุน")
    lead = _("ผู้ดูแลระบบส่วนกลางขอดูในฐานะของสำนักงานชั่วคราวพร้อมเหตุผล ไม่ใช่อำนาจตามคำสั่ง ทุกคำขอถูกบันทึกไว้")
    columns = (
        Column(
            "starts_at",
            _("เริ่ม"),
            kind="time",
            sort="starts_at",
            link=lambda row: reverse("offices:supportaccess-detail", args=[row.uuid]),
        ),
        Column("ends_at", _("ถึง"), kind="time", sort="ends_at"),
        columns.OFFICE,
        _ROLE,
        Column("person_name", _("ผู้เข้าถึง"), sort="person_name"),
        Column("reason", _("เหตุผล")),
        Column("write", _("บันทึกได้"), value=lambda row: row.agreed_at is not None, kind="bool"),
        _STATE,
    )
    order = ("-starts_at",)
    search = ("person_name", "reason", "office__short_th")
    search_hint = _("ผู้เข้าถึง เหตุผล หรือสำนักงาน")
    filterset_class = SupportFilter
    empty = _("ยังไม่มีการเข้าถึงเพื่อสนับสนุน")

    def rows(self) -> QuerySet[Any]:
        return services.accesses()

    def buttons(self) -> Sequence[Action]:
        if not central_admin.test(self.actor):
            return ()
        refused = gettext("มีการเข้าถึงที่ยังไม่สิ้นสุด") if self.actor.support is not None else ""
        return (
            Action(
                _("ขอเข้าถึงเพื่อสนับสนุน"),
                self.here(reverse("offices:supportaccess-add")),
                primary=True,
                refused=refused,
            ),
        )


class SupportDetail(DetailScreen):
    policy = services.concerned
    help_title = _("การเข้าถึงเพื่อสนับสนุนหนึ่งครั้ง")
    help_words = ("support",)
    history = False
    groups = (
        Fields(
            _("การเข้าถึง"),
            (
                Column("person_name", _("ผู้เข้าถึง")),
                Column("order_ref", _("ผู้ดูแลระบบตาม")),
                Column("office", _("สำนักงาน"), value="office.name_th"),
                _ROLE,
                Column("reason", _("เหตุผล")),
                Column("starts_at", _("เริ่ม"), kind="time"),
                Column("ends_at", _("ถึง"), kind="time"),
            ),
        ),
        Fields(
            _("ผู้เกี่ยวข้อง"),
            (
                Column("wants_to_write", _("ขอบันทึกด้วย"), kind="bool"),
                Column("agreed_name", _("ผู้เห็นชอบให้บันทึก")),
                Column("agreed_at", _("เห็นชอบเมื่อ"), kind="time"),
                Column("seen_name", _("ผู้รับทราบ")),
                Column("seen_at", _("รับทราบเมื่อ"), kind="time"),
            ),
        ),
    )
    related = (
        Related(
            _("คำขอทุกครั้งในช่วงนั้น"),
            (
                Column("at", _("เมื่อ"), kind="time"),
                Column("method", _("วิธีส่ง (HTTP)"), value=lambda row: row.data.get("method"), kind="code"),
                Column("path", _("หน้า"), value=lambda row: row.data.get("path")),
                Column("status", _("คำตอบ"), value=lambda row: row.data.get("status"), kind="code"),
                Column("request_id", _("รหัสคำขอ"), kind="code"),
            ),
            lambda row: AuditEvent.objects.filter(
                object_type="offices.supportaccess", object_id=str(row.uuid), verb=support.VERB
            ).order_by("-id"),
            limit=500,
            empty=_("ยังไม่ได้เปิดหน้าใด"),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return services.accesses()

    def get_title(self) -> Any:
        return services.label(self.row)

    def states(self, row: Any) -> Sequence[Any]:
        return (services.state(row),)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(SupportList.title, self.here(reverse("offices:supportaccess-list")))]

    def actions(self, row: Any) -> Sequence[Action]:
        found_actions = []
        state = services.state(row).code
        if (
            state == "running"
            and row.wants_to_write
            and row.agreed_at is None
            and central_admin.test(self.actor)
        ):
            own = row.user_id == self.actor.user_id
            found_actions.append(
                Action(
                    _("เห็นชอบให้บันทึก…"),
                    self.here(reverse("offices:supportaccess-agree", args=[row.uuid])),
                    refused=gettext("ต้องเป็นผู้ดูแลระบบส่วนกลางอีกคน") if own else "",
                )
            )
        if state == "unseen" and services.may_see(self.actor, row):
            found_actions.append(
                Action(
                    _("รับทราบ"),
                    reverse("offices:supportaccess-see", args=[row.uuid]),
                    primary=True,
                    post=True,
                )
            )
        return found_actions


class SupportAdd(EditScreen):
    policy = central_admin
    title = _("ขอเข้าถึงเพื่อสนับสนุน")
    lead = _("ดูในฐานะของสำนักงานชั่วคราว อ่านได้อย่างเดียว ทุกหน้ามีแถบบอก ทุกคำขอถูกบันทึก และหัวหน้าสำนักงานเห็น")
    form_class = SupportForm
    confirm = True
    submit = _("เริ่มการเข้าถึง")
    done = _("เริ่มการเข้าถึงแล้ว")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(SupportList.title, self.here(reverse("offices:supportaccess-list")))]

    def initial(self) -> dict[str, Any]:
        return {"minutes": min(30, services.longest(self.actor.as_of))}

    @staticmethod
    def _group(data: dict[str, Any], day: date) -> Group | None:
        if not data["group_code"]:
            return None
        rows = Group.objects.filter(office=data["office"], code=data["group_code"])
        return rows.filter(valid__contains=day).first() or rows.first()

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        role = dict(self.form.fields["kind"].choices)[data["kind"]]
        lines = [
            Change(_("สำนักงาน"), data["office"].name_th),
            Change(_("ในฐานะ"), role),
            Change(_("กี่นาที"), data["minutes"]),
            Change(_("เหตุผล"), data["reason"]),
        ]
        writes = _("รอผู้ดูแลระบบส่วนกลางอีกคนเห็นชอบ") if data["wants_to_write"] else _("ไม่ได้ อ่านอย่างเดียว")
        return [*lines, Change(_("บันทึกได้"), writes)]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        row = services.ask(
            actor=actor,
            office=data["office"],
            kind=data["kind"],
            group=self._group(data, actor.as_of),
            minutes=data["minutes"],
            reason=data["reason"],
            wants_to_write=data["wants_to_write"],
        )
        support.begin(self.request, str(row.uuid))
        worklist.forget(actor.user_id)
        return reverse("offices:supportaccess-detail", args=[row.uuid])


class SupportAgree(ActScreen):
    policy = central_admin
    title = _("เห็นชอบให้บันทึกระหว่างการเข้าถึง")
    lead = _("ผู้เข้าถึงจะแก้ข้อมูลของสำนักงานได้จนกว่าการเข้าถึงจะสิ้นสุด แต่ลงนามหรือตัดสินเรื่องแทนสำนักงานไม่ได้")
    submit = _("เห็นชอบ")
    done = _("เห็นชอบแล้ว")

    @cached_property
    def row(self) -> SupportAccess:
        return found(services.accesses().filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(SupportList.title, self.here(reverse("offices:supportaccess-list"))),
            Crumb(
                services.label(self.row),
                self.here(reverse("offices:supportaccess-detail", args=[self.row.uuid])),
            ),
        ]

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [
            Change(_("ผู้เข้าถึง"), self.row.person_name),
            Change(_("เหตุผล"), self.row.reason),
            Change(_("บันทึกได้"), _("ได้"), _("ไม่ได้ อ่านอย่างเดียว")),
        ]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.agree(actor=actor, access=self.row.uuid)
        return reverse("offices:supportaccess-detail", args=[self.row.uuid])


@page(central_admin)
@require_POST
def support_end(request: HttpRequest, uuid: str) -> HttpResponse:
    """End one's own loan."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        row = services.end(actor=actor, access=UUID(str(uuid)))
    except SupportAccess.DoesNotExist:
        raise Http404 from None
    support.end(request)
    messages.success(request, gettext("สิ้นสุดการเข้าถึงแล้ว"))
    return redirect("offices:supportaccess-detail", uuid=row.uuid)


@page(services.concerned)
@require_POST
def support_see(request: HttpRequest, uuid: str) -> HttpResponse:
    """The chief has seen what was done."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        row = services.see(actor=actor, access=UUID(str(uuid)))
    except SupportAccess.DoesNotExist:
        raise Http404 from None
    messages.success(request, gettext("รับทราบแล้ว"))
    return redirect("offices:supportaccess-detail", uuid=row.uuid)
