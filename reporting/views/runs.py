"""The ledger of compilations, and asking for a full one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.policies import central_admin
from portal import calendar, jobs
from portal.actors import Actor
from portal.screens import Action, ActScreen, Change, Column, Crumb, DetailScreen, Fields, ListScreen
from reporting.models import CompileRun, Form


def _url(run: CompileRun) -> str:
    return reverse("reporting:compilerun-detail", args=[run.uuid])


def _months(run: CompileRun) -> int:
    return len(run.inputs.get("periods", ()))


def _changed(run: CompileRun) -> int | None:
    return run.inputs.get("changed")


def _periods(run: CompileRun) -> str:
    days = [date.fromisoformat(text) for text in run.inputs.get("periods", ())]
    return ", ".join(calendar.format_date(day, "month_short") for day in days)


class RunList(ListScreen):
    policy = central_admin
    title = gettext_lazy("บัญชีการประมวลผล")
    lead = gettext_lazy("ทุกครั้งที่ตัวเลขสรุปถูกคำนวณ: อ่านอะไร ได้กี่ช่อง และรหัสตรวจสอบของผล")
    order = ("-id",)
    exports = ("csv",)
    empty_hint = gettext_lazy("บัญชีเริ่มเมื่อมีรายงานเข้าระบบ")
    columns = (
        Column("finished_at", gettext_lazy("เสร็จเมื่อ"), kind="time", link=_url),
        Column("kind", gettext_lazy("วิธี"), lambda run: run.get_kind_display()),
        Column("form_id", gettext_lazy("แบบ"), kind="code"),
        Column("cause", gettext_lazy("เหตุ")),
        Column("months", gettext_lazy("งวด"), _months, kind="integer"),
        Column("changed", gettext_lazy("ช่องที่เปลี่ยน"), _changed, kind="integer"),
        Column("cells", gettext_lazy("ช่องทั้งหมด"), kind="integer"),
    )

    def rows(self) -> QuerySet[CompileRun]:
        return CompileRun.objects.all()

    def buttons(self) -> Sequence[Action]:
        return (Action(_("ประมวลผลใหม่ทั้งหมด"), self.here(reverse("reporting:compilerun-add")), primary=True),)


class RunDetail(DetailScreen):
    policy = central_admin
    help_title = gettext_lazy("การประมวลผลหนึ่งครั้ง")
    history = False
    groups = (
        Fields(
            gettext_lazy("การประมวลผล"),
            (
                Column("form_id", gettext_lazy("แบบ"), kind="code"),
                Column("cause", gettext_lazy("เหตุ")),
                Column("started_at", gettext_lazy("เริ่ม"), kind="time"),
                Column("finished_at", gettext_lazy("เสร็จ"), kind="time"),
            ),
        ),
        Fields(
            gettext_lazy("อ่านและได้"),
            (
                Column("months", gettext_lazy("งวด"), _periods),
                Column(
                    "provinces", gettext_lazy("จังหวัด"), lambda run: ", ".join(run.inputs.get("provinces", ()))
                ),
                Column("changed", gettext_lazy("ช่องที่เปลี่ยน"), _changed, kind="integer"),
                Column("cells", gettext_lazy("ช่องทั้งหมด"), kind="integer"),
                Column("cells_sha256", gettext_lazy("SHA-256 ของผล"), kind="code"),
            ),
        ),
    )

    def get_title(self) -> Any:
        return f"{self.row.get_kind_display()} {self.row.form_id}"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(RunList.title, reverse("reporting:compilerun-list")),)

    def rows(self) -> QuerySet[CompileRun]:
        return CompileRun.objects.all()


class FullForm(forms.Form):
    form = forms.ModelChoiceField(Form.objects.order_by("code"), label=gettext_lazy("แบบ"), empty_label=None)


class RunAdd(ActScreen):
    """Recompute every figure of a form; it must change nothing, and the ledger says whether it did."""

    policy = central_admin
    title = gettext_lazy("ประมวลผลใหม่ทั้งหมด")
    form_class = FullForm
    submit = gettext_lazy("เริ่มประมวลผล")

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(RunList.title, reverse("reporting:compilerun-list")),)

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return (Change(_("ตัวเลขสรุปทุกงวด"), _("คำนวณใหม่จากรายงานทั้งหมด ควรได้เท่าเดิม")),)

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        form = data["form"].code
        job = jobs.enqueue(
            "reporting.compile_full",
            key=form,
            actor=actor,
            args={"form": form, "cause": f"สั่งโดย {actor.name}"},
            label=_("ประมวลผล %s ใหม่ทั้งหมด") % form,
            result_url=reverse("reporting:compilerun-list"),
        )
        return reverse("portal:job-detail", args=[job.uuid])
