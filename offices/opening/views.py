"""Pages of opening: the nation, a row an office; and one office, a row a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from offices.accounts.lists import INVITED
from offices.accounts.policies import account_keepers
from offices.dated import ASSISTANT_ENABLED
from offices.models import Office
from offices.opening import lines
from offices.opening.policies import opening_keepers
from offices.selectors import org
from portal import scope
from portal.screens import Column, Crumb, Screen, Table
from portal.screens.base import found
from portal.words import word


class OpeningList(Screen):
    """Every office with what it lacks."""

    policy = opening_keepers
    title = _("เปิดใช้สำนักงาน")
    lead = _("สิ่งที่ต้องพร้อมก่อนสำนักงานเริ่มใช้ระบบ เลือกสำนักงานเพื่อดูสิ่งที่ขาดและที่แก้ไข")
    help_words = ("opening",)
    template_name = "offices/opening_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()

    def context(self, **extra: Any) -> dict[str, Any]:
        rows = org.visible_offices().filter(kind=Office.Kind.PROVINCIAL)
        if (here := scope.current().offices) is not None:
            rows = rows.filter(pk__in=here)
        offices = list(rows.order_by("code"))
        told = lines.of_offices(offices, self.actor.as_of)

        def missing(row: Office) -> str:
            return " · ".join(str(one.line.label) for one in told[row.pk] if not one.answer.ok)

        def done(row: Office) -> int:
            return sum(one.answer.ok for one in told[row.pk])

        table = Table(
            (
                Column(
                    "short_th",
                    _("สำนักงาน"),
                    link=lambda row: reverse("offices:opening-detail", args=[row.uuid]),
                ),
                Column("code", _("รหัส"), kind="code"),
                Column(
                    "state",
                    _("สถานะ"),
                    value=lambda row: "missing" if missing(row) else "done",
                    kind="state",
                    group="opening",
                ),
                Column("done", _("พร้อมแล้ว"), value=done, kind="integer", unit=_("รายการ")),
                Column("missing", _("สิ่งที่ขาด"), value=missing),
            ),
            offices,
            caption=_("สำนักงาน"),
            here=self.here,
        )
        return super().context(table=table, **extra)


class OpeningDetail(Screen):
    """One office: each line red or green, what was found, what is needed, and where it is mended."""

    policy = opening_keepers
    help_title = _("เปิดใช้สำนักงานหนึ่งแห่ง")
    help_words = ("opening",)
    template_name = "offices/opening_detail.html"

    @cached_property
    def office(self) -> Office:
        rows = org.visible_offices().filter(kind=Office.Kind.PROVINCIAL)
        return found(rows.filter(uuid=self.kwargs["uuid"]).first())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()

    def get_title(self) -> Any:
        return self.office.short_th

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(OpeningList.title, self.here(reverse("offices:opening-list"))),)

    def context(self, **extra: Any) -> dict[str, Any]:
        told = lines.of_offices([self.office], self.actor.as_of)[self.office.pk]
        table = Table(
            (
                Column("label", _("รายการ"), value=lambda one: one.line.label, link=lambda one: one.url),
                Column("state", _("สถานะ"), kind="state", group="opening"),
                Column("found", _("พบ"), value="answer.found"),
                Column("needed", _("ต้องมี"), value=lambda one: one.line.needed),
            ),
            told,
            caption=_("สิ่งที่ต้องพร้อม"),
            here=self.here,
        )
        switch = reverse("portal:fact-detail", args=[ASSISTANT_ENABLED.key])
        state = "done" if all(one.answer.ok for one in told) else "missing"
        invite = reverse("intake:batch-import", args=[INVITED.code])
        return super().context(
            table=table,
            state=word("opening", state),
            switch_url=f"{switch}?office={self.office.code}",
            invite_url=f"{invite}?office={self.office.code}" if account_keepers.test(self.actor) else "",
            **extra,
        )
