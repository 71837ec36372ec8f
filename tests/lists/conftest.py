"""The demonstration's small world, for tests that go through every list of the house."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import URLPattern

from factories.models import Factory
from offices.demo import DOMAIN
from portal import calendar
from portal.actors import actor_of
from portal.checks import views
from portal.intake import services as intake
from portal.models import Batch, User
from portal.scope import nation
from portal.screens import ListScreen
from tests.factories.world import as_csv, feed_row

TODAY = date(2026, 11, 22)
Enter = Callable[[str], Client]


@pytest.fixture(scope="module")
def world(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """Three demonstration months of eleven offices, rolled back at the end of the file."""
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        time_machine.travel(calendar.end_of_day(TODAY), tick=False),
    ):
        out = io.StringIO()
        call_command("load_reference", stdout=out)
        call_command("load_demo", scale="tiny", months=3, today=TODAY, stdout=out)
        preview_a_file()
        yield
        transaction.set_rollback(True)


def preview_a_file() -> None:
    """A file of the officer of 25 that waits for his word."""
    actor = actor_of(User.objects.get(email=f"officer.25@{DOMAIN}"), TODAY)
    with actor.scope.active():
        batch = intake.receive(
            actor=actor,
            handler_code="factories.feed",
            upload=intake.Upload("feed.csv", io.BytesIO(as_csv(*(feed_row(n) for n in range(1, 10))))),
            office_id=actor.capacities[0].office_id,
        )
    intake.preview(batch_uuid=batch.uuid)


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=f"{name}@{DOMAIN}"))
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


def lists() -> dict[str, URLPattern]:
    """Every list of the house: its address pattern → the pattern itself."""
    return {
        path: pattern
        for path, pattern in views()
        if issubclass(view := getattr(pattern.callback, "view_class", object), ListScreen)
        and view.template_name == ListScreen.template_name  # the map shows a list's rows otherwise
        and "<slug:kind>" not in path  # a paper of a list is not a page
    }


def address(path: str, *, month: str = "2026-10") -> str:
    """A pattern with parameters that exist in the world."""
    with nation("test"):
        if path.startswith("factories/<uuid"):
            return "/" + path.replace(
                "<uuid:uuid>", str(Factory.objects.filter(province_id="25").order_by("id")[0].uuid)
            )
        batch = Batch.objects.filter(rows__isnull=False).order_by("id").first()
    filled = path.replace("<str:code>", "PROD-M").replace("<month:period>", month)
    return "/" + filled.replace("<uuid:uuid>", str(batch.uuid) if batch else "")
