"""The session as the house's script asks for it, and the way on after signing in again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from portal import writers
from portal.access import page, public, signed_in


@page(public)
@require_GET
@never_cache
def session(request: HttpRequest) -> HttpResponse:
    """Whose session this is (a form's mark, or '') and the token with which a form may be sent now."""
    return JsonResponse({"writer": writers.mark(request.user), "token": get_token(request)})


@page(signed_in)
@require_GET
@never_cache
def continue_form(request: HttpRequest) -> HttpResponse:
    """The form that was sent when the session had ended: to be sent once more, by its writer only."""
    held = request.session.get(writers.HELD)
    owner = held["writer"] if held else request.GET.get("writer", "")
    if owner and owner != writers.mark(request.user):
        request.session.pop(writers.HELD, None)
        messages.warning(
            request,
            _("ข้อความที่กรอกค้างไว้เป็นของบัญชีอื่น จึงไม่ได้ส่งและไม่ได้แสดง ร่างที่บันทึกแล้วรออยู่ในบัญชีเดิม"),
        )
        return redirect("home")
    if not held:
        return redirect("home")
    return render(request, "account/continue.html", {"held": held})
