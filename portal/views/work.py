"""My work, and the health of the house."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.i18n import set_language as django_set_language

from portal import worklist
from portal.access import page, public, signed_in


@page(signed_in)
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, in all his capacities."""
    heaps = worklist.of(request.actor)  # type: ignore[attr-defined]
    return render(request, "home.html", {"title": _("งานของฉัน"), "heaps": heaps})


@page(public)
def account_help(request: HttpRequest) -> HttpResponse:
    """Stands where allauth would send mail: nobody changes an address or a lost password by himself."""
    return render(request, "account/help.html")


set_language = page(public)(django_set_language)


@page(public)
def healthz(request: HttpRequest) -> HttpResponse:
    """For the proxy and the supervisor: 503 when the database is down or not migrated.

    A lost broker leaves the answer 200: pages work and jobs wait in the database.
    """
    database, migrations = _database()
    healthy = database == "ok" and migrations == "ok"
    parts: dict[str, Any] = {"database": database, "broker": _broker(), "migrations": migrations}
    status = "ok" if healthy and parts["broker"] == "ok" else "degraded" if healthy else "down"
    return JsonResponse({"status": status, **parts}, status=200 if healthy else 503)


def _database() -> tuple[str, str]:
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "down", "unknown"
    return "ok", "waiting" if waiting else "ok"


def _broker() -> str:
    try:
        cache.get("healthz")
    except Exception:  # the client raises many kinds; any of them means it cannot be reached
        return "down"
    return "ok"
