"""Keeping, changing and forgetting a view of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal import saved_views
from portal.access import page, signed_in
from portal.actors import Actor
from portal.models import SavedView
from portal.places import with_place
from portal.screens import ActScreen, Change, Crumb, EditScreen, ListScreen
from portal.screens.base import found


def list_at(path: str) -> ResolverMatch:
    """The list that answers at a path of the house; 404 when none does."""
    try:
        match = resolve(path)
    except Resolver404:
        raise Http404 from None
    if not issubclass(getattr(match.func, "view_class", object), ListScreen):
        raise Http404
    return match


def through(path: str, view: SavedView) -> str:
    """A list as a view shows it."""
    return f"{path}?view={view.uuid}"


class ViewForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("ชื่อมุมมอง"), max_length=80)
    shared = forms.BooleanField(
        label=gettext_lazy("ให้ทั้งสำนักงานใช้ร่วมกัน"),
        help_text=gettext_lazy("ผู้อื่นเห็นเฉพาะข้อมูลในขอบเขตของตนเอง"),
        required=False,
    )
    is_default = forms.BooleanField(label=gettext_lazy("เปิดมุมมองนี้ก่อนเสมอเมื่อเข้ารายการ"), required=False)


class NewViewForm(ViewForm):
    path = forms.CharField(widget=forms.HiddenInput)
    query = forms.CharField(widget=forms.HiddenInput, required=False)


class ViewAdd(EditScreen):
    policy = signed_in
    title = gettext_lazy("บันทึกมุมมอง")
    lead = gettext_lazy("เก็บตัวกรอง คำค้น การเรียง และคอลัมน์ของรายการไว้ภายใต้ชื่อหนึ่ง")
    form_class = NewViewForm
    done = gettext_lazy("บันทึกมุมมองแล้ว")

    def initial(self) -> dict[str, Any]:
        return {name: self.request.GET.get(name, "") for name in ("path", "query")}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        path = data.pop("path")
        return through(path, saved_views.save(actor=actor, list_name=list_at(path).view_name, **data))

    def back(self) -> str:
        path = self.request.POST.get("path") or self.request.GET.get("path") or "/"
        list_at(path)
        return path


class OfView(EditScreen):
    """What the pages of one view of the reader's own share."""

    policy = signed_in

    @cached_property
    def row(self) -> SavedView:
        view: SavedView = found(saved_views.mine(self.actor, self.kwargs["uuid"]))
        return view

    @cached_property
    def path(self) -> str:
        """Where the list lies from which the reader came."""
        path = self.request.POST.get("path") or self.request.GET.get("path") or ""
        if path and list_at(path).view_name == self.row.list_name:
            return str(path)
        return ""

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(self.row.name, self.here(through(self.path, self.row)))] if self.path else ()


class ViewEdit(OfView):
    title = gettext_lazy("แก้ไขมุมมอง")
    form_class = ViewForm

    def initial(self) -> dict[str, Any]:
        row = self.row
        return {"name": row.name, "shared": row.office_id is not None, "is_default": row.is_default}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        view = saved_views.change(actor=actor, view_uuid=self.row.uuid, **data)
        return through(self.path, view) if self.path else "/"


class ViewDelete(OfView, ActScreen):
    title = gettext_lazy("ลบมุมมอง")
    submit = gettext_lazy("ลบมุมมอง")
    done = gettext_lazy("ลบมุมมองแล้ว ข้อมูลในรายการไม่เปลี่ยน")
    danger = True

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        shared = self.row.office_id is not None
        return [Change(_("มุมมอง"), _("ลบ สำหรับทุกคนที่ใช้ร่วมกัน") if shared else _("ลบ"), self.row.name)]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        saved_views.delete(actor=actor, view_uuid=self.row.uuid)
        return f"{self.path}?view=" if self.path else "/"


@page(signed_in)
@require_POST
def view_replace(request: HttpRequest, uuid: str) -> HttpResponse:
    """Let a view of one's own show what its list shows now."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found(saved_views.mine(actor, uuid))
    path = request.POST.get("path", "")
    list_at(path)
    view = saved_views.replace(actor=actor, view_uuid=uuid, query=request.POST.get("query", ""))
    messages.success(request, _("บันทึกมุมมองแล้ว"))
    return redirect(with_place(through(path, view), request))
