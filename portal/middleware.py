"""Request id, actor and scope of each request, and the absolute age of a session."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal import audit, calendar, logs
from portal.actors import Actor, actor_of
from portal.scope import NOTHING

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives each request an id that stands in logs, audit and the answer's header."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = logs.request_id.set(str(uuid.uuid4()))
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = logs.request_id.get()
            return response
        finally:
            logs.request_id.reset(token)


class ActorMiddleware:
    """Resolves the reader's assignments of today and opens exactly their scope."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        today = calendar.today()
        if not request.user.is_authenticated:
            request.actor = Actor(user=None, as_of=today)
            with NOTHING.active():
                return self.get_response(request)
        if self._too_old(request):
            logout(request)
            return redirect(settings.LOGIN_URL)
        request.actor = actor_of(request.user, today)
        if self._second_factor_missing(request):
            return redirect("mfa_activate_totp")
        with request.actor.scope.active(), audit.context(request.actor):
            return self.get_response(request)

    @staticmethod
    def _too_old(request: Any) -> bool:
        now = calendar.now().timestamp()
        began = request.session.setdefault("began", now)
        return bool(now - began > settings.SESSION_ABSOLUTE_AGE)

    @staticmethod
    def _second_factor_missing(request: Any) -> bool:
        """Everybody signs in with two factors; until one is set only the pages that set it open."""
        if request.session.get("second_factor"):
            return False
        if Authenticator.objects.filter(user_id=request.user.pk).exists():
            request.session["second_factor"] = True
            return False
        open_paths = ("/accounts/", "/static/", reverse("healthz"))
        return not request.path.startswith(open_paths)
