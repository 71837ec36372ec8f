"""Pages of the editions: list, one edition, its papers, and publishing by the centre."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import InspectionZone
from offices.policies import central_admin, published_readers
from portal import audit, calendar
from portal.actors import Actor
from portal.scope import nation
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
)
from portal.screens.base import found
from portal.standing import Line
from reporting.editions import paper, rows
from reporting.models import Edition, EditionFile
from reporting.selectors import editions as selectors
from reporting.selectors import standing
from reporting.services import editions

FORM = "PROD-M"
MONTHS_OFFERED = 13


def of_edition(edition: Edition) -> str:
    return reverse("reporting:edition-detail", args=[edition.uuid])


class EditionList(ListScreen):
    policy = published_readers
    title = gettext_lazy("ฉบับที่รับรองและเผยแพร่")
    lead = gettext_lazy("ตัวเลขรับรองที่ตรึงไว้พร้อมรหัสตรวจสอบ ไม่มีการแก้ มีแต่ฉบับถัดไป")
    order = ("-period", "level", "-as_of")
    empty_hint = gettext_lazy("ฉบับของสำนักงานเกิดเมื่ออุตสาหกรรมจังหวัดรับรองชุดรายงาน")

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        return (
            Column("title", _("ฉบับ"), rows.title, link=of_edition),
            Column("period", _("งวด"), kind="month", sort="period"),
            Column("level", _("ระดับ"), "get_level_display", sort="level"),
            Column("as_of", _("ข้อมูล ณ"), kind="time", sort="as_of"),
            Column("value", _("มูลค่าส่งสินค้า (บาท)"), lambda row: row.summary["shipped_value"], kind="number"),
            Column("certified", _("รับรอง/ต้องรายงาน"), _share),
        )

    def rows(self) -> QuerySet[Any]:
        return selectors.visible().defer("rows")

    def buttons(self) -> Sequence[Action]:
        if not central_admin.test(self.actor):
            return ()
        return (Action(_("เผยแพร่ฉบับใหม่"), reverse("reporting:edition-add"), primary=True),)


def _share(edition: Edition) -> str:
    return f"{edition.summary['certified']}/{edition.summary['owed']}"


def _count(key: str, label: Any) -> Column:
    return Column(key, label, lambda row: row.summary[key], kind="integer")


class EditionDetail(DetailScreen):
    policy = published_readers
    help_title = gettext_lazy("ฉบับที่รับรอง")
    template_name = "reporting/edition_detail.html"
    groups = (
        Fields(
            gettext_lazy("ฉบับ"),
            [
                Column("form", gettext_lazy("รายงาน"), "form.name_th"),
                Column("period", gettext_lazy("งวด"), kind="month"),
                Column("place", gettext_lazy("พื้นที่"), rows.place_name),
                Column("as_of", gettext_lazy("ข้อมูล ณ"), kind="time"),
                Column("capacity", gettext_lazy("จัดทำโดย")),
                Column("rows_sha256", "SHA-256", kind="code"),
            ],
        ),
        Fields(
            gettext_lazy("ความครบถ้วน"),
            [
                _count("owed", gettext_lazy("โรงงานที่ต้องรายงาน")),
                _count("reported", gettext_lazy("รายงานแล้ว")),
                _count("certified", gettext_lazy("รับรองแล้ว")),
                Column(
                    "value", gettext_lazy("มูลค่าส่งสินค้าที่รับรอง"),
                    lambda row: row.summary["shipped_value"], kind="number", unit=gettext_lazy("บาท"),
                ),
            ],
        ),
    )  # fmt: skip

    def rows(self) -> QuerySet[Any]:
        return selectors.visible().defer("rows")

    def get_title(self) -> Any:
        return rows.title(self.row)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(EditionList.title, reverse("reporting:edition-list")),)

    def actions(self, row: Any) -> Sequence[Action]:
        under_way = editions.files_under_way(row)
        ready = set(EditionFile.objects.filter(edition=row).values_list("kind", flat=True))
        wait = _("กำลังจัดทำไฟล์ โปรดเปิดหน้านี้ใหม่ในอีกสักครู่") if under_way else ""
        return [
            Action(
                kind.label,
                self.here(reverse("reporting:edition-export", args=[row.uuid, kind.value])),
                refused="" if kind in ready else wait,
            )
            for kind in EditionFile.Kind
        ]

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(
            standing=self._standing(self.row),
            not_certified=self.row.summary["not_certified"],
            totals=Table(
                [
                    Column("product", _("ผลิตภัณฑ์")),
                    Column("measure", _("รายการ")),
                    Column("unit", _("หน่วย")),
                    Column("value", _("ยอดรวมที่รับรอง"), kind="number"),
                ],
                paper.totals(self.row),
                caption=_("ยอดรวมที่รับรอง"),
            ),
            **extra,
        )

    def _standing(self, row: Any) -> Line | None:
        """Of the office the edition is of; of the places of a zone or the nation in numbers."""
        if row.office_id is not None:
            return standing.of_office(
                form=row.form_id, period=row.period, office=row.office_id, actor=self.actor
            )
        provinces = rows.provinces_of_zone(row.zone, row.period) if row.zone else None
        return standing.of_many(
            form=row.form_id, period=row.period, provinces=provinces, edition=of_edition(row)
        )


class EditionFileDownload(Screen):
    """A stored paper of an edition; never drawn here. One never drawn yet is asked for."""

    policy = published_readers
    help_title = gettext_lazy("ไฟล์ของฉบับที่รับรอง")

    def get(self, request: HttpRequest, uuid: Any, kind: str) -> HttpResponse | FileResponse:
        edition = found(selectors.visible().filter(uuid=uuid).first())
        with nation("a paper follows its edition, whose scope was asked"):
            stored = EditionFile.objects.select_related("file").filter(edition=edition, kind=kind).first()
            if stored is None:
                job = editions.ask_for_files(edition=edition, actor=self.actor)
                return redirect("portal:job-detail", job.uuid)
            audit.record(self.actor, "edition.downloaded", edition, kind=kind)
            return FileResponse(
                stored.file.file.open("rb"),
                as_attachment=True,
                filename=stored.file.name,
                content_type=stored.file.content_type,
            )


class PublishForm(forms.Form):
    period = forms.ChoiceField(label=gettext_lazy("งวด"))
    place = forms.ChoiceField(label=gettext_lazy("พื้นที่"))

    def __init__(
        self, *args: Any, months: Sequence[date], zones: Sequence[InspectionZone], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            (f"{month:%Y-%m-%d}", calendar.format_date(month, "month")) for month in months
        ]
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            ("nation", _("ทั้งประเทศ")),
            *((str(zone.number), f"{zone.name_th} {zone.cluster_th}") for zone in zones),
        ]


class EditionAdd(EditScreen):
    """Publish a zone or the nation; the confirmation names the offices that have not certified."""

    policy = central_admin
    title = gettext_lazy("เผยแพร่ฉบับใหม่")
    lead = gettext_lazy("รวมเฉพาะตัวเลขที่อุตสาหกรรมจังหวัดรับรองแล้ว สำนักงานที่ยังไม่รับรองไม่อยู่ในยอดรวมและปรากฏชื่อในฉบับ")
    submit = gettext_lazy("เผยแพร่")
    done = gettext_lazy("เผยแพร่แล้ว ระบบกำลังจัดทำไฟล์")
    confirm = True
    form_class = PublishForm

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(EditionList.title, reverse("reporting:edition-list")),)

    @cached_property
    def zones(self) -> list[InspectionZone]:
        return list(InspectionZone.objects.order_by("number"))

    def form_kwargs(self) -> dict[str, Any]:
        months = calendar.months_over(self.actor.as_of, MONTHS_OFFERED)
        return {"months": months, "zones": self.zones}

    def _asked(self, data: dict[str, Any]) -> tuple[date, InspectionZone | None]:
        zone = next((zone for zone in self.zones if str(zone.number) == data["place"]), None)
        return date.fromisoformat(data["period"]), zone

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        period, zone = self._asked(data)
        with nation("what would be published"):
            provinces = rows.provinces_of_zone(zone, period) if zone else None
            frozen = rows.freeze(form=FORM, period=period, provinces=provinces)
        missing = ", ".join(office["name"] for office in frozen.summary["not_certified"])
        before = (
            Edition.objects.filter(form_id=FORM, period=period, zone=zone, office=None)
            .order_by("-number")
            .first()
        )
        return (
            Change(
                _("มูลค่าส่งสินค้าที่รับรอง (บาท)"),
                frozen.summary["shipped_value"],
                before.summary["shipped_value"] if before else "",
            ),
            Change(
                _("รายงานที่รับรอง"),
                f"{frozen.summary['certified']}/{frozen.summary['owed']}",
                _share(before) if before else "",
            ),
            Change(_("สำนักงานที่ยังไม่รับรอง"), missing or _("ไม่มี")),
        )

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        period, zone = self._asked(data)
        level = Edition.Level.ZONE if zone else Edition.Level.NATION
        return of_edition(editions.publish(actor=actor, form=FORM, period=period, level=level, zone=zone))
