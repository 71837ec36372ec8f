"""Pages that say why not, and what to do. Wired in ``portal.urls`` and the settings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from portal import logs, writers
from portal.access import standing


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Which assignment opens the page, and which ones the reader has today."""
    context = {
        "policy": getattr(exception, "policy", None),
        "reasons": getattr(exception, "reasons", ()),
    }
    return render(request, "403.html", context, status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """The same page for what is not there and for what is not the reader's.

    It explains the rule and the reader's own place in it, and asks nothing about the row.
    """
    actor = getattr(request, "actor", None)
    reasons = standing(actor) if actor is not None and actor.user is not None else ()
    return render(request, "404.html", {"reasons": reasons}, status=404)


def too_many(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "429.html", status=429)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of the reader's own, opened before he signed in again, is offered to be sent once more.

    Its mark, which only his own pages carry, says that it is one.
    """
    owner = writers.claimed(request)
    if owner and writers.asks_by_script(request):
        return JsonResponse({}, status=403)
    if owner and owner == writers.mark(request.user):
        return render(request, "account/continue.html", {"held": writers.sent(request)}, status=403)
    return render(request, "csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without request context: whatever broke may break there again."""
    return HttpResponse(render_to_string("500.html", {"request_id": logs.request_id.get() or ""}), status=500)
