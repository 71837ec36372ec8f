"""Whose words a form holds, so that a session that ended does not cost them and nobody else gets them.

Every form of the house carries its writer's mark. A form sent after the session ended is held in the
browser's own new session until the same person has signed in again; sent under another person's
session it is refused.
"""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.problems import Conflict

FIELD = "_writer"
HELD = "held"  # in the session
LARGEST = 300_000  # characters held for somebody who must sign in first

_signer = signing.Signer(salt="portal.writer")


def mark(user: Any) -> str:
    """What the forms of this user carry; '' for nobody. Names no one to those who read it."""
    return _signer.sign(str(user.uuid)) if user.is_authenticated else ""


def claimed(request: HttpRequest) -> str:
    """The mark that a sent form carries, when it is one of ours; else ''."""
    sent = request.POST.get(FIELD, "")
    try:
        _signer.unsign(sent)
    except signing.BadSignature:
        return ""
    return sent


def demand_same(request: HttpRequest) -> None:
    """Raise Conflict for a form that somebody else opened, in this browser, before this reader signed in."""
    if request.POST.get(FIELD) and request.POST[FIELD] != mark(request.user):
        raise Conflict(
            _("แบบฟอร์มนี้เปิดไว้ด้วยบัญชีอื่น จึงไม่ได้บันทึก"),
            mend=_("เปิดหน้าใหม่ด้วยบัญชีของท่าน ร่างของบัญชีเดิมยังอยู่กับเจ้าของ"),
        )


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The answer to a form sent without a session: hold it, and ask its writer to sign in."""
    if asks_by_script(request):
        return JsonResponse({"signed_out": True}, status=401)
    owner = claimed(request)
    if not owner:
        return redirect(f"{reverse('account_login')}?next={reverse('home')}")
    request.session[HELD] = {"writer": owner, **sent(request)}
    return redirect(f"{reverse('account_login')}?next={reverse('portal:continue')}")


def sent(request: HttpRequest) -> dict[str, Any]:
    """What a form sent, ready to be sent again: its address and its fields, without tokens and files."""
    never = {"csrfmiddlewaretoken", "password"}
    fields = [(k, v) for k, values in request.POST.lists() if k not in never for v in values]
    too_long = sum(len(value) for _key, value in fields) > LARGEST
    return {
        "address": request.get_full_path(),
        "fields": [] if too_long else fields,
        "files": bool(request.FILES),
        "too_long": too_long,
    }


def asks_by_script(request: HttpRequest) -> bool:
    """Whether the house's own script asks, which wants a status and no page."""
    return request.headers.get("X-Requested-With") == "fetch"
