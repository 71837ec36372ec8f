"""The reader's own drafts, and the bin from which what he threw away comes back."""

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
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal import calendar, drafts, words
from portal.access import page, signed_in
from portal.actors import Actor
from portal.intake.selectors import discarded, handler_title
from portal.intake.services import bin_days_left
from portal.models import Batch, Draft
from portal.screens import Action, ActScreen, Change, Column, Crumb, DetailScreen, ListScreen, Table
from portal.screens.base import found

BATCHES = 50


def state(draft: Draft) -> words.StateWord:
    """Live, or in the bin."""
    return words.word("draft", "live" if draft.discarded_at is None else "binned")


def _url(draft: Draft) -> str:
    return reverse("portal:draft-detail", args=[draft.uuid])


def _list_crumb() -> Crumb:
    return Crumb(_("ร่างและถังทิ้ง"), reverse("portal:draft-list"))


class DraftFilter(django_filters.FilterSet):
    binned = django_filters.BooleanFilter(
        label=gettext_lazy("อยู่ในถังทิ้ง"), field_name="discarded_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Draft
        fields: list[str] = []


class DraftList(ListScreen):
    policy = signed_in
    title = gettext_lazy("ร่างและถังทิ้ง")
    lead = gettext_lazy("ข้อความที่ท่านกรอกแล้วยังไม่ได้ส่ง เห็นได้เฉพาะท่าน ที่ทิ้งแล้วกู้คืนได้ภายใน 30 วัน")
    order = ("-saved_at",)
    search = ("title",)
    filterset_class = DraftFilter
    empty = gettext_lazy("ยังไม่มีร่าง")
    empty_hint = gettext_lazy("แบบฟอร์มที่มีข้อความยาวหรือหลายช่องบันทึกร่างให้เอง เมื่อกรอกค้างไว้จะอยู่ที่นี่")

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        today = self.actor.as_of
        return (
            Column("title", _("แบบฟอร์ม"), link=_url),
            Column("state", _("สถานะ"), value=state, kind="state", group="draft"),
            Column("saved_at", _("บันทึกเมื่อ"), kind="time", sort="saved_at"),
            Column("discarded_at", _("ทิ้งเมื่อ"), kind="time", sort="discarded_at"),
            Column("days", _("เหลือเวลา"), lambda row: drafts.days_left(row, today), "integer", _("วัน")),
        )

    template_name = "portal/draft_list.html"

    def rows(self) -> QuerySet[Draft]:
        return drafts.mine(self.actor)

    def context(self, **extra: Any) -> dict[str, Any]:
        batches = list(discarded(self.actor.as_of)[:BATCHES])
        return super().context(batches=self._batches(batches) if batches else None, **extra)

    def _batches(self, rows: list[Batch]) -> Table:
        today = self.actor.as_of
        columns = (
            Column(
                "sheet",
                _("ตาราง"),
                handler_title,
                link=lambda b: reverse("intake:batch-detail", args=[b.uuid]),
            ),
            Column("file", _("ไฟล์"), value="file.name"),
            Column("discarded_at", _("ยกเลิกเมื่อ"), kind="time"),
            Column("days", _("เหลือเวลา"), lambda batch: bin_days_left(batch, today), "integer", _("วัน")),
        )
        return Table(columns, rows, caption=_("ไฟล์นำเข้าที่ยกเลิก"), here=self.here)


class DraftDetail(DetailScreen):
    """What stands in a draft, and its way back or out."""

    policy = signed_in
    help_title = gettext_lazy("ร่าง")
    help_words = ("draft",)
    history = False
    template_name = "portal/draft_detail.html"

    def rows(self) -> QuerySet[Draft]:
        return drafts.mine(self.actor)

    def get_title(self) -> str:
        return str(self.row.title)

    def crumbs(self) -> Sequence[Crumb]:
        return (_list_crumb(),)

    def states(self, row: Draft) -> Sequence[Any]:
        return [state(row)]

    def actions(self, row: Draft) -> Sequence[Action]:
        delete = Action(_("ลบถาวร…"), reverse("portal:draft-delete", args=[row.uuid]))
        if row.discarded_at is None:
            return (Action(_("ใช้ต่อ"), f"{row.address}?draft=use", primary=True), delete)
        restore = reverse("portal:draft-restore", args=[row.uuid])
        return (Action(_("กู้คืน"), restore, primary=True, post=True), delete)

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(days=drafts.days_left(self.row, self.actor.as_of), **extra)


@page(signed_in)
@require_POST
def draft_restore(request: HttpRequest, uuid: str) -> HttpResponse:
    """Out of the bin, and on to its form."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found(drafts.mine(actor).filter(uuid=uuid).first())
    row = drafts.restore(actor=actor, draft_uuid=uuid)
    messages.success(request, _("กู้คืนร่างแล้ว"))
    return redirect(f"{row.address}?draft=use")


class DraftDelete(ActScreen):
    policy = signed_in
    title = gettext_lazy("ลบร่างถาวร")
    lead = gettext_lazy("ลบแล้วกู้คืนไม่ได้")
    submit = gettext_lazy("ลบถาวร")
    done = gettext_lazy("ลบร่างแล้ว")
    danger = True

    @cached_property
    def row(self) -> Draft:
        return found(drafts.mine(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        return (_list_crumb(), Crumb(self.row.title, _url(self.row)))

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        saved = calendar.format_time(self.row.saved_at)
        return [Change(_("ร่างที่บันทึกเมื่อ %s") % saved, _("ลบถาวร"), self.row.title)]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        drafts.delete(actor=actor, draft_uuid=self.row.uuid)
        return reverse("portal:draft-list")
