"""Jobs of the reader and of the offices he may see."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal import jobs, scope
from portal.access import anybody_assigned, page, signed_in
from portal.actors import Actor
from portal.models import Job
from portal.screens import Column, Crumb, DetailScreen, Fields, ListScreen
from portal.screens.base import found


def visible(actor: Actor) -> QuerySet[Job]:
    """Jobs this actor asked for, and those of the offices in the active scope to whoever works with them."""
    mine, offices = Q(requested_by=actor.user_id), scope.current().offices
    if not anybody_assigned.test(actor):
        return Job.objects.filter(mine)
    if offices is None:
        return Job.objects.all()
    return Job.objects.filter(mine | Q(office_id__in=offices))


class JobFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=gettext_lazy("สถานะ"), choices=Job.State.choices)

    class Meta:
        model = Job
        fields = ["state"]


class JobList(ListScreen):
    policy = signed_in
    title = gettext_lazy("งานเบื้องหลัง")
    columns = (
        Column(
            "label",
            gettext_lazy("งาน"),
            value=lambda job: job.label or job.kind,
            link=lambda job: reverse("portal:job-detail", args=[job.uuid]),
        ),
        Column("state", gettext_lazy("สถานะ"), kind="state", sort="state", group="job"),
        Column("progress", gettext_lazy("ทำแล้ว"), kind="integer"),
        Column("total", gettext_lazy("ทั้งหมด"), kind="integer"),
        Column("created_at", gettext_lazy("สั่งเมื่อ"), kind="time", sort="created_at"),
        Column("finished_at", gettext_lazy("เสร็จเมื่อ"), kind="time", sort="finished_at"),
    )
    order = ("-created_at",)
    search = ("label",)
    filterset_class = JobFilter
    empty = gettext_lazy("ยังไม่มีงานเบื้องหลัง")
    empty_hint = gettext_lazy("งานที่ใช้เวลานาน เช่น นำเข้าแฟ้มหรือประมวลผล จะแสดงความคืบหน้าที่นี่")

    def rows(self) -> QuerySet[Job]:
        return visible(self.actor).defer("args", "result")


class JobDetail(DetailScreen):
    policy = signed_in
    help_title = gettext_lazy("งานเบื้องหลังหนึ่งงาน")
    help_words = ("job",)
    template_name = "portal/job_detail.html"
    groups = (
        Fields(
            gettext_lazy("รายละเอียด"),
            (
                Column("created_at", gettext_lazy("สั่งเมื่อ"), kind="time"),
                Column("started_at", gettext_lazy("เริ่มเมื่อ"), kind="time"),
                Column("finished_at", gettext_lazy("เสร็จเมื่อ"), kind="time"),
                Column("attempts", gettext_lazy("ทำมาแล้ว"), kind="integer", unit=gettext_lazy("ครั้ง")),
                Column("uuid", gettext_lazy("รหัสงาน"), kind="code"),
            ),
        ),
    )

    def rows(self) -> QuerySet[Job]:
        return visible(self.actor)

    def get_title(self) -> str:
        return self.row.label or self.row.kind

    def crumbs(self) -> tuple[Crumb, ...]:
        return (Crumb(_("งานเบื้องหลัง"), self.here(reverse("portal:job-list"))),)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Request"):
            return render(request, "parts/_progress.html", self.progress())
        return super().get(request, *args, **kwargs)

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(**self.progress(), **extra)

    def progress(self) -> dict[str, Any]:
        """What parts/_progress.html shows."""
        done, total = jobs.progress_of(self.row)
        return {
            "job": self.row,
            "done": done,
            "total": total,
            "share": 100 * done // total if total else None,
            "can_retry": self.row.state == Job.State.FAILED,
        }


@page(signed_in)
@require_POST
def job_retry(request: HttpRequest, uuid: str) -> HttpResponse:
    """Start a failed job again."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = found(visible(actor).filter(uuid=uuid).first())
    jobs.retry(actor=actor, row=row)
    messages.success(request, _("ส่งงานเข้าคิวอีกครั้งแล้ว"))
    return redirect("portal:job-detail", uuid=uuid)
