"""Request id, actor and scope of each request, and the absolute age of a session."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from portal import audit, calendar, logs, personal, places, practice, sessions, support, worklist
from portal.accounts_mfa import has_second_factor
from portal.actors import Actor, actor_of
from portal.problems import Problem
from portal.scope import NOTHING, OutOfScope

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives each request an id that stands in logs, audit and the answer's header."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = logs.request_id.set(str(uuid.uuid4()))
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = logs.request_id.get() or ""
            return response
        finally:
            logs.request_id.reset(token)


class PracticeMiddleware:
    """In a practice portal every file that leaves bears it in its name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        practice.mark_download(response)
        return response


class LanguageMiddleware:
    """The language is what the reader chose here, else Thai; a browser's own setting decides nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class ProblemMiddleware:
    """Turns a refusal that a service raised into a page that says why and what to do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Problem):
            context = {"problem": exception, "status": exception.status}
            return render(request, "problem.html", context, status=exception.status)
        if isinstance(exception, OutOfScope):
            raise Http404 from exception
        return None


class ActorMiddleware:
    """Resolves the reader's assignments of today and opens exactly their scope."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        today = calendar.today()
        if request.user.is_authenticated and self._too_old(request):
            logout(request)  # the page itself then asks to sign in, and keeps what was typed
        if not request.user.is_authenticated:
            request.actor = Actor(user=None, as_of=today)
            with NOTHING.active():
                return self.get_response(request)
        sessions.note_device(request)
        request.actor = actor_of(request.user, today)
        if self._second_factor_missing(request):
            return redirect("mfa_activate_totp")
        request.actor = support.joined(request)
        request.places = SimpleLazyObject(lambda: list(places.places_of(request.actor)))
        request.place = places.chosen(request)
        # The office filter narrows what is read; authority stays what the assignments give.
        scope = request.actor.scope
        seen = scope if request.place is None else request.place.narrow(scope)
        with (
            seen.active(),
            audit.context(request.actor),
            personal.logged(request.actor, request.path) as readings,
        ):
            response = support.refused(request) or self.get_response(request)
            support.record(request, response.status_code)
            if 300 <= response.status_code < 400:
                readings.clear()  # it showed nothing: a write reads the row it writes
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            worklist.forget(request.actor.user_id)
        return response

    @staticmethod
    def _too_old(request: Any) -> bool:
        now = calendar.now().timestamp()
        began = request.session.setdefault(sessions.BEGAN, now)
        return bool(now - began > settings.SESSION_ABSOLUTE_AGE)

    @staticmethod
    def _second_factor_missing(request: Any) -> bool:
        """Everybody signs in with two factors; until one is set only the pages that set it open."""
        if request.path.startswith("/accounts/2fa/"):
            request.session.pop("second_factor", None)  # these pages may take it away
        elif request.session.get("second_factor"):
            return False
        if has_second_factor(request.user.pk):
            request.session["second_factor"] = True
            return False
        return not request.path.startswith(_open_paths())


@lru_cache(maxsize=1)
def _open_paths() -> tuple[str, ...]:
    """What opens before a second factor is set: setting it, signing in and out, what others did."""
    names = ("account_login", "account_logout", "account_reauthenticate", "account_notices", "account_signup",
             "account_email", "account_reset_password", "healthz", "set_language")  # fmt: skip
    return ("/accounts/2fa/", "/static/", *map(reverse, names))
