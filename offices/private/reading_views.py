"""Pages of who read what, and of a person's own copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from offices.models import OwnCopy, PrivateReading
from offices.private import own_copy, policies, selectors
from offices.private.fields import FIELDS
from offices.private.views import READINGS, MyData
from portal.access import page, signed_in
from portal.actors import Actor
from portal.screens import Action, Column, Crumb, ListScreen, Screen

# --- Who read ---

_FIELD = Column("field", _("ช่องที่อ่าน"), value=lambda row: FIELDS[row.field].label)
_ACT = Column("act", _("การอ่าน"), value=lambda row: row.get_act_display())
_READ = (
    Column("at", _("เมื่อ"), kind="time", sort="at"),
    Column("reader_name", _("ผู้อ่าน"), sort="reader_name"),
    Column("capacity", _("ในฐานะ")),
    _FIELD,
    _ACT,
    Column("reason", _("เหตุผล")),
    Column("request_id", _("รหัสคำขอ"), kind="code"),
)


class ReadingFilter(django_filters.FilterSet):
    field = django_filters.ChoiceFilter(
        label=_("ช่องที่อ่าน"), choices=[(field.name, field.label) for field in FIELDS.values()]
    )
    act = django_filters.ChoiceFilter(label=_("การอ่าน"), choices=PrivateReading.Act.choices)

    class Meta:
        model = PrivateReading
        fields = ["field", "act"]


class AllReadingFilter(ReadingFilter):
    subject = django_filters.UUIDFilter(label=_("รหัสบุคลากร"), field_name="subject__uuid")


class ReadingsList(ListScreen):
    policy = policies.keepers
    title = READINGS
    lead = _("ทุกช่องที่เปิดดู ค้น หรือทำสำเนา พร้อมเหตุผล เพิ่มได้อย่างเดียวและผนึกทุกชั่วโมง")
    columns: Sequence[Column] = (
        *_READ[:3],
        Column(
            "subject",
            _("ของใคร"),
            value=lambda row: row.subject.name if row.subject else "",
            link=lambda row: (
                reverse("offices:person-detail", args=[row.subject.uuid]) if row.subject else None
            ),
        ),
        *_READ[3:],
    )
    default_columns: Sequence[str] = ("at", "reader_name", "capacity", "subject", "field", "act", "reason")
    order = ("-id",)
    search: Sequence[str] = ("reader_name", "reason", "subject__first_th", "subject__last_th")
    search_hint = _("ชื่อผู้อ่าน เจ้าของข้อมูล หรือเหตุผล")
    filterset_class: type | None = AllReadingFilter
    empty = _("ยังไม่มีผู้ใดเปิดดูข้อมูลส่วนบุคคล")

    def rows(self) -> QuerySet[Any]:
        return selectors.readings()

    def buttons(self) -> Sequence[Action]:
        return (
            Action(_("ค้นด้วยเลขประจำตัวประชาชน"), self.here(reverse("offices:private-find"))),
            Action(_("การเก็บรักษาและการลบ"), self.here(reverse("offices:retention-list"))),
            Action(_("กิจกรรมการประมวลผล"), self.here(reverse("offices:processing-list"))),
        )


class MyReadings(ReadingsList):
    policy = signed_in
    title = _("ใครอ่านข้อมูลของฉัน")
    lead = _("ผู้ที่เปิดดูข้อมูลส่วนบุคคลของท่านในระบบนี้ ช่องใด และเพราะเหตุใด")
    columns = _READ
    default_columns = ("at", "reader_name", "capacity", "field", "act", "reason")
    search = ("reader_name", "reason")
    search_hint = _("ชื่อผู้อ่านหรือเหตุผล")
    filterset_class = ReadingFilter
    empty = _("ยังไม่มีผู้ใดเปิดดูข้อมูลส่วนบุคคลของท่าน")

    def rows(self) -> QuerySet[Any]:
        return selectors.readings_of(self.actor.person_id)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(MyData.title, self.here(reverse("offices:private-mine")))]

    def buttons(self) -> Sequence[Action]:
        return ()


# --- A copy for oneself ---


class MyCopies(ListScreen):
    policy = signed_in
    title = _("สำเนาข้อมูลของฉัน")
    lead = _(
        "ไฟล์ zip มีข้อมูลทั้งหมดของท่านเป็น JSON และ XLSX ดาวน์โหลดได้เฉพาะท่านจนถึงวันหมดอายุ การขอและการดาวน์โหลดถูกบันทึกไว้"
    )
    order = ("-id",)
    exports = ()
    empty = _("ยังไม่เคยขอสำเนา")
    empty_hint = _("กด “ขอสำเนา” ระบบทำให้เป็นงานเบื้องหลัง")

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        return (
            Column("asked_at", _("ขอเมื่อ"), kind="time"),
            Column("made_at", _("ทำเสร็จเมื่อ"), kind="time"),
            Column("size", _("ขนาด"), kind="integer", unit=_("ไบต์")),
            Column("expires_on", _("ดาวน์โหลดได้ถึง"), kind="date"),
            Column("taken_at", _("ดาวน์โหลดล่าสุด"), kind="time"),
            Column("sha256", _("SHA-256"), kind="code"),
            Column("take", _("ดำเนินการ"), value=self._takes, link=self._take_url),
        )

    def rows(self) -> QuerySet[Any]:
        return own_copy.mine(self.actor.person_id)

    def _open(self, row: OwnCopy) -> bool:
        over = row.expires_on is not None and row.expires_on < self.actor.as_of
        return row.made_at is not None and row.removed_at is None and not over

    def _takes(self, row: OwnCopy) -> Any:
        if row.made_at is None and row.removed_at is None:
            return gettext("กำลังทำ")
        return gettext("ดาวน์โหลด") if self._open(row) else gettext("หมดอายุแล้ว")

    def _take_url(self, row: OwnCopy) -> str | None:
        return reverse("offices:owncopy-download", args=[row.uuid]) if self._open(row) else None

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(MyData.title, self.here(reverse("offices:private-mine")))]

    def buttons(self) -> Sequence[Action]:
        refused = "" if self.actor.person_id is not None else gettext("บัญชีนี้ยังไม่ผูกกับบุคลากร")
        return (
            Action(_("ขอสำเนา"), reverse("offices:owncopy-add"), primary=True, post=True, refused=refused),
        )


@page(signed_in)
@require_POST
def copy_add(request: HttpRequest) -> HttpResponse:
    """Ask for a copy of one's own data."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    own_copy.ask(actor=actor)
    messages.success(request, gettext("รับคำขอแล้ว สำเนาจะขึ้นในหน้านี้เมื่อทำเสร็จ"))
    return redirect("offices:owncopy-list")


class CopyDownload(Screen):
    """The file, for its person only."""

    policy = signed_in
    help_title = _("ดาวน์โหลดสำเนาข้อมูลของฉัน")

    def get(self, request: HttpRequest, uuid: Any) -> HttpResponse:
        try:
            content = own_copy.take(actor=self.actor, copy=uuid)
        except OwnCopy.DoesNotExist:
            raise Http404 from None
        answer = HttpResponse(content, content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="{own_copy.NAME}.zip"'
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-store"
        return answer
