"""Pages on which personnel add, correct and abolish numbered posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.forms import EndForm
from offices.models import Post
from offices.selectors import org
from offices.services.rules import in_words, period
from offices.staffing import forms
from offices.staffing.policies import personnel
from offices.staffing.selectors import history
from offices.staffing.services import posts as services
from offices.staffing.views.board import StaffingBoard
from offices.staffing.views.shared import post_url
from portal.actors import Actor
from portal.screens import Change, Crumb, EditScreen
from portal.screens.base import found


class PostAdd(EditScreen):
    policy = personnel
    title = gettext_lazy("เพิ่มตำแหน่ง")
    lead = gettext_lazy("เพิ่มทีละตำแหน่ง หลายตำแหน่งพร้อมกันให้นำเข้าบัญชีบุคลากร ผู้ดำรงตำแหน่งมาจากคำสั่งเสมอ")
    form_class = forms.PostForm
    done = gettext_lazy("เพิ่มตำแหน่งแล้ว")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(StaffingBoard.title, self.here(reverse("offices:staffing-list")))]

    def form_kwargs(self) -> dict[str, Any]:
        return {"offices": org.visible_offices().order_by("-kind", "code")}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return post_url(services.add_post(actor=actor, **data))


class OfPost(EditScreen):
    """What the pages that change one post share."""

    policy = personnel

    @cached_property
    def post_row(self) -> Post:
        return found(history.seen_posts().filter(uuid=self.kwargs["uuid"]).first())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _post = self.post_row  # 404 before a form is shown
        return super().get(request, *args, **kwargs)

    def get_title(self) -> Any:
        return f"{self.title}: {self.post_row}"

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(StaffingBoard.title, self.here(reverse("offices:staffing-list"))),
            Crumb(str(self.post_row), self.here(post_url(self.post_row))),
        ]


class PostEdit(OfPost):
    title = gettext_lazy("แก้ตำแหน่งที่บันทึกผิด")
    lead = gettext_lazy(
        "เมื่อปรับระดับหรือเปลี่ยนสายงานตั้งแต่วันใด ให้ยุบในวันก่อนหน้า แล้วเพิ่มเลขที่เดิมตั้งแต่วันนั้น เอกสารที่ลงนามแล้วคงข้อความเดิม"
    )
    form_class = forms.PostCorrectionForm
    done = gettext_lazy("แก้ตำแหน่งแล้ว")

    def initial(self) -> dict[str, Any]:
        row = self.post_row
        return {"line": row.line_id, "level": row.level, "title_th": row.title_th}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return post_url(services.correct_post(actor=actor, post=self.post_row, **data))


class PostEnd(OfPost):
    title = gettext_lazy("ยุบตำแหน่ง")
    form_class = EndForm
    submit = gettext_lazy("ยุบตำแหน่ง")
    done = gettext_lazy("บันทึกวันสิ้นสุดแล้ว")
    confirm = True
    danger = True

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        row = self.post_row
        until = period(row.valid.lower, data["last_day_on"])
        return [
            Change(_("ตำแหน่ง"), f"{row} {row.office.short_th}"),
            Change(_("ช่วงเวลา"), in_words(until), in_words(row.valid)),
            Change(_("เหตุผล"), data["reason"]),
        ]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return post_url(services.end_post(actor=actor, post=self.post_row, **data))
