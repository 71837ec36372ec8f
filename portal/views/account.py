"""Pages of one's own account: where one is signed in, and what was done to the account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import audit, notices, sessions
from portal.access import signed_in
from portal.screens import Screen


class SessionList(Screen):
    """One's own sessions: each can be ended, and all others at once."""

    policy = signed_in
    title = gettext_lazy("อุปกรณ์ที่ลงชื่อเข้าใช้อยู่")
    lead = gettext_lazy("ไม่รู้จักรายการใด ให้ออกจากระบบรายการนั้น แล้วเปลี่ยนรหัสผ่าน")
    template_name = "account/sessions.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        response = self.render(sessions=sessions.open_sessions(request))
        response["Cache-Control"] = "no-store"
        return response

    def post(self, request: HttpRequest) -> HttpResponse:
        key = request.POST.get("session", "")
        ended = int(sessions.end(request, key)) if key else sessions.end_others(request)
        if ended:
            audit.record(self.actor, "account.sessions_ended", self.actor.user, sessions=ended)
            messages.success(request, _("ออกจากระบบแล้ว %(count)s รายการ") % {"count": ended})
        else:
            messages.info(request, _("ไม่มีรายการนั้นแล้ว"))
        return redirect("account_sessions")


class NoticeList(Screen):
    """What was done to the account; what others did asks to be looked at, and leads on from there."""

    policy = signed_in
    title = gettext_lazy("เรื่องที่เกิดกับบัญชีของท่าน")
    template_name = "account/notices.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        unseen = notices.unseen(request.user.pk)  # type: ignore[arg-type]
        known: Sequence[Any] = notices.latest(request.user.pk)  # type: ignore[arg-type]
        return self.render(
            unseen=[notices.said(one) for one in unseen],
            last=unseen[-1].pk if unseen else 0,
            known=[said for one in known if (said := notices.said(one)).seen],
            onward=_onward(request, request.GET.get("next", "")),
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        last = request.POST.get("last", "")
        if last.isdecimal() and len(last) < 19:
            notices.saw(request.user.pk, int(last))  # type: ignore[arg-type]
        return redirect(_onward(request, request.POST.get("next", "")))


def _onward(request: HttpRequest, address: str) -> str:
    allowed = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if allowed else reverse("home")
