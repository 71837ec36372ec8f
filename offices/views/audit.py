"""Who did and read what, and the seals that show nobody touched the record since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from offices.policies import auditors, central_admin
from portal import audit, calendar, qr, seals, trail
from portal.fields import ThaiDateField
from portal.models import AuditEvent, Seal
from portal.pdf import render_pdf
from portal.screens import Action, Column, Crumb, ListScreen, Screen, Table
from portal.screens.base import found
from portal.screens.export import rows_answer

PER_PAGE = 50
EXPORT_LIMIT = 20_000


class SearchForm(forms.Form):
    who = forms.CharField(label=_("ผู้กระทำ"), required=False, max_length=100)
    thing = forms.CharField(label=_("เลขหรือชื่อของสิ่งที่ถูกกระทำ"), required=False, max_length=100)
    verb = forms.ChoiceField(label=_("การกระทำ"), required=False)
    since = ThaiDateField(label=_("ตั้งแต่วันที่"), required=False)
    until = ThaiDateField(label=_("ถึงวันที่"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [("", gettext("ทุกการกระทำ")), *trail.verbs().items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("วันสุดท้ายมาก่อนวันแรก โปรดสลับวันที่"))
        return data


def _day(day: date | None) -> datetime | None:
    return calendar.start_of_day(day) if day else None


class AuditSearch(Screen):
    """Everything that was done in the reader's offices, newest first."""

    policy = auditors
    title = _("บันทึกการใช้งาน")
    lead = _("ใครทำอะไร กับสิ่งใด เมื่อใด รวมการเปลี่ยนข้อมูลทุกแถวที่ระบบเก็บประวัติ")
    template_name = "offices/audit.html"
    columns = (
        Column("at", _("เมื่อ"), kind="time"),
        Column("who", _("ผู้กระทำ")),
        Column("capacity", _("ในฐานะ")),
        Column("what", _("การกระทำ")),
        Column("thing", _("สิ่งที่ถูกกระทำ"), link=lambda trace: trace.url),
        Column("detail", _("รายละเอียด")),
        Column("reason", _("เหตุผล")),
    )

    @cached_property
    def form(self) -> SearchForm:
        return SearchForm(self.request.GET)

    @cached_property
    def wanted(self) -> trail.Wanted | None:
        """What the form asks for; None while it has errors."""
        if not self.form.is_valid():
            return None
        data = self.form.cleaned_data
        return trail.Wanted(
            person=data["who"],
            thing=data["thing"],
            verb=data["verb"],
            since=_day(data["since"]),
            until=_day(data["until"] + timedelta(days=1)) if data["until"] else None,
            before=trail.Place.read(self.request.GET.get("before", "")),
        )

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.GET.get("export") == "csv" and self.wanted is not None:
            asked = {name: value for name, value in self.form.data.items() if value and name != "export"}
            audit.record(self.actor, "audit.exported", asked=asked)
            return rows_answer(
                str(self.title), "csv", self.columns, trail.everything(self.wanted, limit=EXPORT_LIMIT)
            )
        return self.render(status=200 if self.wanted is not None else 422)

    def context(self, **extra: Any) -> dict[str, Any]:
        traces, older = trail.search(self.wanted, limit=PER_PAGE) if self.wanted else ([], None)
        return super().context(
            form=self.form,
            table=Table(self.columns, traces, caption=self.title, here=self.here),
            rows=len(traces),
            older=self.url(before=str(older), export=None) if older else "",
            newest=self.url(before=None) if self.request.GET.get("before") else "",
            export_url=self.url(export="csv", before=None),
            clear_url=self.here(self.request.path),
            buttons=_rooms(self),
            **extra,
        )


def _rooms(screen: Screen) -> Sequence[Action]:
    """The rooms beside the search that the reader may enter."""
    if not central_admin.test(screen.actor):
        return ()
    return (
        Action(_("ใครอ่านข้อมูลส่วนบุคคล"), screen.here(reverse("offices:reading-list"))),
        Action(_("การอ่านข้อมูลส่วนบุคคลของบุคลากร"), screen.here(reverse("offices:privatereading-list"))),
        Action(_("ผนึก"), screen.here(reverse("offices:seal-list"))),
    )


def _field_names(event: AuditEvent) -> str:
    """The Thai names of the fields that were read."""
    from django.apps import apps

    try:
        model = apps.get_model(str(event.data.get("model", "")))
    except (LookupError, ValueError):
        return ""
    names = event.data.get("fields", [])
    return ", ".join(
        str(column.verbose_name) for column in model._meta.concrete_fields if column.name in names
    )


def _whose(event: AuditEvent) -> str:
    return audit.page_of(event.object_type, event.object_id) if event.object_type else ""


class ReadingList(Screen):
    """Who read personal data, whose, which fields and on which page."""

    policy = central_admin
    title = _("ใครอ่านข้อมูลส่วนบุคคล")
    lead = _("ทุกครั้งที่หน้าหรือไฟล์แสดงข้อมูลส่วนบุคคล ระบบบันทึกไว้หนึ่งรายการ")
    template_name = "offices/readings.html"
    empty = _("ยังไม่มีผู้ใดเปิดดูข้อมูลส่วนบุคคล")
    columns: Sequence[Column] = (
        Column("at", _("เมื่อ"), kind="time"),
        Column("actor_name", _("ผู้อ่าน")),
        Column("capacity", _("ในฐานะ")),
        Column("fields", _("ช่องที่อ่าน"), value=_field_names),
        Column(
            "thing",
            _("ของ"),
            value=lambda event: audit.thing_label(str(event.data.get("model", ""))),
            link=_whose,
        ),
        Column("rows", _("จำนวนแถว"), value=lambda event: event.data.get("rows"), kind="integer"),
        Column("where", _("ที่หน้า"), value=lambda event: event.data.get("where"), kind="code"),
    )

    def events(self) -> QuerySet[AuditEvent]:
        return AuditEvent.objects.all()

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(AuditSearch.title, self.here(reverse("offices:auditevent-list"))),)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render()

    def context(self, **extra: Any) -> dict[str, Any]:
        before = trail.Place.read(self.request.GET.get("before", ""))
        rows = trail.readings(self.events(), before=before, limit=PER_PAGE + 1)
        older = ""
        if len(rows) > PER_PAGE:
            last = rows[PER_PAGE - 1]
            query = urlencode({"before": trail.Place(last.at, 0, last.pk)})
            older = self.here(f"{self.request.path}?{query}")
        return super().context(
            table=Table(self.columns, rows[:PER_PAGE], caption=self.title, here=self.here),
            rows=len(rows[:PER_PAGE]),
            older=older,
            newest=self.here(self.request.path) if before else "",
            **extra,
        )


class SealList(ListScreen):
    """The chain: each hour's seal and its hash."""

    policy = central_admin
    title = _("ผนึก")
    lead = _("ทุกชั่วโมงระบบผนึกบันทึกและประวัติที่เพิ่มเข้ามา ค่าแฮชล่าสุดที่พิมพ์หรือส่งออกไปเก็บนอกระบบ พิสูจน์ได้ว่าไม่มีใครแก้ย้อนหลัง")
    columns = (
        Column("seq", _("ลำดับ"), kind="integer", sort="seq"),
        Column("at", _("ผนึกเมื่อ"), kind="time"),
        Column("row_count", _("จำนวนแถว"), kind="integer", sum=True),
        Column("short", _("รหัสย่อ"), kind="code"),
        Column(
            "paper",
            _("ใบผนึก"),
            value=lambda seal: "PDF",
            link=lambda seal: reverse("offices:seal-print", args=[seal.seq]),
        ),
    )
    order = ("-seq",)
    search = ("hash",)
    search_hint = _("ส่วนหนึ่งของค่าแฮช")
    empty = _("ยังไม่มีผนึก")
    empty_hint = _("ระบบผนึกทุกชั่วโมง นาทีที่ 5")

    def rows(self) -> QuerySet[Seal]:
        return Seal.objects.defer("tables")

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(AuditSearch.title, self.here(reverse("offices:auditevent-list"))),)

    def buttons(self) -> Sequence[Action]:
        if seals.latest() is None:
            return ()
        return (Action(_("พิมพ์ค่าแฮชล่าสุด"), reverse("offices:seal-latest"), primary=True),)


class SealPrint(Screen):
    """One sheet with a seal's hash, to be kept outside the database."""

    policy = central_admin
    help_title = _("ใบผนึก")

    def get(self, request: HttpRequest, seq: Any) -> HttpResponse:
        row = seals.latest() if seq == "latest" else Seal.objects.filter(seq=seq).first()
        seal: Seal = found(row)
        title = gettext("ใบผนึกบันทึกการใช้งาน ลำดับที่ %s") % seal.seq
        html = render_to_string("pdf/seal.html", {"title": title, "seal": seal, "qr": qr.svg(seal.hash)})
        audit.record(self.actor, "seal.printed", seq=seal.seq)
        response = HttpResponse(render_pdf(html, title=title), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="seal-{seal.seq}.pdf"'
        return response
